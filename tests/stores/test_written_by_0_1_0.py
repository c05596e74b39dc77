"""What version 0.1.0 has written is read as what it was: the files beside this one are its own bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cometchat_session import CometChat, CometChatAdmin, FileStore
from cometchat_session._backend.device_tokens import stored_token
from cometchat_session.stores.record import decode, encode

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator

WRITTEN = Path(__file__).parent / "written_by_0_1_0"
UID = "cometchat-uid-2"


def written(name: str) -> bytes:
    return (WRITTEN / f"{name}.json").read_bytes()


def put(folder: Path, key: str, data: bytes) -> None:
    """Put a record's bytes where a store of files looks for them."""
    place = folder / key
    place.mkdir(mode=0o700, parents=True)
    folder.chmod(0o700)
    (place / "session.json").write_bytes(data)
    (place / "session.json").chmod(0o600)


def test_a_session(tmp_path: Path) -> None:
    put(tmp_path / "kept", "app.us.default", written("session"))
    with CometChat("app", "us", store=FileStore(tmp_path / "kept")) as chat:
        user = chat.get_logged_in_user()
        assert user is not None
        assert (user.uid, user.name, user.metadata) == ("cometchat-uid-1", "Andrew Joseph", {})
        assert (user.created_at, user.has_blocked_me, user.extra) == (1795747874, False, {})
        assert chat.get_auth_token().startswith("cometchat-uid-1_")
    record = decode(written("session"))
    assert record.attempt is not None
    assert (record.attempt.error or {})["error"] == "UserNotFoundError"
    assert record.session is not None
    assert record.session.settings["REGION"] == "us"


@pytest.mark.parametrize("name", ["session", "devices"])
def test_the_bytes_of_a_session_have_not_changed(name: str) -> None:
    """So a process that still runs 0.1.0 reads what this version writes."""
    assert encode(decode(written(name))) == written(name)


def test_a_device_s_token(emulator: Emulator, tmp_path: Path) -> None:
    where = f"@http.{emulator.url.removeprefix('http://').replace(':', '.')}"
    put(tmp_path / "kept", f"app.us.token@{UID}@phone{where}", written("device_token"))
    put(tmp_path / "kept", f"app.us.tokens@{UID}{where}", written("devices"))
    with CometChatAdmin(
        "app",
        "us",
        api_key=emulator.rest_api_key,
        base_url=emulator.url,
        store=FileStore(tmp_path / "kept"),
    ) as admin:
        stored = stored_token(decode(written("device_token")))
        assert stored is not None
        token = admin.token_for(UID, device="phone")
        assert (token.auth_token, token.created_at) == (stored.auth_token.reveal(), 1795747874)
        assert emulator.requests == []
        # Its devices are known by name, so that ending the user's tokens ends what is stored for them.
        admin.auth_tokens.flush(UID)
        assert admin.token_for(UID, device="phone").auth_token != token.auth_token
