"""The runtime: time, threads and tasks, as the core needs them.

How one core serves sync and async: the core is written once, as coroutines that await nothing but a
runtime and a transport. The async ones really wait. The sync ones do their work inside `async def` methods
that never suspend, so `run_sync` finishes a whole coroutine in one step, in the caller's thread, with
ordinary tracebacks. One that suspends under `run_sync` is a bug, and is reported as one. Hence too: no
callback of a sync client can be a coroutine.
"""

from __future__ import annotations

import random
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


class Runtime(ABC):
    """Everything that takes time and is no request, sync or async."""

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def time(self) -> float:
        """Return the time of day, in UNIX seconds, for what is stored or shown; never for waiting."""
        return time.time()

    def random(self) -> float:
        """Return a number from 0 to 1."""
        return random.random()  # noqa: S311 - spreads retries, guards nothing

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Pause. Raise `NetworkError` as soon as the client is closed."""

    @abstractmethod
    async def store(self, method: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a method of a store, in a thread where it may take long and an event loop must go on."""

    @abstractmethod
    async def shield(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work to its end even where the caller is cancelled on the way."""

    @abstractmethod
    async def notify(self, call: Callable[[], Coroutine[None, None, None] | None]) -> None:
        """Call a listener, so that one that hangs does not hold up its caller; it does not raise."""

    @abstractmethod
    def close(self) -> None:
        """End every pause."""


def run_sync(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends, and return its result."""
    try:
        work.send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    finally:
        work.close()
    raise RuntimeError("the sync client suspended: its runtime awaited something that really waits")
