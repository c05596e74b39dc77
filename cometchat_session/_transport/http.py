"""One attempt over HTTP, as far as sync and async share it.

A request's credential and time-out travel beside the generated functions, in a context variable: those
functions know nothing of either.
"""

from __future__ import annotations

import logging
import re
import ssl
import time
from contextvars import ContextVar, Token
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import httpx

from cometchat_session._late_imports import import_now
from cometchat_session._log import log
from cometchat_session._messages import About
from cometchat_session._transport.error_mapping import error_from
from cometchat_session._transport.failures import FAILURES, error_for
from cometchat_session._transport.rate_limit import rate_limit
from cometchat_session._transport.signing import (
    AUTH_KEY_HEADER,
    REST_API_KEY_HEADER,
    USER_AGENT,
    app_headers,
    sign,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from types import TracebackType

    from cometchat_session._secret import Secret
    from cometchat_session._transport.request import ApiRequest, CallBudget
    from cometchat_session.config import AppConfig
    from cometchat_session.errors import APIError, CometChatError

CONNECT_SECONDS = 5.0
KEYS = {AUTH_KEY_HEADER: "Auth Key", REST_API_KEY_HEADER: "REST API key"}
"""What the header of a key carries; that of a token is not among them."""

import_now("httpcore", "encodings.idna")


class Attempt:
    """One request on its way. As a context manager it holds back what went wrong, for `failure` to be raised.

    Attributes:
        request: what is asked.
        seconds: how long it may take.
        until: when it must be over, a reading of `time.monotonic()`.
        app: the app it goes to, for messages.
        status: the answer's status, once there is one.
        failure: the error that it ended in.
    """

    def __init__(self, request: ApiRequest[Any], budget: CallBudget, timeout: float, app: AppConfig) -> None:
        self.request = request
        self.app = app
        self.status: int | None = None
        self.failure: CometChatError
        self._number = budget.attempts
        self._headers = httpx.Headers()
        self._began = time.monotonic()
        self.seconds = min(budget.left(self._began), timeout)
        self.until = self._began + self.seconds

    def __enter__(self) -> Self:
        self._token: Token[Attempt] = current.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> bool:
        current.reset(self._token)
        self._log()
        if not isinstance(failure, FAILURES):
            return False
        # Raised by the caller, outside of this block: so no failure that holds a secret hangs on the error.
        self.failure = error_for(failure, self.request, self.app, self.seconds, self.status)
        return True

    @property
    def route(self) -> str:
        """Method and path template, for messages."""
        return self.request.call.operation.route

    def sign(self, request: httpx.Request) -> None:
        """Put credential and time-outs into the request that the generated function has made."""
        sign(request, self.request.header, self.request.credential)
        timeout = httpx.Timeout(self.seconds, connect=min(self.seconds, CONNECT_SECONDS))
        request.extensions["timeout"] = timeout.as_dict()

    def check(self, response: httpx.Response) -> None:
        """Raise the error that an answer stands for. Its body must have been read."""
        asked = self.request
        self.status, self._headers = response.status_code, response.headers
        if asked.on_headers is not None:
            asked.on_headers(response.headers)
        key = KEYS.get(asked.header, "")
        about = About(
            asked=self.route,
            what=asked.call.operation.name,
            app_id=self.app.app_id,
            region=self.app.region,
            uid=asked.subject,
            session="" if key else asked.subject,
            key=key,
            key_end=asked.credential.end() if key else "",
        )
        secrets = [secret for secret in (asked.credential, asked.token) if secret is not None]
        if (error := error_of(response, about, *secrets)) is not None:
            raise error

    def _log(self) -> None:
        """Log that the attempt is over: what was asked, the answer's status, the time it took.

        Also, where they are known: which attempt it was from the second one on, the server's rate limit and
        its id for the request.
        """
        if not (logger := log()).isEnabledFor(logging.DEBUG):
            return
        took = (time.monotonic() - self._began) * 1000
        request_id = self._headers.get("x-request-id")
        known = (
            f"try {self._number}" if self._number > 1 else "",
            str(rate_limit(self._headers, time.time())),
            f"request {request_id}" if request_id else "",
        )
        more = "".join(f"; {text}" for text in known if text)
        logger.debug("%s -> %s in %.0f ms%s", self.route, self.status or "no answer", took, more)


current: ContextVar[Attempt] = ContextVar("cometchat_attempt")


class AttemptAuth(httpx.Auth):
    """Signs the current attempt's request, and raises for an answer that is an error."""

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Called by `httpx.Client` around each request; `deadline` keeps to the time of the whole."""
        attempt = current.get()
        attempt.sign(request)
        response = yield request
        response.read()
        attempt.check(response)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Called by `httpx.AsyncClient` around each request; the transport bounds the time of the whole."""
        attempt = current.get()
        attempt.sign(request)
        response = yield request
        await response.aread()
        attempt.check(response)


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


def client_options(config: AppConfig, url: str) -> dict[str, Any]:
    """Return the keyword arguments that make an `httpx.Client` or an `httpx.AsyncClient` ours."""
    plain = url.startswith("http://")  # loopback only, as the configuration has made sure
    return {
        "base_url": url,
        "headers": {**app_headers(config), "Accept": "application/json", "User-Agent": USER_AGENT},
        "follow_redirects": False,
        "trust_env": not plain,  # a proxy has no business on the loopback
        "verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else _trusted(),
        "timeout": httpx.Timeout(10.0, connect=CONNECT_SECONDS),
    }


@cache
def _trusted() -> ssl.SSLContext:
    """Return the one context of this process: building it takes longer than a login."""
    return httpx.create_ssl_context()


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
