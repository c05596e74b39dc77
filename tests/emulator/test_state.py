"""The state as a document, and the state under load."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cometchat_session.emulator import Emulator
from cometchat_session.emulator.call import Call
from cometchat_session.emulator.clock import Clock
from cometchat_session.emulator.document import DocumentError
from cometchat_session.emulator.operations.context import Context
from cometchat_session.emulator.settings import Settings
from cometchat_session.emulator.state import State
from emulator.service import Api, data, refused

if TYPE_CHECKING:
    from pathlib import Path

KEY: dict[str, Any] = {"apiKey": "k" * 40, "name": "Own", "scope": "fullAccess", "createdAt": 1}


def lived_in(api: Api) -> str:
    """An app that something happened in."""
    api.create("ann", tags=["t"], metadata={"a": 1})
    token = api.token("ann", platform="WEB", deviceId="d", appInfo={"v": 1})
    api.user("PUT", "/me", token)
    api.rest("DELETE", "/users/cometchat-uid-5")
    return token


def test_a_state_survives_the_trip(api: Api, emulator: Emulator) -> None:
    emulator.configure(token_limit=7)
    emulator.freeze(1_700_000_000)
    token = lived_in(api)
    saved = json.loads(api.control("GET", "/state").text)
    assert saved == emulator.state
    emulator.reset()
    refused(api.user("GET", "/me", token), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    assert api.control("PUT", "/state", saved).json() == saved
    assert data(api.user("GET", "/me", token))["status"] == "available"


def test_a_state_survives_in_a_file(api: Api, emulator: Emulator, tmp_path: Path) -> None:
    token = lived_in(api)
    emulator.save_file(tmp_path / "state.json")
    emulator.reset()
    emulator.load_file(tmp_path / "state.json")
    data(api.user("GET", "/me", token))


def test_a_loaded_state_never_makes_a_token_again(api: Api, emulator: Emulator) -> None:
    emulator.configure(token_seed="x")
    emulator.freeze(1_700_000_000)
    first = api.token()
    saved = emulator.state
    emulator.reset()
    emulator.load(saved)
    assert api.token() != first


def test_parts_that_are_left_out_stay(api: Api, emulator: Emulator) -> None:
    token = lived_in(api)
    emulator.load({"keys": [KEY]})
    data(api.call("GET", "/v3/users/ann", headers={"apikey": KEY["apiKey"]}))
    refused(api.rest("GET", "/users/ann"), 401, "AUTH_ERR_APIKEY_NOT_FOUND")
    data(api.user("GET", "/me", token))


def test_tokens_of_users_who_are_gone_go_with_them(api: Api, emulator: Emulator) -> None:
    token = lived_in(api)
    emulator.load({"users": [{"uid": "Zoe"}]})
    refused(api.user("GET", "/me", token), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    assert data(api.rest("GET", "/users/zoe"))["name"] == "Zoe"
    assert emulator.state["tokens"] == []


def test_little_is_needed(api: Api, emulator: Emulator) -> None:
    emulator.load(
        {
            "clock": {},
            "keys": [{"apiKey": "demo"}],
            "users": [{"uid": "zoe"}],
            "tokens": [{"authToken": "t", "uid": "ZOE"}],
        }
    )
    assert data(api.user("GET", "/me", "t"))["uid"] == "zoe"
    refused(api.call("GET", "/v3/users", headers={"apikey": "demo"}), 403, "AUTH_ERR_NO_ACCESS")


@pytest.mark.parametrize(
    "document",
    [
        {"user": []},
        {"users": 1},
        {"users": [{}]},
        {"users": [{"uid": ""}]},
        {"users": [{"uid": 1}]},
        {"users": [{"uid": "a", "createdAt": "x"}]},
        {"tokens": [{"authToken": "t", "uid": "nobody"}]},
        {"keys": [{"apiKey": "k", "scope": "all"}]},
        {"keys": ["k"]},
        {"settings": []},
        {"settings": {"token_limit": "x"}},
        {"roles": [1]},
        {"clock": None},
        {"minted": None},
        {"users": [{"uid": "a", "tags": 5}]},
        {"users": [{"uid": "a", "tags": [1]}]},
        {"users": [{"uid": "a", "metadata": "{}"}]},
        {"users": [{"uid": "a", "statusMessage": 1}]},
        {"users": [{"uid": "a", "createdAt": 10**400}]},
        {"users": [{"uid": "a", "createdAt": 1.5}]},
        {"users": [{"uid": "a", "bot": 1}]},
        {"users": [{"uid": "\ud800"}]},
        {"users": [{"uid": "a"}], "tokens": [{"authToken": "t", "uid": "a", "appInfo": "x"}]},
        {"roles": "boss"},
        {"clock": {"offset": "nan"}},
        {"clock": {"offset": 1e300}},
        {"clock": {"frozen_at": True}},
    ],
)
def test_a_wrong_document_changes_nothing(api: Api, emulator: Emulator, document: dict[str, Any]) -> None:
    emulator.freeze(1)
    lived_in(api)
    before = emulator.state
    with pytest.raises(DocumentError):
        emulator.load({"roles": ["boss"]} | document)
    assert api.control("PUT", "/state", document).status_code == 400
    assert emulator.state == before


def test_an_emulator_can_start_from_a_state_and_resets_to_it() -> None:
    with Emulator(state={"users": [{"uid": "ann"}]}, settings={"token_limit": 2}) as emulator:
        for _ in range(2):
            assert [user["uid"] for user in emulator.state["users"]] == ["ann"]
            assert emulator.settings["token_limit"] == 2
            emulator.remove_user("ann")
            emulator.configure(token_limit=1)
            emulator.reset()


def test_nothing_that_happens_reaches_the_state_to_reset_to() -> None:
    document: dict[str, Any] = {
        "users": [{"uid": "ann", "metadata": {"a": 1}}, {"uid": "bob", "blocked": {"ann": 5}}],
        "tokens": [{"authToken": f"{uid}-{n}", "uid": uid} for uid in ("ann", "bob") for n in (1, 2)],
    }
    with Emulator(state=document) as emulator:
        before = emulator.state
        document["users"].clear()  # it was read once, when the emulator was made
        api = Api(emulator)
        for _ in range(2):
            data(api.user("PUT", "/me", "ann-1", {"platform": "WEB", "appInfo": {"v": 1}}))
            data(api.user("DELETE", "/me", "ann-2"))
            data(api.rest("PUT", "/users/ann", {"metadata": {"b": 2}, "tags": ["t"]}))
            api.token("bob")
            emulator.remove_user("ann")
            emulator.remove_user("bob", permanent=False)
            emulator.advance(60)
            assert emulator.state != before
            emulator.reset()
            assert emulator.state == before
            for token in ("ann-1", "ann-2", "bob-1", "bob-2"):
                data(api.user("GET", "/me", token))
        api.http.close()


def test_a_copied_user_and_the_first_one_change_apart() -> None:
    state = State("app", "us", Clock(), Settings())
    state.seed("a", "b")
    twin = state.copy()
    token = twin.mint(twin.users["cometchat-uid-1"])
    other = state.mint(state.users["cometchat-uid-1"])
    assert list(state.users["cometchat-uid-1"].tokens.values()) == [other] == list(state.tokens.values())
    assert list(twin.users["cometchat-uid-1"].tokens.values()) == [token] == list(twin.tokens.values())


def test_what_an_emulator_is_told_wins_over_its_state() -> None:
    state = {"keys": [KEY], "settings": {"token_limit": 1, "plan": "free"}}
    with Emulator(state=state, settings={"token_limit": 2}, rest_api_key="b" * 40) as emulator:
        api = Api(emulator)
        for _ in range(2):
            assert (emulator.settings["token_limit"], emulator.settings["plan"]) == (2, "free")
            data(api.rest("GET", "/users/cometchat-uid-1"))
            data(api.call("GET", "/v3/users/cometchat-uid-1", headers={"apikey": KEY["apiKey"]}))
            emulator.reset()
        api.http.close()


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_no_wrong_number_comes_in_from_python_either(emulator: Emulator, wrong: float) -> None:
    for document in ({"clock": {"offset": wrong}}, {"users": [{"uid": "a", "createdAt": wrong}]}):
        with pytest.raises(DocumentError):
            emulator.load(document)


def test_many_users_with_many_tokens_keep_their_limit() -> None:
    users = [{"uid": f"u{number}"} for number in range(1000)]
    tokens = [
        {"authToken": f"{user['uid']}_{number}", "uid": user["uid"]}
        for user in users
        for number in range(100)
    ]
    with Emulator(state={"users": users, "tokens": tokens}) as emulator:
        api = Api(emulator)
        for number in range(0, 1000, 50):
            token = api.token(f"u{number}")
            data(api.user("GET", "/me", token))
            refused(api.user("GET", "/me", f"u{number}_0"), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
            data(api.user("GET", "/me", f"u{number}_1"))
        assert len(emulator.state["tokens"]) == 100_000
        api.http.close()


def test_an_operation_for_users_is_never_run_without_one() -> None:
    state = State("app", "us", Clock(), Settings())
    context = Context(Call("GET", "/v3/me", {}, b""), (), state)
    with pytest.raises(LookupError):
        context.session()
