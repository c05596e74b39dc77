"""What an answer's headers say of the rate limit, and of the time to wait. Best effort: nothing here raises.

CometChat's pages spell the headers in two ways, and `Retry-After` is on all of them.
"""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_WAIT = 2.0**31  # seconds; a header that asks for more is damaged
CLOCK_SKEW = 2.0  # seconds; clocks that differ by less are taken for the same, and ours is finer
LONGEST_RESET = 86_400.0  # seconds; a reset that is further away than a day is damaged


class RateLimit(NamedTuple):
    """What is known of a rate limit; `None` where it is not.

    Attributes:
        limit: requests a minute.
        remaining: how many more requests there may be.
        reset: seconds until there are more.
    """

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None

    def __str__(self) -> str:
        known = [
            f"{self.limit} requests a minute" if self.limit else "",
            "" if self.remaining is None else f"{self.remaining} left",
        ]
        return ", ".join(filter(None, known))


def rate_limit(headers: Mapping[str, str], now: float) -> RateLimit:
    """Return what the headers say. `now` is the time in UNIX seconds."""
    return RateLimit(
        limit=_count(headers, "x-rate-limit", "x-ratelimit-limit") or None,
        remaining=_count(headers, "x-rate-limit-remaining", "x-ratelimit-remaining"),
        reset=_reset(headers, now),
    )


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that the server asks to wait, or `None`. `now` is the time in UNIX seconds."""
    asked = headers.get("retry-after")
    if (wait := _seconds(asked)) is not None:
        return wait
    if (moment := server_time(asked)) is not None:
        return max(0.0, moment - now)
    if (milliseconds := _seconds(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    return _reset(headers, now)


def server_time(date: str | None) -> float | None:
    """Return the time that a header names, in UNIX seconds."""
    if not date or not date[:1].isalpha():
        return None
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None


def _reset(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds until the limit is reset, by the server's clock where that differs from ours."""
    theirs = server_time(headers.get("date"))
    if theirs is None or abs(theirs - now) <= CLOCK_SKEW:
        theirs = now
    for name in ("x-rate-limit-reset", "x-ratelimit-reset"):
        moment = _seconds(headers.get(name))
        if moment:
            return max(0.0, moment - theirs) if moment - theirs < LONGEST_RESET else None
    return None


def _count(headers: Mapping[str, str], *names: str) -> int | None:
    found = (headers.get(name, "").strip() for name in names)
    return next((int(text) for text in found if text.isdecimal()), None)


def _seconds(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= LONGEST_WAIT else None
