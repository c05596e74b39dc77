"""P19, as far as it is no matter of time: content and name are on the disk when a call returns."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cometchat_session import FileStore

if TYPE_CHECKING:
    import pytest
    from support.modes import Mode

UID = "cometchat-uid-1"


class Disk:
    """Notes in which order files are opened, written, forced to the disk, renamed and removed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.did: list[tuple[str, str]] = []
        self._folder = folder
        self._names: dict[int, str] = {}
        for name in ("open", "write", "fsync", "close", "replace", "unlink"):
            monkeypatch.setattr(os, name, self._noting(name, getattr(os, name)))

    def _noting(self, name: str, real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            known = self._names.get(args[0]) if isinstance(args[0], int) else self._short(args[0])
            result = real(*args, **kwargs)
            if known is not None and known.partition(".")[0] not in ("login", "write"):
                self.did.append((name, known))
                if name == "open":
                    self._names[result] = known
            if name == "close":
                self._names.pop(args[0], None)
            return result

        return call

    def _short(self, path: Any) -> str | None:
        path = Path(path)
        if path == self._folder.parent:
            return "above"
        if path == self._folder:
            return "root"
        if path.parent == self._folder:
            return "folder"
        return path.name.partition("-")[0] if self._folder in path.parents else None

    def take(self) -> list[tuple[str, str]]:
        did, self.did = self.did, []
        return did


WRITTEN = [
    ("open", "session.json.new"),
    ("write", "session.json.new"),
    ("fsync", "session.json.new"),
    ("close", "session.json.new"),
    ("replace", "session.json.new"),
    ("open", "folder"),
    ("fsync", "folder"),
    ("close", "folder"),
]
SETTLED = [(what, name) for name in ("root", "above") for what in ("open", "fsync", "close")]


def writes(disk: Disk) -> list[tuple[str, str]]:
    """Return what was done, without looks at the session file."""
    looks = {("open", "session.json"), ("close", "session.json")}
    return [step for step in disk.take() if step not in looks]


def test_content_first_then_the_name(mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = mode.client(store=FileStore(tmp_path / "sessions"))
    disk = Disk(monkeypatch, tmp_path / "sessions")
    client.login(UID)
    assert writes(disk) == SETTLED + WRITTEN
    client.get_logged_in_user(verify=True)
    assert writes(disk) == WRITTEN
    client.logout()
    assert writes(disk) == WRITTEN


def test_another_process_makes_the_names_durable_again(
    mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that made the folders may have been killed before it could."""
    (tmp_path / "sessions" / mode.client()._key).mkdir(parents=True, mode=0o700)
    client = mode.client(store=FileStore(tmp_path / "sessions"))
    disk = Disk(monkeypatch, tmp_path / "sessions")
    client.login(UID)
    assert writes(disk) == SETTLED + WRITTEN


def test_what_a_logout_sweeps_is_gone_for_good(
    mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is taken off the disk too, or power loss would bring the token back."""
    client = mode.client(store=FileStore(tmp_path / "sessions"))
    client.login(UID)
    (session,) = tmp_path.glob("*/*/session.json")
    session.with_name("session.json.corrupt-1").write_bytes(b"token")
    disk = Disk(monkeypatch, tmp_path / "sessions")
    client.logout()
    did = writes(disk)
    assert ("unlink", "session.json.corrupt") in did
    assert ("fsync", "folder") in did[did.index(("unlink", "session.json.corrupt")) :]
