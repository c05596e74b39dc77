"""Sign-up, a new name, and the token with which a member's device logs in to chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from cometchat_session import CometChatError
from members import chat
from members.models import Member

if TYPE_CHECKING:
    from django.http import HttpResponse

STRANGER = {"error": "Sign in first."}


def save_then_tell_chat(member: Member) -> None:
    """Save, and tell chat when that is certain: after the commit.

    `robust`: the member is saved by then, so whatever goes wrong must not fail the page.
    """
    member.in_chat = False
    member.save()
    transaction.on_commit(lambda: chat.bring_up_to_date(member), robust=True)


@require_POST
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make a member, whether chat is there or not."""
    name = request.POST["name"]
    try:
        with transaction.atomic():
            account = User.objects.create_user(name.lower())
            member = Member(account=account, name=name)
            save_then_tell_chat(member)
    except IntegrityError:
        return JsonResponse({"error": "This name is taken."}, status=409)
    login(request, account)
    return JsonResponse({"uid": member.uid}, status=201)


@require_POST
def rename(request: HttpRequest) -> HttpResponse:
    """Give the member who is signed in another name."""
    if not request.user.is_authenticated:
        return JsonResponse(STRANGER, status=401)
    with transaction.atomic():
        member = Member.objects.select_for_update().get(account=request.user)
        member.name = request.POST["name"]
        save_then_tell_chat(member)
    return JsonResponse({"uid": member.uid})


@require_POST
async def token(request: HttpRequest) -> HttpResponse:
    """Hand out the token of whoever is signed in, on the device in hand."""
    account = await request.auser()  # never a parameter: whoever names the uid is that user
    member = await Member.objects.filter(account_id=account.pk).afirst()
    if member is None:
        return JsonResponse(STRANGER, status=401)
    device = request.headers.get("Device", "web")
    try:
        made = await chat.tasked().token_for(member.uid, device=device, name=member.name)
    except CometChatError as error:
        chat.log.warning("no token for %s: %s", member.uid, error)
        return JsonResponse({"error": "Chat is not available at the moment."}, status=503)
    return JsonResponse({"auth_token": made.auth_token})
