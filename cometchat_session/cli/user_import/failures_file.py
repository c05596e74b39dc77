"""The file of rows that failed: JSON Lines, each row as it came with an `error` added; it can be an input."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from cometchat_session import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cometchat_session import RowFailure
    from cometchat_session.cli.user_import.rows import Line


class FailuresFile:
    """Is begun anew by a new import, and goes on with one that goes on. Made for the first row."""

    def __init__(self, path: Path | None, *, go_on: bool) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        if path is not None and not go_on:
            with _explained(path):
                path.unlink(missing_ok=True)

    def add(self, line: Line, failure: RowFailure) -> None:
        """Add a row; it is in the file, whole, when this returns."""
        if self.path is None:
            return
        if self._file is None:
            self._file = _appending(self.path)
        self._file.write(json.dumps(line.failed(failure)).encode() + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()


def _appending(path: Path) -> IO[bytes]:
    """Open a file to add lines; one that a kill cut in two is ended first."""
    with _explained(path):
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b")
    if file.seek(0, os.SEEK_END):
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")
    return file


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"Cannot write the rows that fail to {path}: {error.strerror}.",
            hint="Name another place with --failures.",
        ) from None
