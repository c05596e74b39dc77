"""When a request may be repeated, how long to wait, and when to stop.

The decisions are pure functions of what happened; tenacity drives the loop.

    never      400 401 403 404 405 409 410 413 415 422, certificates, unknown hosts, odd answers
    always     408 425 429, and whatever certainly did not reach the server
    by safety  500 502 503 504 and their like; no answer, but the request may have taken effect
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, TypeVar

from tenacity import AsyncRetrying

from cometchat_session._log import log
from cometchat_session._transport.request import CallBudget, RetrySafety
from cometchat_session.errors import (
    CometChatError,
    DeadlineExceededError,
    NetworkError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

    from cometchat_session._runtime.port import Runtime
    from cometchat_session._transport.request import ApiRequest, Transport
    from cometchat_session.retry_policy import RetryPolicy

R = TypeVar("R")

NOT_PROCESSED = frozenset((408, 425, 429))  # the server says that it did nothing
FAILED = frozenset((500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 527))  # 52x: the proxy's own
THROTTLED_WAIT = 1.0  # seconds of first back-off after a 429 or 503 that names no time
LONGEST_JITTER = 1.0  # seconds added to a time the server named, at most; a tenth of it otherwise


def may_repeat(error: CometChatError, safety: RetrySafety, lost_before: int) -> bool:
    """Return whether a request that failed so may be sent again.

    `lost_before` counts the earlier attempts of this call that may have taken effect without an answer.
    """
    if isinstance(error, NetworkError | DeadlineExceededError):
        if error.sent == "no":
            return error.code is None  # a code names a fault that does not pass: certificate, unknown host
        return safety is RetrySafety.REPEATABLE or (safety is RetrySafety.ONCE and lost_before == 0)
    if error.status in NOT_PROCESSED:
        return True
    return error.status in FAILED and safety is not RetrySafety.NEVER


def backoff(policy: RetryPolicy, error: CometChatError, attempt: int, random: float) -> float:
    """Return the seconds to wait after the given attempt (counted from 1); `random` is from 0 to 1.

    A time that the server named is a floor: a little is added to it, and nothing is ever taken off.
    """
    if error.retry_after is not None:
        return with_jitter(error.retry_after, random)
    base = policy.wait_initial
    if error.status in (429, 503):
        base = max(base, THROTTLED_WAIT) if base else base
    return random * min(policy.wait_max, base * 2.0 ** min(attempt - 1, 60))


def with_jitter(seconds: float, random: float) -> float:
    """Return a time that the server named, and a little more, so that not all come back in one moment."""
    return seconds + random * min(LONGEST_JITTER, seconds / 10)


class RetryingSender:
    """Sends requests over a transport, and again where that is safe, within the budget of a call.

    Args:
        transport: makes one attempt.
        runtime: knows the time.
        policy: how long and how often to try.
        sleep: waits between two attempts; by default as the runtime does.
    """

    def __init__(
        self,
        transport: Transport,
        runtime: Runtime,
        policy: RetryPolicy,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self.transport = transport
        self.policy = policy
        self._runtime = runtime
        self._sleep = sleep or runtime.sleep

    def budget(self, seconds: float = inf) -> CallBudget:
        """Return the budget of a call that begins now: of the policy's deadline, or fewer seconds."""
        return CallBudget(self._runtime.now(), min(seconds, self.policy.deadline))

    async def send(self, request: ApiRequest[R], budget: CallBudget) -> R:
        """Send until it succeeds, may not be repeated, or time or attempts run out; return the reply.

        The error of the last attempt is raised, with `.attempts` and `.elapsed` of the whole call. No pause
        is cut short to try early: what does not fit is not waited for.
        """
        lost = 0
        first = True
        runtime, policy = self._runtime, self.policy

        def again(state: RetryCallState) -> bool:
            nonlocal lost
            error = _error(state)
            if error is None or not may_repeat(error, request.safety, lost):
                return False
            lost += error.sent == "unknown"
            return True

        def wait(state: RetryCallState) -> float:
            error = _error(state)
            return backoff(policy, error, budget.attempts, runtime.random()) if error else 0.0

        def stop(state: RetryCallState) -> bool:
            return budget.attempts >= policy.attempts or budget.left(runtime.now()) <= state.upcoming_sleep

        def log_failure(state: RetryCallState) -> None:
            log().info(
                "attempt %d failed (%s); trying again in %.2f s",
                budget.attempts,
                _error(state),
                state.upcoming_sleep,
            )

        async def once() -> R:
            nonlocal first
            if not first or not budget.attempts:
                budget.attempts += 1
            first = False
            if budget.left(runtime.now()) <= 0:
                raise DeadlineExceededError("No time was left for the request.", sent="no")
            return await self.transport.send(request, budget)

        # One object a call: its state is kept per thread, and calls of many tasks share a thread.
        attempts = AsyncRetrying(
            retry=again, wait=wait, stop=stop, before_sleep=log_failure, sleep=self._sleep, reraise=True
        )
        try:
            return await attempts(once)
        except CometChatError as error:
            budget.record(error, runtime.now())
            raise


def _error(state: RetryCallState) -> CometChatError | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, CometChatError) else None
