"""What stands between the workers of one bulk and the port: every request passes here, in either colour."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve

from cometchat_session._backend.bulk.aimd import TICK, Budget, Pace, Turn, budget_of
from cometchat_session.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from cometchat_session._runtime.port import Port
    from cometchat_session._transport.request import Call

T = TypeVar("T")

SLICE = 0.1  # seconds; how soon a waiting worker notices that the bulk has ended
MOST_REFUSALS = 10  # in a row, each after the wait that the server asked for: it will not have us today


class StoppedError(Exception):
    """The bulk has ended, and this row was not done."""


class Gate:
    """The paces of one bulk, shared by its workers."""

    def __init__(self, concurrency: int) -> None:
        self._lock = threading.Lock()
        # CometChat's REST documentation, "Rate limits": creating a user counts apart from the rest.
        self._core, self._standard = Pace(concurrency), Pace(concurrency)
        self._until = 0.0
        self.stopped = False

    def pace(self, call: Call) -> Pace:
        """Return the pace of the calls that share a limit with this one."""
        return self._core if call.operation == "create_user" else self._standard

    def ask(self, pace: Pace, now: float) -> Turn:
        """Ask for a turn. Raises `StoppedError` where there are no more."""
        if self.stopped:
            raise StoppedError
        with self._lock:
            turn = pace.ask(now)
            if turn.wait > TICK:
                self._until = max(self._until, now + turn.wait)
            return turn

    def waiting(self, now: float) -> float:
        """Return for how many seconds a worker has to wait for the limit, as far as is known."""
        with self._lock:
            return max(0.0, self._until - now)

    def over(self, pace: Pace, turn: Turn, now: float, heard: list[Budget | None]) -> None:
        """Tell the pace that a request is over, and what its answer's headers said, if one came."""
        with self._lock:
            if heard:
                pace.answered(turn, now, heard[0])
            else:
                pace.lost()

    def refused(self, pace: Pace, turn: Turn, now: float, wait: float | None, random: float) -> bool:
        """Tell the pace of a refusal, and return whether it was one too many."""
        with self._lock:
            pace.refused(turn, now, wait, random)
            return pace.refusals >= MOST_REFUSALS


class PacedPort:
    """The port as one worker sees it: it sends when there is room, and repeats what was refused.

    Its clock stands while it waits for room, so that no deadline passes in the queue.
    """

    def __init__(self, port: Port, gate: Gate) -> None:
        self._port = port
        self._gate = gate
        self._waited = 0.0

    def now(self) -> float:
        """Return monotonic seconds, less those spent in the queue."""
        return self._port.now() - self._waited

    def wall(self) -> float:
        """Return the time of day."""
        return self._port.wall()

    def random(self) -> float:
        """Return a number from 0 to 1."""
        return self._port.random()

    async def sleep(self, seconds: float) -> None:
        """Pause, until the bulk ends at the latest."""
        until = self._port.now() + seconds
        while (left := until - self._port.now()) > 0:
            if self._gate.stopped:
                raise StoppedError
            await self._port.sleep(min(left, SLICE))

    async def send(self, call: Call, seconds: float, tries: int = 1) -> dict[str, Any]:
        """Send when there is room, until it is not refused. Raises `RateLimitedError` where it always is."""
        pace = self._gate.pace(call)
        heard: list[Budget | None] = []
        asked = evolve(call, heard=lambda headers: heard.append(budget_of(headers, self._port.wall())))
        while True:
            turn = await self._turn(pace)
            heard.clear()
            try:
                reply = await self._port.send(asked, seconds, tries)
            except RateLimitedError as error:
                now, random = self._port.now(), self._port.random()
                if self._gate.refused(pace, turn, now, error.retry_after, random):
                    raise
            except BaseException:
                self._gate.over(pace, turn, self._port.now(), heard)
                raise
            else:
                self._gate.over(pace, turn, self._port.now(), heard)
                return reply

    async def _turn(self, pace: Pace) -> Turn:
        turn = self._gate.ask(pace, began := self._port.now())
        if turn.wait:
            try:
                while turn.wait:
                    await self.sleep(turn.wait)
                    turn = self._gate.ask(pace, self._port.now())
            finally:
                self._waited += self._port.now() - began
        return turn

    async def store(self, method: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a method of a store."""
        return await self._port.store(method, *args, **kwargs)

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work to its end."""
        return await self._port.finish(work)

    async def tell(self, call: Callable[[], Coroutine[None, None, None] | None]) -> None:
        """Call a listener."""
        await self._port.tell(call)

    def twin(self) -> PacedPort:
        """Return a port with connections of its own, in the same queue."""
        return PacedPort(self._port.twin(), self._gate)

    async def close(self) -> None:
        """Release connections."""
        await self._port.close()
