"""The requests of a session, and what their replies say. Pure: nothing here is sent."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from cometchat_session._secret import Secret
from cometchat_session._transport.request import Call, Effect
from cometchat_session._version import __version__
from cometchat_session.config import SESSION_VERSION
from cometchat_session.errors import IdentityMismatchError, UnexpectedResponseError
from cometchat_session.models.auth_token import AuthToken
from cometchat_session.models.user import User
from cometchat_session.stores.record import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session.config import AppConfig

T = TypeVar("T")

# Honest names of our own: the official SDK sends "WEB" and its browser's user agent here.
PLATFORM = "PYTHON"
USER_AGENT = (
    f"cometchat-session/{__version__} python/{sys.version_info[0]}.{sys.version_info[1]} {sys.platform}"
)


@frozen
class SessionRequests:
    """Builds a session's requests for one app."""

    config: AppConfig

    def mint(self, uid: str, key: Secret, device_id: str) -> Call:
        """Make a token for a user, with the Auth Key.

        Without `force`: the documents imply that the server may then hand out a token it has already,
        so that one repetition does no harm; nobody has confirmed it.
        """
        return Call(
            operation="create_auth_token",
            url=self.config.mint_url,
            header="apiKey",
            credential=key,
            path={"uid": uid},
            body=_device(device_id),
            effect=Effect.ONCE,
            subject=uid,
        )

    def enter(self, token: Secret, device_id: str) -> Call:
        """Log in with a token and register this device."""
        return self._own("login", token, body=_device(device_id))

    def refresh(self, token: Secret, uid: str) -> Call:
        """Ask who the token of a user's session belongs to."""
        return self._own("get_me", token, subject=uid)

    def leave(self, token: Secret) -> Call:
        """End the token."""
        return self._own("logout", token)

    def _own(
        self, operation: str, token: Secret, body: dict[str, Any] | None = None, subject: str | None = None
    ) -> Call:
        return Call(
            operation=operation,
            url=self.config.session_url,
            header="authToken",
            credential=token,
            body=body,
            subject=subject,
        )


def minted(reply: dict[str, Any], uid: str) -> Secret:
    """Read the reply to `mint`. Raises `UnexpectedResponseError` or `IdentityMismatchError`."""
    token = read(AuthToken.from_api, reply, "an auth token")
    del reply
    _check_identity(token.uid, uid)
    return Secret(token.auth_token)


def entered(reply: dict[str, Any], token: Secret, now: float, uid: str) -> Session:
    """Read the reply to `enter` or `refresh`: the session of a token, for `uid` or, if blank, for anybody.

    Raises `UnexpectedResponseError` or `IdentityMismatchError`.
    """
    user, settings = read(_user_and_settings, reply, "the logged-in user")
    del reply
    _check_identity(user.uid, uid or user.uid)
    return Session(user=user, auth_token=token, created_at=now, verified_at=now, settings=settings)


def read(parse: Callable[[dict[str, Any]], T], reply: dict[str, Any], what: str) -> T:
    """Read a reply's `data`. Raises `UnexpectedResponseError` where it does not hold `what`.

    Replies hold tokens, so no frame that an error passes through keeps one: neither here, where it is
    dropped before anything is raised, nor in the callers, who hand it on without naming it.
    """
    whole, reply = reply, {}
    return read_whole(lambda answer: parse(answer["data"]), whole, what)


def read_whole(parse: Callable[[dict[str, Any]], T], reply: dict[str, Any], what: str) -> T:
    """Read a reply with all that is beside its `data`, like `read`."""
    try:
        return parse(reply)
    except (KeyError, TypeError, AttributeError, ValueError):
        del reply
    raise UnexpectedResponseError(
        f"CometChat's answer does not hold {what}.", hint="Nothing was changed. Try again later.", sent="yes"
    )


def _user_and_settings(data: dict[str, Any]) -> tuple[User, dict[str, Any]]:
    settings = data.get("settings")
    return User.from_api(data), settings if isinstance(settings, dict) else {}


def _check_identity(uid: str, wanted: str) -> None:
    if uid != wanted:
        raise IdentityMismatchError(
            f"CometChat answered for user {uid!r} when it was asked for {wanted!r}. Nothing was stored.",
            hint="A proxy or a cache may mix up answers; do not go on before that is found.",
        )


def _device(device_id: str) -> dict[str, Any]:
    return {
        "platform": PLATFORM,
        "deviceId": device_id,
        "appInfo": {"version": f"v{__version__}", "apiVersion": SESSION_VERSION, "userAgent": USER_AGENT},
    }
