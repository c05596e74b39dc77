"""Where this site speaks to chat."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings

from cometchat_session import AsyncCometChatAdmin, CometChatAdmin, CometChatError, RetryPolicy

if TYPE_CHECKING:
    from members.models import Member

log = logging.getLogger(__name__)


def _settings() -> dict[str, Any]:
    return {
        "app_id": settings.COMETCHAT_APP_ID,
        "region": settings.COMETCHAT_REGION,
        "api_key": settings.COMETCHAT_REST_API_KEY,
        "base_url": settings.COMETCHAT_BASE_URL,
        "retry": RetryPolicy(deadline=5.0),  # somebody waits for the page
    }


def blocking() -> CometChatAdmin:
    """Return a client for a view, a command or a task. It is cheap; close it after use."""
    return CometChatAdmin(**_settings())


def tasked() -> AsyncCometChatAdmin:
    """Return a client for an asynchronous view."""
    return AsyncCometChatAdmin(**_settings())


def welcome(member: Member) -> None:
    """Make the chat user of a member. What fails is logged, and made up for by `manage.py repair_chat`."""
    try:
        with blocking() as chat:
            chat.users.ensure(member.uid, member.name)
    except CometChatError as error:
        log.warning("%s is not in chat yet: %s", member.uid, error)
    else:
        member.in_chat = True
        member.save(update_fields=["in_chat"])
