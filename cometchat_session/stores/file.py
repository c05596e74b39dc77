"""A store of private files: atomic, durable, and honest about what it cannot do."""

from __future__ import annotations

import _thread  # `threading` takes longer to import than a look-up takes
import os
import time
from contextlib import contextmanager, nullcontext, suppress
from errno import EINVAL, ENOLCK, ENOSYS, EOPNOTSUPP
from typing import TYPE_CHECKING

from cometchat_session._late_imports import importing
from cometchat_session._log import log
from cometchat_session.errors import StoreLockTimeoutError, StoreUnavailableError
from cometchat_session.stores import _private_files
from cometchat_session.stores.base import SessionStore
from cometchat_session.stores.record import EMPTY, NewerSchemaError, Record, decode, encode, new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cometchat_session.stores._file_lock import FileLock

WRITE_WAIT = 2.0  # seconds; a write lasts milliseconds, so whoever waits longer waits for a stopped process
KEPT_ASIDE = 3  # damaged files kept for a look
NO_LOCKS_HERE = frozenset((ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL))  # what file systems without `flock` answer

IN_MEMORY = "sessions are kept in memory only"
UNLOCKED = "logins of several processes are not kept apart"
NEWER = "a newer version of this library wrote the stored session, which is left alone"


class FileStore(SessionStore):
    """Keeps each session in a file of a private folder of its own.

        folder/<key>/session.json    the record; replaced as a whole
        folder/<key>/login.lock      held by whoever logs in
        folder/<key>/write.lock      held for the milliseconds of a write

    Where the folder cannot be written (no home, read-only, full), new sessions are kept in memory, with
    one warning in the log and a word in `repr`, until somebody writes the file again. Removing a session
    is never pretended.

    Args:
        folder: where to keep sessions; by default this user's state folder.

    Attributes:
        folder: where sessions are kept.
        troubles: what does not work as it should, a sentence each.
    """

    blocking = frozenset(("save",))

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        super().__init__()
        self.troubles: dict[str, str] = {}
        self._seen: dict[str, tuple[_private_files.Signature, Record]] = {}
        # With the revision of the file behind it: `None` where that could not be read.
        self._unsaved: dict[str, tuple[Record, str | None]] = {}
        self._settled: set[str] = set()
        self.forget_locks()
        try:
            self.folder = os.path.abspath(os.fspath(folder or _private_files.default_folder()))
        except OSError as error:
            self.folder = os.devnull  # nothing can be below it, so every access fails and says so
            self._degrade(IN_MEMORY, reason(error))

    def load(self, key: str) -> Record:
        try:
            stored = self._stored(key)
            current = self._current(key, stored)
            return self._opened(key, stored) if current is stored else current
        except NewerSchemaError:
            self._degrade(NEWER)
        except OSError as error:
            self._degrade(IN_MEMORY, reason(error))
        return self._unsaved.get(key, (EMPTY, None))[0]

    def save(self, key: str, record: Record, *, expected: Record) -> bool:
        # Between processes the lock file does this. Between threads it might not: see `UNLOCKED`.
        with self._saving:
            try:
                return self._write(key, record, expected)
            except NewerSchemaError:
                trouble = (NEWER, "")
            except OSError as error:
                trouble = (IN_MEMORY, reason(error))
            # Left alone from here on, so that no traceback leads to a frame that holds the bytes.
            return self._keep(key, record, expected, *trouble)

    def try_lock(self, key: str) -> bool:
        lock = _lock(self._path(key, "login.lock"))
        if self._held.setdefault(key, lock) is not lock:
            return False
        locked = False
        try:
            _private_files.make_private(self._path(key))
            locked = lock.try_acquire()
        except OSError as error:
            self._check_locks(error)
            locked = True  # where nothing can be written there is nothing to share; `save` says so
        finally:
            if not locked:  # nor where Ctrl-C came in between
                lock.release()
                del self._held[key]
        return locked

    def unlock(self, key: str) -> None:
        if (lock := self._held.get(key)) is not None:
            lock.release()
            del self._held[key]

    def forget_locks(self) -> None:
        self._saving = _thread.allocate_lock()
        self._held: dict[str, FileLock] = {}  # the descriptors are closed where they are known

    def __repr__(self) -> str:
        troubles = (f"{what}: {why}" if why else what for what, why in self.troubles.items())
        return f"{type(self).__name__}({', '.join([repr(self.folder), *troubles])})"

    def _path(self, key: str, *names: str) -> str:
        return os.path.join(self.folder, _private_files.safe_name(key), *names)

    def _stored(self, key: str, *, writing: bool = False) -> Record:
        """Return the file's record, read only if the file changed since the last look."""
        path = self._path(key, "session.json")
        try:
            seen = self._seen.get(key)
            if seen is not None and seen[0] == _private_files.signature(os.stat(path, follow_symlinks=False)):
                return seen[1]
            _private_files.check_private(os.path.dirname(path))
            signature, data = _private_files.read(path)
            record = decode(data)
        except FileNotFoundError:
            return EMPTY
        except ValueError:
            if writing:
                self._set_aside(key, path)
                return EMPTY
        else:
            self._seen[key] = signature, record
            return record
        # Look again with the lock, without waiting for it: a writer that holds it will set the file aside.
        lock = _lock(self._path(key, "write.lock"))
        if not lock.try_acquire():
            return EMPTY
        try:
            return self._stored(key, writing=True)
        finally:
            lock.release()

    def _opened(self, key: str, stored: Record) -> Record:  # noqa: ARG002 - for stores built on this one
        """Return a file's record as its reader is to have it."""
        return stored

    def _current(self, key: str, stored: Record) -> Record:
        """Return what is kept in memory in the file's stead, for as long as nobody else writes the file."""
        record, behind = self._unsaved.get(key, (None, None))
        if record is None:
            return stored
        if behind is None:  # readable now: taken for what it was then
            self._unsaved[key] = record, stored.revision
        elif behind != stored.revision:
            self._unsaved.pop(key, None)
            return stored
        return record

    def _set_aside(self, key: str, path: str) -> None:
        aside = f"{path}.corrupt-{time.time_ns()}"
        os.replace(path, aside)
        log().warning("the stored session was damaged; it is now %s, and nobody is logged in", aside)
        kept = sorted(self._leftovers(key, "session.json.corrupt-"))
        for old in kept[:-KEPT_ASIDE]:
            os.unlink(old)

    def _write(self, key: str, record: Record, expected: Record) -> bool:
        _private_files.make_private(self._path(key))
        self._settle(key)
        with self._writing(key):
            if self._current(key, self._stored(key, writing=True)).revision != expected.revision:
                return False
            self._sweep(key, everything=record.auth_token is None)
            self._replace(key, record)  # forces what was swept off the disk, too
        self._unsaved.pop(key, None)
        self.troubles.pop(IN_MEMORY, None)
        return True

    def _keep(self, key: str, record: Record, expected: Record, what: str, why: str) -> bool:
        """Do what can be done for a record that could not be written: remove, or keep in memory."""
        unsaved = self._unsaved.get(key)
        if unsaved is not None and unsaved[0].revision != expected.revision:
            return False
        ends = record.auth_token is None and (expected.auth_token or record.generation != expected.generation)
        if ends and not (self._removed(key, record) if what == IN_MEMORY else unsaved):
            raise StoreUnavailableError(
                f"The session could not be removed from {self.folder}: {why or what}.",
                hint="Make the folder writable and log out again, or remove it by hand.",
            )
        revision = self._revision(key)
        if revision == record.revision:  # it is in its place; what failed came after that
            self._unsaved.pop(key, None)
        else:
            self._degrade(what, why)
            self._unsaved[key] = record, revision
        return True

    def _removed(self, key: str, record: Record) -> bool:
        """Remove without writing, which a full disk allows; tell whether nothing is left."""
        path = self._path(key, "session.json")
        try:
            if self._revision(key) != record.revision and os.path.lexists(path):
                os.unlink(path)
            with suppress(FileNotFoundError, NotADirectoryError):
                self._sweep(key, everything=True)
                _private_files.sync_folder(self._path(key))
        except OSError:
            return False
        # Logins on their way must find that there was a logout; now there may be room for that.
        with suppress(OSError):
            self._replace(key, record)
        return True

    def _revision(self, key: str) -> str | None:
        try:
            return self._stored(key).revision
        except (OSError, NewerSchemaError):
            return None

    def _replace(self, key: str, record: Record) -> None:
        path = self._path(key, "session.json")
        _private_files.replace(path, f"{path}.new-{new_id()}", encode(record))

    def _settle(self, key: str) -> None:
        """Make the names of the folders durable, whoever made them: once, before the first write."""
        if key not in self._settled:
            _private_files.sync_folder(self.folder)
            with suppress(OSError):  # a folder of somebody else's may be closed to us
                _private_files.sync_folder(os.path.dirname(self.folder))
            self._settled.add(key)

    def _leftovers(self, key: str, prefix: str) -> list[str]:
        folder = self._path(key)
        return [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(prefix)]

    def _sweep(self, key: str, *, everything: bool) -> None:
        """Remove what killed writers left; after a logout whatever else could hold a token."""
        with nullcontext() if everything else suppress(OSError):
            for path in self._leftovers(key, "session.json." if everything else "session.json.new-"):
                os.unlink(path)

    @contextmanager
    def _writing(self, key: str) -> Iterator[None]:
        lock = _lock(self._path(key, "write.lock"))
        give_up, pauses = time.monotonic() + WRITE_WAIT, self.pauses()
        while not self._acquired(lock):
            if time.monotonic() > give_up:
                raise StoreLockTimeoutError(
                    f"Another process has been writing to {self.folder} for {WRITE_WAIT:.0f} seconds.",
                    hint="It may be stopped: find the process that holds write.lock.",
                )
            time.sleep(next(pauses))
        try:
            yield
        finally:
            lock.release()

    def _acquired(self, lock: FileLock) -> bool:
        try:
            return lock.try_acquire()
        except OSError as error:
            if self._check_locks(error):
                return True
            raise

    def _check_locks(self, error: OSError) -> bool:
        """Return whether an error means that this file system has no locks; warn, to go on without."""
        if error.errno not in NO_LOCKS_HERE:
            return False
        self._degrade(UNLOCKED, reason(error))
        return True

    def _degrade(self, what: str, why: str = "") -> None:
        if what not in self.troubles:
            self.troubles[what] = why
            log().warning("%s: %s", self.folder, f"{what}: {why}" if why else what)


def _lock(path: str) -> FileLock:
    with importing:  # a look-up locks nothing
        from cometchat_session.stores._file_lock import FileLock

    return FileLock(path)


def reason(error: OSError) -> str:
    """Return what an error says, without the path."""
    return error.strerror or str(error) or type(error).__name__
