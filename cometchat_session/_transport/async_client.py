"""Sends requests on the running event loop, on as many loops as there are."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, TypeVar

import httpx
from cometchat_rest import Client

from cometchat_session._late_imports import import_now
from cometchat_session._transport.http import Attempt, AttemptAuth, client_options
from cometchat_session._transport.request import closed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cometchat_session._transport.request import ApiRequest, CallBudget
    from cometchat_session.config import AppConfig

R = TypeVar("R")

import_now("anyio._backends._asyncio")  # what a first connection imports


class AsyncTransport:
    """The connections of an async client: for each loop, a generated client for each host.

    Connections belong to the loop they were opened on. They are closed when that loop shuts down, even if
    nobody calls `aclose()`.
    """

    def __init__(self, config: AppConfig, timeout: float) -> None:
        self._config = config
        self._timeout = timeout
        self._closed = False
        self._loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Clients] = (
            weakref.WeakKeyDictionary()
        )
        self._clones: weakref.WeakSet[AsyncTransport] = weakref.WeakSet()

    async def send(self, request: ApiRequest[R], budget: CallBudget) -> R:
        """Make one attempt by way of the generated client."""
        with Attempt(request, budget, self._timeout, self._config) as attempt:
            client = self.client(request.url, request.url, AttemptAuth())
            await self._loops[asyncio.get_running_loop()].close_with_the_loop()
            async with asyncio.timeout(attempt.seconds):
                return await request.call.asyncio(client)
        raise attempt.failure

    def client(self, name: str, url: str, auth: httpx.Auth) -> Client:
        """Return the generated client of a name, for a host and signed in one way; once for each loop."""
        if self._closed:
            raise closed()
        clients = self._loops.setdefault(asyncio.get_running_loop(), _Clients())
        if (client := clients.by_name.get(name)) is None:
            http = httpx.AsyncClient(auth=auth, **client_options(self._config, url))
            client = clients.by_name[name] = Client(base_url=url).set_async_httpx_client(http)
        return client

    def clone(self) -> AsyncTransport:
        """Return a transport with connections of its own."""
        clone = AsyncTransport(self._config, self._timeout)
        self._clones.add(clone)
        clone._closed = self._closed
        return clone

    async def close(self) -> None:
        """Close this loop's connections."""
        self._closed = True
        for clone in tuple(self._clones):
            await clone.close()
        clients = self._loops.pop(asyncio.get_running_loop(), None)
        if clients is not None:
            await clients.close()


class _Clients:
    """The clients of one loop."""

    def __init__(self) -> None:
        self.by_name: dict[str, Client] = {}
        self._closer: AsyncGenerator[None, None] | None = None

    async def close_with_the_loop(self) -> None:
        """Have the connections closed when the loop shuts down: a loop then ends its generators."""
        if self._closer is None:
            self._closer = self._until_the_end()
            await anext(self._closer)

    async def close(self) -> None:
        """Close the connections."""
        await self._close_all()
        if self._closer is not None:
            await self._closer.aclose()

    async def _until_the_end(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await self._close_all()

    async def _close_all(self) -> None:
        while self.by_name:
            _, client = self.by_name.popitem()
            await client.get_async_httpx_client().aclose()
