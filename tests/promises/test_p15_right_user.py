"""P15: nobody is handed somebody else's session, and no login is a no-op because another user is there."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from support.processes import asked

from cometchat_session import FileStore, errors

if TYPE_CHECKING:
    from pathlib import Path

    from support.modes import Mode
    from support.store_factories import StoreFactory


ANN, BOB = "cometchat-uid-1", "cometchat-uid-2"


def token_of(mode: Mode, uid: str) -> str:
    """Make a token as a backend would, without its request being counted."""
    reply = httpx.post(
        f"{mode.emulator.url}/v3/users/{uid}/auth_tokens",
        headers={"apikey": mode.emulator.rest_api_key},
        json={"force": True},
    )
    mode.emulator.clear_requests()
    return str(reply.json()["data"]["authToken"])


def mint(uid: str) -> tuple[str, str]:
    return "POST", f"/users/{uid}/auth_tokens"


ENTER, REFRESH, LEAVE = ("PUT", "/me"), ("GET", "/me"), ("DELETE", "/me")

# With Ann logged in: how Bob logs in, and what is asked, and whether it works.
MATRIX: dict[str, tuple[dict[str, Any], list[tuple[str, str]], bool]] = {
    "key": ({"uid": BOB}, [], False),
    "key, in capitals": ({"uid": BOB.upper()}, [], False),
    "key, verify": ({"uid": BOB, "verify": True}, [], False),
    "key, force": ({"uid": BOB, "force": True}, [], False),
    "key, switch": ({"uid": BOB, "switch_user": True}, [mint(BOB), ENTER, LEAVE], True),
    "token": ({"auth_token": BOB}, [ENTER], False),
    "token, verify": ({"auth_token": BOB, "verify": True}, [ENTER], False),
    "token, force": ({"auth_token": BOB, "force": True}, [ENTER], False),
    "token, switch": ({"auth_token": BOB, "switch_user": True}, [ENTER, LEAVE], True),
}


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("how", MATRIX)
def test_a_login_of_bob_while_ann_is_stored(mode: Mode, tmp_path: Path, how: str, restarted: bool) -> None:
    wants, requests, switched = MATRIX[how]
    client = mode.client(store=FileStore(tmp_path))
    client.login(ANN)
    if "auth_token" in wants:
        wants = wants | {"auth_token": token_of(mode, BOB)}
    if restarted:
        client = mode.client(store=FileStore(tmp_path))
    mode.emulator.clear_requests()
    if switched:
        assert client.login(**wants).uid == BOB
    else:
        with pytest.raises(errors.AlreadyLoggedInError, match=ANN):
            client.login(**wants)
    assert asked(mode.emulator) == requests
    for one in (client, mode.client(store=FileStore(tmp_path))):
        assert one.get_logged_in_user().uid == (BOB if switched else ANN)
        assert one.get_logged_in_user(verify=True).uid == (BOB if switched else ANN)


@pytest.mark.parametrize("uid", [ANN, ANN.upper(), "CometChat-uid-1"])
def test_the_same_user_however_spelt(mode: Mode, uid: str) -> None:
    client = mode.client()
    client.login(ANN)
    asked(mode.emulator)
    assert client.login(uid).uid == ANN
    assert asked(mode.emulator) == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"profile": "second"},
        {"app_id": "another"},
        {"region": "eu"},
        {"base_url": "http://127.0.0.1:9"},
        {"base_url": None},
    ],
    ids=str,
)
def test_sessions_are_kept_apart(mode: Mode, stores: StoreFactory, elsewhere: dict[str, Any]) -> None:
    store = stores.open()
    mode.client(store=store).login(ANN)
    other = mode.client(store=store, **elsewhere)
    assert other.get_logged_in_user() is None
    with pytest.raises(errors.NotLoggedInError):
        other.get_auth_token()
    assert not other.logout().revoked
    assert mode.client(store=store).get_logged_in_user().uid == ANN


def test_names_that_look_alike_as_files_are_kept_apart(mode: Mode, tmp_path: Path) -> None:
    profiles = ["a", "a.b", "a_b", "a-b", "A", "a1"]
    for number, profile in enumerate(profiles):
        uid = f"cometchat-uid-{number % 5 + 1}"
        mode.client(store=FileStore(tmp_path), profile=profile).login(uid)
    for number, profile in enumerate(profiles):
        client = mode.client(store=FileStore(tmp_path), profile=profile)
        assert client.get_logged_in_user().uid == f"cometchat-uid-{number % 5 + 1}"


@pytest.mark.parametrize("reply", ["POST", "PUT", "GET"])
def test_an_answer_for_another_user_is_not_believed(mode: Mode, tmp_path: Path, reply: str) -> None:
    client = mode.client(store=FileStore(tmp_path))
    client.login(ANN)
    data = {"uid": BOB, "name": "Bob", "authToken": "bob_token"}
    mode.emulator.fault("status", method=reply, status=200, body={"data": data})
    with pytest.raises(errors.IdentityMismatchError):
        client.get_logged_in_user(verify=True) if reply == "GET" else client.login(ANN, force=True)
    assert client.get_logged_in_user().uid == ANN
    assert mode.client(store=FileStore(tmp_path)).get_logged_in_user().uid == ANN


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "reset"}], ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_switch_that_fails_changes_nothing(
    mode: Mode, tmp_path: Path, method: str, fault: dict[str, Any]
) -> None:
    """Then the next login of the other user asks the server, and does not return a half-made one."""
    client = mode.client(store=FileStore(tmp_path))
    client.login(ANN)
    mode.emulator.fault(method=method, **fault)
    with pytest.raises(errors.CometChatError):
        client.login(BOB, switch_user=True)
    assert client.get_logged_in_user(verify=True).uid == ANN
    mode.emulator.disarm()
    with pytest.raises(errors.AlreadyLoggedInError):
        client.login(BOB)
    asked(mode.emulator)
    assert client.login(BOB, switch_user=True).uid == BOB
    assert asked(mode.emulator) == [mint(BOB), ENTER, LEAVE]


def test_a_user_who_was_deleted_and_made_again(mode: Mode) -> None:
    client = mode.client()
    client.login(ANN)
    mode.emulator.remove_user(ANN)
    assert client.login(ANN).uid == ANN  # what is stored, as promised
    with pytest.raises(errors.UserNotFoundError):
        client.login(ANN, verify=True)
    httpx.post(
        f"{mode.emulator.url}/v3/users",
        headers={"apikey": mode.emulator.rest_api_key},
        json={"uid": ANN, "name": "Ann again"},
    )
    assert client.login(ANN, verify=True).name == "Ann again"


def test_a_folder_put_in_another_place_is_that_place_s_session(mode: Mode, tmp_path: Path) -> None:
    """A copied file is a session of its uid, and a login of another uid is refused there as anywhere."""
    one = mode.client(store=FileStore(tmp_path))
    one.login(ANN)
    two = mode.client(store=FileStore(tmp_path), profile="second")
    shutil.copytree(tmp_path / one._key, tmp_path / two._key)
    with pytest.raises(errors.AlreadyLoggedInError):
        two.login(BOB)
