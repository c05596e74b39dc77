"""What a caller of `login` asked for, and whether a record answers it already. Pure decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from cometchat_session import _messages
from cometchat_session._late_imports import importing
from cometchat_session._secret import Secret
from cometchat_session.errors import (
    AlreadyLoggedInError,
    CometChatError,
    NotLoggedInError,
    StoreError,
    from_json,
)

if TYPE_CHECKING:
    from cometchat_session.models.user import User
    from cometchat_session.stores.record import Flight, Record, Session


@frozen(kw_only=True)
class Landing:
    """How a login ended, and what is left to do once the lock is given back."""

    user: User | None = None
    error: CometChatError | None = None
    flight: Flight | None = None
    unwanted: Secret | None = None


@frozen(kw_only=True)
class Want:
    """A login as asked for, checked: of a uid with the Auth Key, or with an auth token."""

    uid: str = ""
    key: Secret = Secret("")
    token: Secret | None = None
    switch_user: bool = False
    verify: bool = False
    force: bool = False

    def digest(self) -> str:
        """Return what two callers share when they want the same; nothing can be read back from it."""
        with importing:
            import hashlib  # takes longer to import than a look-up takes in all

        secret = self.token or self.key
        parts = f"{self.uid}:{self.switch_user}:{self.verify}:{self.force}:{secret.reveal()}"
        return hashlib.sha256(parts.encode()).hexdigest()

    def means(self, session: Session) -> bool:
        """Tell whether a session is the one that is wanted."""
        return session.uid == self.uid if self.token is None else session.auth_token == self.token

    def found_in(self, record: Record) -> User | None:
        """Return the stored user where that is the answer; refuse where another user stands in the way."""
        session = record.session
        if session is None:
            return None
        if self.means(session):
            return None if self.verify or self.force else session.user
        if self.token is None and not self.switch_user:
            raise _already_logged_in(session.uid)
        return None  # a token's user is not known before the server has been asked

    def landed(self, arrived: Record, record: Record) -> Landing | None:
        """Return what a login for the same ended with since `arrived`, as the record then was."""
        flight = record.flight
        if flight is None or flight.want != self.digest():
            return None
        if arrived.flight is not None and arrived.flight.number == flight.number:
            return None
        if flight.error is None and record.session is None:
            return None  # it succeeded, and its token has died since
        user = record.session.user if record.session else None
        error = None if flight.error is None else from_json(flight.error)
        return Landing(user=user, error=error, flight=flight)

    def placed(self, base: Record, record: Record, fresh: Session, flight: Flight) -> Landing:
        """Return how a login ends that began on `base` and is to be stored over `record`.

        Without a flight: what is stored stays.
        """
        if record.generation != base.generation:
            raise logged_out()
        there = record.session
        if there is None:
            return Landing(user=fresh.user, flight=flight)
        if there.uid != fresh.uid and not self.switch_user:
            raise _already_logged_in(there.uid)
        broken = base.session is None or there.auth_token != base.session.auth_token
        if broken and (user := self.found_in(record)):
            # The lock did not hold and another login was quicker: there must not be two sessions.
            return Landing(user=user, unwanted=None if self.token else fresh.auth_token)
        former = there.auth_token if there.uid != fresh.uid else None
        return Landing(user=fresh.user, flight=flight, unwanted=former)


def _already_logged_in(uid: str) -> AlreadyLoggedInError:
    """Return the error for a login that finds somebody else logged in."""
    return AlreadyLoggedInError(
        f"Logged in as {uid!r}.",
        hint="Log out first, or pass switch_user=True to log in as somebody else.",
        advice="log_out_or_switch_user",
    )


def logged_out() -> NotLoggedInError:
    """Return the error for a login that a logout overtook."""
    return NotLoggedInError(
        "A logout came while this login was running.", hint="Log in again if you mean to."
    )


def concerns_all(error: CometChatError) -> bool:
    """Tell whether those who wait are to share a failure: not a client's own `close()`.

    Nor that of the store, which could hardly be left in the store, and would only cost its time twice.
    """
    return error.code != _messages.CLOSED and not isinstance(error, StoreError)
