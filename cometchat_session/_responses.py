"""What an answer means: which error, saying what, with which next step. Pure functions.

Codes and statuses: CometChat's error guide, and for some statuses what others have published of live
runs. The documents give few statuses, so the code decides and the status fills in.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from cometchat_session import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cometchat_session._secret import Secret

LONGEST_WAIT = 2.0**31  # seconds; a header that asks for more is damaged

_INVALID_APP = "Check the app id and the region: both are in the dashboard, and a region is us, eu or in."
_KEY_UNKNOWN = "A key belongs to one app: check the key and the app id."
_KEY_SCOPE = (
    "A session client takes the Auth Key; a backend takes the REST API key (scope fullAccess), which must "
    "never leave your server."
)
_LOG_IN = (
    "Log in again. A token ends when it is revoked, logged out elsewhere or pushed out by 100 newer ones, "
    "and with its user."
)
_REVOKED = "The user has no such token; it may be revoked already."
_OTHER_DEVICE = "The token is tied to another device. Make one for each user and device."
_OTHER_USER = "The token is tied to another user. Make one for each user and device."

_CODES: dict[str, tuple[type[errors.APIError], str | None]] = {
    "AUTH_ERR_EMPTY_APPID": (errors.AuthenticationError, _INVALID_APP),
    "AUTH_ERR_INVALID_APPID": (errors.AuthenticationError, _INVALID_APP),
    "AUTH_ERR_EMPTY_APIKEY": (errors.AuthenticationError, _KEY_UNKNOWN),
    "AUTH_ERR_APIKEY_NOT_FOUND": (errors.APIKeyNotFoundError, _KEY_UNKNOWN),
    "ERR_APIKEY_NOT_FOUND": (errors.APIKeyNotFoundError, None),
    "AUTH_ERR_NO_ACCESS": (errors.PermissionDeniedError, _KEY_SCOPE),
    "AUTH_ERR_EMPTY_AUTH_TOKEN": (errors.AuthenticationError, _LOG_IN),
    "AUTH_ERR_AUTH_TOKEN_NOT_FOUND": (errors.AuthTokenNotFoundError, _LOG_IN),
    "ERR_AUTH_TOKEN_NOT_FOUND": (errors.AuthTokenNotFoundError, _REVOKED),
    "ERR_AUTHTOKEN_UNAVAILABLE": (errors.PermissionDeniedError, _OTHER_DEVICE),
    "ERR_AUTHTOKEN_NOT_ACCESSIBLE": (errors.PermissionDeniedError, _OTHER_USER),
    "ERR_UID_NOT_FOUND": (
        errors.UserNotFoundError,
        "CometChat uses one code for a missing and a deactivated user: create it first, or reactivate it.",
    ),
    "ERR_UID_ALREADY_EXISTS": (
        errors.UserAlreadyExistsError,
        "To update it use ensure(). If you cannot see it, it is deactivated: reactivate it.",
    ),
    "ERR_INVALID_UID": (errors.BadRequestError, "A uid has 1 to 100 letters, digits, _ and -."),
    "ERR_BAD_REQUEST": (errors.BadRequestError, None),
    "ERR_ROLE_NOT_FOUND": (errors.BadRequestError, "Create the role in the dashboard first."),
    "ERR_TOO_MANY_REQUESTS": (errors.RateLimitedError, None),
    "ERR_PLAN_RESTRICTION": (errors.PlanError, "Your plan does not include this."),
    "ERR_PLAN_QUOTA_RESTRICTION": (errors.PlanError, "Your plan's quota is used up."),
    "ERR_SUBSCRIPTION_EXPIRED": (errors.PlanError, "The app's subscription has ended."),
    "ERR_API_NOT_FOUND": (errors.UnexpectedResponseError, "Check the base URL."),
    "ERR_INVALID_API_VERSION": (errors.UnexpectedResponseError, None),
    "ERR_OPERATION_FAILED": (errors.ServerError, None),
    "ERR_EXCEPTION": (errors.ServerError, None),
    "ERR_MISSION_FAILED": (errors.ServerError, None),
    "ERR_BAD_ERROR_RESPONSE": (errors.ServerError, None),
    "ERR_AUTH_TOKEN_DELETE_FAILED": (errors.ServerError, None),
    "ERR_AUTH_TOKENS_DELETE_FAILED": (errors.ServerError, None),
    "ERR_UID_DELETE_FAILED": (errors.ServerError, None),
    "ERR_WS_USER_CREATION_FAILED": (errors.ServerError, None),
    "ERR_WS_USER_UPDATION_FAILED": (errors.ServerError, None),
}

_STATUSES: dict[int, type[errors.APIError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    402: errors.PlanError,
    403: errors.PermissionDeniedError,
    404: errors.UserNotFoundError,
    409: errors.UserAlreadyExistsError,
    413: errors.BadRequestError,
    415: errors.BadRequestError,
    422: errors.BadRequestError,
    429: errors.RateLimitedError,
}

# A token as every published example shows it, and a key: masked wherever a server's text repeats one.
_TOKEN_OR_KEY = re.compile(r"\b[A-Za-z0-9_-]{1,100}_\d{10}[0-9a-f]{30}\b|\b[0-9a-f]{40}\b")


def error_from(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    asked: str,
    now: float,
    secrets: Iterable[Secret] = (),
) -> errors.APIError:
    """Return the error that an answer stands for.

    Args:
        status: the HTTP status.
        headers: the answer's headers; names are looked up in lower case.
        body: the answer's body, whatever it is.
        asked: what was asked, for the message: method and path template.
        now: the time, in UNIX seconds, for headers that name a moment.
        secrets: keys and tokens that took part, so that no text repeats them.
    """
    envelope = _envelope(body)
    code = envelope.get("code")
    code = code if isinstance(code, str) and code else None
    kind, hint = _CODES.get(code or "", (None, None))
    if kind is None:
        kind = _by_status(status, known=bool(envelope))
    said = envelope.get("message")
    if isinstance(said, str) and said:
        message = _scrubbed(said, secrets)
    elif envelope or not body:
        message = f"CometChat answered {asked} with status {status}{f' and code {code}' if code else ''}."
    else:
        message = f"CometChat answered {asked} with status {status} and a body that is no error of its own."
    wait = retry_after(headers, now)
    if kind is errors.RateLimitedError:
        hint = f"Try again in {wait:.0f} s." if wait is not None else "Wait a minute, then try again."
    elif kind is errors.ServerError and hint is None:
        hint = "The fault is on the server's side: try again later."
    elif 300 <= status < 400:
        hint = "Redirects are not followed: check the base URL."
    return kind(
        message,
        hint=hint,
        code=code,
        status=status,
        details=_scrubbed_tree(envelope.get("details"), secrets),
        retry_after=wait,
        request_id=headers.get("x-request-id"),
        sent="yes",
    )


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that the server asks to wait, in any of the spellings in use, or `None`.

    CometChat's pages give the moment of reset under two names; `Retry-After` is on both.
    """
    if (wait := _seconds(headers.get("retry-after"))) is not None:
        return wait
    if (moment := _moment(headers.get("retry-after"))) is not None:
        return max(0.0, moment - now)
    if (milliseconds := _seconds(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    for name in ("x-rate-limit-reset", "x-ratelimit-reset"):
        reset = _seconds(headers.get(name))
        if reset is not None and reset > 0:
            then = _moment(headers.get("date"))  # the server's own clock, where it shows it
            return max(0.0, reset - (now if then is None else then))
    return None


def _seconds(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= LONGEST_WAIT else None


def _moment(text: str | None) -> float | None:
    if not text or not text[:1].isalpha():
        return None
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None


def _by_status(status: int, *, known: bool) -> type[errors.APIError]:
    if status == 404 and not known:
        return errors.UnexpectedResponseError  # not CometChat's own: no word about any user
    if status >= 500 or status in (408, 425, 499):
        return errors.ServerError
    return _STATUSES.get(status, errors.UnexpectedResponseError)


def _envelope(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    envelope = document.get("error") if isinstance(document, dict) else None
    if isinstance(envelope, str):
        return {"message": envelope}
    return envelope if isinstance(envelope, dict) else {}


def _scrubbed(text: str, secrets: Iterable[Secret]) -> str:
    for secret in secrets:
        text = text.replace(secret.reveal(), "***")
    return _TOKEN_OR_KEY.sub("***", text)


def _scrubbed_tree(value: Any, secrets: Iterable[Secret]) -> Any:
    if isinstance(value, str):
        return _scrubbed(value, secrets)
    if isinstance(value, list):
        return [_scrubbed_tree(item, secrets) for item in value]
    if isinstance(value, dict):
        return {_scrubbed(name, secrets): _scrubbed_tree(item, secrets) for name, item in value.items()}
    return value
