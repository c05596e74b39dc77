"""A few words to call the emulator with, as a backend, a demo app or a logged-in user would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import httpx

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator

ABSENT: Any = object()


class Api:
    """Calls to one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.http = httpx.Client(base_url=emulator.url, timeout=5)

    def call(
        self, method: str, path: str, body: Any = ABSENT, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Any call; a body is sent as JSON, bytes as they are."""
        content = None if body is ABSENT else body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {} if content is None else {"content-type": "application/json"}
        return self.http.request(method, path, content=content, headers=given | (headers or {}))

    def rest(self, method: str, path: str, body: Any = ABSENT, **headers: str) -> httpx.Response:
        """With the REST API key."""
        return self.call(method, f"/v3{path}", body, {"apikey": self.emulator.rest_api_key} | headers)

    def demo(self, method: str, path: str, body: Any = ABSENT, **headers: str) -> httpx.Response:
        """With the Auth Key."""
        return self.call(method, f"/v3{path}", body, {"apikey": self.emulator.auth_key} | headers)

    def user(self, method: str, path: str, token: str, body: Any = ABSENT, **headers: str) -> httpx.Response:
        """With a user's auth token, as an SDK calls."""
        return self.call(method, f"/v3.0{path}", body, {"appId": "app", "authToken": token} | headers)

    def create(self, uid: str, **fields: Any) -> dict[str, Any]:
        """Create a user."""
        return data(self.rest("POST", "/users", {"uid": uid, "name": uid.title()} | fields))

    def token(self, uid: str = "cometchat-uid-1", /, **body: Any) -> str:
        """Create an auth token."""
        return cast("str", data(self.rest("POST", f"/users/{uid}/auth_tokens", body))["authToken"])

    def control(self, method: str, path: str, body: Any = ABSENT) -> httpx.Response:
        """A control call."""
        return self.call(method, f"/_emulator{path}", body)


def data(response: httpx.Response) -> dict[str, Any]:
    """What a call brought that went well."""
    assert response.status_code == 200, response.text
    return cast("dict[str, Any]", response.json()["data"])


def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The error of a call that did not."""
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code), response.text
    return cast("dict[str, Any]", error)


def details(response: httpx.Response) -> dict[str, list[str]]:
    """What was wrong with which field."""
    error = refused(response, 400, "ERR_BAD_REQUEST")
    assert error["message"] == "Failed to validate the data sent with the request."
    return cast("dict[str, list[str]]", error["details"])
