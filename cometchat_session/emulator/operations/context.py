"""What an operation is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cometchat_session.emulator.errors import Refusal, bad_request
from cometchat_session.emulator.validation import Checker

if TYPE_CHECKING:
    from cometchat_session.emulator.call import Call
    from cometchat_session.emulator.model import Token, User
    from cometchat_session.emulator.settings import Settings
    from cometchat_session.emulator.state import State


@dataclass(slots=True)
class Context:
    """One call with its path parameters, and who makes it (nobody where a key was sent)."""

    call: Call
    params: tuple[str, ...]
    state: State
    token: Token | None = None
    viewer: User | None = None

    @property
    def settings(self) -> Settings:
        """The switches."""
        return self.state.settings

    def checker(self) -> Checker:
        """A fresh checker for this call's input."""
        return Checker(self.settings)

    def body(self) -> dict[str, Any]:
        """The body, if it is an object and not too large."""
        if len(self.call.body) > self.settings.body_limit:
            raise bad_request(
                {"body": [f"The body may not be greater than {self.settings.body_limit} bytes."]}
            )
        return self.call.json()

    def session(self) -> tuple[Token, User]:
        """Token and user of a call that a token was checked for."""
        if self.token is None or self.viewer is None:
            raise LookupError("this operation was routed without a token")
        return self.token, self.viewer

    def user(self) -> User:
        """The user whom the path names."""
        uid = self.params[0]
        user = self.state.find(uid)
        if user is None:
            raise no_user(uid)
        return user


def no_user(uid: str) -> Refusal:
    """The answer for a user who is missing or deactivated; the service names the uid in lower case."""
    return Refusal("ERR_UID_NOT_FOUND", uid=uid.lower())
