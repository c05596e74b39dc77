"""How fast a bulk may go: the decisions alone, and then against a server that is played with a fake clock."""

from __future__ import annotations

import heapq
from collections import deque
from email.utils import formatdate
from math import ceil

import pytest

from cometchat_session._backend.bulk.aimd import FIRST_WAIT, LONGEST_WAIT, TICK, Budget, Pace, Turn, budget_of

NOW = 1_700_000_000.0


def fly(pace: Pace, now: float = 0.0) -> list[Turn]:
    """Let go as many requests as may go now."""
    turns = []
    while not (turn := pace.ask(now)).wait:
        turns.append(turn)
    return turns


def test_all_may_go_where_nothing_is_known() -> None:
    pace = Pace(16)
    assert len(fly(pace)) == 16
    assert pace.ask(0.0).wait == TICK


def test_no_more_are_on_their_way_than_are_left() -> None:
    pace = Pace(16)
    first, *others = fly(pace)
    pace.answered(first, 0.0, Budget(20, 0.0))
    assert len(fly(pace)) == 1  # fifteen are on their way, and of the twenty they may take fifteen
    for number, turn in enumerate(others):
        pace.answered(turn, 0.0, Budget(19 - number, 0.0))
    assert len(fly(pace)) == 4  # five are left, and one is on its way


def test_an_overtaken_answer_makes_no_room() -> None:
    pace = Pace(2)
    first, second = fly(pace)
    pace.answered(second, 0.0, Budget(0, 30.0))
    pace.answered(first, 0.0, Budget(1, 0.0))
    assert pace.ask(29.9).wait == pytest.approx(0.1)


def test_one_looks_when_the_time_has_come() -> None:
    pace = Pace(8)
    turn, *others = fly(pace)
    for other in others:
        pace.answered(other, 0.0, Budget(1, 0.0))
    pace.answered(turn, 0.0, Budget(0, 30.0))
    (probe,) = fly(pace, 30.0)
    assert pace.ask(30.0).wait == TICK
    pace.answered(probe, 30.0, Budget(499, 0.0))
    assert len(fly(pace, 30.0)) == 8


def test_headers_that_go_away_are_forgotten() -> None:
    pace = Pace(8)
    turns = fly(pace)
    for turn in turns:
        pace.answered(turn, 0.0, Budget(1, 0.0))
    (turn,) = fly(pace)
    pace.answered(turn, 0.0, None)
    assert len(fly(pace)) == 8


def test_a_refusal_halves_the_room_once_and_holds_for_as_long_as_was_asked() -> None:
    pace = Pace(16)
    for turn in fly(pace):
        pace.refused(turn, 0.0, 15.0, 0.0)
    assert pace.refusals == 1
    assert pace.ask(14.0).wait == pytest.approx(1.0)
    (probe,) = fly(pace, 15.0)
    pace.answered(probe, 15.0, None)
    assert pace.refusals == 0
    assert len(fly(pace, 15.0)) == 8


def test_room_comes_back_little_by_little() -> None:
    pace = Pace(16)
    for turn in fly(pace):
        pace.refused(turn, 0.0, 0.0, 0.0)
    rooms = []
    for _ in range(9):
        turns = fly(pace, 1.0)
        rooms.append(len(turns))
        for turn in turns:
            pace.answered(turn, 1.0, None)
    assert rooms[0] == 1
    assert rooms[1:] == sorted(rooms[1:])
    assert (rooms[1], rooms[-1]) == (8, 14)


def test_waits_grow_where_the_server_names_none() -> None:
    pace, now, waits = Pace(1), 0.0, []
    for _ in range(8):
        (turn,) = fly(pace, now)
        pace.refused(turn, now, None, 0.0)
        waits.append(pace.ask(now).wait)
        now += waits[-1]
    assert waits == [FIRST_WAIT, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST_WAIT, LONGEST_WAIT]


def test_a_named_wait_is_a_floor() -> None:
    for random in (0.0, 0.5, 1.0):
        pace = Pace(1)
        (turn,) = fly(pace)
        pace.refused(turn, 0.0, 15.0, random)
        assert pace.ask(0.0).wait == 15.0 + random


def test_a_lost_request_makes_room() -> None:
    pace = Pace(1)
    fly(pace)
    pace.lost()
    assert len(fly(pace)) == 1


@pytest.mark.parametrize("family", ["X-Rate-Limit-", "X-RateLimit-"])
def test_both_spellings(family: str) -> None:
    def told(remaining: str, reset: str, **others: str) -> Budget | None:
        names = {f"{family}Remaining".lower(): remaining, f"{family}Reset".lower(): reset}
        return budget_of(names | others, NOW)

    assert told("7", str(NOW + 30)) == Budget(7, 0.0)
    assert told("0", str(NOW + 30)) == Budget(0, 30.0)
    assert told("0", str(NOW - 30)) == Budget(0, 0.0)
    assert told("0", str(NOW + 30), date=formatdate(NOW - 1, usegmt=True)) == Budget(0, 30.0)
    assert told("0", str(NOW + 30), date=formatdate(NOW - 100, usegmt=True)) == Budget(0, 130.0)
    for damaged in (told("x", "1"), told("-1", "1"), told("0", "soon"), told("0", ""), told("0", "1e300")):
        assert damaged is None


def test_no_headers() -> None:
    assert budget_of({}, NOW) is None


class Server:
    """Counts as CometChat is said to: so many calls in a window that rolls, or that begins anew each time."""

    def __init__(self, limit: int, window: float, *, rolling: bool, headers: bool) -> None:
        self.limit, self.window, self.rolling, self.headers = limit, window, rolling, headers
        self.calls: deque[float] = deque()
        self.refused = 0

    def answer(self, now: float) -> tuple[float | None, Budget | None]:
        """Return the wait of a refusal, and what the headers say."""
        start = now - self.window if self.rolling else now - now % self.window
        while self.calls and (self.calls[0] <= start if self.rolling else self.calls[0] < start):
            self.calls.popleft()
        if len(self.calls) >= self.limit:
            self.refused += 1
            frees = self.calls[0] + self.window if self.rolling else start + self.window
            return float(max(1, ceil(frees - now))), None
        self.calls.append(now)
        frees = self.calls[0] + self.window if self.rolling else start + self.window
        left = self.limit - len(self.calls)
        return None, Budget(left, 0.0 if left else ceil(frees) - now) if self.headers else None


def play(server: Server, rows: int, workers: int) -> float:
    """Send so many requests with uneven delays there and back, and return the seconds that it took."""
    pace, now, sent, done = Pace(workers), 0.0, 0, 0
    events: list[tuple[float, int, str, Turn]] = []
    for number in range(workers):
        heapq.heappush(events, (0.0, number, "ask", Turn(0.0, 0)))
    verdicts: dict[int, tuple[float | None, Budget | None]] = {}
    waiting = rows
    while done < rows:
        now, number, what, turn = heapq.heappop(events)
        delay = 0.02 + 0.03 * ((sent * 7919) % 13) / 13
        if what == "ask":
            if not waiting:
                continue
            turn = pace.ask(now)
            if turn.wait:
                heapq.heappush(events, (now + turn.wait, number, "ask", turn))
            else:
                waiting -= 1
                sent += 1
                heapq.heappush(events, (now + delay, number, "arrive", turn))
        elif what == "arrive":
            verdicts[number] = server.answer(now)
            heapq.heappush(events, (now + delay, number, "return", turn))
        else:
            wait, budget = verdicts[number]
            if wait is None:
                pace.answered(turn, now, budget)
                done += 1
            else:
                pace.refused(turn, now, wait, 0.5)
                waiting += 1
            heapq.heappush(events, (now, number, "ask", turn))
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
