"""Auth tokens of a user."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from emulator.service import data, details, refused

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api

UID = "cometchat-uid-1"
TOKENS = f"/users/{UID}/auth_tokens"


def test_a_token_looks_as_documented(api: Api, emulator: Emulator) -> None:
    emulator.freeze(1_700_000_000.9)
    made = data(api.demo("POST", TOKENS))
    assert made.keys() == {"uid", "authToken", "createdAt"}
    assert (made["uid"], made["createdAt"]) == (UID, 1_700_000_000)
    assert re.fullmatch(f"{UID}_1700000000[0-9a-f]{{30}}", made["authToken"])


@pytest.mark.parametrize("body", [{}, {"force": False}, {"force": True}])
def test_each_token_is_new_and_the_older_ones_go_on(api: Api, body: dict[str, bool]) -> None:
    first, second = api.token(), api.token(**body)
    assert first != second
    data(api.user("GET", "/me", first))
    data(api.user("GET", "/me", second))


def test_tokens_repeat_with_a_seed_and_a_stopped_clock(api: Api, emulator: Emulator) -> None:
    runs = []
    for _ in range(2):
        emulator.reset()
        emulator.configure(token_seed="x")
        emulator.freeze(1_700_000_000)
        runs.append([api.token(), api.token(), api.token("cometchat-uid-2")])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 3


def test_without_a_seed_no_token_comes_back(api: Api, emulator: Emulator) -> None:
    runs = set()
    for _ in range(2):
        emulator.reset()
        emulator.freeze(1_700_000_000)
        runs.add(api.token())
    assert len(runs) == 2


def test_the_oldest_of_101_tokens_dies(api: Api) -> None:
    tokens = [api.token() for _ in range(101)]
    refused(api.user("GET", "/me", tokens[0]), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    refused(api.rest("GET", f"{TOKENS}/{tokens[0]}"), 404, "ERR_AUTH_TOKEN_NOT_FOUND")
    data(api.user("GET", "/me", tokens[1]))
    listed = api.rest("GET", f"{TOKENS}?perPage=200").json()
    assert [token["authToken"] for token in listed["data"]] == tokens[1:]


def test_the_limit_can_be_lowered_and_lifted(api: Api, emulator: Emulator) -> None:
    emulator.configure(token_limit=2)
    tokens = [api.token() for _ in range(4)]
    alive = [api.user("GET", "/me", token).status_code for token in tokens]
    assert alive == [401, 401, 200, 200]
    emulator.configure(token_limit=0)
    more = [api.token() for _ in range(101)]
    data(api.user("GET", "/me", more[0]))


def test_a_token_keeps_what_its_device_said(api: Api) -> None:
    info = {"version": "v1", "userAgent": "Agent/1"}
    token = api.token(platform="WEB", deviceId="d1", appInfo=info)
    shown = data(api.rest("GET", f"{TOKENS}/{token}"))
    assert (shown["platform"], shown["userAgent"], shown["appInfo"]) == ("WEB", "Agent/1", info)


def test_update_adds_to_what_is_known(api: Api) -> None:
    token = api.token(platform="WEB")
    path = f"{TOKENS}/{token}"
    data(api.rest("PUT", path, {"userAgent": "Agent/2"}))
    shown = data(api.rest("PUT", path, {"appInfo": '{"version": "2"}'}))
    assert (shown["platform"], shown["userAgent"], shown["appInfo"]) == ("WEB", "Agent/2", {"version": "2"})
    assert data(api.rest("GET", path)) == shown
    assert api.rest("GET", TOKENS).json()["data"] == [shown]


def test_update_needs_a_body(api: Api) -> None:
    response = api.rest("PUT", f"{TOKENS}/{api.token()}")
    assert details(response) == {"body": ["The body field is required."]}


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("platform", 1, "The platform must be a string."),
        ("userAgent", [], "The userAgent must be a string."),
        ("deviceId", {}, "The deviceId must be a string."),
        ("appInfo", 1, "The appInfo must be a JSON object."),
        ("appInfo", "x", "The appInfo must be a JSON object."),
    ],
)
def test_device_fields_are_checked(api: Api, field: str, value: object, text: str) -> None:
    token = api.token()
    for method, path in (("POST", TOKENS), ("PUT", f"{TOKENS}/{token}")):
        assert details(api.rest(method, path, {field: value})) == {field: [text]}
    assert details(api.user("PUT", "/me", token, {field: value})) == {field: [text]}


def test_force_is_true_or_false(api: Api) -> None:
    response = api.rest("POST", TOKENS, {"force": 2})
    assert details(response) == {"force": ["The force field must be true or false."]}


def test_list_has_pages(api: Api) -> None:
    tokens = [api.token() for _ in range(3)]
    page = api.rest("GET", f"{TOKENS}?perPage=2&page=2").json()
    assert [token["authToken"] for token in page["data"]] == tokens[2:]
    assert page["meta"]["pagination"]["total_pages"] == 2
    assert details(api.rest("GET", f"{TOKENS}?page=0")) == {"page": ["The page must be at least 1."]}


def test_list_can_write_app_info_as_text(api: Api, emulator: Emulator) -> None:
    emulator.configure(app_info_listed_as="string")
    token = api.token(appInfo={"a": 1})
    assert json.loads(api.rest("GET", TOKENS).json()["data"][0]["appInfo"]) == {"a": 1}
    assert data(api.rest("GET", f"{TOKENS}/{token}"))["appInfo"] == {"a": 1}


def test_delete_ends_one_token_once(api: Api) -> None:
    first, second = api.token(), api.token()
    assert data(api.rest("DELETE", f"{TOKENS}/{first}"))["success"] is True
    refused(api.user("GET", "/me", first), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    refused(api.rest("DELETE", f"{TOKENS}/{first}"), 404, "ERR_AUTH_TOKEN_NOT_FOUND")
    data(api.user("GET", "/me", second))


def test_flush_ends_all_of_one_user(api: Api) -> None:
    mine, more, other = api.token(), api.token(), api.token("cometchat-uid-2")
    assert data(api.rest("DELETE", TOKENS))["success"] is True
    assert [api.user("GET", "/me", token).status_code for token in (mine, more, other)] == [401, 401, 200]
    data(api.rest("DELETE", TOKENS))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_token_belongs_to_its_user(api: Api, emulator: Emulator, method: str) -> None:
    path = f"/users/cometchat-uid-2/auth_tokens/{api.token()}"
    refused(api.rest(method, path, {}), 403, "ERR_AUTHTOKEN_NOT_ACCESSIBLE")
    emulator.configure(foreign_token_code="ERR_AUTH_TOKEN_NOT_FOUND")
    refused(api.rest(method, path, {}), 404, "ERR_AUTH_TOKEN_NOT_FOUND")


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_tokens_of_nobody_and_of_a_deactivated_user(api: Api, method: str) -> None:
    refused(api.rest(method, "/users/nobody/auth_tokens"), 404, "ERR_UID_NOT_FOUND")
    api.rest("DELETE", f"/users/{UID}")
    refused(api.rest(method, TOKENS), 404, "ERR_UID_NOT_FOUND")


def test_bots_get_no_token(api: Api, emulator: Emulator) -> None:
    path = "/users/cometchat-bot-1/auth_tokens"
    error = refused(api.rest("POST", path), 400, "ERR_BAD_REQUEST")
    assert error["message"] == "Auth token creation not allowed for this bot"
    emulator.configure(bot_token_code="AUTH_ERR_NO_ACCESS")
    refused(api.rest("POST", path), 403, "AUTH_ERR_NO_ACCESS")
    emulator.configure(bot_token_code="ERR_OPERATION_FAILED")
    refused(api.rest("POST", path), 500, "ERR_OPERATION_FAILED")


@pytest.mark.parametrize(
    ("switch", "body"), [("mint_force_absent", {}), ("mint_force_false", {"force": False})]
)
def test_a_token_may_serve_again(api: Api, emulator: Emulator, switch: str, body: dict[str, bool]) -> None:
    emulator.configure(**{switch: "existing"})
    first = api.token(**body)
    assert api.token(**body) == first
    forced = api.token(force=True)
    assert forced != first
    assert api.token(**body) == forced
    other = {"force": False} if not body else {}
    assert api.token(**other) not in (first, forced)


def test_force_may_replace(api: Api, emulator: Emulator) -> None:
    emulator.configure(mint_force_true="replace")
    first = api.token()
    second = api.token(force=True)
    refused(api.user("GET", "/me", first), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    data(api.user("GET", "/me", second))
