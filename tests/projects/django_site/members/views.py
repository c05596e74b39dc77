"""Sign-up: the member first, chat when the member is there for certain."""

import logging

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, JsonResponse

from cometchat_session import CometChatAdmin, CometChatError


def make_chat_user(uid: str, name: str) -> None:
    """Make the chat user; what fails is logged, and mended by a command at night."""
    try:
        with CometChatAdmin() as chat:
            chat.users.ensure(uid, name)
    except CometChatError as error:
        logging.getLogger("members").warning("no chat for %s yet: %s", uid, error)


def sign_up(request: HttpRequest) -> JsonResponse:
    """Make a member."""
    name = request.POST["name"]
    with transaction.atomic():
        member = User.objects.create_user(name.lower())
        transaction.on_commit(lambda: make_chat_user(member.username, name))
    return JsonResponse({"uid": member.username}, status=201)
