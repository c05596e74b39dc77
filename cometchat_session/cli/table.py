"""Tables for a terminal; plain lines, one row each, everywhere else."""

from __future__ import annotations

import json
import sys
from io import StringIO
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

from cometchat_session.cli.output import say
from cometchat_session.cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PAGE = 100


def show(columns: Sequence[str], rows: Iterable[Sequence[Any]], styles: Sequence[str] = ("cyan",)) -> None:
    """Print rows for a person, as they come; `styles` are those of the first columns, in a terminal."""
    if not in_a_terminal():
        for row in rows:
            say("\t".join(_text(value) for value in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, header_style="bold")
    for row in rows:
        # `Text`, or a name in brackets would be markup.
        cells = zip_longest(row, styles, fillvalue="")
        table.add_row(*(Text(_text(value), style=style) for value, style in cells))
    page = StringIO()
    Console(file=page, force_terminal=True).print(table)
    say(page.getvalue().rstrip())


def show_all(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bool:
    """Print any number of rows as they come, under their names; tell whether there were any.

    A terminal gets a table for each `PAGE` rows: the width of a column is known only of rows that are there.
    """
    some = False
    rows = iter(rows)
    size = PAGE if in_a_terminal() else 1
    while page := list(islice(rows, size)):
        if not some and size == 1:
            say("\t".join(columns))
        show(columns, page)
        some = True
    return some


def in_a_terminal() -> bool:
    """Return whether a person looks at the output."""
    return sys.stdout.isatty()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return one_line(json.dumps(value, ensure_ascii=False))
    return one_line(", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
