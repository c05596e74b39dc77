"""What the emulator's page shows of the state: counted in full, listed in part, secrets by their handles."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cometchat_session.emulator.app import App
    from cometchat_session.emulator.model import Token, User

SHOWN = 100
"""A page redrawn every second has to stay light, however many users a test made."""


def overview(app: App, find: str = "") -> dict[str, Any]:
    """Who is there: users whose uid or name holds ``find`` with their tokens, the newest first."""
    state = app.state
    wanted = find.strip().lower()
    sessions = [token for token in state.tokens.values() if token.logged_in]
    return {
        "app": {"app_id": app.app_id, "region": app.region},
        "counts": {"users": len(state.users), "tokens": len(state.tokens), "sessions": len(sessions)},
        "users": [_user(user) for user in islice(_found(state.users.values(), wanted), SHOWN)],
        "tokens": _tokens(reversed(state.tokens.values()), state.users, wanted),
        "sessions": _tokens(reversed(sessions), state.users, wanted),
        "faults": app.faults.armed(),
    }


def _found(users: Iterable[User], wanted: str) -> Iterator[User]:
    """The users that fit."""
    return (user for user in users if wanted in user.uid or wanted in user.name.lower())


def _tokens(tokens: Iterable[Token], users: dict[str, User], wanted: str) -> list[dict[str, Any]]:
    """The first tokens of the users that fit."""
    fitting = (token for token in tokens if not wanted or any(_found([users[token.uid]], wanted)))
    return [_token(token) for token in islice(fitting, SHOWN)]


def _user(user: User) -> dict[str, Any]:
    status = "deactivated" if user.deactivated_at else "online" if user.connected else "offline"
    return {
        "uid": user.uid,
        "name": user.name,
        "role": user.role,
        "bot": user.bot,
        "status": status,
        "tokens": len(user.tokens),
        "last_active_at": user.last_active_at,
    }


def _token(token: Token) -> dict[str, Any]:
    return {
        "handle": token.handle,
        "uid": token.uid,
        "created_at": token.created_at,
        "platform": token.platform,
        "user_agent": token.user_agent,
        "logged_in": token.logged_in,
    }
