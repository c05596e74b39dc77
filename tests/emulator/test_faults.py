"""Faults: what a client sees, and what happened to the call."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cometchat_session.emulator import Emulator, wire
from cometchat_session.emulator.faults import FaultError
from emulator.service import data, refused

if TYPE_CHECKING:
    from emulator.service import Api

UID = "cometchat-uid-1"


def statuses(emulator: Emulator) -> list[int | None]:
    return [request["status"] for request in emulator.requests]


def test_status_for_so_many_calls(api: Api, emulator: Emulator) -> None:
    token = api.token()
    emulator.fault("status", method="PUT", path="/me", status=503, times=2)
    for _ in range(2):
        refused(api.user("PUT", "/me", token), 503, "ERR_EXCEPTION")
    data(api.user("PUT", "/me", token))
    assert statuses(emulator) == [200, 503, 503, 200]


def test_status_until_disarmed(api: Api, emulator: Emulator) -> None:
    emulator.fault()
    for _ in range(3):
        refused(api.rest("GET", "/users"), 500, "ERR_EXCEPTION")
    emulator.disarm()
    assert api.rest("GET", "/users").status_code == 200


def test_a_fault_strikes_its_method_and_path_only(api: Api, emulator: Emulator) -> None:
    emulator.fault("status", method="post", path="/users/*/auth_tokens", status=500)
    assert api.rest("GET", f"/users/{UID}/auth_tokens").status_code == 200
    assert api.rest("GET", "/users").status_code == 200
    assert api.rest("POST", f"/users/{UID}/auth_tokens").status_code == 500
    assert api.call("POST", "/v3.0/users/a.b/auth_tokens").status_code == 500


def test_a_dot_in_a_path_is_a_dot(api: Api, emulator: Emulator) -> None:
    emulator.fault("status", path="/users/a.b")
    assert api.rest("GET", "/users/axb").status_code == 404
    assert api.rest("GET", "/users/a.b").status_code == 500


def test_faults_strike_in_the_order_of_arming(api: Api, emulator: Emulator) -> None:
    emulator.fault("status", status=500, times=1)
    emulator.fault("status", status=502, path="/users", times=1)
    emulator.fault("status", status=503)
    assert [api.rest("GET", "/users").status_code for _ in range(4)] == [500, 502, 503, 503]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ERR_BAD_REQUEST"),
        (401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND"),
        (403, "AUTH_ERR_NO_ACCESS"),
        (404, "ERR_UID_NOT_FOUND"),
        (429, "ERR_TOO_MANY_REQUESTS"),
        (520, "ERR_EXCEPTION"),
    ],
)
def test_a_bare_status_comes_with_its_code(api: Api, emulator: Emulator, status: int, code: str) -> None:
    emulator.fault("status", status=status)
    response = api.rest("GET", "/users")
    refused(response, status, code)
    assert response.headers.get("retry-after") == ("15" if status == 429 else None)


@pytest.mark.parametrize(
    ("body", "sent"), [({}, "{}"), ({"data": None}, '{"data": null}'), ("", ""), ("null", "null"), ([], "[]")]
)
def test_any_answer_can_be_given(api: Api, emulator: Emulator, body: Any, sent: str) -> None:
    emulator.fault("status", status=200, body=body, headers={"Retry-After": "7", "X-Own": "é"})
    response = api.rest("GET", "/users")
    assert (response.status_code, response.text) == (200, sent)
    assert response.headers["retry-after"] == "7"
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [204, 304])
def test_answers_without_a_body(api: Api, emulator: Emulator, status: int) -> None:
    emulator.fault("status", status=status, body={"data": 1}, times=1)
    response = api.rest("GET", "/users")
    assert (response.status_code, response.content) == (status, b"")
    assert api.rest("GET", "/users").status_code == 200


def test_a_fault_may_claim_another_type(api: Api, emulator: Emulator) -> None:
    emulator.fault("status", status=200, body="x", headers={"Content-Type": "text/plain"})
    assert api.rest("GET", "/users").headers.get_list("content-type") == ["text/plain"]


def test_html(api: Api, emulator: Emulator) -> None:
    emulator.fault("html", times=1)
    response = api.rest("GET", "/users")
    assert (response.status_code, response.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert "<h1>502</h1>" in response.text
    emulator.fault("html", status=503, body="<p>down")
    response = api.rest("GET", "/users")
    assert (response.status_code, response.text) == (503, "<p>down")


def test_delay_answers_late(api: Api, emulator: Emulator) -> None:
    emulator.fault("delay", seconds=0.15)
    begin = time.monotonic()
    data(api.rest("GET", f"/users/{UID}"))
    assert time.monotonic() - begin >= 0.15


def test_others_are_answered_during_a_delay(api: Api, emulator: Emulator) -> None:
    emulator.fault("delay", path="/users", seconds=30)
    slow = threading.Thread(target=_ignore_failure, args=(emulator.url + "/v3/users",))
    slow.start()
    data(api.rest("GET", f"/users/{UID}"))
    slow.join()


def _ignore_failure(url: str) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url, timeout=0.3)


def test_reset_resets_the_connection_and_does_nothing(api: Api, emulator: Emulator) -> None:
    emulator.fault("reset", times=1)
    with pytest.raises(httpx.ReadError, match="reset"):
        api.rest("DELETE", f"/users/{UID}")
    data(api.rest("GET", f"/users/{UID}"))
    assert statuses(emulator) == [None, 200]


def test_truncate_applies_and_cuts_the_answer(api: Api, emulator: Emulator) -> None:
    emulator.fault("truncate", times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        api.rest("DELETE", f"/users/{UID}")
    refused(api.rest("GET", f"/users/{UID}"), 404, "ERR_UID_NOT_FOUND")
    assert statuses(emulator) == [200, 404]


def test_apply_then_drop_applies_and_says_nothing(api: Api, emulator: Emulator) -> None:
    emulator.fault("apply_then_drop", times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        api.rest("DELETE", f"/users/{UID}")
    refused(api.rest("GET", f"/users/{UID}"), 404, "ERR_UID_NOT_FOUND")
    assert statuses(emulator) == [None, 404]


def test_a_held_connection_is_held_until_it_is_closed() -> None:
    heard = [{"type": "http.request"}, {"type": "http.disconnect"}]

    async def receive() -> dict[str, str]:
        return heard.pop(0)

    asyncio.run(wire.gone(receive))
    assert heard == []


def test_hang_never_answers_and_does_nothing(api: Api, emulator: Emulator) -> None:
    emulator.fault("hang", times=1)
    with pytest.raises(httpx.ReadTimeout):
        httpx.delete(f"{emulator.url}/v3/users/{UID}", headers={"apikey": emulator.rest_api_key}, timeout=0.2)
    data(api.rest("GET", f"/users/{UID}"))
    assert statuses(emulator) == [None, 200]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["hang", "delay"])
def test_the_server_stops_at_once_all_the_same(kind: Any) -> None:
    failures: list[Exception] = []
    with Emulator() as emulator:
        emulator.fault(kind, seconds=60)
        waiting = threading.Thread(target=_collect_failure, args=(emulator.url + "/v3/users", failures))
        waiting.start()
        while not emulator.requests:
            time.sleep(0.005)
    waiting.join()
    assert len(failures) == 1


def _collect_failure(url: str, failures: list[Exception]) -> None:
    try:
        httpx.get(url, timeout=30)
    except httpx.TransportError as error:
        failures.append(error)


def test_a_client_that_leaves_within_its_body_is_no_call(api: Api, emulator: Emulator) -> None:
    host, _, port = emulator.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"PUT /v3/me HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123")
        time.sleep(0.05)
    data(api.rest("GET", f"/users/{UID}"))
    assert [request["path"] for request in emulator.requests] == [f"/v3/users/{UID}"]


def test_faults_over_http(api: Api) -> None:
    document = {"method": "PUT", "path": "/me", "times": 1, "kind": "status", "status": 503, "headers": {}}
    armed = api.control("POST", "/faults", document).json()
    assert armed == document | {"body": None, "seconds": 0.0}
    assert api.control("GET", "/faults").json() == {"faults": [armed]}
    assert api.control("DELETE", "/faults").json() == {"ok": True}
    assert api.control("GET", "/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({}, "kind"),
        ({"kind": "explode"}, "apply_then_drop"),
        ({"kind": ["status"]}, "kind"),
        ({"kind": "status", "stauts": 500}, "stauts"),
        ({"kind": "status", "times": 0}, "times"),
        ({"kind": "status", "times": True}, "times"),
        ({"kind": "status", "status": 600}, "from 200 to 599"),
        ({"kind": "status", "status": "500"}, "status"),
        ({"kind": "delay", "seconds": -1}, "seconds"),
        ({"kind": "delay", "seconds": "1"}, "seconds"),
        ({"kind": "delay", "seconds": True}, "seconds"),
        ({"kind": "status", "method": 1}, "method"),
        ({"kind": "status", "path": None}, "path"),
        ({"kind": "status", "path": "/v3/me"}, "version"),
        ({"kind": "status", "path": "/v3.0/users/*"}, "version"),
        ({"kind": "status", "path": "me"}, "begins with"),
        ({"kind": "status", "path": ""}, "begins with"),
        ({"kind": "status", "path": "/users?page=2"}, "query"),
        ({"kind": "status", "path": "*/auth_tokens"}, None),
        ({"kind": "status", "path": "/view"}, None),
        ({"kind": "status", "headers": []}, None),
        ({"kind": "status", "headers": ["a"]}, "headers"),
        ({"kind": "status", "headers": {"a": 1}}, "headers"),
        ({"kind": "status", "headers": {"a b": "x"}}, "headers"),
        ({"kind": "status", "headers": {"a": "x\r\ny"}}, "headers"),
        ({"kind": "status", "headers": {"a": "\u20ac"}}, "headers"),
        ({"kind": "status", "headers": {"Content-Length": "5"}}, "headers"),
    ],
)
def test_faults_are_checked(api: Api, document: dict[str, Any], text: str | None) -> None:
    response = api.control("POST", "/faults", document)
    assert response.status_code == (200 if text is None else 400)
    assert text is None or text in response.json()["error"]


def test_faults_are_checked_in_python_too(emulator: Emulator) -> None:
    with pytest.raises(FaultError, match="times"):
        emulator.fault("status", times=0)
    with pytest.raises(FaultError, match="version"):
        emulator.fault("status", path="/v3/me")
