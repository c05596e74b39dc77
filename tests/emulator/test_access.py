"""Apps, regions, keys, scopes, routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cometchat_session.emulator.access import read_host
from cometchat_session.emulator.errors import masked
from emulator.service import data, refused

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api


@pytest.mark.parametrize(
    ("host", "app", "region"),
    [
        ("127.0.0.1:8080", None, None),
        ("[::1]:8080", None, None),
        ("[::1]", None, None),
        ("localhost:8080", None, None),
        ("", None, None),
        ("App.localhost:8080", "app", None),
        ("a.b.localhost", None, None),
        ("host.docker.internal:8080", None, None),
        ("emulator.default.svc.cluster.local", None, None),
        ("api-gateway", None, None),
        ("api-gateway.example.internal", None, None),
        ("app.api-us.example.internal", "app", "us"),
        ("app.api-us.cometchat.io", "app", "us"),
        ("app.apiclient-eu.cometchat.io", "app", "eu"),
        ("api-in.cometchat.io", None, "in"),
    ],
)
def test_what_a_host_name_says(host: str, app: str | None, region: str | None) -> None:
    assert read_host(host) == (app, region)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"appId": "app"},
        {"host": "app.localhost"},
        {"host": "app.api-us.cometchat.io"},
        {"host": "api-us.cometchat.io", "appId": "app"},
        {"host": "other.localhost", "appId": "app"},
        {"host": "host.docker.internal"},
        {"host": "emulator.default.svc.cluster.local:8080"},
    ],
)
def test_calls_for_this_app(api: Api, headers: dict[str, str]) -> None:
    data(api.rest("GET", "/users/cometchat-uid-1", **headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"appId": "other"},
        {"host": "other.localhost"},
        {"host": "other.api-us.cometchat.io"},
        {"host": "app.api-eu.cometchat.io"},
        {"host": "api-eu.cometchat.io", "appId": "app"},
    ],
)
def test_calls_for_another_app_or_region(api: Api, headers: dict[str, str]) -> None:
    refused(api.rest("GET", "/users/cometchat-uid-1", **headers), 404, "AUTH_ERR_INVALID_APPID")


def test_calls_for_no_app(api: Api, emulator: Emulator) -> None:
    path = "/users/cometchat-uid-1"
    refused(api.rest("GET", path, host="api-us.cometchat.io"), 400, "AUTH_ERR_EMPTY_APPID")
    emulator.configure(missing_app_id="refuse")
    refused(api.rest("GET", path), 400, "AUTH_ERR_EMPTY_APPID")
    data(api.rest("GET", path, appId="app"))


@pytest.mark.parametrize("headers", [{}, {"apikey": ""}])
def test_no_key(api: Api, headers: dict[str, str]) -> None:
    refused(api.call("GET", "/v3/users", headers=headers), 401, "AUTH_ERR_EMPTY_APIKEY")


def test_an_unknown_key_is_masked(api: Api) -> None:
    response = api.call("GET", "/v3/users", headers={"apiKey": "1" * 40})
    error = refused(response, 401, "AUTH_ERR_APIKEY_NOT_FOUND")
    assert error["message"] == "The key 11111***11111 does not exist. Please use correct apiKey."
    assert (error["devMessage"], error["source"]) == (error["message"], "chat-api")


def test_errors_may_come_without_their_origin(api: Api, emulator: Emulator) -> None:
    emulator.configure(error_origin=False)
    error = refused(api.rest("GET", "/users/nobody"), 404, "ERR_UID_NOT_FOUND")
    assert error.keys() == {"message", "code"}


FULL_ACCESS_ONLY = [
    ("GET", "/users"),
    ("DELETE", "/users"),
    ("PUT", "/users"),
    ("GET", "/users/ann"),
    ("DELETE", "/users/ann"),
    ("GET", "/users/ann/auth_tokens"),
    ("DELETE", "/users/ann/auth_tokens"),
    ("GET", "/users/ann/auth_tokens/t"),
    ("PUT", "/users/ann/auth_tokens/t"),
    ("DELETE", "/users/ann/auth_tokens/t"),
]


@pytest.mark.parametrize(("method", "path"), FULL_ACCESS_ONLY)
def test_the_auth_key_may_not(api: Api, method: str, path: str) -> None:
    error = refused(api.demo(method, path), 403, "AUTH_ERR_NO_ACCESS")
    assert "***" in error["message"]
    assert api.emulator.auth_key not in error["message"]


@pytest.mark.parametrize(
    ("may", "allowed"),
    [
        ("create tokens", (403, 403, 200)),
        ("create users and tokens", (200, 403, 200)),
        ("create and update users and create tokens", (200, 200, 200)),
    ],
)
def test_what_the_auth_key_may(api: Api, emulator: Emulator, may: str, allowed: tuple[int, ...]) -> None:
    emulator.configure(auth_only_may=may)
    seen = (
        api.demo("POST", "/users", {"uid": "ann", "name": "Ann"}).status_code,
        api.demo("PUT", "/users/cometchat-uid-1", {"name": "x"}).status_code,
        api.demo("POST", "/users/cometchat-uid-1/auth_tokens").status_code,
    )
    assert seen == allowed


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
@pytest.mark.parametrize("headers", [{}, {"authToken": ""}, {"apikey": "1" * 40}])
def test_no_token(api: Api, method: str, headers: dict[str, str]) -> None:
    refused(api.call(method, "/v3.0/me", headers=headers), 401, "AUTH_ERR_EMPTY_AUTH_TOKEN")


def test_an_sdk_that_is_not_logged_in(api: Api) -> None:
    headers = {"appId": "app", "sdk": "javascript@4.2.0"}
    refused(api.call("GET", "/v3.0/users/cometchat-uid-1", headers=headers), 401, "AUTH_ERR_EMPTY_AUTH_TOKEN")


def test_a_key_goes_before_a_token(api: Api) -> None:
    data(api.rest("GET", "/users/cometchat-uid-1", authToken="dead"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v3/groups"),
        ("PATCH", "/v3/users"),
        ("POST", "/v3/me"),
        ("GET", "/v3/users/"),
        ("POST", "/v3/users//auth_tokens"),
        ("POST", "/v3/users/a/b/auth_tokens"),
        ("DELETE", "/v3/users/ann/auth_tokens/"),
        ("GET", "/v3"),
        ("GET", "/users"),
        ("GET", "/favicon.ico"),
        ("GET", "/v/users"),
        ("OPTIONS", "/v3/users"),
        ("POST", "/"),
    ],
)
def test_an_unknown_route_is_never_answered(api: Api, emulator: Emulator, method: str, path: str) -> None:
    response = (
        api.rest(method, path.removeprefix("/v3")) if path.startswith("/v3") else api.call(method, path)
    )
    error = refused(response, 501, "EMULATOR_ROUTE_UNKNOWN")
    assert method in error["message"]
    assert path.removeprefix("/v3") in error["message"]
    emulator.configure(unknown_route="404")
    error = refused(api.call(method, path), 404, "ERR_API_NOT_FOUND")
    assert error["message"] == "The API endpoint is invalid. Please verify the API call."


def test_an_escaped_slash_does_not_make_a_segment(api: Api) -> None:
    error = refused(api.rest("GET", "/users/cometchat-uid-1%2Fauth_tokens"), 404, "ERR_UID_NOT_FOUND")
    assert "cometchat-uid-1/auth_tokens" in error["message"]


@pytest.mark.parametrize("version", ["v2", "v3.1", "v4.0"])
def test_other_versions(api: Api, version: str) -> None:
    error = refused(api.call("GET", f"/{version}/users"), 400, "ERR_INVALID_API_VERSION")
    assert version in error["message"]


@pytest.mark.parametrize("version", ["v3", "v3.0"])
def test_both_spellings_of_the_version(api: Api, version: str) -> None:
    headers = {"apikey": api.emulator.rest_api_key}
    data(api.call("GET", f"/{version}/users/cometchat-uid-1", headers=headers))


@pytest.mark.parametrize("key", ["", "k", "0123456789", "0123456789abcde"])
def test_nothing_of_a_short_key_is_shown(key: str) -> None:
    assert masked(key) == "***"
