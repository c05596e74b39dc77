"""Where imported rows come from."""

from __future__ import annotations

import hashlib
import sys
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from cometchat_session.cli.user_import.rows import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
STDIN = Path("-")


class Source:
    """A file, which can be read again, or standard input, which cannot."""

    def __init__(self, path: Path, kind: str | None, *, ignore_others: bool) -> None:
        self.path = path
        self.is_file = path != STDIN
        kind = kind or SUFFIXES.get(path.suffix.lower())
        if kind is None:
            raise click.UsageError("Which format is it? Add --format csv or --format jsonl.")
        self.reader = Reader(kind, ignore_others=ignore_others)

    @contextmanager
    def open(self) -> Iterator[IO[str]]:
        """Open it as text. Bytes that are no UTF-8 are the matter of their row."""
        options: Any = {"encoding": "utf-8-sig", "errors": "surrogateescape", "newline": ""}
        if self.is_file:
            with self.path.open(**options) as text:
                yield text
        else:
            text = TextIOWrapper(sys.stdin.buffer, **options)
            try:
                yield text
            finally:
                text.detach()  # standard input stays open

    def total(self) -> int | None:
        """Count the rows, where that does not use them up."""
        if not self.is_file:
            return None
        with self.open() as text:
            return self.reader.count(text)

    def identity(self) -> str:
        """Return what only this content has; of standard input nothing is known beforehand."""
        if not self.is_file:
            return "standard input"
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def beside(self, suffix: str) -> Path | None:
        """Return the path of a companion of the file."""
        return self.path.with_name(self.path.name + suffix) if self.is_file else None
