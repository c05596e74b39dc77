"""What `doctor` learns by looking at the place where sessions are kept."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cometchat_session import FileStore, MemoryStore, errors
from cometchat_session.cli.diagnosis.finding import Finding, failure
from cometchat_session.stores import open_store

if TYPE_CHECKING:
    from cometchat_session import SessionStore
    from cometchat_session.config import AppConfig


def look_at_store(app: AppConfig) -> tuple[Finding | None, Finding]:
    """Return what is found of the files' modes, where there are files, and of the store itself.

    Both are looked at before anything is asked for that might change them.
    """
    try:
        store = open_store(app.store)
    except errors.CometChatError as error:
        return None, failure("store", error)
    modes = _modes(Path(store.folder)) if isinstance(store, FileStore) else None
    try:
        store.load(app.session_key)
        return modes, _store(store, modes)
    except errors.CometChatError as error:
        return modes, failure("store", error)
    finally:
        store.close()


def _store(store: SessionStore, modes: Finding | None) -> Finding:
    if isinstance(store, MemoryStore):
        hint = "Unset COMETCHAT_STORE, or name a place: COMETCHAT_STORE=file:/some/folder."
        return Finding("store", "warn", "memory: no session will outlive a command", hint)
    if not isinstance(store, FileStore) or not (store.troubles or not _can_write(Path(store.folder))):
        return Finding("store", "ok", repr(store))
    hint = "Make its folder writable, or name another place: COMETCHAT_STORE=file:/some/folder."
    if modes is not None and modes.state == "bad":
        hint = "See the file modes: a folder that others can enter is not used."
    found = (
        repr(store) if store.troubles else f"{store!r} cannot be written: no session will outlive a process"
    )
    return Finding("store", "warn", found, hint)


def _can_write(folder: Path) -> bool:
    """Return whether a folder, or the one in which it would be made, takes files."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _modes(folder: Path) -> Finding | None:
    """Return what others can get at: files in the folder, and the folder itself."""
    if sys.platform == "win32" or not folder.is_dir():
        return None
    # A link has no mode of its own.
    there = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink() and path.exists()]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in there}
    unsafe = {path: mode for path, mode in modes.items() if mode & 0o077}
    if not unsafe:
        return Finding("file modes", "ok", "only this user can get at what is kept")
    path, mode = next(iter(unsafe.items()))
    more = f", and {len(unsafe) - 1} more" if len(unsafe) > 1 else ""
    hint = f"Run: chmod -R go= {shlex.quote(str(folder))}"
    if any(path.is_file() for path in unsafe):
        hint += "  Then log out and in again: the token may have been read."
    return Finding("file modes", "bad", f"others can get at {path} (mode {mode:o}){more}", hint)
