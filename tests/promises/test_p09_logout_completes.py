"""P9: a logout ends the session here whatever the server does, and leaves no byte of a token behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.processes import asked

from cometchat_session import FileStore, RetryPolicy, errors
from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from pathlib import Path

    from support.modes import Mode

UID = "cometchat-uid-1"
POLICY = RetryPolicy(wait_initial=0.0, deadline=1.0)

# What the server answers to `DELETE me`, and whether that means that the token is dead.
ANSWERS: dict[str, tuple[dict[str, Any], bool]] = {
    "401": ({"kind": "status", "status": 401}, True),
    "403": ({"kind": "status", "status": 403}, True),
    "404": ({"kind": "status", "status": 404}, True),
    "404 of another's": ({"kind": "html", "status": 404}, True),
    "429": ({"kind": "status", "status": 429}, False),
    "500": ({"kind": "status", "status": 500}, False),
    "502": ({"kind": "html", "status": 502}, False),
    "503": ({"kind": "status", "status": 503, "body": ""}, False),
    "cut body": ({"kind": "truncate"}, False),
    "no sense": ({"kind": "status", "status": 200, "body": "<html>"}, False),
    "reset": ({"kind": "reset"}, False),
    "silence": ({"kind": "hang"}, False),
    "done, then dropped": ({"kind": "apply_then_drop", "times": 1}, True),
}


def logged_in(mode: Mode, folder: Path) -> tuple[Any, bytes]:
    """Return a client with a session, and its token, in a folder with all that can hold one besides."""
    client = mode.client(store=FileStore(folder), retry=POLICY, timeout=0.3)
    client.login(UID)
    token = client.get_auth_token().encode()
    mode.emulator.fault("status", status=401, method="PUT", times=1, body={
        "error": {"code": "AUTH_ERR_AUTH_TOKEN_NOT_FOUND", "message": f"no {token.decode()}",
                  "details": {token.decode(): token.decode()}}})  # fmt: skip
    with pytest.raises(errors.AuthTokenNotFoundError):
        client.login(UID, force=True)  # a failure, whose record quotes what the server says
    (file,) = folder.glob("*/session.json")
    file.with_name("session.json.new-0123456789abcdef").write_bytes(file.read_bytes()[:-10])
    file.with_name("session.json.corrupt-123").write_bytes(b"\x00" + file.read_bytes())
    assert holders(folder, token) == {
        "session.json", "session.json.new-0123456789abcdef", "session.json.corrupt-123"
    }  # fmt: skip
    mode.emulator.clear_requests()
    return client, token


def holders(folder: Path, token: bytes) -> set[str]:
    """Return the files that hold a token, be it as it is or as JSON or a URL would have it."""
    assert json.dumps(token.decode()).encode() == b'"' + token + b'"'
    return {path.name for path in folder.rglob("*") if path.is_file() and token in path.read_bytes()}


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_the_server_answers(mode: Mode, tmp_path: Path, answer: str) -> None:
    fault, dead = ANSWERS[answer]
    client, token = logged_in(mode, tmp_path)
    mode.emulator.fault(method="DELETE", **fault)
    result = client.logout()
    assert result.revoked is dead
    assert (result.error is None) is dead
    assert holders(tmp_path, token) == set()
    assert client.get_logged_in_user() is None
    assert mode.client(store=FileStore(tmp_path)).get_logged_in_user() is None
    mode.emulator.clear_requests()
    assert not client.logout().revoked  # nothing is left to do
    assert asked(mode.emulator) == []


def test_offline(mode: Mode, tmp_path: Path) -> None:
    with Emulator() as gone:
        client = mode.client(store=FileStore(tmp_path), retry=POLICY, base_url=gone.url)
        client.login(UID)
        token = client.get_auth_token().encode()
    assert holders(tmp_path, token)
    result = client.logout()
    assert not result.revoked
    assert isinstance(result.error, errors.NetworkError)
    assert holders(tmp_path, token) == set()
    assert client.get_logged_in_user() is None


@pytest.mark.parametrize("permanent", [True, False])
def test_a_user_who_was_deleted(mode: Mode, tmp_path: Path, permanent: bool) -> None:
    client, token = logged_in(mode, tmp_path)
    mode.emulator.remove_user(UID, permanent=permanent)
    assert client.logout().revoked
    assert holders(tmp_path, token) == set()
    assert client.get_logged_in_user() is None


def test_a_token_that_died_leaves_nothing_either(mode: Mode, tmp_path: Path) -> None:
    client, token = logged_in(mode, tmp_path)
    mode.emulator.revoke(uid=UID)
    assert client.get_logged_in_user(verify=True) is None
    assert holders(tmp_path, token) == set()


def test_many_log_out_at_once(mode: Mode, tmp_path: Path) -> None:
    client, token = logged_in(mode, tmp_path)
    results = mode.at_once([client.logout] * 16)
    assert sorted(result.revoked for result in results) == [False] * 15 + [True]
    assert asked(mode.emulator) == [("DELETE", "/me")]
    assert holders(tmp_path, token) == set()
