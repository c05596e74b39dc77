"""What it means when an attempt comes to no good answer: one of our errors, with no secret in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

from cometchat_session.errors import (
    CometChatError,
    DeadlineExceededError,
    NetworkError,
    Sent,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from typing import Any

    from cometchat_session._transport.request import ApiRequest
    from cometchat_session.config import AppConfig

# What an attempt can end in: HTTP's failures, ours, and what the generated parsers raise for odd replies.
FAILURES = (
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    CometChatError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)


def error_for(
    failure: BaseException, request: ApiRequest[Any], app: AppConfig, seconds: float, status: int | None
) -> CometChatError:
    """Return our error for whatever stopped an attempt, with nothing attached that holds a secret.

    Args:
        failure: what stopped it.
        request: what was asked.
        app: the app that it went to.
        seconds: how long it was allowed to take.
        status: the answer's status, if there was one.
    """
    route = request.call.operation.route
    if isinstance(failure, CometChatError):
        failure.__traceback__ = failure.__context__ = failure.__cause__ = None
        return failure
    if isinstance(failure, httpx.TimeoutException | TimeoutError):
        return _too_late(failure, route, seconds)
    if isinstance(failure, httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol):
        return _not_connected(failure, route, request.url, app)
    if isinstance(failure, httpx.TransportError):
        return NetworkError(
            f"The connection broke before {route} was answered ({type(failure).__name__}).",
            hint="The request may have taken effect.",
            sent="unknown",
        )
    return UnexpectedResponseError(
        f"The answer to {route} is not what it should be ({type(failure).__name__}).",
        hint="Something between here and CometChat may have answered in its place.",
        status=status,
        sent="yes",
    )


def _too_late(failure: BaseException, route: str, seconds: float) -> DeadlineExceededError:
    unsent = isinstance(failure, httpx.ConnectTimeout | httpx.PoolTimeout)
    sent: Sent = "no" if unsent else "unknown"
    hint = "Check the network." if unsent else "The request may have taken effect."
    return DeadlineExceededError(f"No answer in {seconds:.1f} s to {route}.", hint=hint, sent=sent)


def _not_connected(failure: httpx.TransportError, route: str, url: str, app: AppConfig) -> NetworkError:
    host, text = httpx.URL(url).netloc.decode(), str(failure)
    code: str | None = None
    hint = "Check the network and try again."
    if "CERTIFICATE_VERIFY_FAILED" in text:
        code, hint = (
            "CERTIFICATE",
            "The host's certificate is not to be trusted; do not go on before that is understood.",
        )
    elif re.search(r"\[Errno -(2|5)\]|nodename nor servname", text):
        code, hint = "UNKNOWN_HOST", "Check the base URL and the network."
        if app.base_url is None:
            hint = (
                f"There may be no app {app.app_id!r} in region {app.region!r}: together they make the host's "
                "name, and the dashboard shows both. Or the network is down."
            )
    return NetworkError(
        f"Could not connect to {host} for {route}: {text or 'refused'}.",
        hint=hint,
        code=code,
        sent="no",
    )
