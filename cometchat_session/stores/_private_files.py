"""Files that are private from birth and change as a whole or not at all."""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from contextlib import suppress
from errno import ELOOP

Signature = tuple[int, int, int]

_UNSAFE = re.compile(r"[^a-z0-9_.@-]|^\.")
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NO_BLOCK = getattr(os, "O_NONBLOCK", 0)  # or a pipe would stop us
_CLOSE_ON_EXEC = getattr(os, "O_CLOEXEC", 0)


def default_folder() -> str:
    """Return where this user's sessions live by default. Raises `OSError` where there is no home."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Application Support")
    else:
        base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    if not os.path.isabs(base):
        raise FileNotFoundError("this user has no home folder")
    return os.path.join(base, "cometchat-session")


def safe_name(key: str) -> str:
    """Return a file name for a key, another for each. Some file systems take `Ann` and `ann` for one name."""
    return _UNSAFE.sub(_escaped, key)


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02x}" for byte in match[0].encode(errors="surrogatepass"))


def signature(status: os.stat_result) -> Signature:
    """Return what tells one content of a file from another: every `replace` sets a time of its own."""
    return status.st_ino, status.st_mtime_ns, status.st_size


def make_private(folder: str) -> None:
    """Make a folder if there is none, ours and closed to everybody else; its name may not be durable.

    Raises:
        PermissionError: something else is there already: a link, or a folder that others can enter.
    """
    try:
        check_private(folder)
    except FileNotFoundError:
        _make(folder)
        check_private(folder)


def _make(folder: str) -> None:
    """Make a folder and those above it, each private: `os.makedirs` leaves those above to the umask."""
    above = os.path.dirname(folder)
    if above != folder and not os.path.exists(above):
        _make(above)
    with suppress(FileExistsError):  # of two processes, one makes it
        os.mkdir(folder, 0o700)


def check_private(folder: str) -> None:
    """Raise `PermissionError` for a folder that is not ours alone, `FileNotFoundError` for none."""
    status = os.stat(folder, follow_symlinks=False)
    if sys.platform != "win32" and (
        not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077
    ):
        raise PermissionError(f"{folder} is not a private folder of this user")


def read(path: str) -> tuple[Signature, bytes]:
    """Return a file's signature and content.

    Raises:
        ValueError: it is no plain file: somebody put a link, a folder or a pipe in its place.
        PermissionError: it is another user's.
        OSError: it cannot be read.
    """
    try:
        fd = os.open(path, os.O_RDONLY | _NO_FOLLOW | _NO_BLOCK | _CLOSE_ON_EXEC)
    except OSError as error:
        if error.errno == ELOOP:
            raise ValueError(f"{path} is a link") from None
        raise
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(f"{path} is no plain file")
        if sys.platform != "win32" and status.st_uid != os.geteuid():
            raise PermissionError(f"{path} belongs to another user")
        return signature(status), os.read(fd, status.st_size + 1)
    finally:
        os.close(fd)


def replace(path: str, temporary: str, data: bytes) -> None:
    """Put new content in a file's place, so that a kill or a full disk leaves the old or the new whole.

    Returns when both the content and the name are on the disk.
    """
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _CLOSE_ON_EXEC, 0o600)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
            # The kernel's own stamp is coarse: two writes in one tick on a reused inode would look alike.
            now = time.time_ns()
            os.utime(temporary, ns=(now, now))
            os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    sync_folder(os.path.dirname(path))


def sync_folder(folder: str) -> None:
    """Wait until a folder's names are on the disk."""
    if sys.platform == "win32":
        return  # has no such call
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | _CLOSE_ON_EXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
