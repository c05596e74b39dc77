"""The state of one emulated app: pure data and its rules, no HTTP.

One thread owns it (the server's event loop). Users and tokens are found through dicts, so that a thousand
users with a hundred tokens each answer as fast as five.
"""

from __future__ import annotations

import hashlib
import secrets
from copy import copy
from typing import TYPE_CHECKING, Any

from cometchat_session.emulator.model import AUTH_ONLY, FULL_ACCESS, Key, Token, User

if TYPE_CHECKING:
    from cometchat_session.emulator.clock import Clock
    from cometchat_session.emulator.settings import Settings

SEED_USERS = {
    "cometchat-uid-1": "Andrew Joseph",
    "cometchat-uid-2": "George Alan",
    "cometchat-uid-3": "Nancy Grace",
    "cometchat-uid-4": "Susan Marie",
    "cometchat-uid-5": "John Paul",
}
SEED_BOT = "cometchat-bot-1"
REMEMBERED = 10_000


class State:
    """Users, tokens, keys and roles of one app."""

    def __init__(self, app_id: str, region: str, clock: Clock, settings: Settings) -> None:
        self.app_id, self.region = app_id, region
        self.clock = clock
        self.settings = settings
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.keys: dict[str, Key] = {}
        self.roles: set[str] = {"default"}
        self.minted = 0
        # Tokens that are no more: whose, and why. Nothing depends on it; it answers people who ask.
        self.ended: dict[str, tuple[str, str]] = {}
        self._chance = secrets.token_hex(8)
        self._shares_tokens = False

    def seed(self, auth_key: str, rest_api_key: str) -> None:
        """Fill an empty app as a new one is: both keys, five users, and a bot besides."""
        now = self.clock.seconds()
        self.add_keys(auth_key, rest_api_key)
        for uid, name in SEED_USERS.items():
            self.users[uid] = User(uid, name, now)
        self.users[SEED_BOT] = User(SEED_BOT, "Bot", now, bot=True)

    def copy(self) -> State:
        """A state to go on from that leaves this one as it is; its new tokens are other ones."""
        twin = State(self.app_id, self.region, copy(self.clock), copy(self.settings))
        twin.users = {uid: user.copy() for uid, user in self.users.items()}
        twin.keys, twin.roles, twin.minted = self.keys.copy(), self.roles.copy(), self.minted
        twin.tokens = self.tokens
        twin._shares_tokens = self._shares_tokens = True
        return twin

    def add_keys(self, auth_key: str, rest_api_key: str) -> None:
        """Make the two keys of every app known, each with its scope."""
        now = self.clock.seconds()
        self.add_key(Key(auth_key, "Auth Key", AUTH_ONLY, now))
        self.add_key(Key(rest_api_key, "REST API Key", FULL_ACCESS, now))

    def add_key(self, key: Key) -> None:
        """Make an API key known."""
        self.keys[key.api_key] = key

    def find(self, uid: str) -> User | None:
        """The user of this uid in any spelling of case, unless missing or deactivated."""
        user = self.users.get(uid.lower())
        return None if user is None or user.deactivated_at else user

    def token(self, secret: str) -> Token | None:
        """A live token by its text."""
        token = self.tokens.get(secret)
        if token is not None and self.settings.token_lifetime:
            self.expire(self.users[token.uid])
            return self.tokens.get(secret)
        return token

    def expire(self, user: User) -> None:
        """End the tokens of a user that have lived long enough, where tokens expire at all."""
        lifetime, now = self.settings.token_lifetime, self.clock.seconds()
        if not lifetime:
            return
        for token in [token for token in user.tokens.values() if token.created_at + lifetime <= now]:
            self.drop_token(token, "it expired")

    def mint(self, user: User) -> Token:
        """Make one more token; over the limit the user's oldest dies."""
        now = self.clock.seconds()
        self.minted += 1
        source = f"{self.settings.token_seed or self._chance}:{user.uid}:{self.minted}"
        token = Token(
            f"{user.uid}_{now:010d}{hashlib.sha256(source.encode()).hexdigest()[:30]}", user.uid, now
        )
        self.add_token(token)
        limit = self.settings.token_limit
        while limit and len(user.tokens) > limit:
            self.drop_token(next(iter(user.tokens.values())), f"the oldest of more than {limit}")
        return token

    def add_token(self, token: Token) -> None:
        """Index a token under itself and under its user."""
        self._own_tokens()[token.auth_token] = token
        self.users[token.uid].own_tokens()[token.auth_token] = token

    def _own_tokens(self) -> dict[str, Token]:
        """All tokens, to change; like a user's own, they are shared with a copy until somebody does."""
        if self._shares_tokens:
            self.tokens, self._shares_tokens = self.tokens.copy(), False
        return self.tokens

    def change(self, token: Token, **fields: Any) -> Token:
        """Put a changed token in the place of one."""
        changed = token._replace(**fields)
        self.add_token(changed)
        return changed

    def drop_token(self, token: Token, why: str) -> None:
        """End a token, and remember why."""
        del self._own_tokens()[token.auth_token]
        del self.users[token.uid].own_tokens()[token.auth_token]
        self.ended[token.auth_token] = (token.uid, why)
        if len(self.ended) > REMEMBERED:
            del self.ended[next(iter(self.ended))]

    def drop_tokens(self, user: User, why: str) -> int:
        """End all tokens of a user, and remember why; say how many there were."""
        count = len(user.tokens)
        for token in tuple(user.tokens.values()):
            self.drop_token(token, why)
        return count

    def deactivate(self, user: User) -> None:
        """Put a user aside: uid and data stay, no call finds it."""
        user.deactivated_at = self.clock.seconds()
        for token in tuple(user.tokens.values()):
            self.change(token, logged_in=False)
        if not self.settings.tokens_survive_deactivation:
            self.drop_tokens(user, "the user was deactivated")

    def erase(self, user: User) -> None:
        """Remove a user for good, tokens and blocks included."""
        self.drop_tokens(user, "the user was deleted")
        del self.users[user.uid]
        for other in self.users.values():
            other.blocked.pop(user.uid, None)
