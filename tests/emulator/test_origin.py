"""Who may steer the emulator, and who may only use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.service import data

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api

CONTROL = [("GET", "/_emulator/state"), ("POST", "/_emulator/reset"), ("GET", "/_emulator/log"), ("GET", "/")]


@pytest.mark.parametrize(("method", "path"), CONTROL)
@pytest.mark.parametrize(
    "origin", ["https://shop.example.com", "null", "http://127.0.0.1:1", "http://localhost"]
)
def test_another_web_page_may_not_steer(api: Api, method: str, path: str, origin: str) -> None:
    api.create("ann")
    answer = api.call(method, path, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert origin in answer.json()["error"]
    data(api.rest("GET", "/users/ann"))


def test_leave_is_not_given_when_a_browser_asks_first(api: Api) -> None:
    asked = {"Origin": "https://shop.example.com", "Access-Control-Request-Method": "DELETE"}
    answer = api.call("OPTIONS", "/_emulator/requests", headers=asked)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("method", "path"), CONTROL)
def test_the_own_page_and_programs_may(api: Api, emulator: Emulator, method: str, path: str) -> None:
    for headers in ({"Origin": emulator.url}, {"Origin": emulator.url.upper()}, {}):
        answer = api.call(method, path, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "host", ["evil.example.com", "127.0.0.1.evil.com", "evillocalhost.com:80", "test.com."]
)
def test_a_name_that_anybody_can_register_leads_to_no_control_call(api: Api, host: str) -> None:
    for path in ("/_emulator/state", "/"):
        answer = api.call("GET", path, headers={"Host": host, "Origin": f"http://{host}"})
        assert answer.status_code == 403
        assert host in answer.json()["error"]


@pytest.mark.parametrize(
    "host",
    ["localhost:8080", "app.localhost", "cometchat", "[::1]:80", "192.168.1.7", "host.docker.internal:80",
     "emulator.team.svc.cluster.local", "EMULATOR.TEST."],
)  # fmt: skip
def test_addresses_and_private_names_do(api: Api, host: str) -> None:
    assert api.call("GET", "/_emulator/health", headers={"Host": host}).status_code == 200
    assert api.call("GET", "/", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200


def test_the_service_itself_is_open_to_all(api: Api, emulator: Emulator) -> None:
    headers = {"Origin": "https://shop.example.com", "apikey": emulator.rest_api_key}
    answer = api.call("GET", "/v3/users", headers=headers | {"Host": "app.api-us.cometchat.io"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
