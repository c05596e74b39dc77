"""The sync runtime: works in the caller's thread and never suspends."""

from __future__ import annotations

import os
import threading
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from cometchat_session._late_imports import importing
from cometchat_session._log import log
from cometchat_session._runtime.port import Runtime
from cometchat_session._transport.request import closed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")

LISTENER_SECONDS = 1.0  # how long a listener is waited for
SLICE = 0.05  # a wait in one piece misses a Ctrl-C that comes as it begins, and on Windows every one


class SyncRuntime(Runtime):
    """Time and threads, for the sync clients."""

    def __init__(self) -> None:
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._closing = threading.Event()
        if self._closed:
            self._closing.set()

    async def sleep(self, seconds: float) -> None:
        """Pause, until the client is closed at the latest."""
        if self._pid != os.getpid():
            self._begin()  # a fork may have come while another thread held the event's lock
        end = self.now() + seconds
        while not self._closing.wait(max(0.0, min(SLICE, end - self.now()))):
            if self.now() >= end:
                return
        raise closed()

    async def store(self, method: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a method of a store, here and now."""
        return method(*args, **kwargs)

    async def shield(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work here and now: nobody can cancel a thread."""
        return await work

    async def notify(self, call: Callable[[], Coroutine[None, None, None] | None]) -> None:
        """Call a listener in a thread of its own, and wait for it for a second at most."""
        thread = threading.Thread(target=copy_context().run, args=(_to_the_end, call), daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the interpreter is ending and starts no more threads
            _to_the_end(call)
            return
        thread.join(LISTENER_SECONDS)
        if thread.is_alive():
            log().warning("a login listener is still busy after %.0f s; going on", LISTENER_SECONDS)

    def close(self) -> None:
        """End pauses."""
        self._closed = True
        self._closing.set()


def _to_the_end(call: Callable[[], Coroutine[None, None, None] | None]) -> None:
    if (rest := call()) is not None:
        with importing:
            import asyncio  # a sync client needs it for a listener that is a coroutine, and else not

        asyncio.run(rest)
