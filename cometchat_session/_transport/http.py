"""HTTP, as far as both colours share it: headers, time-outs, and what its failures mean.

Nothing below this layer knows httpx. A call's credential and time-out travel beside the generated
functions, in a context variable: those functions know nothing of either.
"""

from __future__ import annotations

import logging
import re
import ssl
import time
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx
from attrs import Factory, define, field

from cometchat_session._late_imports import import_now
from cometchat_session._log import log
from cometchat_session._messages import About
from cometchat_session._session.requests import USER_AGENT
from cometchat_session._transport.error_mapping import error_from, in_words, rate
from cometchat_session._version import __version__
from cometchat_session.errors import (
    APIError,
    CometChatError,
    DeadlineExceededError,
    NetworkError,
    Sent,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    from cometchat_session._secret import Secret
    from cometchat_session._transport.request import Call
    from cometchat_session.config import AppConfig

CONNECT_SECONDS = 5.0

import_now("httpcore", "encodings.idna")

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


def _end_of(attempt: Attempt) -> float:
    return time.monotonic() + attempt.seconds


@define
class Attempt:
    """One request on its way.

    Attributes:
        call: what is asked.
        seconds: how long it may take.
        asked: method and path template, for messages.
        app: the app it goes to, for messages.
        status: the answer's status, once there is one.
        headers: the answer's headers, likewise.
        until: when it must be over, a reading of `time.monotonic()`.
    """

    call: Call
    seconds: float
    asked: str
    app: AppConfig
    status: int | None = None
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    until: float = field(init=False, default=Factory(_end_of, takes_self=True))

    def about(self) -> About:
        """Return what messages may say of it."""
        call, key = self.call, _KEYS.get(self.call.header, "")
        return About(
            asked=self.asked,
            what=call.operation.replace("_", " "),
            app_id=self.app.app_id,
            region=self.app.region,
            uid=call.subject or "",
            session="" if key else call.subject or "",
            key=key,
            key_end=call.credential.end() if key else "",
        )


_KEYS = {"apiKey": "Auth Key", "apikey": "REST API key"}
"""What the header of a key carries; that of a token is not among them."""

current: ContextVar[Attempt] = ContextVar("cometchat_attempt")


class SignedHeaders(httpx.Headers):
    """Headers whose secret part is there when asked for by name, and on the wire, and not else.

    Neither `repr` nor a copy has it; so a redirect to another host, which copies, does not carry it on.
    """

    def __init__(self, headers: httpx.Headers, secrets: Mapping[str, Secret]) -> None:
        super().__init__(
            [pair for pair in headers.raw if pair[0].decode().lower() not in map(str.lower, secrets)]
        )
        self._secrets = {name.lower(): (name, secret) for name, secret in secrets.items()}

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        """Return what is sent."""
        signed = [(name.encode(), secret.reveal().encode()) for name, secret in self._secrets.values()]
        return super().raw + signed

    def __getitem__(self, key: str) -> str:
        if (found := self._secrets.get(key.lower())) is not None:
            return found[1].reveal()
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        return (isinstance(key, str) and key.lower() in self._secrets) or super().__contains__(key)


class CallAuth(httpx.Auth):
    """Signs the current attempt's request, and raises for an answer that is an error."""

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Called by `httpx.Client` around each request; `_bounded` keeps to the time of the whole."""
        attempt = _signed(request)
        response = yield request
        response.read()
        _checked(response, attempt)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Called by `httpx.AsyncClient` around each request; the port bounds the time of the whole."""
        attempt = _signed(request)
        response = yield request
        await response.aread()
        _checked(response, attempt)


def _signed(request: httpx.Request) -> Attempt:
    attempt = current.get()
    request.headers = SignedHeaders(request.headers, {attempt.call.header: attempt.call.credential})
    timeout = httpx.Timeout(attempt.seconds, connect=min(attempt.seconds, CONNECT_SECONDS))
    request.extensions["timeout"] = timeout.as_dict()
    return attempt


def _checked(response: httpx.Response, attempt: Attempt) -> None:
    attempt.status, attempt.headers = response.status_code, response.headers
    if attempt.call.heard is not None:
        attempt.call.heard(response.headers)
    secrets = [secret for secret in (attempt.call.credential, attempt.call.token) if secret is not None]
    if (error := error_of(response, attempt.about(), *secrets)) is not None:
        raise error


def error_of(response: httpx.Response, about: About, *secrets: Secret) -> APIError | None:
    """Return the error that a response stands for, or `None`. Its body must have been read."""
    if response.is_success:
        return None
    return error_from(
        response.status_code,
        response.headers,
        response.content,
        about=about,
        now=time.time(),
        secrets=secrets,
    )


def identity(config: AppConfig) -> dict[str, str]:
    """Return the headers by which a client names its app and itself."""
    return {"appId": config.app_id, "sdk": f"python@{__version__}", "resource": config.resource}


def client_options(config: AppConfig, url: str) -> dict[str, Any]:
    """Return the keyword arguments that make an `httpx.Client`, or its asynchronous twin, ours."""
    plain = url.startswith("http://")  # loopback only, as the configuration has made sure
    return {
        "base_url": url,
        "headers": {**identity(config), "Accept": "application/json", "User-Agent": USER_AGENT},
        "follow_redirects": False,
        "trust_env": not plain,  # a proxy has no business on the loopback
        "verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else _trusted(),
        "timeout": httpx.Timeout(10.0, connect=CONNECT_SECONDS),
    }


@cache
def _trusted() -> ssl.SSLContext:
    """Return the one context of this process: building it takes longer than a login."""
    return httpx.create_ssl_context()


def note(attempt: Attempt, began: float, tries: int) -> None:
    """Log that an attempt is over: what was asked, the answer's status, and the time it took.

    Also, where they are known: which try it was from the second one on, the server's rate and request id.
    """
    if not (logger := log()).isEnabledFor(logging.DEBUG):
        return
    took = (time.monotonic() - began) * 1000
    request_id = attempt.headers.get("x-request-id")
    known = (
        f"try {tries}" if tries > 1 else "",
        in_words(**rate(attempt.headers)),
        f"request {request_id}" if request_id else "",
    )
    more = "".join(f"; {text}" for text in known if text)
    logger.debug("%s -> %s in %.0f ms%s", attempt.asked, attempt.status or "no answer", took, more)


def explained(failure: Exception, attempt: Attempt) -> CometChatError:
    """Return our error for whatever stopped an attempt, with nothing attached that holds a secret."""
    if isinstance(failure, CometChatError):
        failure.__traceback__ = failure.__context__ = failure.__cause__ = None
        return failure
    asked = attempt.asked
    if isinstance(failure, httpx.TimeoutException | TimeoutError):
        return _too_late(failure, attempt)
    if isinstance(failure, httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol):
        return _not_connected(failure, attempt)
    if isinstance(failure, httpx.TransportError):
        return NetworkError(
            f"The connection broke before {asked} was answered ({type(failure).__name__}).",
            hint="The request may have taken effect.",
            sent="unknown",
        )
    return UnexpectedResponseError(
        f"The answer to {asked} is not what it should be ({type(failure).__name__}).",
        hint="Something between here and CometChat may have answered in its place.",
        status=attempt.status,
        sent="yes",
    )


def _too_late(failure: Exception, attempt: Attempt) -> DeadlineExceededError:
    unsent = isinstance(failure, httpx.ConnectTimeout | httpx.PoolTimeout)
    sent: Sent = "no" if unsent else "unknown"
    hint = "Check the network." if unsent else "The request may have taken effect."
    return DeadlineExceededError(
        f"No answer in {attempt.seconds:.1f} s to {attempt.asked}.", hint=hint, sent=sent
    )


def _not_connected(failure: httpx.TransportError, attempt: Attempt) -> NetworkError:
    app, host = attempt.app, httpx.URL(attempt.call.url).netloc.decode()
    text = str(failure)
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
        f"Could not connect to {host} for {attempt.asked}: {text or 'refused'}.",
        hint=hint,
        code=code,
        sent="no",
    )


_TOKEN_IN_PATH = re.compile(r"(/auth_tokens/)[^/?#\s]+")


class _MaskTokens(logging.Filter):
    """httpx logs the whole URL of every request, and three operations have a token in theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                _TOKEN_IN_PATH.sub(r"\1***", str(value)) if isinstance(value, httpx.URL) else value
                for value in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_MaskTokens())
