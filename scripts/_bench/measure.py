"""The stopwatch and the table. Needs nothing but Python."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Times = dict[str, list[float]]


def arguments(about: str) -> argparse.Namespace:
    """Read what every benchmark script takes: `--quick` and `--alone`."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="few rounds: shows that it runs")
    parser.add_argument("--alone", action="store_true", help="leave the other libraries out")
    return parser.parse_args()


def in_turn(
    sides: Mapping[str, Callable[[], object]],
    rounds: int,
    *,
    batch: int = 1,
    before: Callable[[], object] = int,
) -> Times:
    """Time each side in turn, round by round, so that a slow moment hits all alike.

    Args:
        sides: what to time, by name.
        rounds: how often.
        batch: how many calls are timed together; for calls that are quicker than the clock.
        before: done before each, untimed.

    Returns:
        Seconds a call, in the order of the rounds.
    """
    times: Times = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, call in sides.items():
            before()
            began = time.perf_counter()
            for _ in range(batch):
                call()
            took = (time.perf_counter() - began) / batch
            if number:  # the first round warms up
                times[name].append(took)
    return times


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the median of the ratios round by round: both of a pair were measured in the same moment."""
    return statistics.median(mine / theirs for mine, theirs in zip(one, other, strict=True))


def programs(sides: Mapping[str, str], rounds: int) -> Times:
    """Time programs of one line each, from start to end."""
    runs = {name: lambda code=code: run(code) for name, code in sides.items()}
    return in_turn(runs, rounds)


def run(code: str) -> str:
    """Run one program in this interpreter's like; return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def over(times: Times, floor: str) -> Times:
    """Take one side, round by round, off every other; what is left is at least a microsecond."""
    return {
        name: [max(mine - least, 1e-6) for mine, least in zip(taken, times[floor], strict=True)]
        for name, taken in times.items()
        if name != floor
    }


def heading(text: str) -> None:
    """Begin a table."""
    print(f"\n{text}", flush=True)


def line(name: str, *cells: str, note: str = "") -> None:
    """Print one row."""
    print(f"  {name:<31}{''.join(f'{cell:>13}' for cell in cells)}{'   ' + note if note else ''}", flush=True)


def shown(seconds: float) -> str:
    """Return a time with the unit that suits it."""
    if seconds < 1e-3:  # noqa: PLR2004 - a millisecond
        return f"{seconds * 1e6:.1f} us"
    return f"{seconds * 1e3:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def p99(taken: Sequence[float]) -> float:
    """Return the time that one in a hundred exceeds; of fewer than a hundred, the longest."""
    return sorted(taken)[-1 - len(taken) // 100]


def rows(times: Times, base: str, notes: Mapping[str, str]) -> None:
    """Print the median and the 99th percentile of every side, and the ratio of medians to one of them."""
    for name, taken in times.items():
        by = f"{ratio(taken, times[base]):.2f} x"
        line(name, shown(statistics.median(taken)), by, shown(p99(taken)), note=notes.get(name, ""))


@contextmanager
def no_settings() -> Iterator[None]:
    """Keep settings of whoever runs this out of the comparison."""
    kept = dict(os.environ)
    for name in kept:
        if name.startswith(("COMETCHAT_", "AWS_", "HF_", "HUGGING_FACE_", "MSAL_")):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)
