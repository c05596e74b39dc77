"""P14: every file is private from its birth, whatever the umask and whatever somebody put in its place."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from cometchat_session import FileStore
from cometchat_session.stores import file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.modes import Mode

UID = "cometchat-uid-1"
FOLDER, FILE = 0o700, 0o600


@contextmanager
def umask(mask: int) -> Iterator[None]:
    former = os.umask(mask)
    try:
        yield
    finally:
        os.umask(former)


class Watcher:
    """Looks at every name below a folder, over and over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modes: set[tuple[str, int]] = set()
        self.looks = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._stop.is_set():
            self.look()

    def look(self) -> None:
        for folder, folders, files in os.walk(self.folder):
            for name in (*folders, *files):
                with suppress(FileNotFoundError):
                    status = os.lstat(os.path.join(folder, name))  # noqa: PTH118 - in a hurry
                    kind = "folder" if stat.S_ISDIR(status.st_mode) else "file"
                    self.modes.add((kind, stat.S_IMODE(status.st_mode)))
        self.looks += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._stop.set()
        self._thread.join()
        self.look()


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077], ids=oct)
def test_every_file_ever_visible(
    mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mask: int
) -> None:
    real, born = os.open, set()

    def watched(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        fd = real(path, flags, *args, **kwargs)
        if flags & os.O_CREAT and str(path).startswith(str(tmp_path)):
            born.add((Path(path).name.partition(".")[0], stat.S_IMODE(os.fstat(fd).st_mode)))
        return fd

    monkeypatch.setattr(os, "open", watched)
    folder = tmp_path / "a" / "new" / "folder"
    with umask(mask), Watcher(folder) as watcher:
        client = mode.client(store=FileStore(folder))
        for _ in range(3):
            client.login(UID)
            client.get_logged_in_user(verify=True)
            client.login("cometchat-uid-2", switch_user=True)
            next(folder.glob("*/session.json")).write_bytes(b"damage")
            assert client.get_logged_in_user() is None
            client.login(UID)
            client.logout()
    assert watcher.looks > 5
    assert watcher.modes == {("folder", FOLDER), ("file", FILE)}
    assert born == {("session", FILE), ("login", FILE), ("write", FILE)}
    assert stat.S_IMODE(folder.stat().st_mode) == FOLDER


def refused(mode: Mode, folder: Path) -> None:
    """Check that a client does not use a folder, warns, and works in memory."""
    client = mode.client(store=FileStore(folder))
    assert client.login(UID).uid == UID
    assert client.get_logged_in_user().uid == UID
    assert "in memory only" in repr(client)
    assert mode.client(store=FileStore(folder)).get_logged_in_user() is None


def test_a_link_in_place_of_the_folder(mode: Mode, tmp_path: Path) -> None:
    target, folder = tmp_path / "target", tmp_path / "folder"
    target.mkdir(mode=0o700)
    folder.mkdir()
    (folder / mode.client()._key).symlink_to(target)
    refused(mode, folder)
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("rights", [0o777, 0o750, 0o701], ids=oct)
def test_a_folder_that_others_can_enter(mode: Mode, tmp_path: Path, rights: int) -> None:
    planted = tmp_path / mode.client()._key
    planted.mkdir()
    planted.chmod(rights)
    refused(mode, tmp_path)
    assert list(planted.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_s(mode: Mode, tmp_path: Path) -> None:
    planted = tmp_path / mode.client()._key
    planted.mkdir(mode=0o700)
    os.chown(planted, 12345, 12345)
    refused(mode, tmp_path)
    assert list(planted.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_session_that_somebody_else_wrote_is_not_believed(mode: Mode, tmp_path: Path) -> None:
    mode.client(store=FileStore(tmp_path)).login(UID)
    (session,) = tmp_path.glob("*/session.json")
    os.chown(session, 12345, 12345)
    assert mode.client(store=FileStore(tmp_path)).get_logged_in_user() is None


@pytest.mark.parametrize("kind", ["link", "file"])
@pytest.mark.parametrize("name", ["session.json.new-known", "login.lock", "write.lock"])
def test_something_in_place_of_a_file(
    mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    """Whoever guesses a name in time still gets nothing written to it that is secret."""
    folder, target = tmp_path / "sessions", tmp_path / "target"
    target.write_bytes(b"mine")
    client = mode.client(store=FileStore(folder))
    (folder / client._key).mkdir(parents=True, mode=0o700)
    planted = folder / client._key / name
    if kind == "link":
        planted.symlink_to(target)
    else:
        planted.touch(mode=0o666)
        planted.chmod(0o666)
    monkeypatch.setattr(file, "new_id", lambda: "known")
    assert client.login(UID).uid == UID
    token = client.get_auth_token().encode()
    assert target.read_bytes() == b"mine"
    assert stat.S_IMODE(target.stat().st_mode) != FILE
    if planted.exists():
        assert token not in planted.read_bytes()
    for path in (folder / client._key).glob("session*"):
        assert token not in path.read_bytes() or stat.S_IMODE(path.lstat().st_mode) == FILE
