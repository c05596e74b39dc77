"""When a request may be repeated, how long to wait, and when to stop.

The decisions are pure functions of what happened; tenacity drives the loop.

    never      400 401 403 404 405 409 410 413 415 422, certificates, unknown hosts, odd answers
    always     408 425 429, and whatever certainly did not reach the server
    by effect  500 502 503 504 and their like; no answer, but the request may have taken effect
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attrs import define

from cometchat_session._late_imports import importing
from cometchat_session._log import log
from cometchat_session._transport.request import Effect
from cometchat_session.errors import (
    CometChatError,
    DeadlineExceededError,
    NetworkError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

    from cometchat_session._runtime.port import Port
    from cometchat_session.retry_policy import RetryPolicy

T = TypeVar("T")

NOT_PROCESSED = frozenset((408, 425, 429))  # the server says that it did nothing
FAILED = frozenset((500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 527))  # 52x: the proxy's own
THROTTLED_WAIT = 1.0  # seconds of first back-off after a 429 or 503 that names no time
LONGEST_JITTER = 1.0  # seconds added to a time the server named, at most; a tenth of it otherwise


@define(kw_only=True)
class Effort:
    """What one call may still do, and has done: all its requests share one deadline and the same tries.

    Attributes:
        began: when the call began, a reading of `port.now()`.
        deadline: when it must be over, another one.
        tries: 1 from its first request on, and one more for each repetition of any request.
    """

    began: float
    deadline: float
    tries: int = 0

    @classmethod
    def begin(cls, now: float, seconds: float) -> Effort:
        """Return the effort of a call that begins now and may take so many seconds."""
        return cls(began=now, deadline=now + seconds)

    def tell(self, error: CometChatError, now: float) -> None:
        """Write on an error what it took."""
        error.attempts, error.elapsed = self.tries, now - self.began


def may_repeat(error: CometChatError, effect: Effect, lost_before: int) -> bool:
    """Decide whether a request that failed so may be sent again.

    `lost_before` counts the earlier attempts of this call that may have taken effect without an answer.
    """
    if isinstance(error, NetworkError | DeadlineExceededError):
        if error.sent == "no":
            return error.code is None  # a code names a fault that does not pass: certificate, unknown host
        return effect is Effect.REPEATABLE or (effect is Effect.ONCE and lost_before == 0)
    if error.status in NOT_PROCESSED:
        return True
    return error.status in FAILED and effect is not Effect.NEVER


def pause(policy: RetryPolicy, error: CometChatError, attempt: int, random: float) -> float:
    """Return the seconds to wait after the given attempt (counted from 1); `random` is from 0 to 1.

    A time that the server named is a floor: a little is added to it, and nothing is ever taken off.
    """
    if error.retry_after is not None:
        return error.retry_after + random * min(LONGEST_JITTER, error.retry_after / 10)
    base = policy.wait_initial
    if error.status in (429, 503):
        base = max(base, THROTTLED_WAIT) if base else base
    return random * min(policy.wait_max, base * 2.0 ** min(attempt - 1, 60))


async def run(
    attempt: Callable[[float], Awaitable[T]],
    *,
    policy: RetryPolicy,
    effect: Effect,
    effort: Effort,
    port: Port,
) -> T:
    """Call `attempt(seconds left)` until it succeeds, may not be repeated, or time or tries run out.

    The error of the last attempt is raised, with `.attempts` and `.elapsed` of the whole call. No pause is
    cut short to try early: what does not fit is not waited for.
    """
    # tenacity brings asyncio with it: a third of this library's start, for a loop a look-up never enters.
    with importing:
        from tenacity import AsyncRetrying

    lost = 0
    first = True

    def again(state: RetryCallState) -> bool:
        nonlocal lost
        error = _error(state)
        if error is None or not may_repeat(error, effect, lost):
            return False
        lost += error.sent == "unknown"
        return True

    def wait(state: RetryCallState) -> float:
        error = _error(state)
        return pause(policy, error, effort.tries, port.random()) if error else 0.0

    def stop(state: RetryCallState) -> bool:
        return effort.tries >= policy.attempts or port.now() + state.upcoming_sleep >= effort.deadline

    def tell(state: RetryCallState) -> None:
        log().info(
            "attempt %d failed (%s); trying again in %.2f s",
            effort.tries,
            _error(state),
            state.upcoming_sleep,
        )

    async def once() -> T:
        nonlocal first
        if not first or not effort.tries:
            effort.tries += 1
        first = False
        left = effort.deadline - port.now()
        if left <= 0:
            raise DeadlineExceededError("No time was left for the request.", sent="no")
        return await attempt(left)

    # One object a call: its state is kept per thread, and calls of many tasks share a thread.
    loop = AsyncRetrying(retry=again, wait=wait, stop=stop, before_sleep=tell, sleep=port.sleep, reraise=True)
    try:
        return await loop(once)
    except CometChatError as error:
        effort.tell(error, port.now())
        raise


def _error(state: RetryCallState) -> CometChatError | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, CometChatError) else None
