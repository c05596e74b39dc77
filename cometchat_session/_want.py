"""What a caller of `login` asked for, and whether a record answers it already. Pure decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from cometchat_session._fork import importing
from cometchat_session._secret import Secret
from cometchat_session.errors import AlreadyLoggedInError, NotLoggedInError

if TYPE_CHECKING:
    from cometchat_session.models import User
    from cometchat_session.session import Record, Session


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
            raise already_logged_in(session.uid)
        return None  # a token's user is not known before the server has been asked


def already_logged_in(uid: str) -> AlreadyLoggedInError:
    """Return the error for a login that finds somebody else logged in."""
    return AlreadyLoggedInError(
        f"Logged in as {uid!r}.", hint="Log out first, or pass switch_user=True to log in as somebody else."
    )


def logged_out() -> NotLoggedInError:
    """Return the error for a login that a logout overtook."""
    return NotLoggedInError(
        "logout() was called while this login was running.", hint="Log in again if you mean to."
    )
