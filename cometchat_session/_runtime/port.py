"""The port: what the core needs from the outside.

How one core serves both: the core is written once, as coroutines that await nothing but this port.
The asyncio port really waits. The blocking port does its work inside `async def` methods that never
suspend, so `run_sync` finishes a whole coroutine in one step, in the caller's thread, with ordinary
tracebacks. A port that suspends under `run_sync` is a bug, and is reported as one. Hence too: no
callback of a blocking client can be a coroutine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from cometchat_session._transport.request import Call

T = TypeVar("T")


class Port(Protocol):
    """Everything that takes time, in one colour or the other."""

    def now(self) -> float:
        """Return monotonic seconds."""
        ...

    def wall(self) -> float:
        """Return the time of day, in UNIX seconds, for what is stored or shown; never for waiting."""
        ...

    def random(self) -> float:
        """Return a number from 0 to 1."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Pause; ends early when the client closes or the caller is interrupted."""
        ...

    async def send(self, call: Call, seconds: float, tries: int = 1) -> dict[str, Any]:
        """Make one attempt within so many seconds and return the reply's JSON object.

        `tries` is which one of its call this is, for the log.

        Raises:
            CometChatError: of the class that says what happened.
        """
        ...

    async def store(self, method: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a method of a store, in a thread where it may take long and an event loop must go on."""
        ...

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work to its end even where the caller is cancelled on the way."""
        ...

    async def tell(self, call: Callable[[], Coroutine[None, None, None] | None]) -> None:
        """Call a listener, so that one that hangs does not hold up its caller; it does not raise."""
        ...

    def twin(self) -> Port:
        """Return a port with connections of its own, which ends with this one at the latest.

        For whoever makes many calls at the same time: a pool looks at each of its connections for every
        request, which with sixteen of them takes longer than all the rest.
        """
        ...

    async def close(self) -> None:
        """Release connections and end every wait."""
        ...


def run_sync(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends, and return its result."""
    try:
        work.send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    finally:
        work.close()
    raise RuntimeError("the blocking client suspended: its port awaited something that really waits")
