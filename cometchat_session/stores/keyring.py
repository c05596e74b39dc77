"""A store that leaves the secret to the operating system, and keeps the rest in private files."""

from __future__ import annotations

import _thread
import os
import time
from contextlib import suppress
from importlib.util import find_spec

from cometchat_session._log import log
from cometchat_session._secret import Secret
from cometchat_session.errors import ConfigurationError, StoreUnavailableError
from cometchat_session.stores import _private_files
from cometchat_session.stores._file_lock import FileLock
from cometchat_session.stores._keyring_calls import INSTEAD, LONGEST, Calls, too_long
from cometchat_session.stores.file import FileStore, reason
from cometchat_session.stores.record import NewerSchemaError, Record, new_id

CHECKED_FOR = 1.0  # seconds for which one look at the keyring speaks for all who are about to log in
MARKER = "secret-"
REFERENCE = "keyring:"
LEFT_BEHIND = "a token that is no longer used may still be in the keyring"


class KeyringStore(FileStore):
    """Keeps the auth token in the keyring of the operating system, everything else as `FileStore` does.

        folder/keyring@<key>/session.json    the record; in the token's place the name of a keyring entry
        folder/keyring@<key>/secret-<name>   empty; there for as long as the keyring may have that entry

    A new token gets an entry of a new name: written first, then named in the file, and only then the
    former one is deleted. So a kill leaves the old session or the new one. An entry that is named nowhere
    may remain, until the next change removes it: whoever writes one holds its marker locked until the
    file is written, so that nobody else takes it for such a remainder.

    There is no way back to plain text: where no keyring can be used, calls that need one raise
    `StoreUnavailableError`, after three seconds at most, and a login does so before any request.

    Args:
        folder: where the files are; by default this user's state folder.

    Raises:
        ConfigurationError: the package `keyring` is not installed.
    """

    blocking = frozenset(("load", "save", "try_lock"))

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        if find_spec("keyring") is None:
            raise ConfigurationError(
                "The store keyring: needs the package 'keyring', which is not installed.",
                hint='Install it: pip install "cometchat-session[keyring]".',
            )
        self._tokens: dict[str, tuple[str, Secret]] = {}
        self._missed: set[str] = set()
        super().__init__(folder)

    def try_lock(self, key: str) -> bool:
        self._check(key)  # now, before a login asks the server for a token that could not be kept
        return super().try_lock(key)

    def save(self, key: str, record: Record, *, expected: Record) -> bool:
        done = super().save(key, record, expected=expected)
        with self._saving:
            self._sweep_keyring(key)
        return done

    def forget_locks(self) -> None:
        super().forget_locks()
        self._checking = _thread.allocate_lock()
        self._checked_until = 0.0
        self._refusal: tuple[str, str | None] | None = None

    def _path(self, key: str, *names: str) -> str:
        return super()._path(f"keyring@{key}", *names)  # apart from what a FileStore keeps there

    def _check(self, key: str) -> None:
        """Raise if the keyring cannot be used. Callers that come together share one look."""
        with self._checking:
            if time.monotonic() >= self._checked_until:
                self._refusal = None
                try:
                    Calls().get("check", key)
                except StoreUnavailableError as error:
                    self._refusal = error.message, error.hint
                self._checked_until = time.monotonic() + CHECKED_FOR
            refusal = self._refusal
        if refusal is not None:
            raise StoreUnavailableError(refusal[0], hint=refusal[1])

    # Reading

    def _opened(self, key: str, stored: Record) -> Record:
        """Put the token in the place of its name."""
        calls = Calls()
        while (reference := stored.auth_token) is not None:
            name = _name(reference)
            known = self._tokens.get(key)
            token = known[1] if known is not None and known[0] == name else calls.get(name, key)
            if token is not None:
                self._tokens[key] = name, token
                return stored.with_auth_token(token)
            # It may have been deleted because the file names another by now.
            now = self._stored(key)
            if now.revision == stored.revision:
                self._miss(key, name)
                return stored.with_auth_token(None)
            stored = now
        self._tokens.pop(key, None)
        return stored

    def _miss(self, key: str, name: str) -> None:
        if name not in self._missed:
            self._missed.add(name)
            log().warning("%s: the keyring has lost the token, so nobody is logged in", self._path(key))

    # Writing

    def _write(self, key: str, record: Record, expected: Record) -> bool:
        token = record.auth_token
        if token is None:
            return super()._write(key, record, expected)
        stored = self._stored(key)
        if self._current(key, stored).revision != expected.revision:
            return False  # before the keyring is asked for anything
        known = self._tokens.get(key)
        if known and known[1] == token and stored.auth_token and _name(stored.auth_token) == known[0]:
            return super()._write(key, _referring(record, known[0]), expected)
        if too_long(token):
            raise StoreUnavailableError(
                f"The auth token is longer than the {LONGEST:,} characters that fit into every keyring.",
                hint=f"Ask for a shorter one, {INSTEAD}.",
            )
        return self._write_anew(key, record, expected, token)

    def _write_anew(self, key: str, record: Record, expected: Record, token: Secret) -> bool:
        """Write a token to a new entry, then the file that names it."""
        _private_files.make_private(self._path(key))
        while True:
            name = new_id()
            marker = FileLock(self._path(key, MARKER + name))
            if self._acquired(marker):  # else somebody was quicker, and is sweeping it away
                break
        # A call that is given up may yet write the entry: its marker stays locked until that is over.
        Calls().put(name, key, token, failed=marker.release)
        try:
            if not super()._write(key, _referring(record, name), expected):
                return False
            self._tokens[key] = name, token
            return True
        finally:
            marker.release()

    def _sweep_keyring(self, key: str) -> None:
        """Delete the entries that the file does not name and nobody is writing."""
        calls = Calls()
        try:
            for path in self._leftovers(key, MARKER):
                self._sweep_entry(key, path, calls)
        except (FileNotFoundError, NotADirectoryError, NewerSchemaError):
            return  # nothing was ever written there, or by somebody who knows better
        except StoreUnavailableError as error:
            self._degrade(LEFT_BEHIND, error.message)
        except OSError as error:  # what cannot be read cannot be judged: better one too many than one too few
            self._degrade(LEFT_BEHIND, reason(error))
        else:
            self.troubles.pop(LEFT_BEHIND, None)

    def _sweep_entry(self, key: str, path: str, calls: Calls) -> None:
        name = os.path.basename(path).removeprefix(MARKER)
        marker = FileLock(path)
        if self._names(key, name) or not self._acquired(marker):
            return
        try:
            if self._names(key, name):  # by now: its writer has come to an end
                return
            calls.delete(name, key)
        finally:
            marker.release()
        with suppress(FileNotFoundError):
            os.unlink(path)

    def _names(self, key: str, name: str) -> bool:
        reference = self._stored(key).auth_token
        return reference is not None and _name(reference) == name


def _name(reference: Secret) -> str:
    """Return the name of the entry that stands in the token's place in a file."""
    return reference.reveal().removeprefix(REFERENCE)


def _referring(record: Record, name: str) -> Record:
    return record.with_auth_token(Secret(REFERENCE + name))
