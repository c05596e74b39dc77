"""Rows of users from CSV or JSON Lines, one by one, whatever they hold."""

from __future__ import annotations

import csv
import json
from typing import IO, TYPE_CHECKING, Any

import click
from attrs import asdict

from cometchat_session import CometChatError, RowFailure
from cometchat_session.cli.shell_hints import shell_text
from cometchat_session.models.user_row import USER_FIELDS, check_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

ERROR = "error"  # the field that a failures file adds; it is skipped where that file is the input
CAME_FROM = "from"  # in that field: the format in which the row was first read
UNREADABLE = "UnreadableRow"


class Line(dict[str, Any]):
    """A row's fields, and what else is known of it.

    Attributes:
        number: which row of the input it is, counted from 1.
        original: the row as it stands in the input.
        problem: why it could not be read.
        cells: whether its values are cells of CSV, in which everything is text.
    """

    __slots__ = ("cells", "number", "original", "problem")

    def __init__(
        self, number: int, original: Mapping[str, Any], problem: str | None = None, *, cells: bool = False
    ) -> None:
        super().__init__()
        self.number = number
        self.original = original
        self.problem = problem
        self.cells = cells

    def failed(self, failure: RowFailure) -> dict[str, Any]:
        """Return the row as a failures file has it: as it came, with the reason, and readable again."""
        error = {name: value for name, value in asdict(failure).items() if name != "uid"}
        return {**self.original, ERROR: error | ({CAME_FROM: "csv"} if self.cells else {})}

    def failure(self, error: CometChatError | None = None) -> RowFailure | None:
        """Return why this row failed, or would fail without anything being sent."""
        uid = self.original.get("uid")
        uid = uid if isinstance(uid, str) else None
        if self.problem is not None:
            return RowFailure(self.number, uid, UNREADABLE, self.problem)
        if error is None:
            try:
                check_row(self)
            except CometChatError as failed:
                error = failed
        if error is None:
            return None
        return RowFailure(self.number, uid, error.code or type(error).__name__, shell_text(error))


class Reader:
    """Reads one format. Blank lines are no rows; a row that cannot be read is one with a problem."""

    def __init__(self, kind: str, *, ignore_others: bool) -> None:
        self._records = {"csv": _csv_rows, "jsonl": _json_rows}[kind]
        self._ignore_others = ignore_others

    def count(self, text: IO[str]) -> int:
        """Return how many rows there are."""
        return sum(1 for _ in self._records(_no_utf16(text), self._known))

    def read(self, text: IO[str]) -> Iterator[Line]:
        """Return the rows. Raises `click.UsageError` for a header that will not do."""
        for number, (original, problem) in enumerate(self._records(_no_utf16(text), self._known), 1):
            cells = self._records is _csv_rows or _were_cells(original)
            line = Line(number, original, problem, cells=cells)
            if problem is None:
                try:
                    line.update(self._fields(original, cells=cells))
                except ValueError as error:
                    line.problem = str(error)
            yield line

    def _known(self, name: str) -> bool:
        return self._ignore_others or name in USER_FIELDS

    def _fields(self, original: Mapping[str, Any], *, cells: bool) -> dict[str, Any]:
        """Return the fields of a row; those that CSV can only hold as text are taken apart.

        A cell that somebody has mended in a failures file may be more than text by now.
        """
        fields = {
            name: value
            for name, value in original.items()
            if name != ERROR and (name in USER_FIELDS or not self._ignore_others)
        }
        if cells:
            fields = {
                name: _CELLS.get(name, str)(value) if isinstance(value, str) else value
                for name, value in fields.items()
                if value != ""
            }
        return fields


Record = tuple[dict[str, Any], str | None]


def _csv_rows(text: Iterable[str], known: Callable[[str], bool]) -> Iterator[Record]:
    rows = csv.reader(text)
    header = _header(rows)
    if missing := [name for name in ("uid", "name") if name not in header]:
        found = f"It has {', '.join(map(repr, header))}." if header else "It is empty."
        raise click.UsageError(
            f"The first line must name the columns; it lacks {' and '.join(missing)}. {found} {_slip(header)}"
        )
    if odd := [name for name in header if name != ERROR and not known(name)]:
        raise click.UsageError(
            f"A user has no field {', '.join(map(repr, odd))}. It has {', '.join(USER_FIELDS)}. "
            "With --ignore-others other columns are passed over."
        )
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as error:
            yield {}, f"This is no CSV: {error}."
            continue
        if cells is None:
            return
        if not cells:
            continue
        row = dict(zip(header, cells, strict=False))
        if len(cells) > len(header):
            yield row, f"There are {len(cells)} cells in {len(header)} columns."
        else:
            yield row, _not_text("".join(cells))


def _header(rows: Iterator[list[str]]) -> list[str]:
    try:
        return [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        raise click.UsageError(f"The first line is no CSV: {error}.") from None


def _slip(header: list[str]) -> str:
    """Return what may be wrong with a header."""
    line = ",".join(header)
    if sign := next((sign for sign in ";\t|" if sign in line), None):
        return f"Columns are separated by commas, not by {sign!r}: save the file so."
    if {name.lower() for name in header} >= {"uid", "name"}:
        return "Names of columns are in lower case."
    return "A file without such a line needs one: uid,name."


def _no_utf16(lines: Iterable[str]) -> Iterator[str]:
    """Return the lines. Refuses UTF-16 as a whole: none of its rows could be read."""
    for number, line in enumerate(lines):
        if not number and (line.startswith(("\udcff\udcfe", "\udcfe\udcff")) or "\0" in line[:2]):
            raise click.UsageError('This is UTF-16, as Excel\'s "Unicode text" is: save it as UTF-8.')
        yield line


def _json_rows(text: Iterable[str], _known: Callable[[str], bool]) -> Iterator[Record]:
    for line in text:
        if not line.strip():
            continue
        if problem := _not_text(line):
            yield {}, problem
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield {"line": line.rstrip("\n")}, f"This is no JSON: {error}."
            continue
        if isinstance(row, dict):
            yield row, None
        else:
            yield {"line": line.rstrip("\n")}, "This is no JSON object."


def _were_cells(original: Mapping[str, Any]) -> bool:
    """Return whether a row of a failures file was one of CSV."""
    error = original.get(ERROR)
    return isinstance(error, dict) and error.get(CAME_FROM) == "csv"


def _not_text(text: str) -> str | None:
    """Return what is wrong with text whose bytes are not UTF-8. They were read as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "This is no UTF-8."
    return None


def _metadata(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        raise ValueError('metadata is no JSON object, such as {"team": "night"}.') from None


def _tags(cell: str) -> Any:
    if not cell.lstrip().startswith("["):
        return [tag for tag in map(str.strip, cell.split(";")) if tag]
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        raise ValueError('tags are neither separated by ";" nor a JSON array.') from None


_CELLS: dict[str, Callable[[str], Any]] = {"metadata": _metadata, "tags": _tags}
