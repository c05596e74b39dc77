"""Plays the same story with this library: the same JSON in and out as `story.cjs`, one run one process."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from cometchat_session import CometChat, FileStore
from cometchat_session.errors import APIError

if TYPE_CHECKING:
    from cometchat_session import User


def step(chat: CometChat, name: str, *given: str) -> str | None:
    """Do one step and say what it returned: a uid, the code of a refusal, or nothing."""
    user: User | None = None
    try:
        if name == "login_by_uid":
            user = chat.login(given[0], given[1])
        elif name == "login_by_token":
            user = chat.login(auth_token=given[0])
        elif name == "get_logged_in_user":
            user = chat.get_logged_in_user()
        elif name == "logout":
            assert chat.logout().revoked
        else:
            assert name in ("init", "wait"), name  # building the client, and nothing that needs time
    except APIError as refused:
        return refused.code
    return user.uid if user else None


def play(told: dict[str, Any]) -> list[str | None]:
    """Do the steps in order."""
    store = FileStore(told["storage"])
    with CometChat(told["app_id"], told["region"], base_url=told["url"], store=store) as chat:
        return [step(chat, *one) for one in told["steps"]]


if __name__ == "__main__":
    json.dump({"results": play(json.load(sys.stdin)), "hosts": []}, sys.stdout)
