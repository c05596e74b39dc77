"""Tables for a terminal; plain lines, one row each, everywhere else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from cometchat_session.cli._output import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def show(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows for a person, as they come."""
    if not in_a_terminal():
        for row in rows:
            say("\t".join(_text(value) for value in row))
        return
    from io import StringIO

    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=None, header_style="bold")
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    page = StringIO()
    Console(file=page, force_terminal=True).print(table)
    say(page.getvalue().rstrip())


def in_a_terminal() -> bool:
    """Tell whether a person looks at the output."""
    return sys.stdout.isatty()


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
