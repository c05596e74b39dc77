"""Sign-up, and the token with which a member's device logs in to chat."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, JsonResponse

from cometchat_session import CometChatError
from members import chat
from members.models import Member

if TYPE_CHECKING:
    from django.http import HttpResponse


def sign_up(request: HttpRequest) -> HttpResponse:
    """Make a member. Chat is told when the member is there for certain: after the commit."""
    name = request.POST["name"]
    with transaction.atomic():
        account = User.objects.create_user(name.lower())
        member = Member.objects.create(account=account, name=name)
        transaction.on_commit(partial(chat.welcome, member))
    return JsonResponse({"uid": member.uid}, status=201)


async def token(request: HttpRequest) -> HttpResponse:
    """Hand out the token of whoever is signed in, on the device in hand."""
    account = request.headers.get("X-Account", "")  # a real site has request.auser()
    member = await Member.objects.select_related("account").filter(account__username=account).afirst()
    if member is None:
        return JsonResponse({"error": "Sign in first."}, status=401)
    try:
        async with chat.tasked() as client:
            made = await client.token_for(
                member.uid, device=request.headers.get("Device", "web"), name=member.name
            )
    except CometChatError as error:
        chat.log.warning("no token for %s: %s", member.uid, error)
        return JsonResponse({"error": "Chat is not available at the moment."}, status=503)
    return JsonResponse({"auth_token": made.auth_token})
