"""What stands between the workers of one bulk and the transport: every request passes here, sync or async."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from cometchat_session._backend.bulk.aimd import TICK, AimdLimiter, Permit
from cometchat_session._transport.operations import CREATE_USER
from cometchat_session._transport.rate_limit import RateLimit, rate_limit
from cometchat_session._transport.request import closed
from cometchat_session.errors import RateLimitedError

if TYPE_CHECKING:
    from typing import Any

    from cometchat_session._runtime.port import Runtime
    from cometchat_session._transport.request import ApiRequest, CallBudget, Transport

R = TypeVar("R")

SLICE = 0.1  # seconds; how soon a waiting worker notices that the bulk has ended
MOST_REFUSALS = 10  # in a row, each after the wait that the server asked for: it will not have us today


class Throttle:
    """The limiters of one bulk, shared by its workers."""

    def __init__(self, concurrency: int) -> None:
        self._lock = threading.Lock()
        # CometChat's REST documentation, "Rate limits": creating a user counts apart from the rest.
        self._core, self._standard = AimdLimiter(concurrency), AimdLimiter(concurrency)
        self._until = 0.0
        self._stopped = False

    def stop(self) -> None:
        """Let no more requests go, and end the waits for one."""
        self._stopped = True

    def check(self) -> None:
        """Raise `NetworkError` where the bulk has ended, and the row is not to be done."""
        if self._stopped:
            raise closed()

    def limiter(self, request: ApiRequest[Any]) -> AimdLimiter:
        """Return the limiter of the requests that share a limit with this one."""
        return self._core if request.call.operation is CREATE_USER else self._standard

    def ask(self, limiter: AimdLimiter, now: float) -> Permit:
        """Return a permit to send, or to ask again later."""
        self.check()
        with self._lock:
            permit = limiter.ask(now)
            if permit.wait > TICK:
                self._until = max(self._until, now + permit.wait)
            return permit

    def waiting(self, now: float) -> float:
        """Return for how many seconds a worker has to wait for the limit, as far as is known."""
        with self._lock:
            return max(0.0, self._until - now)

    def answered(self, limiter: AimdLimiter, permit: Permit, now: float, said: RateLimit | None) -> None:
        """Record that a request is over, and what its answer's headers said, if one came."""
        with self._lock:
            if said is None:
                limiter.lost()
            else:
                limiter.answered(permit, now, said)

    def refused(
        self, limiter: AimdLimiter, permit: Permit, now: float, wait: float | None, random: float
    ) -> bool:
        """Record a refusal, and return whether it was one too many."""
        with self._lock:
            limiter.refused(permit, now, wait, random)
            return limiter.refusals >= MOST_REFUSALS


class ThrottledTransport:
    """The transport as one worker sees it: it sends when there is room, and repeats what was refused.

    The time in which it waits for room is left out of a call's budget.
    """

    def __init__(self, transport: Transport, runtime: Runtime, throttle: Throttle) -> None:
        self._transport = transport
        self._runtime = runtime
        self._throttle = throttle

    async def sleep(self, seconds: float) -> None:
        """Pause, until the bulk ends at the latest."""
        until = self._runtime.now() + seconds
        while (left := until - self._runtime.now()) > 0:
            self._throttle.check()
            await self._runtime.sleep(min(left, SLICE))

    async def send(self, request: ApiRequest[R], budget: CallBudget) -> R:
        """Send when there is room, until it is not refused. Raise `RateLimitedError` where it always is."""
        runtime, limiter = self._runtime, self._throttle.limiter(request)
        said: RateLimit | None = None

        def note(headers: Any) -> None:
            nonlocal said
            said = rate_limit(headers, runtime.time())

        noting = evolve(request, on_headers=note)
        while True:
            permit = await self._permit(limiter, budget)
            said = None
            try:
                reply = await self._transport.send(noting, budget)
            except RateLimitedError as error:
                if self._throttle.refused(
                    limiter, permit, runtime.now(), error.retry_after, runtime.random()
                ):
                    raise
            except BaseException:
                self._throttle.answered(limiter, permit, runtime.now(), said)
                raise
            else:
                self._throttle.answered(limiter, permit, runtime.now(), said)
                return reply

    async def _permit(self, limiter: AimdLimiter, budget: CallBudget) -> Permit:
        permit = self._throttle.ask(limiter, began := self._runtime.now())
        while permit.wait:
            await self.sleep(permit.wait)
            permit = self._throttle.ask(limiter, self._runtime.now())
        budget.extend(self._runtime.now() - began)
        return permit

    def clone(self) -> ThrottledTransport:
        """Return a transport with connections of its own, in the same queue."""
        return ThrottledTransport(self._transport.clone(), self._runtime, self._throttle)

    async def close(self) -> None:
        """Release connections."""
        await self._transport.close()
