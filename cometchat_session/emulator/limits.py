"""Rate limits: real counting in rolling windows."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cometchat_session.emulator.settings import Settings

# Calls per minute of each plan, for the group of core calls and for all others.
PLANS = {"paid": {"core": 10_000, "standard": 20_000}, "free": {"core": 500, "standard": 500}}


class Verdict(NamedTuple):
    """What the limiter says of one call."""

    limit: int
    remaining: int
    reset: int
    retry_after: int
    refused: bool


class Limiter:
    """Counts the calls of one app, each group by itself."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = {"core": deque(), "standard": deque()}

    def clear(self) -> None:
        """Forget all calls."""
        for calls in self._calls.values():
            calls.clear()

    def take(self, group: str, now: float, settings: Settings) -> Verdict | None:
        """Count a call; nothing if the plan is not metered."""
        limit = limit_of(group, settings)
        if not limit:
            return None
        calls, window = self._calls[group], settings.rate_limit_window
        while calls and calls[0] <= now - window:
            calls.popleft()
        refused = len(calls) >= limit
        if not refused or settings.refused_calls_count:
            calls.append(now)
        # A place is free again when the call that fills the last one has left the window.
        frees_at = calls[len(calls) - limit if refused else 0] + window
        return Verdict(
            limit,
            limit - min(len(calls), limit),
            math.ceil(frees_at),
            max(1, math.ceil(frees_at - now)),
            refused,
        )


def limit_of(group: str, settings: Settings) -> int:
    """Calls per window for a group; 0 is no limit."""
    own = settings.rate_limit_core if group == "core" else settings.rate_limit_standard
    return own or PLANS.get(settings.plan, {}).get(group, 0)


def headers(verdict: Verdict, settings: Settings) -> dict[str, str]:
    """The headers that tell a client where it stands, in the spellings chosen."""
    told: dict[str, str] = {}
    style = settings.rate_limit_headers
    if style in ("both", "X-Rate-Limit"):
        told |= _family(("X-Rate-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"), verdict)
    if style in ("both", "X-RateLimit"):
        told |= _family(("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"), verdict)
    if verdict.refused:
        told["Retry-After"] = str(verdict.retry_after)
    return told


def _family(names: tuple[str, str, str], verdict: Verdict) -> dict[str, str]:
    """One spelling."""
    return dict(zip(names, (str(verdict.limit), str(verdict.remaining), str(verdict.reset)), strict=True))
