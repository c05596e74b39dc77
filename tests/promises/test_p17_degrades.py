"""P17: where nothing can be kept it works in memory, or without a lock, and says so once.

What a missing or locked keyring does is tried with the keyring store.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import pwd
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen
from support.processes import asked

from cometchat_session import FileStore, errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.modes import Mode

UID = "cometchat-uid-1"
ONE_LOGIN = [("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")]


@frozen
class Place:
    """Somewhere to keep sessions where that does not quite work.

    Attributes:
        store: makes a store there.
        says: what it says of itself then.
        kept: whether a session outlives its process all the same.
    """

    store: Callable[[], FileStore]
    says: str
    kept: bool = False


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Mount a small file system of its own; skip the test where that is not allowed."""
    folder.mkdir(mode=0o700)
    command = ["mount", "-t", "tmpfs", "-o", ",".join(("mode=0700", *options)), "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount command")
    if done.returncode:
        pytest.skip(f"may not mount here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> Place:
    """A user without an entry in the list of users, as containers have."""

    def nobody(uid: int) -> Any:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for name in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return Place(FileStore, "no home folder")


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Place]:
    with mounted(tmp_path / "disk") as folder:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield Place(lambda: FileStore(folder), "Read-only file system")


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Place]:
    with mounted(tmp_path / "disk", "size=64k") as folder:
        fill(folder)
        yield Place(lambda: FileStore(folder), "No space left on device")


def fill(folder: Path) -> None:
    with suppress(OSError), (folder / "junk").open("wb", buffering=0) as junk:
        while True:
            junk.write(bytes(4096))


@pytest.fixture
def a_file_in_the_way(tmp_path: Path) -> Place:
    (tmp_path / "file").touch()
    return Place(lambda: FileStore(tmp_path / "file" / "sessions"), "Not a directory")


@pytest.fixture
def no_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A network's file system, mounted without locks."""

    def flock(fd: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    return Place(lambda: FileStore(tmp_path / "sessions"), "No locks available", kept=True)


@pytest.fixture(params=["no_home", "read_only", "full", "a_file_in_the_way", "no_locks"])
def place(request: pytest.FixtureRequest) -> Place:
    place: Place = request.getfixturevalue(request.param)
    return place


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_whole_story_with_one_warning(mode: Mode, place: Place, caplog: pytest.LogCaptureFixture) -> None:
    store = place.store()
    client = mode.client(store=store)
    assert client.get_logged_in_user() is None
    assert client.login(UID).uid == client.login(UID).uid == UID
    assert client.get_logged_in_user(verify=True).uid == UID
    assert client.login(UID, force=True).uid == UID
    token = client.get_auth_token()
    assert asked(mode.emulator) == [*ONE_LOGIN, ("GET", "/me"), *ONE_LOGIN]
    (warning,) = warnings(caplog)
    assert place.says in warning
    assert token not in warning
    assert repr(store).count(place.says) == 1
    later = mode.client(store=place.store()).get_logged_in_user()
    assert (later is not None) is place.kept
    assert client.logout().revoked
    assert client.get_logged_in_user() is None
    assert token not in str(mode.emulator.state["tokens"])
    assert len([text for text in warnings(caplog) if place.says in text]) <= 2  # the second store's is one


def test_many_threads_make_one_login_there_too(mode: Mode, place: Place) -> None:
    client = mode.client(store=place.store())
    mode.emulator.fault("delay", seconds=0.1)
    users = mode.at_once([lambda: client.login(UID)] * 32)
    assert [getattr(user, "uid", user) for user in users] == [UID] * 32
    assert asked(mode.emulator) == ONE_LOGIN


def test_a_logout_on_a_full_disk_removes_the_file(mode: Mode, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=64k") as folder:
        client = mode.client(store=FileStore(folder))
        client.login(UID)
        token = client.get_auth_token().encode()
        fill(folder)
        assert client.logout().revoked
        assert mode.client(store=FileStore(folder)).get_logged_in_user() is None
        held = [path for path in folder.rglob("*") if path.is_file() and token in path.read_bytes()]
        assert held == []


def test_a_session_on_a_disk_that_became_read_only(mode: Mode, tmp_path: Path) -> None:
    """It is still found. Its removal is not pretended."""
    with mounted(tmp_path / "disk") as folder:
        client = mode.client(store=FileStore(folder))
        client.login(UID)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        assert mode.client(store=FileStore(folder)).get_logged_in_user().uid == UID
        with pytest.raises(errors.StoreUnavailableError, match="could not be removed"):
            client.logout()
        assert mode.client(store=FileStore(folder)).get_logged_in_user().uid == UID
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        assert client.logout().revoked
        assert mode.client(store=FileStore(folder)).get_logged_in_user() is None


def test_what_was_kept_in_memory_gives_way_to_what_another_process_writes(
    mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sessions"
    client, other = (mode.client(store=FileStore(folder)) for _ in range(2))
    other.login(UID)
    real = os.write

    def full(fd: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        client.login(UID, force=True)
        assert "in memory only" in repr(client)
        assert client.get_auth_token() != other.get_auth_token()
    assert os.write is real
    other.logout()
    assert client.get_logged_in_user() is None
    assert client.login(UID).uid == UID
    assert "in memory" not in repr(client)
    assert other.get_logged_in_user().uid == UID


def test_importing_never_fails() -> None:
    """Not without a home, not in a folder that is gone, not with nonsense in the environment."""
    code = (
        "import os, pwd, sys, tempfile\n"
        "pwd.getpwuid = lambda uid: {}[uid]\n"
        "gone = tempfile.mkdtemp(); os.chdir(gone); os.rmdir(gone)\n"
        "import cometchat_session\n"
        "from cometchat_session import *\n"
        "print(cometchat_session.CometChat('app', 'us').get_logged_in_user())\n"
    )
    environment = {"PATH": os.environ["PATH"], "COMETCHAT_TIMEOUT": "nonsense"}
    path = os.pathsep.join(str(Path(part).resolve()) for part in sys.path if part)
    # -P: Python 3.13.0 itself fails in a folder that is gone and on its path.
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=environment | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "None\n"), done.stderr
