"""How far a long command is: a bar in a terminal, a plain line each so many rows elsewhere.

Where it only waits for the app's rate limit, both say so, and for how long.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Task

EACH = 500  # rows for one plain line
REDRAW = 0.1  # seconds between two looks of the bar at the counts
A_WHILE = 100.0  # seconds; longer times are told in minutes
TOLD = 3.0  # seconds; a shorter wait for the limit is not worth a line
STEADY = 120.0  # seconds that the rate is taken over: under a limit work comes in bursts, a minute apart


@contextmanager
def progress(total: int | None, done: int) -> Iterator[Callable[[int, int, float], None]]:
    """Show how far it is, on standard error.

    Call what this yields with the rows done, those failed, and the seconds to wait for the limit, or 0.
    """
    if sys.stderr.isatty():
        with _bar(total, done) as show:
            yield show
    else:
        yield _lines(total, done)


def _lines(total: int | None, before: int) -> Callable[[int, int, float], None]:
    began = time.monotonic()
    told = 0.0  # when the wait that was told of is over

    def show(done: int, failed: int, waiting: float) -> None:
        nonlocal told
        if waiting:
            if waiting > TOLD and time.monotonic() > told:
                told = time.monotonic() + waiting
                click.echo(f"{done} rows done, {_wait(waiting)}", err=True)
            return
        if done % EACH:
            return
        rate = (done - before) / max(time.monotonic() - began, 0.001)
        of = f" of {total}" if total is not None else ""
        left = f", {_minutes((total - done) / rate)} left" if total is not None and rate else ""
        click.echo(f"{done}{of} rows done, {failed} failed, {rate:.0f} a second{left}", err=True)

    return show


@contextmanager
def _bar(total: int | None, before: int) -> Iterator[Callable[[int, int, float], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.progress import ProgressColumn as Column
    from rich.table import Column as TableColumn
    from rich.text import Text

    class Rate(Column):
        def render(self, task: Task) -> Text:
            return Text(task.fields["wait"] or f"{task.speed or 0:.0f}/s")

    columns = (
        BarColumn(bar_width=None),  # whatever room the words leave
        MofNCompleteColumn(),
        Rate(table_column=TableColumn(no_wrap=True)),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]} failed"),
    )
    looked = 0.0
    latest = (before, 0)
    with Progress(*columns, console=Console(stderr=True), speed_estimate_period=STEADY) as bar:
        task = bar.add_task("import", total=total, completed=before, failed=0, wait="")

        def show(done: int, failed: int, waiting: float) -> None:
            nonlocal looked, latest
            latest = (done, failed)
            if (now := time.monotonic()) - looked >= REDRAW:
                looked = now
                wait = _wait(waiting) if waiting else ""
                bar.update(task, completed=done, failed=failed, wait=wait)

        try:
            yield show
        finally:
            bar.update(task, completed=latest[0], failed=latest[1], wait="")


def _wait(seconds: float) -> str:
    return f"waiting for the rate limit, {seconds:.0f} s"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < A_WHILE else f"{seconds / 60:.0f} min"
