"""What the emulated app holds: API keys, users and their auth tokens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple

AUTH_ONLY = "authOnly"
FULL_ACCESS = "fullAccess"
OPTIONAL_FIELDS = ("avatar", "link", "statusMessage", "metadata", "tags")


@dataclass(slots=True)
class Key:
    """An API key; its scope decides which calls it may make."""

    api_key: str
    name: str
    scope: str
    created_at: int


class Token(NamedTuple):
    """One auth token, with what the device that uses it said about itself.

    It never changes; another takes its place. So the copies of a state can share a hundred thousand of them.
    """

    auth_token: str
    uid: str
    created_at: int
    platform: str | None = None
    user_agent: str | None = None
    app_info: Any = None
    device_id: str | None = None
    logged_in: bool = False

    @property
    def handle(self) -> str:
        """What to call this token where it must not be shown."""
        return handle_of(self.auth_token)

    def public(self) -> dict[str, Any]:
        """The three fields that every token has."""
        return {"uid": self.uid, "authToken": self.auth_token, "createdAt": self.created_at}


def handle_of(secret: str) -> str:
    """A short name for a secret that tells it from others and opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


@dataclass(slots=True)
class User:
    """One user; ``fields`` holds the optional ones that were ever set."""

    uid: str
    name: str
    created_at: int
    role: str = "default"
    fields: dict[str, Any] = field(default_factory=dict)
    updated_at: int | None = None
    last_active_at: int | None = None
    deactivated_at: int = 0
    bot: bool = False
    blocked: dict[str, int] = field(default_factory=dict)
    # In the order they were made: a dict, so that the oldest is found and any one removed at once.
    tokens: dict[str, Token] = field(default_factory=dict)
    # Whether a copy of this user reads the same dict: copying all of them is most of what a reset costs.
    shares_tokens: bool = False

    def copy(self) -> User:
        """The same user, free to change; whoever changes the tokens takes them from ``own_tokens``."""
        # By place, and not dataclasses.replace: a reset copies a thousand.
        self.shares_tokens = True
        return User(
            self.uid,
            self.name,
            self.created_at,
            self.role,
            self.fields.copy(),
            self.updated_at,
            self.last_active_at,
            self.deactivated_at,
            self.bot,
            self.blocked.copy(),
            self.tokens,
            shares_tokens=True,
        )

    def own_tokens(self) -> dict[str, Token]:
        """The tokens to change, which are nobody else's."""
        if self.shares_tokens:
            self.tokens, self.shares_tokens = self.tokens.copy(), False
        return self.tokens

    @property
    def connected(self) -> bool:
        """Whether a device of this user is logged in now."""
        return any(token.logged_in for token in self.tokens.values())

    def public(self, presence_word: str, *, with_tags: bool = True) -> dict[str, Any]:
        """The user as the service shows it, unset fields left out."""
        shown: dict[str, Any] = {"uid": self.uid, "name": self.name}
        shown.update((name, self.fields[name]) for name in OPTIONAL_FIELDS if name in self.fields)
        if not with_tags:
            shown.pop("tags", None)
        shown["status"] = presence_word if self.connected else "offline"
        shown["role"] = self.role
        shown["createdAt"] = self.created_at
        moments = {"updatedAt": self.updated_at, "lastActiveAt": self.last_active_at}
        shown |= {name: moment for name, moment in moments.items() if moment is not None}
        if self.deactivated_at:
            shown["deactivatedAt"] = self.deactivated_at
        return shown
