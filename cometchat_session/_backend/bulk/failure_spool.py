"""Failures of any number: in memory while they are few, in a nameless temporary file beyond."""

from __future__ import annotations

import json
import threading
import weakref
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from attrs import astuple

from cometchat_session.models.bulk import RowFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_MEMORY = 1 << 20  # bytes


class FailureSpool:
    """A list of failures that takes no more memory the longer it grows."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when the spool goes
        self._lock = threading.Lock()
        self._end = 0
        weakref.finalize(self, self._file.close)

    def append(self, failure: RowFailure) -> None:
        """Add one."""
        line = json.dumps(astuple(failure)).encode() + b"\n"
        with self._lock:
            self._file.seek(self._end)
            self._end += self._file.write(line)

    def __iter__(self) -> Iterator[RowFailure]:
        at = 0
        while at < self._end:
            with self._lock:  # between two lines others may write, and read elsewhere
                self._file.seek(at)
                line = self._file.readline()
            at += len(line)
            yield RowFailure(*json.loads(line))
