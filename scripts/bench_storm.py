"""How many logins a cold start makes: many processes and threads at once, nothing stored yet.

Every side logs in to the same small server, in turn, with one object a process that its threads share. A
login of this library, of bare httpx and of the hand-written code is two requests, of the others one.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from _bench.crowd import Ended, at_once, taken_over
from _bench.measure import arguments, heading, line, no_settings, shown
from _bench.own import Own
from _bench.replies import ENTER
from _bench.server import Mood, Server
from _bench.side import Place
from _bench.sides import gather

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _bench.side import Side

ABOUT = "How many logins a cold start makes, beside other libraries."
SHAPES = ((1, 64), (8, 8), (16, 16), (32, 4))
QUICK = ((1, 8), (4, 2))
# A first answer that takes longer than the slowest caller to arrive; the next ones quick, because a side
# whose callers fail one after the other would otherwise need minutes.
MOODS = {
    "succeeds, every answer after 150 ms": Mood(delay=0.15),
    "is refused (401), the first answer after 800 ms, others after 20": Mood(0.02, 0.8, 401),
    "fails (500), the first answer after 800 ms, others after 20": Mood(0.02, 0.8, 500),
}
HUNG = Mood(delay=0.02, hang=1)
WAITERS = 8


@contextmanager
def fresh(server: Server, mood: Mood) -> Iterator[Place]:
    """Give a side a server that has forgotten all and an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        server.become(mood)
        yield Place(server.url, folder)


def storm(server: Server, sides: list[type[Side]], mood: Mood, shape: tuple[int, int], rounds: int) -> None:
    """Run one shape of crowd, each side in turn, and print what the server was asked."""
    logins: dict[type[Side], list[int]] = {side: [] for side in sides}
    requests: dict[type[Side], list[int]] = {side: [] for side in sides}
    ends: dict[type[Side], list[Ended]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side in sides:
            with fresh(server, mood) as place:
                ends[side].append(at_once(side, place, *shape))
                asked = server.asked()
            requests[side].append(len(asked))
            logins[side].append(sum(one.target != ENTER for one in asked))
    for side in sides:
        served = {f"{one.good} ok, {one.bad} failed" for one in ends[side]}
        line(
            side.name,
            span(logins[side]),
            span(requests[side]),
            f"{statistics.median(logins[side]) / statistics.median(logins[Own]):.0f} x",
            shown(statistics.median(one.wall for one in ends[side])),
            note="; ".join(filter(None, (" or ".join(sorted(served)), side.note))),
        )


def span(counts: list[int]) -> str:
    """Return the counts of all rounds, shortly."""
    least, most = min(counts), max(counts)
    return str(least) if least == most else f"{least}-{most}"


def take_over(server: Server, sides: list[type[Side]], rounds: int) -> None:
    """Kill whoever logs in, and see how soon one that waits asks the server."""
    heading(
        f"The process that logs in is killed (-9) while {WAITERS} threads of another wait; {rounds} rounds"
    )
    line("", "median", "slowest", "ratio")
    able = [side for side in sides if side.serial]
    times: dict[type[Side], list[float]] = {side: [] for side in able}
    for _ in range(rounds):
        for side in able:
            with fresh(server, HUNG) as place:
                times[side].append(taken_over(side, place, server, WAITERS))
    for side in sides:
        if side not in times:
            line(side.name, "-", "-", "-", note="processes do not wait for one another's login")
            continue
        middle = statistics.median(times[side])
        by = f"{middle / statistics.median(times[Own]):.2f} x"
        line(side.name, shown(middle), shown(max(times[side])), by, note=side.note)


def main() -> None:
    """Print a table for every shape and every way that a login ends, and one for a killed process."""
    options = arguments(ABOUT)
    rounds = 1 if options.quick else 3
    print(f"Cold starts, Python {sys.version.split()[0]}, {rounds} rounds each, sides in turn")
    with no_settings(), Server() as server:
        sides = gather(server.url, alone=options.alone)
        for what, mood in MOODS.items():
            for processes, threads in QUICK if options.quick else SHAPES:
                heading(f"{processes} processes x {threads} threads; the login {what}")
                line("", "logins", "requests", "ratio", "wall")
                storm(server, sides, mood, (processes, threads), 1 if mood.status else rounds)
        take_over(server, sides, 3 if options.quick else 11)


if __name__ == "__main__":
    main()
