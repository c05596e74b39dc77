"""A lock on a file that never waits, dies with its process, and is not shared with forked children.

The kernel's `flock` belongs to the open file description: a child that keeps the descriptor keeps the
lock alive after its parent has died. So every descriptor is known here and closed in the child. The
lock file is never deleted: deleting it would let two holders lock two files of one name.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from errno import EACCES, EAGAIN

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_CLOSE_ON_EXEC = getattr(os, "O_CLOEXEC", 0)

_open: set[FileLock] = set()
_opening = threading.Lock()  # held from opening to registering, and across a fork


class FileLock:
    """An exclusive lock by way of one file. Taking it again needs a new object."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd = -1

    def try_acquire(self) -> bool:
        """Take the lock if it is free. Raises `OSError` where the file or the lock cannot be had."""
        with _opening:
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | _NO_FOLLOW | _CLOSE_ON_EXEC, 0o600)
            try:
                if not _lock(fd):
                    return False
                if not _is_still(fd, self._path):
                    return False  # somebody removed the file: the next look opens the new one
                self._fd, fd = fd, -1
                _open.add(self)
            finally:
                if fd >= 0:
                    os.close(fd)
        return True

    def release(self) -> None:
        """Give the lock back. Unlocking comes before closing: a child may hold the descriptor still."""
        with _opening:
            if self not in _open:
                return
            _open.discard(self)
            with suppress(OSError):  # closing unlocks too, in all but a child that is just being forked
                _unlock(self._fd)
            with suppress(OSError):  # the descriptor is gone, whatever `close` reports
                os.close(self._fd)


def _is_still(fd: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False


if sys.platform == "win32":  # believed, not run: see docs/limits.md
    import msvcrt

    def _lock(fd: int) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(fd: int) -> None:
        os.lseek(fd, 0, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (EACCES, EAGAIN):
                return False
            raise
        return True

    def _unlock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_UN)

    def _in_child() -> None:
        _opening.release()
        for lock in _open:
            os.close(lock._fd)  # noqa: SLF001 - closed, not unlocked: the lock stays the parent's
        _open.clear()

    os.register_at_fork(before=_opening.acquire, after_in_parent=_opening.release, after_in_child=_in_child)
