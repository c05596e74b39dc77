"""What callers get about tokens: frozen, and silent about their text.

Apart from `user`, because a look-up needs users only, and every class of this kind costs start-up time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from attrs import field, frozen

if TYPE_CHECKING:
    from cometchat_session.errors import CometChatError

MOST_TOKENS = 100  # CometChat's documentation: the newest 100 tokens of a user work


@frozen(kw_only=True)
class AuthToken:
    """A user's auth token. Its text is in `auth_token`, and in no `repr`, log or pickle.

    Attributes:
        uid: the user it logs in.
        auth_token: the text to hand to that user's device. Opaque; has no expiry of its own.
        created_at: UNIX seconds.
        platform: the platform it was last used on, where the server says so.
        user_agent: the client it was last used by, where the server says so.
        app_info: what that client said of itself, where the server says so.
    """

    uid: str
    auth_token: str = field(repr=False)
    created_at: int | None = None
    platform: str | None = None
    user_agent: str | None = None
    app_info: Any = None

    def __reduce__(self) -> NoReturn:
        raise TypeError("an auth token does not pickle: pass `.auth_token` on by name, where you mean to")

    def __deepcopy__(self, memo: object) -> AuthToken:
        return self


@frozen
class LogoutResult:
    """How a logout went on the server's side. The local session is gone in either case.

    Attributes:
        revoked: whether the token is dead on the server: it confirmed the logout, or no longer knew it.
        error: why it could not be told, in which case the token may still be valid; else `None`.
    """

    revoked: bool
    error: CometChatError | None = None
