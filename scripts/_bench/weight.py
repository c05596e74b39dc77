"""What idle clients weigh, each library's in a process of its own."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from _bench.measure import heading, line, run

if TYPE_CHECKING:
    from _bench.side import Side

SCRIPTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Resident memory before and after; each client has looked for its session once.
WEIGH = """
import logging, os, sys, tempfile
sys.path.insert(0, {scripts!r})
from {home} import {kind} as Kind
from _bench.side import Place
logging.disable()
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
def build():
    one = Kind(place)
    for prepare in {prepare!r}:
        getattr(one, prepare)
    return one
place = Place({url!r}, {folder!r})
first = build()
before = resident()
kept = [build() for _ in range({count})]
print(resident() - before)
"""


def idle_clients(sides: dict[str, Side], *, quick: bool) -> None:
    """Print what idle clients weigh: one, and 10,000."""
    heading("Memory of idle clients that have looked for their session once")
    line("", "one of them", "10,000", "ratio", "measured")
    base = 0.0
    for name, side in sides.items():
        if not side.memory:
            line(name, "-", "-", note="keeps no object of its own")
            continue
        number = side.memory // 10 if quick else side.memory
        weigh = functools.partial(WEIGH.format, scripts=SCRIPTS, url=side.place.url, folder=side.place.folder)
        attributes = {"Own": (), "BareHttpx": ("http",), "Msal": ("app",)}.get(type(side).__name__, ())
        home, kind = type(side).__module__, type(side).__name__
        each = max(1, int(run(weigh(home=home, kind=kind, prepare=attributes, count=number)))) / number
        base = base or each
        line(
            name,
            f"{each / 1024:.1f} KiB",
            f"{each * 10_000 / 2**20:.0f} MiB",
            f"{each / base:.1f} x",
            f"{number}",
        )
