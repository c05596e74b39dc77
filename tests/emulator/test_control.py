"""The control calls, the record and the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cometchat_session.emulator import record
from cometchat_session.emulator.control import ACTIONS
from emulator.service import data, refused

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "emulator.md"
UID = "cometchat-uid-1"


def test_health(api: Api) -> None:
    assert api.control("GET", "/health").json() == {"status": "ok", "app_id": "app", "region": "us"}


@pytest.mark.parametrize(("method", "path"), ACTIONS)
def test_every_control_call_is_in_the_docs(method: str, path: str) -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if re.match(rf"\| `[A-Z]+ /_emulator{path}\b", line))
    assert re.search(rf"`{method}\b", row)


def test_control_calls_that_do_not_exist(api: Api) -> None:
    assert api.control("GET", "/nothing").status_code == 404
    assert api.control("GET", "/reset").status_code == 405


def test_reset_undoes_everything(api: Api, emulator: Emulator) -> None:
    seed = emulator.state
    token = api.token()
    api.create("ann")
    emulator.configure(token_limit=1)
    emulator.freeze(1)
    emulator.fault("status")
    assert api.control("POST", "/reset").json() == {"ok": True}
    assert emulator.requests == []
    refused(api.user("GET", "/me", token), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    after = emulator.state
    assert [user["uid"] for user in after["users"]] == [user["uid"] for user in seed["users"]]
    assert after["clock"] == {"offset": 0.0, "frozen_at": None}
    assert after["settings"] == seed["settings"]


def test_requests_are_recorded_in_order_and_masked(api: Api, emulator: Emulator) -> None:
    token = api.token()
    api.user("PUT", "/me", token, {"platform": "WEB", "appInfo": {"secret": "s", "list": [{"jwt": "j"}]}})
    api.rest("GET", f"/users/{UID}/auth_tokens/{token}?x=1")
    api.demo("POST", "/users", {"uid": "ann", "authToken": "t", "auth_token": ["kept"]})
    recorded = api.control("GET", "/requests").json()["requests"]
    assert recorded == emulator.requests
    assert [(request["method"], request["path"], request["status"]) for request in recorded] == [
        ("POST", f"/v3/users/{UID}/auth_tokens", 200),
        ("PUT", "/v3.0/me", 200),
        ("GET", f"/v3/users/{UID}/auth_tokens/***?x=1", 200),
        ("POST", "/v3/users", 400),
    ]
    assert recorded[1]["headers"]["authtoken"] == recorded[0]["headers"]["apikey"] == "***"
    assert recorded[1]["headers"]["appid"] == "app"
    assert recorded[1]["body"] == {"platform": "WEB", "appInfo": {"secret": "***", "list": [{"jwt": "***"}]}}
    assert recorded[2]["body"] is None
    assert recorded[3]["body"] == {"uid": "ann", "authToken": "***", "auth_token": ["kept"]}
    text = api.control("GET", "/requests").text + api.control("GET", "/log").text
    assert not [secret for secret in (token, emulator.auth_key, emulator.rest_api_key) if secret in text]


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/v3/users?apikey=S&page=2&authToken=S", "/v3/users?apikey=***&page=2&authToken=***"),
        ("/v3/users?api%5Fkey=S&Auth-Token=S&token=", "/v3/users?api%5Fkey=***&Auth-Token=***&token="),
        ("/v3/users/u/auth%5Ftokens/S?x", "/v3/users/u/auth%5Ftokens/***?x"),
        ("/v3/users?tags=a%26b&&page", "/v3/users?tags=a%26b&&page"),
    ],
)
def test_secrets_in_a_path_or_query_are_masked(target: str, shown: str) -> None:
    assert record.masked_path(target) == shown


def test_requests_can_be_emptied(api: Api, emulator: Emulator) -> None:
    api.rest("GET", "/users")
    assert api.control("DELETE", "/requests").json() == {"ok": True}
    assert emulator.requests == []
    api.rest("GET", "/users")
    emulator.clear_requests()
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("body", "kind", "shown"),
    [
        (b"", "", None),
        (b"\xff{", "application/json", "\ufffd{"),
        (b"[1]", "", [1]),
        (b"[" * 9000, "", "[" * 9000),
        (b"a=1&authToken=x", "application/x-www-form-urlencoded", {"a": "1", "authToken": "***"}),
    ],
)
def test_bodies_of_any_kind_are_shown(body: bytes, kind: str, shown: Any) -> None:
    assert record.masked_body(body, kind) == shown


def test_the_log_says_why_a_login_failed(api: Api, emulator: Emulator) -> None:
    api.user("PUT", "/me", "dead-token")
    emulator.fault("reset", times=1)
    with pytest.raises(Exception, match="reset"):
        api.rest("GET", "/users")
    api.rest("GET", "/users")
    log = api.control("GET", "/log").json()["requests"]
    assert [(entry["status"], entry["code"], entry["fault"]) for entry in log] == [
        (401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND", None),
        (None, None, "reset"),
        (200, None, None),
    ]
    assert log[0]["message"].startswith("The auth token *** does not exist.")
    assert log[0]["seconds"] >= 0
    assert log[1]["seconds"] is None
    assert api.control("GET", "/log?last=1").json()["requests"] == log[2:]


@pytest.mark.parametrize("last", ["0", "x", "-1", "9" * 5000])
def test_the_log_takes_a_number(api: Api, last: str) -> None:
    assert api.control("GET", f"/log?last={last}").status_code == 400


def test_revoke_a_token(api: Api, emulator: Emulator) -> None:
    first, second, third = api.token(), api.token(), api.token()
    assert api.control("POST", "/revoke", {"auth_token": first}).json() == {"revoked": 1}
    assert emulator.revoke(second) == 1
    assert emulator.revoke(second) == 0
    alive = [api.user("GET", "/me", token).status_code for token in (first, second, third)]
    assert alive == [401, 401, 200]


def test_revoke_a_user(api: Api, emulator: Emulator) -> None:
    api.token()
    api.token()
    other = api.token("cometchat-uid-2")
    assert api.control("POST", "/revoke", {"uid": UID.upper()}).json() == {"revoked": 2}
    assert emulator.revoke(uid=UID) == 0
    assert emulator.revoke(uid="nobody") == 0
    data(api.user("GET", "/me", other))


def test_revoke_by_handle(api: Api) -> None:
    first, second = api.token(), api.token()
    newest = api.control("GET", "/overview").json()["tokens"][0]["handle"]
    assert api.control("POST", "/revoke", {"uid": UID, "handle": newest}).json() == {"revoked": 1}
    assert api.control("POST", "/revoke", {"uid": UID, "handle": newest}).json() == {"revoked": 0}
    assert api.control("POST", "/revoke", {"uid": "nobody", "handle": newest}).json() == {"revoked": 0}
    assert [api.user("GET", "/me", token).status_code for token in (first, second)] == [200, 401]
    assert api.control("POST", "/revoke", {"handle": newest, "auth_token": first}).status_code == 400


def test_revoke_needs_one_of_the_two(api: Api, emulator: Emulator) -> None:
    assert api.control("POST", "/revoke").status_code == 400
    with pytest.raises(TypeError, match="one of the two"):
        emulator.revoke()
    with pytest.raises(TypeError, match="one of the two"):
        emulator.revoke("t", uid="u")


def test_remove_a_user_mid_session(api: Api, emulator: Emulator) -> None:
    token = api.token()
    assert api.control("POST", "/remove", {"uid": UID, "permanent": False}).json() == {"removed": True}
    refused(api.user("GET", "/me", token), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    api.rest("PUT", "/users", {"uidsToActivate": [UID]})
    data(api.user("GET", "/me", token))
    assert emulator.remove_user(UID)
    assert not emulator.remove_user(UID)
    refused(api.rest("GET", f"/users/{UID}"), 404, "ERR_UID_NOT_FOUND")


def test_restore_a_user(api: Api, emulator: Emulator) -> None:
    assert api.control("POST", "/restore", {"uid": UID}).json() == {"restored": False}
    emulator.remove_user(UID, permanent=False)
    assert api.control("POST", "/restore", {"uid": UID.upper()}).json() == {"restored": True}
    data(api.rest("GET", f"/users/{UID}"))
    assert not emulator.restore_user("nobody")
    assert api.control("POST", "/restore", {}).status_code == 400


@pytest.mark.parametrize("body", [{}, {"uid": 1}, {"uid": UID, "permanent": "yes"}])
def test_remove_is_checked(api: Api, body: dict[str, Any]) -> None:
    assert api.control("POST", "/remove", body).status_code == 400


def test_the_clock(api: Api, emulator: Emulator) -> None:
    def now() -> float:
        return float(api.control("POST", "/clock").json()["now"])

    real = now()
    assert api.control("POST", "/clock", {"advance": 3600}).json()["offset"] == 3600
    assert 3600 <= now() - real < 3660
    assert api.control("POST", "/clock", {"freeze": 100, "advance": 5}).json()["now"] == 105
    assert now() == 105
    assert api.control("POST", "/clock", {"freeze": True}).json()["now"] == 105
    assert 0 <= api.control("POST", "/clock", {"run": True}).json()["now"] - real < 60
    emulator.freeze()
    assert now() == now()


@pytest.mark.parametrize("body", [{"advance": "1"}, {"freeze": "now"}, {"freeze": False}, {"advance": 1e300}])
def test_the_clock_is_checked(api: Api, body: dict[str, Any]) -> None:
    assert api.control("POST", "/clock", body).status_code == 400


def test_a_clock_that_is_moved_too_far_stays(api: Api, emulator: Emulator) -> None:
    emulator.freeze(100)
    far = {"advance": 9e10}
    assert [api.control("POST", "/clock", far).status_code for _ in range(2)] == [200, 400]
    for wrong in (float("nan"), float("inf"), -1e12):
        with pytest.raises(ValueError, match="clock takes"):
            emulator.freeze(wrong)
    assert emulator.state["clock"]["frozen_at"] == 9e10 + 100


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"[" * 9000])
def test_control_bodies_are_objects(api: Api, body: bytes) -> None:
    response = api.control("POST", "/faults", body)
    assert response.status_code == 400
    assert "JSON" in response.json()["error"]


def test_the_overview_shows_all_but_secrets(api: Api, emulator: Emulator) -> None:
    tokens = [api.token(), api.token("cometchat-uid-2")]
    api.user("PUT", "/me", tokens[0], {"platform": "WEB", "userAgent": "Telescope/1"})
    api.rest("DELETE", "/users/cometchat-uid-3")
    emulator.fault("delay", seconds=0, path="/never")
    answer = api.control("GET", "/overview")
    seen = answer.json()
    assert seen["app"] == {"app_id": "app", "region": "us"}
    assert seen["counts"] == {"users": 6, "tokens": 2, "sessions": 1}
    assert [(user["uid"], user["status"], user["tokens"]) for user in seen["users"][:3]] == [
        (UID, "online", 1),
        ("cometchat-uid-2", "offline", 1),
        ("cometchat-uid-3", "deactivated", 0),
    ]
    assert [token["uid"] for token in seen["tokens"]] == ["cometchat-uid-2", UID]
    assert seen["sessions"] == seen["tokens"][1:]
    assert (seen["sessions"][0]["platform"], seen["sessions"][0]["user_agent"]) == ("WEB", "Telescope/1")
    assert [fault["kind"] for fault in seen["faults"]] == ["delay"]
    for secret in (*tokens, emulator.auth_key, emulator.rest_api_key):
        assert secret not in answer.text


@pytest.mark.parametrize("find", ["GEORGE", " uid-2 "])
def test_the_overview_can_be_narrowed(api: Api, find: str) -> None:
    api.user("PUT", "/me", api.token())
    api.user("PUT", "/me", api.token("cometchat-uid-2"))
    seen = api.http.get("/_emulator/overview", params={"find": find}).json()
    for part in ("users", "tokens", "sessions"):
        assert [one["uid"] for one in seen[part]] == ["cometchat-uid-2"]
    assert seen["counts"]["users"] == 6


def test_the_overview_of_very_many_is_short(api: Api, emulator: Emulator) -> None:
    users = [{"uid": f"many-{number}"} for number in range(101)]
    tokens = [{"uid": user["uid"], "authToken": f"{user['uid']}-token", "loggedIn": True} for user in users]
    emulator.load({"users": users, "tokens": tokens})
    seen = api.control("GET", "/overview").json()
    assert seen["counts"] == {"users": 101, "tokens": 101, "sessions": 101}
    assert {len(seen[part]) for part in ("users", "tokens", "sessions")} == {100}
    assert seen["tokens"][0]["uid"] == "many-100"


def test_a_page_to_look_at(api: Api) -> None:
    response = api.call("GET", "/")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "CometChat emulator" in response.text


def test_looking_is_not_recorded(api: Api, emulator: Emulator) -> None:
    api.call("GET", "/")
    api.control("GET", "/health")
    assert emulator.requests == []


PREFLIGHT = {
    "Origin": "https://shop.example.com",
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "appid,authtoken,content-type,resource,sdk",
}


def test_a_browser_may_call_from_any_page(api: Api, emulator: Emulator) -> None:
    asked = api.call("OPTIONS", "/v3.0/me", headers=PREFLIGHT)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "PUT" in asked.headers["access-control-allow-methods"]
    allowed = asked.headers["access-control-allow-headers"]
    assert set(PREFLIGHT["Access-Control-Request-Headers"].split(",")) <= set(
        allowed.replace(" ", "").split(",")
    )
    assert emulator.requests == []


def test_a_browser_sees_that_a_route_is_not_there(api: Api) -> None:
    asked = api.call(
        "OPTIONS", "/v3.0/users/ann", headers=PREFLIGHT | {"Access-Control-Request-Method": "PATCH"}
    )
    assert asked.status_code == 200
    origin = {"Origin": PREFLIGHT["Origin"]}
    refused(api.rest("PATCH", "/users/ann", {}, **origin), 501, "EMULATOR_ROUTE_UNKNOWN")


def test_a_browser_reads_answers_refusals_and_faults(api: Api, emulator: Emulator) -> None:
    emulator.fault("html", path="/users", times=1)
    origin = {"Origin": "https://shop.example.com"}
    for response in (api.rest("GET", "/users", **origin), api.rest("GET", "/users", **origin)):
        assert response.headers["access-control-allow-origin"] == "*"
    refusal = api.user("PUT", "/me", "dead", **origin)
    assert refusal.headers["access-control-allow-origin"] == "*"
    assert "Retry-After" in refusal.headers["access-control-expose-headers"]
