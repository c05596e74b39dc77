"""Where this site speaks to chat."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from cometchat_session import AsyncCometChatAdmin, CometChatAdmin, CometChatError, RetryPolicy

if TYPE_CHECKING:
    from members.models import Member

log = logging.getLogger(__name__)
PAGE = RetryPolicy(deadline=5.0)  # somebody waits for the page: a few tries, then it is the command's work


@cache
def blocking() -> CometChatAdmin:
    """Return this process's client for views, in any thread: its connections are used again and again."""
    return CometChatAdmin.from_settings(settings, retry=PAGE)


@cache
def tasked() -> AsyncCometChatAdmin:
    """Return this process's client for asynchronous views, on any event loop."""
    return AsyncCometChatAdmin.from_settings(settings, retry=PAGE)


def bring_up_to_date(member: Member) -> None:
    """Make the chat user of a member, or change its name. What fails is left to `manage.py repair_chat`."""
    try:
        blocking().users.ensure(member.uid, member.name)
    except CometChatError as error:
        log.warning("%s is not up to date in chat: %s", member.uid, error)
    else:
        member.now_in_chat(member.uid, member.name)
