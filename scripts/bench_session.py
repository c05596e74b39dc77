"""What one process pays for its session: find it, look again, save it, log in, import and hold clients.

Every side works on the same disk and the same small server, in turn, round by round.
"""

from __future__ import annotations

import contextlib
import glob
import os
import statistics
import sys
import tempfile
from typing import TYPE_CHECKING

from _bench.bare import BareHttpx
from _bench.measure import (
    Times,
    arguments,
    heading,
    in_turn,
    line,
    no_settings,
    over,
    programs,
    ratio,
    rows,
    shown,
)
from _bench.own import Own
from _bench.server import Mood, Server
from _bench.side import NotOfferedError, Place, Side
from _bench.sides import gather
from _bench.weight import idle_clients

if TYPE_CHECKING:
    from collections.abc import Callable

ABOUT = "What one process pays for its session, beside other libraries."
# Seconds that the server takes for a request, and rounds: none at all, the next town, another country.
SERVERS = ((0.0, 60), (0.02, 30), (0.15, 8))
IMPORT = "import {module}"


def ready(sides: list[type[Side]], server: Server, root: str) -> dict[str, Side]:
    """Return an object of every side that has logged in once, in a folder of its own."""
    server.become(Mood())
    built: dict[str, Side] = {}
    for kind in sides:
        place = Place(server.url, os.path.join(root, kind.__name__))
        os.mkdir(place.folder, 0o700)
        kind.seed(place)
        built[kind.name] = side = kind(place)
        side.log_in()
        side.again()
        if isinstance(side, Own):
            side.settle()
        if isinstance(side, BareHttpx):
            (session,) = glob.glob(os.path.join(root, "Own", "app.us.default", "session.json"))
            side.copy(session)
    return built


def offered(sides: dict[str, Side], what: str) -> tuple[dict[str, Callable[[], object]], dict[str, str]]:
    """Split the sides into those that do something, tried once, and the reasons of the others."""
    able: dict[str, Callable[[], object]] = {}
    reasons: dict[str, str] = {}
    for name, side in sides.items():
        try:
            getattr(side, what)()
        except NotOfferedError as reason:
            reasons[name] = str(reason)
        else:
            able[name] = getattr(side, what)
    return able, reasons


def compare(title: str, sides: dict[str, Side], what: str, rounds: int, batch: int = 1) -> None:
    """Print one table: every side beside the bare one."""
    able, reasons = offered(sides, what)
    notes = {name: (getattr(sides[name], what).__doc__ or "").strip().rstrip(".") for name in able}
    own = sides[Own.name]
    if what == "restore" and isinstance(own, Own):
        able["  of it, the store's part"] = own.restore_record
    heading(f"{title}; {rounds} rounds of {batch}")
    line("", "median", "ratio", "p99")
    rows(in_turn(able, rounds, batch=batch), BareHttpx.name, notes)
    for name, reason in reasons.items():
        line(name, "-", "-", "-", note=reason)


def log_in(sides: dict[str, Side], server: Server, delay: float, rounds: int) -> None:
    """Print what a login takes, beside the very same requests made with httpx alone."""
    heading(f"Log in and store it; the server takes {delay * 1000:.0f} ms; {rounds} rounds; beside the same")
    line("requests with bare httpx", "median", "ratio", "bare")
    for name, side in sides.items():
        if type(side) is BareHttpx:
            continue
        server.become(Mood())
        side.forget()
        side.again()
        plain = side.plainly(server.asked())
        server.become(Mood(delay=delay))

        def whole(side: Side = side) -> None:
            side.again()

        times = in_turn({name: whole, "bare": plain}, rounds, before=side.forget)
        rows_of_login(name, times, len(server.asked()) // (2 * rounds + 2))


def rows_of_login(name: str, times: Times, requests: int) -> None:
    """Print one row of the table of logins."""
    plain = statistics.median(times["bare"])
    by = f"{ratio(times[name], times['bare']):.2f} x"
    note = f"{requests} request{'s' if requests > 1 else ''}"
    line(name, shown(statistics.median(times[name])), by, shown(plain), note=note)


def imports(sides: list[type[Side]], rounds: int) -> None:
    """Print what importing each library adds to the bare interpreter."""
    heading(f"Import, over the bare interpreter; {rounds} rounds")
    line("", "median", "ratio", "p99")
    codes = {"bare": "pass"} | {side.name: IMPORT.format(module=side.module) for side in sides}
    rows(over(programs(codes, rounds), "bare"), BareHttpx.name, {BareHttpx.name: "import httpx"})


def main() -> None:
    """Print all tables."""
    options = arguments(ABOUT)
    quick: bool = options.quick
    print(f"One process, Python {sys.version.split()[0]}, sides in turn, medians; ratio to the bare side")
    with no_settings(), contextlib.ExitStack() as stack:
        root = stack.enter_context(tempfile.TemporaryDirectory(dir="."))
        server = stack.enter_context(Server())
        kinds = gather(server.url, alone=options.alone)
        sides = ready(kinds, server, os.path.abspath(root))
        compare("Find the session on disk, as a new program", sides, "restore", 50 if quick else 500)
        compare("Look once more", sides, "look", 20 if quick else 200, 100)
        compare("Save", sides, "save", 20 if quick else 300)
        for delay, rounds in SERVERS[:2] if quick else SERVERS:
            log_in(sides, server, delay, 5 if quick else rounds)
        imports(kinds, 3 if quick else 15)
        idle_clients(sides, quick=quick)
        for side in sides.values():
            side.close()


if __name__ == "__main__":
    main()
