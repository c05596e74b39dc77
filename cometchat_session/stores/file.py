"""A store of private files: atomic, durable, and honest about what it cannot do."""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cometchat_session.errors import StoreLockTimeoutError, StoreUnavailableError
from cometchat_session.session import EMPTY, NewerSchemaError, Record, decode, encode, new_id
from cometchat_session.stores import _files
from cometchat_session.stores.base import SessionStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cometchat_session.stores._flock import FileLock

WRITE_WAIT = 5.0  # seconds; a write lasts milliseconds, so whoever waits longer waits for a stopped process
KEPT_ASIDE = 3  # damaged files kept for a look


class FileStore(SessionStore):
    """Keeps each session in a file of a private folder of its own.

        folder/<key>/session.json    the record; replaced as a whole
        folder/<key>/login.lock      held by whoever logs in
        folder/<key>/write.lock      held for the milliseconds of a write

    Where the folder cannot be written (no home, read-only, full), new sessions are kept in memory, with
    one warning in the log and a word in `repr`. Removing a session is never pretended.

    Args:
        folder: where to keep sessions; by default this user's state folder.
    """

    blocking = frozenset(("save",))

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        super().__init__()
        self._troubles: list[str] = []
        self._seen: dict[str, tuple[_files.Signature, Record]] = {}
        self._unsaved: dict[str, Record] = {}
        self._held: dict[str, FileLock] = {}
        try:
            self._folder = os.path.abspath(os.fspath(folder or _files.default_folder()))
        except OSError as error:
            self._folder = os.devnull  # nothing can be below it, so every access fails and says so
            self._degrade(f"sessions are kept in memory only: {_reason(error)}")

    def load(self, key: str) -> Record:
        try:
            return self._stored(key, writing=False)
        except NewerSchemaError:
            self._degrade("a newer version wrote the stored session: it is left alone")
        except OSError as error:
            self._degrade(f"the stored session cannot be read: {_reason(error)}")
        return EMPTY

    def save(self, key: str, record: Record, *, expected: Record) -> bool:
        try:
            _files.make_private(self._path(key))
            with self._writing(key):
                if self._stored(key, writing=True).revision != expected.revision:
                    return False
                path = self._path(key, "session.json")
                _files.replace(path, f"{path}.new-{new_id()}", encode(record))
                self._sweep(key, everything=record.session is None)
        except NewerSchemaError:
            problem = "a newer version wrote the stored session"
        except OSError as error:
            problem = _reason(error)
        else:
            self._unsaved.pop(key, None)
            return True
        # Reached from outside the handlers, so that no traceback leads to a frame that holds the bytes.
        if record.session is None and not self._is_clean(key):
            raise StoreUnavailableError(
                f"The session could not be removed from {self._folder}: {problem}.",
                hint="Make the folder writable and log out again, or remove it by hand.",
            )
        self._degrade(f"sessions are kept in memory only: {problem}")
        self._unsaved[key] = record
        return True

    def try_lock(self, key: str) -> bool:
        lock = _lock(self._path(key, "login.lock"))
        if self._held.setdefault(key, lock) is not lock:
            return False
        try:
            try:
                locked = lock.try_acquire()
            except FileNotFoundError:
                _files.make_private(self._path(key))
                locked = lock.try_acquire()
        except OSError as error:
            self._degrade(f"logins of several processes are not kept apart: {_reason(error)}")
            return True
        if not locked:
            del self._held[key]
        return locked

    def unlock(self, key: str) -> None:
        if (lock := self._held.get(key)) is not None:
            lock.release()
            del self._held[key]

    def forget_locks(self) -> None:
        self._held = {}  # the descriptors are closed where they are known

    def __repr__(self) -> str:
        return f"FileStore({', '.join([repr(self._folder), *self._troubles])})"

    def _path(self, key: str, *names: str) -> str:
        folder = re.sub(r"[^A-Za-z0-9_.@-]|^\.", lambda match: f"%{ord(match[0]):x}", key)
        return os.path.join(self._folder, folder, *names)

    def _stored(self, key: str, *, writing: bool) -> Record:
        """Return the record, from the file only if that changed since the last look."""
        if (unsaved := self._unsaved.get(key)) is not None:
            return unsaved
        path = self._path(key, "session.json")
        try:
            seen = self._seen.get(key)
            if seen is not None and seen[0] == _files.signature(os.stat(path, follow_symlinks=False)):
                return seen[1]
            read = _read(path)
        except FileNotFoundError:
            return EMPTY
        except ValueError:
            if writing:
                self._set_aside(key, path)
                return EMPTY
        else:
            self._seen[key] = read
            return read[1]
        # Look again with the lock: whoever damaged the file may have been a writer on its way.
        with self._writing(key):
            return self._stored(key, writing=True)

    def _set_aside(self, key: str, path: str) -> None:
        aside = f"{path}.corrupt-{time.time_ns()}"
        os.replace(path, aside)
        _warn("the stored session was damaged; it is now %s, and nobody is logged in", aside)
        kept = sorted(self._leftovers(key, "session.json.corrupt-"))
        for old in kept[:-KEPT_ASIDE]:
            os.unlink(old)

    def _leftovers(self, key: str, prefix: str) -> list[str]:
        folder = self._path(key)
        return [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(prefix)]

    def _sweep(self, key: str, *, everything: bool) -> None:
        """Remove what killed writers left; after a logout whatever else could hold a token."""
        for path in self._leftovers(key, "session.json." if everything else "session.json.new-"):
            os.unlink(path)

    def _is_clean(self, key: str) -> bool:
        """Remove without writing, which a full disk allows; tell whether nothing is left."""
        try:
            with suppress(FileNotFoundError):
                os.unlink(self._path(key, "session.json"))
                self._sweep(key, everything=True)
                _files.sync_folder(self._path(key))
        except OSError:
            return False
        return True

    @contextmanager
    def _writing(self, key: str) -> Iterator[None]:
        lock = _lock(self._path(key, "write.lock"))
        give_up = time.monotonic() + WRITE_WAIT
        wait = self.poll[0]
        while not lock.try_acquire():
            if time.monotonic() > give_up:
                raise StoreLockTimeoutError(
                    f"Another process has been writing to {self._folder} for {WRITE_WAIT:.0f} seconds.",
                    hint="It may be stopped: find the process that holds write.lock.",
                )
            time.sleep(wait)
            wait = min(2 * wait, self.poll[1])
        try:
            yield
        finally:
            lock.release()

    def _degrade(self, trouble: str) -> None:
        if trouble not in self._troubles:
            self._troubles.append(trouble)
            _warn("%s: %s", self._folder, trouble)


def _read(path: str) -> tuple[_files.Signature, Record]:
    signature, data = _files.read(path)
    return signature, decode(data)


# A look-up locks nothing and says nothing, so it does without these two modules.


def _lock(path: str) -> FileLock:
    from cometchat_session.stores._flock import FileLock

    return FileLock(path)


def _warn(message: str, *values: object) -> None:
    from cometchat_session._log import log

    log().warning(message, *values)


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
