"""The blocking port: works in the caller's thread and never suspends."""

from __future__ import annotations

import os
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from cometchat_session._late_imports import importing
from cometchat_session._log import log
from cometchat_session._messages import CLOSED
from cometchat_session._runtime.port import run_sync
from cometchat_session.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import httpx
    from cometchat_rest import Client

    from cometchat_session._transport.request import Call
    from cometchat_session.config import AppConfig

T = TypeVar("T")

LISTENER_SECONDS = 1.0  # how long a listener is waited for
DEAF_SECONDS = 0.05  # a wait in one piece misses a Ctrl-C that comes as it begins, and on Windows every one


class BlockingPort:
    """Time, threads and the generated calls, for the blocking clients.

    A forked child starts with connections of its own: the parent's are still in use by the parent.
    """

    def __init__(self, config: AppConfig, timeout: float) -> None:
        self._config = config
        self._timeout = timeout
        self._closed = False
        self._forebears: list[object] = []
        self._twins: weakref.WeakSet[BlockingPort] = weakref.WeakSet()
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._closing = threading.Event()
        self._opening = threading.Lock()
        self._clients: dict[str, Client] = {}
        if self._closed:
            self._closing.set()

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def wall(self) -> float:
        """Return the time of day."""
        return time.time()

    def random(self) -> float:
        """Return a number from 0 to 1."""
        with importing:
            import random

        return random.random()  # noqa: S311 - spreads retries, guards nothing

    async def sleep(self, seconds: float) -> None:
        """Pause, until the client is closed at the latest."""
        self._after_fork()
        end = self.now() + seconds
        while not self._closing.wait(max(0.0, min(DEAF_SECONDS, end - self.now()))):
            if self.now() >= end:
                return
        raise closed()

    async def store(self, method: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a method of a store, here and now."""
        return method(*args, **kwargs)

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work here and now: nobody can cancel a thread."""
        return await work

    async def tell(self, call: Callable[[], Coroutine[None, None, None] | None]) -> None:
        """Call a listener in a thread of its own, and wait for it for a second at most."""
        with importing:
            from contextvars import copy_context

        thread = threading.Thread(target=copy_context().run, args=(_to_the_end, call), daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the interpreter is ending and starts no more threads
            _to_the_end(call)
            return
        thread.join(LISTENER_SECONDS)
        if thread.is_alive():
            log().warning("a login listener is still busy after %.0f s; going on", LISTENER_SECONDS)

    async def send(self, call: Call, seconds: float, tries: int = 1) -> dict[str, Any]:
        """Make one attempt by way of the generated client."""
        with importing:
            from cometchat_session._transport import operations
            from cometchat_session._transport.http import FAILURES, Attempt, current, explained, note

        operation = operations.get(call.operation)
        attempt = Attempt(call, min(seconds, self._timeout), operation.asked, self._config)
        token = current.set(attempt)
        began = self.now()
        try:
            return operation.reply(
                operation.blocking(client=self.client(call.url), **operation.arguments(call))
            )
        except FAILURES as failure:
            error = explained(failure, attempt)
        finally:
            current.reset(token)
            note(attempt, began, tries)
        raise error

    def client(self, url: str) -> Client:
        """Return the generated client for a host, made once."""
        from cometchat_session._transport.http import CallAuth

        return self._client(url, url, CallAuth())

    def api(self, url: str, auth: httpx.Auth) -> Client:
        """Return the generated client for callers, which signs with the session as it is then."""
        return self._client("api", url, auth)

    def _client(self, name: str, url: str, auth: httpx.Auth) -> Client:
        with importing:
            import httpx
            from cometchat_rest import Client

            from cometchat_session._transport.deadline import bound
            from cometchat_session._transport.http import client_options

        self._after_fork()
        with self._opening:
            if self._closing.is_set():
                raise closed()
            if (client := self._clients.get(name)) is None:
                http = bound(httpx.Client(auth=auth, **client_options(self._config, url)))
                client = self._clients[name] = Client(base_url=url).set_httpx_client(http)
        return client

    def twin(self) -> BlockingPort:
        """Return a port with connections of its own."""
        twin = BlockingPort(self._config, self._timeout)
        self._twins.add(twin)
        if self._closing.is_set():
            run_sync(twin.close())
        return twin

    async def close(self) -> None:
        """Close connections and end pauses."""
        for twin in tuple(self._twins):
            await twin.close()
        self._after_fork()
        self._closed = True
        self._closing.set()
        with self._opening:
            clients, self._clients = self._clients, {}
        for client in clients.values():
            client.get_httpx_client().close()

    def _after_fork(self) -> None:
        if self._pid != os.getpid():
            self._forebears.append(
                self._clients
            )  # kept, so that collecting them closes nothing of the parent's
            self._begin()


def _to_the_end(call: Callable[[], Coroutine[None, None, None] | None]) -> None:
    if (rest := call()) is not None:
        import asyncio

        asyncio.run(rest)


def closed() -> NetworkError:
    """Return the error for using the network after `close()`."""
    return NetworkError("This client has been closed.", hint="Build a new one.", code=CLOSED, sent="no")
