"""The session's headers for anybody's httpx client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from cometchat_session._messages import About
from cometchat_session._runtime.port import run_sync
from cometchat_session._transport.http import error_of
from cometchat_session._transport.signing import AUTH_TOKEN_HEADER, app_headers, sign
from cometchat_session.errors import AuthTokenNotFoundError
from cometchat_session.stores.record import logged_in

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from cometchat_session._session.manager import SessionManager
    from cometchat_session.config import AppConfig
    from cometchat_session.errors import APIError
    from cometchat_session.stores.record import Session


class SessionAuth(httpx.Auth):
    """Signs requests to the app's own host with the session as it is at that moment.

    A request to another host passes unsigned. An answer that says the token is dead ends the session.
    With `strict`, every answer that is an error is raised as one.
    """

    def __init__(self, manager: SessionManager, config: AppConfig, *, strict: bool = False) -> None:
        self._manager = manager
        self._origin = _origin(httpx.URL(config.session_url))
        self._config = config
        self._headers = app_headers(config)
        self._strict = strict

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Called by `httpx.Client` around each request."""
        if _origin(request.url) != self._origin:
            yield request
            return
        session = self._signed(request, run_sync(self._manager.session()))
        response = yield request
        if not response.is_success:
            response.read()
        if (error := self._error(response, session)) is not None:
            if isinstance(error, AuthTokenNotFoundError):
                run_sync(self._manager.drop(session.auth_token))
            if self._strict:
                raise error

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Called by `httpx.AsyncClient` around each request."""
        if _origin(request.url) != self._origin:
            yield request
            return
        session = self._signed(request, await self._manager.session())
        response = yield request
        if not response.is_success:
            await response.aread()
        if (error := self._error(response, session)) is not None:
            if isinstance(error, AuthTokenNotFoundError):
                await self._manager.drop(session.auth_token)
            if self._strict:
                raise error

    def _signed(self, request: httpx.Request, session: Session | None) -> Session:
        there = logged_in(session)
        request.headers.update(self._headers)
        sign(request, AUTH_TOKEN_HEADER, there.auth_token)
        return there

    def _error(self, response: httpx.Response, session: Session) -> APIError | None:
        request = response.request
        about = About(
            asked=f"{request.method} {request.url.path}",
            app_id=self._config.app_id,
            region=self._config.region,
            session=session.uid,
        )
        return error_of(response, about, session.auth_token)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)
