"""What became of each imported row, kept where a kill does not reach it."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from cometchat_session.cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session import BulkProgress, RowFailure, RowResult
    from cometchat_session.cli.user_import.checkpoint import Checkpoint
    from cometchat_session.cli.user_import.failures_file import FailuresFile
    from cometchat_session.cli.user_import.rows import Line

SHOWN = 10  # failures that are printed where a file has them all
REMEMBERED = 1000  # failures that the document has where no file has them


class Journal:
    """Keeps what became of each row: in the failures file first, then in the checkpoint.

    What it prints is for whoever looks. Where that fails, as on a terminal that was closed, rows go on being
    kept: one that is lost would be done twice.

    Attributes:
        failures: the rows that failed, where no file has them; the first of them, if they are many.
    """

    def __init__(
        self, checkpoint: Checkpoint, failures: FailuresFile, show: Callable[[int, int, float], None]
    ) -> None:
        self._checkpoint = checkpoint
        self._file = failures
        self._show = show
        self._printed = 0
        self.failures: list[RowFailure] = []

    def note(self, result: RowResult) -> None:
        """Keep one row's result, once: Ctrl-C may have it told of again."""
        line: Line = result.row
        if self._checkpoint.is_done(line.number):
            return
        if (failure := line.failure(result.error) if result.outcome == "failed" else None) is not None:
            self._file.add(line, failure)
            if self._file.path is None and len(self.failures) < REMEMBERED:
                self.failures.append(failure)
        self._checkpoint.note(line.number, result.outcome)
        with suppress(OSError):
            if failure is not None:
                self._print(failure)
            self._tell(0.0)

    def note_wait(self, progress: BulkProgress) -> None:
        """Show that nothing goes on until the rate limit allows it, where that is so."""
        if progress.waiting:
            with suppress(OSError):
                self._tell(progress.waiting)

    def _tell(self, waiting: float) -> None:
        counts = self._checkpoint.counts
        self._show(sum(counts.values()), counts["failed"], waiting)

    def _print(self, failure: RowFailure) -> None:
        self._printed += 1
        if self._printed <= SHOWN or self._file.path is None:
            tell(failure)
        elif self._printed == SHOWN + 1:
            _say(f"More failures are in {self._file.path} only.")


def tell(failure: RowFailure) -> None:
    """Print why a row failed."""
    _say(one_line(f"row {failure.number} ({failure.uid}): {failure.code}: {failure.message}"))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")  # not by click, which would write across the bar
    sys.stderr.flush()
