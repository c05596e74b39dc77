"""The asyncio port: waits without blocking the loop, on as many loops as there are."""

from __future__ import annotations

import asyncio
import random
import time
import weakref
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from cometchat_session._late_imports import import_now, importing
from cometchat_session._log import log
from cometchat_session._runtime.blocking import closed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    import httpx
    from cometchat_rest import Client

    from cometchat_session._transport.request import Call
    from cometchat_session.config import AppConfig
    from cometchat_session.stores.base import SessionStore

T = TypeVar("T")

import_now("concurrent.futures.thread")  # what a loop imports for its first thread


class AsyncPort:
    """Time, tasks and the generated calls, for the asynchronous clients.

    Connections belong to the loop they were opened on. Each loop has its own, and they are closed when
    that loop shuts down, even if nobody calls `aclose()`.
    """

    def __init__(self, config: AppConfig, timeout: float, store: SessionStore | None = None) -> None:
        self._config = config
        self._timeout = timeout
        self._slow = frozenset[str]() if store is None else store.blocking
        self._closed = False
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Client]] = (
            weakref.WeakKeyDictionary()
        )
        self._keepers: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncGenerator[None, None]] = (
            weakref.WeakKeyDictionary()
        )
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sleepers: set[asyncio.Future[None]] = set()
        self._twins: weakref.WeakSet[AsyncPort] = weakref.WeakSet()

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def wall(self) -> float:
        """Return the time of day."""
        return time.time()

    def random(self) -> float:
        """Return a number from 0 to 1."""
        return random.random()  # noqa: S311 - spreads retries, guards nothing

    async def sleep(self, seconds: float) -> None:
        """Pause, until the client is closed at the latest."""
        loop = asyncio.get_running_loop()
        sleeper: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _wake, sleeper)
        self._sleepers.add(sleeper)
        try:
            if self._closed:
                raise closed()
            await sleeper
        finally:
            timer.cancel()
            self._sleepers.discard(sleeper)

    async def store(self, method: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a method of a store; in a thread where the store says that it may take long."""
        if method.__name__ not in self._slow:
            return method(*args, **kwargs)
        work = asyncio.get_running_loop().run_in_executor(None, partial(method, *args, **kwargs))
        work.add_done_callback(_look)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            # A lock or a write that a thread has begun must end before a lock is given back; a look need not.
            while method.__name__ != "load" and not work.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([work])
            raise

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work as a task of its own: who waits for it may go, the work goes on."""
        return await asyncio.shield(self._start(work))

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # a loop alone does not keep a task alive
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        _look(task)

    async def tell(self, call: Callable[[], Coroutine[None, None, None] | None]) -> None:
        """Call a listener here, on the loop's thread; what it wants awaited becomes a task of its own."""
        try:
            rest = call()
        except asyncio.CancelledError:  # of something the listener looked at, not of this call
            log().warning("a login listener met a cancelled task; the call it was told of is not affected")
            return
        if rest is not None:
            self._start(rest)

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
            client = await self.client(call.url)
            async with asyncio.timeout(attempt.seconds):
                return operation.reply(await operation.tasked(client=client, **operation.arguments(call)))
        except FAILURES as failure:
            error = explained(failure, attempt)
        finally:
            current.reset(token)
            note(attempt, began, tries)
        raise error

    async def client(self, url: str) -> Client:
        """Return the generated client for a host on the running loop, made once."""
        from cometchat_session._transport.http import CallAuth

        clients = self._on_this_loop()
        loop = asyncio.get_running_loop()
        if loop not in self._keepers:
            self._keepers[loop] = _keeper(clients)
            await anext(self._keepers[loop])
        if url not in clients:
            clients[url] = self._connect(url, CallAuth())
        return clients[url]

    def api(self, url: str, auth: httpx.Auth) -> Client:
        """Return the generated client for callers, which signs with the session as it is then."""
        clients = self._on_this_loop()
        if "api" not in clients:
            clients["api"] = self._connect(url, auth)
        return clients["api"]

    def _on_this_loop(self) -> dict[str, Client]:
        if self._closed:
            raise closed()
        return self._clients.setdefault(asyncio.get_running_loop(), {})

    def _connect(self, url: str, auth: httpx.Auth) -> Client:
        with importing:
            import httpx
            from cometchat_rest import Client

            from cometchat_session._transport.http import client_options

        import_now("anyio._backends._asyncio")
        http = httpx.AsyncClient(auth=auth, **client_options(self._config, url))
        return Client(base_url=url).set_async_httpx_client(http)

    def twin(self) -> AsyncPort:
        """Return a port with connections of its own."""
        twin = AsyncPort(self._config, self._timeout)
        twin._slow, twin._closed = self._slow, self._closed
        self._twins.add(twin)
        return twin

    async def close(self) -> None:
        """Close this loop's connections and end pauses."""
        self._closed = True
        for twin in tuple(self._twins):
            await twin.close()
        for sleeper in tuple(self._sleepers):
            with suppress(RuntimeError):  # its loop has ended, and it with that
                sleeper.get_loop().call_soon_threadsafe(_disturb, sleeper)
        loop = asyncio.get_running_loop()
        await _close(self._clients.pop(loop, {}))
        if (keeper := self._keepers.pop(loop, None)) is not None:
            await keeper.aclose()


async def _keeper(clients: dict[str, Client]) -> AsyncGenerator[None, None]:
    """Close connections when their loop shuts down: a loop then ends its generators."""
    try:
        yield
    finally:
        await _close(clients)


async def _close(clients: dict[str, Client]) -> None:
    while clients:
        _, client = clients.popitem()
        await client.get_async_httpx_client().aclose()


def _look(work: asyncio.Future[Any]) -> None:
    """Look at what became of something: nobody may be left to hear of it."""
    if not work.cancelled():
        work.exception()


def _disturb(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_exception(closed())


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
