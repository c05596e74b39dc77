"""P7: a damaged file is set aside and costs one login; a newer version's file is left alone."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from support.processes import asked

from cometchat_session import FileStore, errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.modes import Mode

UID, OTHER = "cometchat-uid-1", "cometchat-uid-2"
ONE_LOGIN = [("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")]


def newer(data: bytes) -> bytes:
    document = json.loads(data)
    document["schema"] += 1
    document["record"]["something"] = "new"
    return json.dumps(document).encode()


CORRUPTIONS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut": lambda data: data[:-20],
    "trailing garbage": lambda data: data + b"}",
    "binary": lambda data: b"\x00\xff\xfe" * 40,
    "wrong checksum": lambda data: data.replace(b"cometchat-uid-1", b"cometchat-uid-3"),
    "valid JSON, no record": lambda data: b"[1, 2]",
}
CALLS: dict[str, Callable[[Any], Any]] = {
    "login": lambda client: client.login(UID),
    "verified login": lambda client: client.login(UID, verify=True),
    "switch": lambda client: client.login(UID, switch_user=True),
    "look-up": lambda client: client.get_logged_in_user(),
    "verify": lambda client: client.get_logged_in_user(verify=True),
    "logout": lambda client: client.logout(),
}


class House:
    """A folder with a session under two profiles, the first of which is then damaged."""

    def __init__(self, mode: Mode, folder: Path) -> None:
        self.mode, self.folder = mode, folder
        self.client(profile="second").login(OTHER)
        client = self.client()
        client.login(UID)
        self.file = folder / client._key / "session.json"
        mode.emulator.clear_requests()

    def client(self, **more: Any) -> Any:
        return self.mode.client(store=FileStore(self.folder), **more)

    def aside(self) -> list[str]:
        return sorted(path.name for path in self.file.parent.glob("session.json.corrupt-*"))

    def other(self) -> str | None:
        user = self.client(profile="second").get_logged_in_user()
        return None if user is None else str(user.uid)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_every_call_over_every_damage(mode: Mode, tmp_path: Path, corruption: str, call: str) -> None:
    house = House(mode, tmp_path)
    damaged = CORRUPTIONS[corruption](house.file.read_bytes())
    house.file.write_bytes(damaged)
    client = house.client()
    result = CALLS[call](client)
    if call in ("look-up", "verify"):
        assert result is None
        assert asked(mode.emulator) == []
    elif call == "logout":
        assert not result.revoked
        assert house.aside() == []  # it may have held a token
    else:
        assert result.uid == UID
        assert asked(mode.emulator) == ONE_LOGIN
    if call != "logout":
        (aside,) = house.aside()
        assert (house.file.parent / aside).read_bytes() == damaged
    mode.emulator.clear_requests()
    assert client.login(UID).uid == UID
    assert house.client().get_logged_in_user().uid == UID
    assert asked(mode.emulator) == ([] if "login" in call or call == "switch" else ONE_LOGIN)
    assert house.other() == OTHER


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_something_that_is_no_file(mode: Mode, tmp_path: Path, kind: str) -> None:
    house = House(mode, tmp_path / "sessions")
    house.file.unlink()
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    if kind == "folder":
        house.file.mkdir()
    elif kind == "link":
        house.file.symlink_to(target)
    else:
        os.mkfifo(house.file)
    assert house.client().get_logged_in_user() is None
    assert house.client().login(UID).uid == UID
    assert house.client().get_logged_in_user().uid == UID
    assert target.read_bytes() == b"mine"
    assert house.other() == OTHER


def test_no_more_than_three_are_kept(mode: Mode, tmp_path: Path) -> None:
    house = House(mode, tmp_path)
    seen: list[str] = []
    for number in range(5):
        house.file.write_bytes(b"damage %d" % number)
        assert house.client().get_logged_in_user() is None
        seen.extend(name for name in house.aside() if name not in seen)
    assert len(seen) == 5
    assert house.aside() == seen[-3:]


def test_many_look_at_a_damaged_file_at_once(mode: Mode, tmp_path: Path) -> None:
    house = House(mode, tmp_path)
    house.file.write_bytes(b"damage")
    clients = [house.client() for _ in range(16)]
    users = mode.at_once([client.get_logged_in_user for client in clients])
    assert users == [None] * 16
    assert len(house.aside()) == 1


@pytest.mark.parametrize("call", CALLS)
def test_a_newer_version_s_file_is_left_alone(mode: Mode, tmp_path: Path, call: str) -> None:
    house = House(mode, tmp_path)
    house.file.write_bytes(newer(house.file.read_bytes()))
    before = house.file.read_bytes()
    client = house.client()
    if call == "logout":
        with pytest.raises(errors.StoreUnavailableError, match="newer version"):
            client.logout()
    elif call in ("look-up", "verify"):
        assert CALLS[call](client) is None
    else:
        assert CALLS[call](client).uid == UID
        assert asked(mode.emulator) == ONE_LOGIN
        assert client.get_logged_in_user().uid == UID  # in memory, as it said
        assert client.logout().revoked
        assert client.get_logged_in_user() is None
    assert "newer version" in repr(client)
    assert house.file.read_bytes() == before
    assert house.aside() == []
    assert house.other() == OTHER
