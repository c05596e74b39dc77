"""What a caller of `login` asked for, and whether a record answers it already. Pure decisions."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from attrs import frozen

from cometchat_session._secret import Secret
from cometchat_session._transport.request import CLOSED
from cometchat_session._validation import check_secret, check_uid
from cometchat_session.config import ambiguity
from cometchat_session.errors import (
    AlreadyLoggedInError,
    CometChatError,
    ConfigurationError,
    NotLoggedInError,
    StoreError,
    from_json,
)

if TYPE_CHECKING:
    from cometchat_session.models.user import User
    from cometchat_session.stores.record import LoginAttempt, Record, Session


@frozen(kw_only=True)
class LoginOutcome:
    """How a login ended, and what is left to do once the lock is given back.

    Attributes:
        user: who is logged in.
        error: what the login failed with.
        attempt: what was stored of it for those who wait; `None` where nothing was.
        unwanted: a token that nobody needs any more, to be ended on the server.
    """

    user: User | None = None
    error: CometChatError | None = None
    attempt: LoginAttempt | None = None
    unwanted: Secret | None = None


@frozen(kw_only=True)
class LoginRequest:
    """A login as asked for, checked: of a uid with the Auth Key, or with an auth token."""

    uid: str = ""
    key: Secret = Secret("")
    token: Secret | None = None
    switch_user: bool = False
    verify: bool = False
    force: bool = False

    def digest(self) -> str:
        """Return what two callers share when they want the same; nothing can be read back from it."""
        secret = self.token or self.key
        parts = f"{self.uid}:{self.switch_user}:{self.verify}:{self.force}:{secret.reveal()}"
        return hashlib.sha256(parts.encode()).hexdigest()

    def wants(self, session: Session) -> bool:
        """Return whether a session is the one that is asked for."""
        return session.uid == self.uid if self.token is None else session.auth_token == self.token

    def stored_user(self, record: Record) -> User | None:
        """Return the stored user where that is the answer; refuse where another user stands in the way."""
        session = record.session
        if session is None:
            return None
        if self.wants(session):
            return None if self.verify or self.force else session.user
        if self.token is None and not self.switch_user:
            raise _already_logged_in(session.uid)
        return None  # a token's user is not known before the server has been asked

    def shared_result(self, arrived: Record, record: Record) -> LoginOutcome | None:
        """Return what a login for the same ended with since `arrived`, as the record then was."""
        attempt = record.attempt
        if attempt is None or attempt.want != self.digest():
            return None
        if arrived.attempt is not None and arrived.attempt.number == attempt.number:
            return None
        if attempt.error is None and record.session is None:
            return None  # it succeeded, and its token has died since
        user = record.session.user if record.session else None
        error = None if attempt.error is None else from_json(attempt.error)
        return LoginOutcome(user=user, error=error, attempt=attempt)

    def resolve_write(
        self, base: Record, record: Record, fresh: Session, attempt: LoginAttempt
    ) -> LoginOutcome:
        """Return how a login ends that began on `base` and is to be stored over `record`.

        Without an attempt: what is stored stays.
        """
        if record.generation != base.generation:
            raise logged_out()
        there = record.session
        if there is None:
            return LoginOutcome(user=fresh.user, attempt=attempt)
        if there.uid != fresh.uid and not self.switch_user:
            raise _already_logged_in(there.uid)
        broken = base.session is None or there.auth_token != base.session.auth_token
        if broken and (user := self.stored_user(record)):
            # The lock did not hold and another login was quicker: there must not be two sessions.
            return LoginOutcome(user=user, unwanted=None if self.token else fresh.auth_token)
        former = there.auth_token if there.uid != fresh.uid else None
        return LoginOutcome(user=fresh.user, attempt=attempt, unwanted=former)


def checked_request(
    uid: str | None,
    key: Secret | None,
    token: Secret | None,
    own_key: Secret | None,
    *,
    switch_user: bool,
    verify: bool,
    force: bool,
) -> LoginRequest:
    """Check what `login` was given; nothing leaves the machine before this has passed.

    `own_key` is the client's own Auth Key, for where no other is given.
    """
    if token is not None:
        if uid is not None or key is not None:
            raise TypeError("login() takes a uid with the Auth Key, or an auth_token, not both")
        token = check_secret("auth_token", token)
        return LoginRequest(token=token, switch_user=switch_user, verify=verify, force=force)
    if uid is None:
        raise TypeError("login() needs a uid, or an auth_token")
    uid = check_uid(uid)
    key = own_key if key is None else check_secret("auth_key", key)
    if key is None:
        way = (
            "Set it for development. In production, log in with an auth token from your backend: "
            "login(auth_token=...)."
        )
        raise ConfigurationError(
            "To log in by uid the Auth Key is needed, and COMETCHAT_AUTH_KEY is not set.",
            hint=" ".join(filter(None, (way, ambiguity()))),
            advice="set_auth_key",
            remark=ambiguity(),
        )
    return LoginRequest(uid=uid, key=key, switch_user=switch_user, verify=verify, force=force)


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
    """Return whether those who wait are to share a failure: not a client's own `close()`.

    Nor that of the store, which could hardly be left in the store, and would only cost its time twice.
    """
    return error.code != CLOSED and not isinstance(error, StoreError)
