"""How fast a bulk may go: the decisions alone, and then against a server that is played with a fake clock."""

from __future__ import annotations

import heapq
from collections import deque
from email.utils import formatdate
from math import ceil

import pytest

from cometchat_session._backend.bulk.aimd import FIRST_WAIT, LONGEST_WAIT, TICK, AimdLimiter, Permit
from cometchat_session._transport.rate_limit import RateLimit, rate_limit

NOW = 1_700_000_000.0


def fly(limiter: AimdLimiter, now: float = 0.0) -> list[Permit]:
    """Let go as many requests as may go now."""
    permits = []
    while not (permit := limiter.ask(now)).wait:
        permits.append(permit)
    return permits


def test_all_may_go_where_nothing_is_known() -> None:
    limiter = AimdLimiter(16)
    assert len(fly(limiter)) == 16
    assert limiter.ask(0.0).wait == TICK


def test_no_more_are_on_their_way_than_are_left() -> None:
    limiter = AimdLimiter(16)
    first, *others = fly(limiter)
    limiter.answered(first, 0.0, RateLimit(remaining=20, reset=0.0))
    assert len(fly(limiter)) == 1  # fifteen are on their way, and of the twenty they may take fifteen
    for number, permit in enumerate(others):
        limiter.answered(permit, 0.0, RateLimit(remaining=19 - number, reset=0.0))
    assert len(fly(limiter)) == 4  # five are left, and one is on its way


def test_an_overtaken_answer_makes_no_room() -> None:
    limiter = AimdLimiter(2)
    first, second = fly(limiter)
    limiter.answered(second, 0.0, RateLimit(remaining=0, reset=30.0))
    limiter.answered(first, 0.0, RateLimit(remaining=1, reset=0.0))
    assert limiter.ask(29.9).wait == pytest.approx(0.1)


def test_one_looks_when_the_time_has_come() -> None:
    limiter = AimdLimiter(8)
    permit, *others = fly(limiter)
    for other in others:
        limiter.answered(other, 0.0, RateLimit(remaining=1, reset=0.0))
    limiter.answered(permit, 0.0, RateLimit(remaining=0, reset=30.0))
    (probe,) = fly(limiter, 30.0)
    assert limiter.ask(30.0).wait == TICK
    limiter.answered(probe, 30.0, RateLimit(remaining=499, reset=0.0))
    assert len(fly(limiter, 30.0)) == 8


def test_headers_that_go_away_are_forgotten() -> None:
    limiter = AimdLimiter(8)
    permits = fly(limiter)
    for permit in permits:
        limiter.answered(permit, 0.0, RateLimit(remaining=1, reset=0.0))
    (permit,) = fly(limiter)
    limiter.answered(permit, 0.0, RateLimit())
    assert len(fly(limiter)) == 8


def test_a_refusal_halves_the_room_once_and_holds_for_as_long_as_was_asked() -> None:
    limiter = AimdLimiter(16)
    for permit in fly(limiter):
        limiter.refused(permit, 0.0, 15.0, 0.0)
    assert limiter.refusals == 1
    assert limiter.ask(14.0).wait == pytest.approx(1.0)
    (probe,) = fly(limiter, 15.0)
    limiter.answered(probe, 15.0, RateLimit())
    assert limiter.refusals == 0
    assert len(fly(limiter, 15.0)) == 8


def test_room_comes_back_little_by_little() -> None:
    limiter = AimdLimiter(16)
    for permit in fly(limiter):
        limiter.refused(permit, 0.0, 0.0, 0.0)
    rooms = []
    for _ in range(9):
        permits = fly(limiter, 1.0)
        rooms.append(len(permits))
        for permit in permits:
            limiter.answered(permit, 1.0, RateLimit())
    assert rooms[0] == 1
    assert rooms[1:] == sorted(rooms[1:])
    assert (rooms[1], rooms[-1]) == (8, 14)


def test_waits_grow_where_the_server_names_none() -> None:
    limiter, now, waits = AimdLimiter(1), 0.0, []
    for _ in range(8):
        (permit,) = fly(limiter, now)
        limiter.refused(permit, now, None, 0.0)
        waits.append(limiter.ask(now).wait)
        now += waits[-1]
    assert waits == [FIRST_WAIT, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST_WAIT, LONGEST_WAIT]


def test_a_named_wait_is_a_floor() -> None:
    for random in (0.0, 0.5, 1.0):
        limiter = AimdLimiter(1)
        (permit,) = fly(limiter)
        limiter.refused(permit, 0.0, 15.0, random)
        assert limiter.ask(0.0).wait == 15.0 + random


def test_a_lost_request_makes_room() -> None:
    limiter = AimdLimiter(1)
    fly(limiter)
    limiter.lost()
    assert len(fly(limiter)) == 1


@pytest.mark.parametrize("family", ["X-Rate-Limit-", "X-RateLimit-"])
def test_both_spellings(family: str) -> None:
    def told(remaining: str, reset: str, **others: str) -> tuple[int | None, float | None]:
        names = {f"{family}Remaining".lower(): remaining, f"{family}Reset".lower(): reset}
        said = rate_limit(names | others, NOW)
        return said.remaining, said.reset

    assert told("7", str(NOW + 30)) == (7, 30.0)
    assert told("0", str(NOW + 30)) == (0, 30.0)
    assert told("0", str(NOW - 30)) == (0, 0.0)
    assert told("0", str(NOW + 30), date=formatdate(NOW - 1, usegmt=True)) == (0, 30.0)
    assert told("0", str(NOW + 30), date=formatdate(NOW - 100, usegmt=True)) == (0, 130.0)
    for remaining, reset in (
        told("x", "1"),
        told("-1", "1"),
        told("0", "soon"),
        told("0", ""),
        told("0", "1e300"),
    ):
        assert remaining is None or reset is None  # then nothing is made of it


def test_no_headers() -> None:
    assert rate_limit({}, NOW) == RateLimit()


class Server:
    """Counts as CometChat is said to: so many calls in a window that rolls, or that begins anew each time."""

    def __init__(self, limit: int, window: float, *, rolling: bool, headers: bool) -> None:
        self.limit, self.window, self.rolling, self.headers = limit, window, rolling, headers
        self.calls: deque[float] = deque()
        self.refused = 0

    def answer(self, now: float) -> tuple[float | None, RateLimit]:
        """Return the wait of a refusal, and what the headers say."""
        start = now - self.window if self.rolling else now - now % self.window
        while self.calls and (self.calls[0] <= start if self.rolling else self.calls[0] < start):
            self.calls.popleft()
        if len(self.calls) >= self.limit:
            self.refused += 1
            frees = self.calls[0] + self.window if self.rolling else start + self.window
            return float(max(1, ceil(frees - now))), RateLimit()
        self.calls.append(now)
        frees = self.calls[0] + self.window if self.rolling else start + self.window
        left = self.limit - len(self.calls)
        said = RateLimit(remaining=left, reset=0.0 if left else ceil(frees) - now)
        return None, said if self.headers else RateLimit()


def play(server: Server, rows: int, workers: int) -> float:
    """Send so many requests with uneven delays there and back, and return the seconds that it took."""
    limiter, now, sent, done = AimdLimiter(workers), 0.0, 0, 0
    events: list[tuple[float, int, str, Permit]] = []
    for number in range(workers):
        heapq.heappush(events, (0.0, number, "ask", Permit(0.0, 0)))
    verdicts: dict[int, tuple[float | None, RateLimit]] = {}
    waiting = rows
    while done < rows:
        now, number, what, permit = heapq.heappop(events)
        delay = 0.02 + 0.03 * ((sent * 7919) % 13) / 13
        if what == "ask":
            if not waiting:
                continue
            permit = limiter.ask(now)
            if permit.wait:
                heapq.heappush(events, (now + permit.wait, number, "ask", permit))
            else:
                waiting -= 1
                sent += 1
                heapq.heappush(events, (now + delay, number, "arrive", permit))
        elif what == "arrive":
            verdicts[number] = server.answer(now)
            heapq.heappush(events, (now + delay, number, "return", permit))
        else:
            wait, budget = verdicts[number]
            if wait is None:
                limiter.answered(permit, now, budget)
                done += 1
            else:
                limiter.refused(permit, now, wait, 0.5)
                waiting += 1
            heapq.heappush(events, (now, number, "ask", permit))
    return now


@pytest.mark.parametrize("rolling", [True, False], ids=["rolling", "fixed"])
@pytest.mark.parametrize("workers", [1, 16, 64])
@pytest.mark.parametrize("rows", [490, 1000, 2600])
def test_a_limit_of_500_a_minute_is_used_up_and_kept(rows: int, workers: int, *, rolling: bool) -> None:
    server = Server(500, 60.0, rolling=rolling, headers=True)
    took = play(server, rows, workers)
    at_once = rows * 0.08 / workers  # what it takes without a limit
    ideal = (rows - 1) // 500 * 60 + at_once
    assert took < max(1.1 * ideal, ideal + 3)
    assert server.refused == 0


@pytest.mark.parametrize("rolling", [True, False], ids=["rolling", "fixed"])
def test_without_rate_headers_the_refusals_teach(*, rolling: bool) -> None:
    server = Server(500, 60.0, rolling=rolling, headers=False)
    took = play(server, 5000, 16)
    assert took < 1.1 * 9 * 60
    assert server.refused < 0.01 * 5000
