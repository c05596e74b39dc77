"""What an answer means: which error, with what in it. Pure functions; `_messages` has the texts.

Codes and statuses: CometChat's error guide, and for some statuses what others have published of live
runs. The documents give few statuses, so the code decides and the status fills in.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from cometchat_session import errors
from cometchat_session._messages import BOT, advice, by_field, worded
from cometchat_session._transport.rate_limit import rate_limit, retry_after, server_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cometchat_session._messages import About
    from cometchat_session._secret import Secret

MOST_BODY = 200  # of an answer that is no JSON; enough to see whose it is
_NO_TOKENS_FOR_BOTS = "not allowed for this bot"

_CODES: dict[str, type[errors.APIError]] = {
    "AUTH_ERR_EMPTY_APPID": errors.AuthenticationError,
    "AUTH_ERR_INVALID_APPID": errors.AuthenticationError,
    "AUTH_ERR_EMPTY_APIKEY": errors.AuthenticationError,
    "AUTH_ERR_APIKEY_NOT_FOUND": errors.APIKeyNotFoundError,
    "ERR_APIKEY_NOT_FOUND": errors.APIKeyNotFoundError,
    "AUTH_ERR_NO_ACCESS": errors.PermissionDeniedError,
    "AUTH_ERR_EMPTY_AUTH_TOKEN": errors.AuthenticationError,
    "AUTH_ERR_AUTH_TOKEN_NOT_FOUND": errors.AuthTokenNotFoundError,
    "ERR_AUTH_TOKEN_NOT_FOUND": errors.AuthTokenNotFoundError,
    "ERR_AUTHTOKEN_UNAVAILABLE": errors.PermissionDeniedError,
    "ERR_AUTHTOKEN_NOT_ACCESSIBLE": errors.PermissionDeniedError,
    "ERR_UID_NOT_FOUND": errors.UserNotFoundError,
    "ERR_UID_ALREADY_EXISTS": errors.UserAlreadyExistsError,
    "ERR_INVALID_UID": errors.BadRequestError,
    "ERR_BAD_REQUEST": errors.BadRequestError,
    "ERR_ROLE_NOT_FOUND": errors.BadRequestError,
    "ERR_TOO_MANY_REQUESTS": errors.RateLimitedError,
    "ERR_PLAN_RESTRICTION": errors.PlanError,
    "ERR_PLAN_QUOTA_RESTRICTION": errors.PlanError,
    "ERR_SUBSCRIPTION_EXPIRED": errors.PlanError,
    "ERR_API_NOT_FOUND": errors.UnexpectedResponseError,
    "ERR_INVALID_API_VERSION": errors.UnexpectedResponseError,
    "ERR_OPERATION_FAILED": errors.ServerError,
    "ERR_EXCEPTION": errors.ServerError,
    "ERR_MISSION_FAILED": errors.ServerError,
    "ERR_BAD_ERROR_RESPONSE": errors.ServerError,
    "ERR_AUTH_TOKEN_DELETE_FAILED": errors.ServerError,
    "ERR_AUTH_TOKENS_DELETE_FAILED": errors.ServerError,
    "ERR_UID_DELETE_FAILED": errors.ServerError,
    "ERR_WS_USER_CREATION_FAILED": errors.ServerError,
    "ERR_WS_USER_UPDATION_FAILED": errors.ServerError,
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
    about: About,
    now: float,
    secrets: Iterable[Secret] = (),
) -> errors.APIError:
    """Return the error that an answer stands for.

    Args:
        status: the HTTP status.
        headers: the answer's headers; names are looked up in lower case.
        body: the answer's body, whatever it is.
        about: what was asked, for the message.
        now: the time, in UNIX seconds, for headers that name a moment.
        secrets: keys and tokens that took part, so that no text repeats them.
    """
    envelope = _envelope(body)
    code = envelope.get("code")
    code = code if isinstance(code, str) and code else None
    kind = _CODES.get(code or "") or _by_status(status, known=bool(envelope))
    said = envelope.get("message")
    said = _scrubbed(said, secrets) if isinstance(said, str) else ""
    wait = retry_after(headers, now)
    hint: str | None
    fields: dict[str, Any] = {}
    if kind is errors.RateLimitedError:
        rate = rate_limit(headers, now)
        fields = {"limit": rate.limit, "left": rate.remaining}
        message = ": ".join(filter(None, ("Rate limited", str(rate)))) + "."
        hint = f"Try again in {wait:.0f} s." if wait is not None else "Wait a minute, then try again."
    else:
        ours, hint = worded(BOT if _NO_TOKENS_FOR_BOTS in said else code or "", about)
        message = ours or said
        if not envelope and body:
            fields = {"body": _scrubbed(body[:MOST_BODY].decode("utf-8", "replace"), secrets)}
    if not message:
        message = f"CometChat answered {about.asked} with status {status}" + (
            " and a body that is not its own; the beginning is in the error's body."
            if fields
            else f"{f' and code {code}' if code else ''}."
        )
    details = _scrubbed_tree(envelope.get("details"), secrets)
    if kind is errors.BadRequestError and (fields_said := by_field(details)):
        message = f"{message} {fields_said}"
    if kind is errors.ServerError and hint is None:
        hint = "The fault is on the server's side: try again later."
    elif 300 <= status < 400 and hint is None:
        hint = "Redirects are not followed: check the base URL."
    return kind(
        message,
        hint=hint,
        advice=advice(code or ""),
        code=code,
        status=status,
        details=details,
        retry_after=wait,
        request_id=headers.get("x-request-id"),
        server_time=server_time(headers.get("date")),
        sent="yes",
        **fields,
    )


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
