"""The async runtime: waits without blocking the loop, on as many loops as there are."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from cometchat_session._late_imports import import_now
from cometchat_session._log import log
from cometchat_session._runtime.port import Runtime
from cometchat_session._transport.request import closed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from cometchat_session.stores.base import SessionStore

T = TypeVar("T")

import_now("concurrent.futures.thread")  # what a loop imports for its first thread


class AsyncRuntime(Runtime):
    """Time and tasks, for the async clients."""

    def __init__(self, store: SessionStore) -> None:
        self._slow = store.blocking
        self._closed = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sleepers: set[asyncio.Future[None]] = set()

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
        work.add_done_callback(_retrieve)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            # A lock or a write that a thread has begun must end before a lock is given back; a look need not.
            while method.__name__ != "load" and not work.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([work])
            raise

    async def shield(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work as a task of its own: who waits for it may go, the work goes on."""
        return await asyncio.shield(self._start(work))

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # a loop alone does not keep a task alive
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        _retrieve(task)

    async def notify(self, call: Callable[[], Coroutine[None, None, None] | None]) -> None:
        """Call a listener here, on the loop's thread; what it wants awaited becomes a task of its own."""
        try:
            rest = call()
        except asyncio.CancelledError:  # of something the listener looked at, not of this call
            log().warning("a login listener met a cancelled task; the call it was told of is not affected")
            return
        if rest is not None:
            self._start(rest)

    def close(self) -> None:
        """End pauses."""
        self._closed = True
        for sleeper in tuple(self._sleepers):
            with suppress(RuntimeError):  # its loop has ended, and it with that
                sleeper.get_loop().call_soon_threadsafe(_end, sleeper)


def _retrieve(work: asyncio.Future[Any]) -> None:
    """Retrieve what a task raised: nobody may be left to do so, and asyncio would report that."""
    if not work.cancelled():
        work.exception()


def _end(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_exception(closed())


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
