"""The story of a login over real HTTP, sync and async: what is asked, in order, and what is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from cometchat_session import FileStore, MemoryStore, errors

if TYPE_CHECKING:
    from pathlib import Path

    from support.modes import Mode

UID = "cometchat-uid-1"
MINT = ("POST", f"/v3.0/users/{UID}/auth_tokens")
ENTER, REFRESH, LEAVE = ("PUT", "/v3.0/me"), ("GET", "/v3.0/me"), ("DELETE", "/v3.0/me")


def asked(mode: Mode) -> list[tuple[str, str]]:
    """Return the requests since the last look."""
    requests = [(request["method"], request["path"]) for request in mode.emulator.requests]
    mode.emulator.clear_requests()
    return requests


def backend_token(mode: Mode, uid: str = UID) -> str:
    """Make a token as a backend would, without its request being counted."""
    import httpx

    reply = httpx.post(
        f"{mode.emulator.url}/v3/users/{uid}/auth_tokens",
        headers={"apikey": mode.emulator.rest_api_key},
        json={"force": True},
    )
    mode.emulator.clear_requests()
    return str(reply.json()["data"]["authToken"])


def test_callers_at_once_share_a_check(mode: Mode, tmp_path: Path) -> None:
    client = mode.client(store=FileStore(tmp_path))
    client.login(UID)
    asked(mode)
    mode.emulator.fault("delay", method="GET", path="/me", seconds=0.5)
    users = mode.at_once([lambda: client.login(UID, verify=True)] * 32)
    assert {user.uid for user in users} == {UID}
    assert set(checks := asked(mode)) == {REFRESH}
    assert len(checks) < 8  # one for all, unless this machine is so busy that some of them come late


def test_log_in_once(mode: Mode, tmp_path: Path) -> None:
    client = mode.client(store=FileStore(tmp_path))
    assert client.get_logged_in_user() is None
    user = client.login(UID)
    assert (user.uid, user.name) == (UID, user.name)
    assert asked(mode) == [MINT, ENTER]
    assert client.login(UID.upper()) == user
    assert client.get_logged_in_user() == user
    assert mode.client(store=FileStore(tmp_path)).get_logged_in_user() == user
    assert asked(mode) == []
    assert client.get_logged_in_user(verify=True).uid == UID
    assert asked(mode) == [REFRESH]
    token = client.get_auth_token()
    assert client.logout().revoked
    assert asked(mode) == [LEAVE]
    assert client.get_logged_in_user() is None
    with pytest.raises(errors.NotLoggedInError, match="login"):
        client.get_auth_token()
    with pytest.raises(errors.AuthTokenNotFoundError):
        client.login(auth_token=token)


def test_log_in_with_a_token(mode: Mode) -> None:
    client = mode.client(auth_key=None)
    token = backend_token(mode)
    assert client.login(auth_token=token).uid == UID
    assert asked(mode) == [ENTER]
    assert client.get_auth_token() == token


def test_headers_and_body_of_a_login(mode: Mode) -> None:
    mode.client().login(UID)
    mint, enter = mode.emulator.requests
    for request in (mint, enter):
        headers = {name.lower(): value for name, value in request["headers"].items()}
        assert headers["appid"] == mode.emulator.app_id
        assert headers["sdk"].startswith("python@")
        assert headers["resource"].startswith("PYTHON-")
        assert headers["accept"] == headers["content-type"] == "application/json"
        assert ("authtoken" in headers) != ("apikey" in headers)
        assert request["body"].keys() == {"platform", "deviceId", "appInfo"}
        assert request["body"]["appInfo"].keys() == {"version", "apiVersion", "userAgent"}
    assert "apikey" in {name.lower() for name in mint["headers"]}


def test_what_a_newer_server_says_of_a_user_is_kept(mode: Mode, tmp_path: Path) -> None:
    data = {"uid": UID, "name": "Andrew", "planet": "Mars", "jwt": "not the user's"}
    mode.emulator.fault("status", method="PUT", path="/me", status=200, body={"data": data})
    assert mode.client(store=FileStore(tmp_path)).login(UID).extra == {"planet": "Mars"}
    assert mode.client(store=FileStore(tmp_path)).get_logged_in_user().extra == {"planet": "Mars"}


@pytest.mark.parametrize(
    "data", [{"uid": UID, "authToken": " "}, {"uid": UID, "authToken": ""}, {"uid": "", "authToken": "t"}]
)
def test_a_token_that_is_none(mode: Mode, data: dict[str, str]) -> None:
    mode.emulator.fault("status", method="POST", status=200, body={"data": data})
    client = mode.client()
    with pytest.raises(errors.UnexpectedResponseError, match="an auth token"):
        client.login(UID)
    assert asked(mode) == [MINT]
    assert client.get_logged_in_user() is None


@pytest.mark.parametrize("uid", ["", " ", "a b", "a/b", "..", "a?b", "é", "a" * 101, "a\n", "%41"])
def test_a_bad_uid_never_leaves_the_machine(mode: Mode, uid: str) -> None:
    with pytest.raises(errors.InvalidUIDError, match="uid"):
        mode.client().login(uid)
    assert asked(mode) == []


@pytest.mark.parametrize("uid", [None, 0, b"ann", ["ann"]])
def test_a_uid_that_is_no_string(mode: Mode, uid: Any) -> None:
    with pytest.raises((errors.InvalidUIDError, TypeError)):
        mode.client().login(uid)
    assert asked(mode) == []


@pytest.mark.parametrize("secret", ["", " ", "a b", "a\r\nX: y", "ключ", 5])
def test_a_bad_key_or_token_never_leaves_the_machine(mode: Mode, secret: Any) -> None:
    client = mode.client()
    with pytest.raises(errors.ConfigurationError, match="auth_token"):
        client.login(auth_token=secret)
    with pytest.raises(errors.ConfigurationError, match="auth_key"):
        client.login(UID, secret)
    assert asked(mode) == []


def test_contradicting_arguments(mode: Mode) -> None:
    client = mode.client(auth_key=None)
    with pytest.raises(TypeError, match="not both"):
        client.login(UID, auth_token="token")
    with pytest.raises(TypeError, match="needs a uid"):
        client.login()
    with pytest.raises(errors.ConfigurationError, match="COMETCHAT_AUTH_KEY"):
        client.login(UID)
    assert asked(mode) == []


@pytest.mark.parametrize("callers", [64, 200])
def test_many_callers_one_login(mode: Mode, callers: int) -> None:
    client = mode.client()
    mode.emulator.fault("delay", method="PUT", path="/me", seconds=0.1)
    users = mode.at_once([lambda: client.login(UID)] * callers)
    assert {user.uid for user in users} == {UID}
    assert asked(mode) == [MINT, ENTER]


def test_many_callers_one_failure(mode: Mode) -> None:
    client = mode.client()
    mode.emulator.fault("delay", method="POST", seconds=0.2)
    failures = mode.at_once([lambda: client.login("nobody")] * 64)
    assert {type(failure) for failure in failures} == {errors.UserNotFoundError}
    assert asked(mode) == [("POST", "/v3.0/users/nobody/auth_tokens")]


def test_profiles_are_kept_apart(mode: Mode) -> None:
    store = MemoryStore()
    one, two = mode.client(store=store), mode.client(store=store, profile="second")
    one.login(UID)
    two.login("cometchat-uid-2")
    assert (one.get_logged_in_user().uid, two.get_logged_in_user().uid) == (UID, "cometchat-uid-2")


def test_one_client_on_several_loops() -> None:
    """P12 in short; the promise has a test of its own."""
    from cometchat_session import AsyncCometChat
    from cometchat_session.emulator import Emulator

    with Emulator() as emulator:
        client = AsyncCometChat(
            emulator.app_id,
            emulator.region,
            auth_key=emulator.auth_key,
            base_url=emulator.url,
            store="memory:",
        )
        assert asyncio.run(client.login(UID)).uid == UID
        assert asyncio.run(client.get_logged_in_user(verify=True))
        assert asyncio.run(client.logout()).revoked
        asyncio.run(client.aclose())
