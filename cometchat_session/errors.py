"""Everything that goes wrong, as one tree.

    CometChatError
    ├── ConfigurationError (ValueError)          settings missing, malformed or contradicting
    ├── InvalidUIDError (ValueError)             a uid that the server would not accept
    ├── APIError                                 the server answered with an error
    │   ├── BadRequestError                      it refused the data; `.details` says which
    │   ├── AuthenticationError                  it does not accept the credential
    │   │   ├── AuthTokenNotFoundError           the auth token is unknown or revoked
    │   │   └── APIKeyNotFoundError              the key is unknown in this app
    │   ├── PermissionDeniedError                the key's scope does not cover the operation
    │   ├── UserNotFoundError                    no such user, or it is deactivated
    │   ├── UserAlreadyExistsError
    │   ├── RateLimitedError                     too many requests; `.retry_after` in seconds
    │   ├── PlanError                            the plan does not include this, or its quota is used up
    │   ├── ServerError                          the server, or something before it, failed
    │   └── UnexpectedResponseError              an answer that makes no sense here
    ├── NetworkError (ConnectionError)           no answer: refused, reset, unknown host, cut off
    ├── DeadlineExceededError (TimeoutError)     no answer in time
    ├── NotLoggedInError                         a session is needed, and there is none
    ├── AlreadyLoggedInError                     another user's session is stored
    ├── IdentityMismatchError                    the server answered for another user
    └── StoreError                               the session could not be kept
        ├── StoreUnavailableError
        ├── StoreCorruptedError
        └── StoreLockTimeoutError

The class follows the server's `error.code`; the HTTP status decides only where the code is unknown.
No text in an error holds a key or a token, and every error pickles.
"""

from __future__ import annotations

from typing import Any, Literal

Sent = Literal["yes", "no", "unknown"]

Advice = Literal[
    "allow_more_time",
    "create_or_reactivate_user",
    "encode_uid",
    "log_in",
    "log_in_again",
    "log_out_or_switch_user",
    "one_token_for_each_device",
    "reactivate_or_delete_user",
    "set_auth_key",
    "set_key_or_pass_token",
    "set_variables",
    "update_or_reactivate_user",
]
"""The next steps that have a name, for programs that put them in words of their own: a command line, say."""


class CometChatError(Exception):
    """The root of everything this library raises on purpose.

    Attributes:
        message: what happened.
        hint: what to do next, or `None`.
        advice: the name of the step that `hint` puts in words of Python, or `None`.
        remark: a sentence at the end of `hint` that says how things stand, whatever the advice; or `None`.
        code: the server's `error.code`, or `None`.
        status: the HTTP status of the answer, or `None` where there was no answer.
        details: the server's `error.details`, by field, or `None`.
        retry_after: seconds that the server asked to wait, or `None`.
        attempts: how many tries this call made before it gave up: one, and one more for each repetition of a
            request; `None` where it made no request.
        elapsed: seconds this call took, or `None`.
        limit: requests a minute that the server allows, where it refused for that and said so.
        left: how many of them were left.
        body: the beginning of an answer that is not CometChat's own, such as a proxy's page.
        request_id: the server's id for the request where it gave one.
        sent: whether the request reached the server: "yes", "no", or "unknown" where it may have
            taken effect although no answer came.
        server_time: when the server answered, by its own clock, in UNIX seconds; `None` where it did not say.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        advice: Advice | None = None,
        remark: str | None = None,
        code: str | None = None,
        status: int | None = None,
        details: Any = None,
        retry_after: float | None = None,
        attempts: int | None = None,
        elapsed: float | None = None,
        limit: int | None = None,
        left: int | None = None,
        body: str | None = None,
        request_id: str | None = None,
        sent: Sent | None = None,
        server_time: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.advice: Advice | None = advice
        self.remark = remark
        self.code = code
        self.status = status
        self.details = details
        self.retry_after = retry_after
        self.attempts = attempts
        self.elapsed = elapsed
        self.limit = limit
        self.left = left
        self.body = body
        self.request_id = request_id
        self.sent = sent
        self.server_time = server_time

    def add_remark(self, remark: str) -> None:
        """End the hint with a sentence that holds whatever the advice."""
        self.remark = " ".join(filter(None, (self.remark, remark)))
        self.hint = " ".join(filter(None, (self.hint, remark)))

    @property
    def effort(self) -> str | None:
        """What was done before giving up, in words, where there was more than one try."""
        if (self.attempts or 1) == 1:
            return None
        return f"Gave up after {self.attempts} tries" + (f", {self.elapsed:.0f} s." if self.elapsed else ".")

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.effort, self.hint) if part)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` needs to raise the same error elsewhere: a name and plain values."""
        fields = {name: value for name, value in vars(self).items() if name in FIELDS and value is not None}
        return {"error": type(self).__name__, **fields}

    def __reduce__(self) -> tuple[Any, ...]:
        return from_json, (self.to_json(),)


class ConfigurationError(CometChatError, ValueError):
    """A setting or an argument is missing, malformed, or contradicts another."""


class InvalidUIDError(CometChatError, ValueError):
    """The uid is not 1 to 100 letters, digits, `_` and `-`. Raised before any request."""


class APIError(CometChatError):
    """The server answered, and the answer is an error."""


class BadRequestError(APIError):
    """The server refused the data it was sent; the text and `.details` name the fields."""


class AuthenticationError(APIError):
    """The server does not accept the credential, or does not know the app."""


class AuthTokenNotFoundError(AuthenticationError):
    """The auth token is unknown: revoked, logged out elsewhere, evicted, or its user was deleted."""


class APIKeyNotFoundError(AuthenticationError):
    """The key is unknown in this app."""


class PermissionDeniedError(APIError):
    """The credential is known, and not allowed to do this."""


class UserNotFoundError(APIError):
    """No such user, or the user is deactivated: the server uses one code for both."""


class UserAlreadyExistsError(APIError):
    """A user with this uid exists, possibly deactivated."""


class RateLimitedError(APIError):
    """Too many requests; `.retry_after` holds the seconds to wait where the server said so."""


class PlanError(APIError):
    """The app's plan does not include this, its quota is used up, or its subscription has ended."""


class ServerError(APIError):
    """The server, or a proxy before it, failed."""


class UnexpectedResponseError(APIError):
    """The server answered with something that is no answer to this request."""


class NetworkError(CometChatError, ConnectionError):
    """No answer came: refused, reset, cut off, or the host name is unknown."""


class DeadlineExceededError(CometChatError, TimeoutError):
    """No answer came in the time allowed."""


class NotLoggedInError(CometChatError):
    """The call needs a session, and there is none."""


class AlreadyLoggedInError(CometChatError):
    """Another user's session is stored, and `switch_user` was not given."""


class IdentityMismatchError(CometChatError):
    """The server answered for another user than the one that was asked for. Nothing was stored."""


class StoreError(CometChatError):
    """The session could not be read from, written to or removed from its store."""


class StoreUnavailableError(StoreError):
    """The store cannot be reached, read or written."""


class StoreCorruptedError(StoreError):
    """What the store holds cannot be understood."""


class StoreLockTimeoutError(StoreError):
    """Another login held the store's lock for longer than this call may take."""


TEMPORARY: tuple[type[CometChatError], ...] = (
    NetworkError,
    DeadlineExceededError,
    RateLimitedError,
    ServerError,
    StoreUnavailableError,
    StoreLockTimeoutError,
)
"""What may be gone when the same call is made again later, for `except` and for a queue's list of errors.

With Celery: `autoretry_for=errors.TEMPORARY`. Nothing else gets better without somebody doing something.
"""

FIELDS = frozenset(("message", *(CometChatError.__init__.__kwdefaults__ or ())))


def from_json(data: dict[str, Any]) -> CometChatError:
    """Rebuild an error from `to_json()`, in another process or from a store.

    A name this version does not know (a newer one wrote it) becomes a plain `CometChatError`.
    """
    kind = globals().get(data.get("error", ""))
    if not (isinstance(kind, type) and issubclass(kind, CometChatError)):
        kind = CometChatError
    fields = {name: value for name, value in data.items() if name in FIELDS}
    return kind(**{"message": "unknown error", **fields})
