"""`auth` and `api`: other endpoints as the logged-in user, and to nobody else's host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cometchat_rest.api.me import get_me
from support.fake import Recorder

from cometchat_session import AsyncCometChat, errors

if TYPE_CHECKING:
    from support.modes import Mode

UID = "cometchat-uid-1"


def fetch(mode: Mode, client: Any, url: str, **options: Any) -> httpx.Response:
    """Make one request with an ordinary httpx client of the mode, signed by `client.auth`."""
    if mode.kind is not AsyncCometChat:
        with httpx.Client(auth=client.auth, **options) as http:
            return http.get(url)

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(auth=client.auth, **options) as http:
            return await http.get(url)

    response: httpx.Response = mode.run(get())
    return response


def call(mode: Mode, client: Any) -> Any:
    """Call a generated function with `client.api`."""
    if mode.kind is not AsyncCometChat:
        return get_me.sync(client=client.api)

    async def get() -> Any:
        return await get_me.asyncio(client=client.api)

    return mode.run(get())


def test_the_session_signs_this_app_s_host(mode: Mode) -> None:
    client = mode.client()
    client.login(UID)
    response = fetch(mode, client, f"{mode.emulator.url}/v3.0/me")
    assert response.json()["data"]["uid"] == UID
    token = client.get_auth_token()
    assert response.request.headers["authToken"] == token
    assert "authToken" in response.request.headers
    assert token not in repr(response.request.headers) + str(dict(response.request.headers))


def test_another_host_gets_nothing(mode: Mode) -> None:
    client = mode.client()
    client.login(UID)
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    for url in (
        "https://evil.example/v3.0/me",
        mode.emulator.url.replace("127.0.0.1", "127.0.0.2") + "/v3.0/me",
    ):
        fetch(mode, client, url, transport=httpx.MockTransport(answer))
    assert [name for request in seen for name, _ in request.headers.raw if name.lower() == b"authtoken"] == []


def test_a_redirect_to_another_host_does_not_take_the_token_along(mode: Mode) -> None:
    client = mode.client()
    client.login(UID)
    sent: dict[str, list[bytes]] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        sent[request.url.host] = [name.lower() for name, _ in request.headers.raw]
        if request.url.host == "evil.example":
            return httpx.Response(200)
        return httpx.Response(302, headers={"Location": "https://evil.example/"})

    url = f"{mode.emulator.url}/v3.0/me"
    fetch(mode, client, url, transport=httpx.MockTransport(answer), follow_redirects=True)
    assert b"authtoken" in sent["127.0.0.1"]
    assert b"authtoken" not in sent["evil.example"]


def test_nothing_is_sent_without_a_session(mode: Mode) -> None:
    client = mode.client()
    with pytest.raises(errors.NotLoggedInError, match="login"):
        fetch(mode, client, f"{mode.emulator.url}/v3.0/me")
    with pytest.raises(errors.NotLoggedInError):
        call(mode, client)
    assert mode.emulator.requests == []


def test_the_generated_client_speaks_as_the_user(mode: Mode) -> None:
    client = mode.client()
    client.login(UID)
    assert call(mode, client).data.uid == UID
    mode.emulator.fault("status", status=403, times=1)
    with pytest.raises(errors.PermissionDeniedError):
        call(mode, client)
    assert client.get_logged_in_user() is not None


def test_a_dead_token_ends_the_session_and_tells_once(mode: Mode) -> None:
    client = mode.client()
    recorder = Recorder()
    remove = client.add_login_listener("recorder", recorder)
    client.login(UID)
    mode.emulator.revoke(uid=UID)
    assert fetch(mode, client, f"{mode.emulator.url}/v3.0/me").status_code == 401
    assert client.get_logged_in_user() is None
    with pytest.raises(errors.NotLoggedInError):
        call(mode, client)
    assert recorder.events == [f"login_success {UID}", "logout_success"]
    remove()
    client.login(UID)
    client.remove_login_listener("recorder")
    assert recorder.events == [f"login_success {UID}", "logout_success"]


def test_a_closed_client_still_looks_up(mode: Mode) -> None:
    client = mode.client()
    client.login(UID)
    client.close()
    assert client.get_logged_in_user().uid == UID
    with pytest.raises(errors.NetworkError, match="closed"):
        client.get_logged_in_user(verify=True)
    with pytest.raises(errors.NetworkError, match="closed"):
        call(mode, client)
