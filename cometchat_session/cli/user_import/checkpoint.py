"""Which rows of an input are done: a file that is right whenever the process is killed.

The first line is a JSON object: which input it is about, how far all rows are done, which are done beyond,
and what became of them. Each line after it is one more row that is done. A line is written in one piece as
soon as its row is done; one that a kill cut in two is no line. From time to time, and when a run begins,
the file is replaced as a whole by its first line.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cometchat_session import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.models.bulk import Outcome

OUTCOMES: tuple[Outcome, ...] = ("created", "updated", "unchanged", "failed")
LINES = 100_000  # after which the file is replaced by its first line


class Checkpoint:
    """The rows that are done, in a file of one's own, or nowhere but in memory."""

    def __init__(self, path: Path | None, about: dict[str, Any], *, restart: bool = False) -> None:
        self._path = path
        self._about = about
        self._prefix = 0
        self._beyond: set[int] = set()
        self.counts: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
        self._file = -1
        self._lines = 0
        if path is not None:
            try:
                self._open(path, restart=restart)
            except OSError as error:
                raise ConfigurationError(
                    f"Cannot keep how far the import is in {path}: {error.strerror}.",
                    hint="Name another place with --checkpoint.",
                ) from None
        self.before = sum(self.counts.values())

    def is_done(self, number: int) -> bool:
        """Return whether a row is done."""
        return number <= self._prefix or number in self._beyond

    def note(self, number: int, outcome: Outcome) -> None:
        """Keep that a row is done."""
        if self._path is not None:  # comes first: of what Ctrl-C stops half-way, the file has the more
            os.write(self._file, b"%d %d\n" % (number, OUTCOMES.index(outcome)))
            self._lines += 1
        self._count(number, outcome)
        if self._path is not None and self._lines >= LINES:
            self._replace(self._path)

    def close(self, *, finished: bool) -> None:
        """Let go of the file; of one whose input is finished there is no need any more."""
        if self._path is not None:
            if finished:
                with suppress(OSError):
                    self._path.unlink()
            os.close(self._file)

    def _count(self, number: int, outcome: Outcome) -> None:
        self.counts[outcome] += 1
        self._beyond.add(number)
        while self._prefix + 1 in self._beyond:
            self._prefix += 1
            self._beyond.discard(self._prefix)

    def _open(self, path: Path, *, restart: bool) -> None:
        self._file = _locked(path)
        try:
            if not restart:
                self._read(path, path.read_bytes())
            self._replace(path)
        except BaseException:
            os.close(self._file)
            raise

    def _read(self, path: Path, text: bytes) -> None:
        if not text:
            return
        first, *lines = text.split(b"\n")[:-1] or [b""]  # what follows the last line's end is no line
        try:
            head = json.loads(first)
            about, self._prefix = head["about"], head["done"]
            self._beyond, self.counts = set(head["beyond"]), head["counts"]
            for line in lines:
                number, outcome = map(int, line.split())
                if not self.is_done(number):
                    self._count(number, OUTCOMES[outcome])
        except (ValueError, LookupError, TypeError):
            raise ConfigurationError(
                f"{path} is there and says nothing about an import.", hint="Move it out of the way."
            ) from None
        if about != self._about:
            raise ConfigurationError(
                f"{path} is about another import: the input has changed since, or it goes to another app.",
                hint="With --restart the import begins anew; rows that are done already are found unchanged.",
            )

    def _replace(self, path: Path) -> None:
        """Write the file anew, whole or not at all. The new one is locked before it has the name."""
        head = {
            "about": self._about,
            "done": self._prefix,
            "beyond": sorted(self._beyond),
            "counts": self.counts,
        }
        fresh = path.with_name(f"{path.name}.new")
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(file, json.dumps(head).encode() + b"\n")
        os.fsync(file)
        fresh.replace(path)
        os.close(self._file)
        self._file, self._lines = file, 0


def _locked(path: Path) -> int:
    """Open a file that no other process holds. Raises `ConfigurationError` where one does."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise ConfigurationError(
                f"Another process is at this import: it holds {path}.", hint="Wait for it, or stop it."
            ) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        os.close(file)  # it was replaced, or removed, just now
