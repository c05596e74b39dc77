"""P16: a token that the server does not know is dropped once, while it is the current one; nobody loops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cometchat_rest.api.me import get_me
from support.modes import AsyncMode, SyncMode
from support.processes import PATIENCE, Job, asked, where

from cometchat_session import FileStore, LoginListener, errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.modes import Mode
    from support.processes import ProcessPool
    from support.store_factories import StoreFactory

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
CALLERS = 64


class Counter(LoginListener):
    """Counts what it hears."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def login_success(self, user: Any) -> None:
        self.events.append("login_success")

    def logout_success(self) -> None:
        self.events.append("logout_success")


def with_auth(mode: Mode, client: Any) -> Callable[[], Any]:
    """Return a call of the user's own, signed by `client.auth`."""
    url = f"{mode.emulator.url}/v3.0/me"

    def blocking() -> Any:
        with httpx.Client(auth=client.auth, timeout=PATIENCE) as http:
            return http.get(url).status_code

    async def tasked() -> Any:
        async with httpx.AsyncClient(auth=client.auth, timeout=PATIENCE) as http:
            return (await http.get(url)).status_code

    return tasked if isinstance(mode, AsyncMode) else blocking


def with_api(mode: Mode, client: Any) -> Callable[[], Any]:
    """Return a call of the generated client."""
    if isinstance(mode, SyncMode):
        return lambda: get_me.sync_detailed(client=client.api)

    async def call() -> Any:
        return await get_me.asyncio_detailed(client=client.api)

    return call


def with_verify(mode: Mode, client: Any) -> Callable[[], Any]:
    return lambda: client.get_logged_in_user(verify=True)


WAYS: dict[str, Callable[[Mode, Any], Callable[[], Any]]] = {
    "auth": with_auth,
    "api": with_api,
    "verify": with_verify,
}


@pytest.mark.parametrize("way", WAYS)
def test_sixty_four_hear_it_at_once(
    mode: Mode, stores: StoreFactory, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    saves: list[bool] = []
    store = stores.open()
    real = store.save

    def save(*args: Any, **kwargs: Any) -> bool:
        saves.append(done := real(*args, **kwargs))
        return done

    client, counter = mode.client(store=store), Counter()
    client.login(UID)
    client.add_login_listener("counter", counter)
    mode.emulator.revoke(uid=UID)
    mode.emulator.fault("delay", method="GET", seconds=0.1)
    asked(mode.emulator)
    monkeypatch.setattr(store, "save", save)
    outcomes = mode.at_once([WAYS[way](mode, client)] * CALLERS)
    told = {type(outcome).__name__ if isinstance(outcome, Exception) else outcome for outcome in outcomes}
    # Who comes after the removal finds nobody logged in, and asks nothing.
    allowed: dict[str, set[Any]] = {"auth": {401, "NotLoggedInError"}, "verify": {None}}
    assert told <= allowed.get(way, {"AuthTokenNotFoundError", "NotLoggedInError"})
    assert client.get_logged_in_user() is None
    assert counter.events == ["logout_success"]
    assert saves.count(True) == 1
    requests = asked(mode.emulator)
    assert set(requests) == {("GET", "/me")}
    assert len(requests) <= CALLERS


@pytest.mark.parametrize("way", WAYS)
def test_a_new_session_survives_an_old_token_s_death(mode: Mode, way: str) -> None:
    """The answer about the old token comes when another one is the current one."""
    client, counter = mode.client(), Counter()
    client.login(UID)
    old = client.get_auth_token()
    client.add_login_listener("counter", counter)
    mode.emulator.fault("delay", method="GET", seconds=0.3, times=1)
    mode.emulator.fault("delay", seconds=0.05)
    mode.emulator.revoke(old)

    def renew() -> Any:
        return client.login(UID, force=True)

    mode.at_once([WAYS[way](mode, client), renew])
    assert client.get_logged_in_user().uid == UID
    assert client.get_auth_token() != old
    assert counter.events == ["login_success"]


def test_eight_processes_hear_it_at_once(
    emulator: Emulator, process_pool: ProcessPool, shared: StoreFactory
) -> None:
    """Each asks once for each of its callers at most, one login follows for all of them, and no more."""
    (one,) = process_pool.at_once(Job(where(emulator), shared.opener(), "sync", 1), 1)
    assert one.token is not None
    emulator.revoke(one.token)
    asked(emulator)
    emulator.fault("delay", method="POST", seconds=0.8)
    outcomes = process_pool.at_once(
        Job(where(emulator), shared.opener(), "sync", 8, options={"verify": True}), 8
    )
    assert {(outcome.uid, outcome.error) for outcome in outcomes} == {(UID, None)}
    assert {outcome.token for outcome in outcomes} != {one.token}
    requests = asked(emulator)
    assert requests.count(("POST", f"/users/{UID}/auth_tokens")) == requests.count(("PUT", "/me")) == 1
    assert requests.count(("GET", "/me")) == 1  # one of them looked for all


@pytest.mark.parametrize(
    "modes", [("sync",) * 8, ("async",) * 8, ("sync", "async") * 4], ids=["sync", "async", "both"]
)
def test_eight_processes_drop_it_once(
    emulator: Emulator, process_pool: ProcessPool, shared: StoreFactory, modes: tuple[str, ...]
) -> None:
    """Whoever removes it tells its listeners; the others find nobody logged in, and tell nothing."""
    stores = where(emulator), shared.opener()
    (one,) = process_pool.at_once(Job(*stores, "sync", 1), 1)
    assert one.events == ("login_success",)
    emulator.revoke(uid=UID)
    asked(emulator)
    emulator.fault("delay", method="GET", seconds=0.3)
    outcomes = process_pool.each_at_once([Job(*stores, mode, 8, looks=True) for mode in modes])
    assert len(outcomes) == CALLERS
    assert {(outcome.uid, outcome.error) for outcome in outcomes} == {(None, None)}
    assert [event for outcome in outcomes for event in outcome.events] == ["logout_success"]
    requests = asked(emulator)
    assert set(requests) == {("GET", "/me")}
    assert len(requests) <= CALLERS
    (after,) = process_pool.at_once(Job(*stores, "sync", 1), 1)
    assert (after.uid, after.events) == (UID, ("login_success",))


def test_no_login_by_itself_and_no_loop(mode: Mode) -> None:
    client = mode.client()
    client.login(UID)
    mode.emulator.fault("status", status=401, method="GET")
    asked(mode.emulator)
    for _ in range(5):
        assert client.get_logged_in_user(verify=True) is None
    assert asked(mode.emulator) == [("GET", "/me")]


def test_another_refusal_ends_no_session(mode: Mode) -> None:
    client = mode.client()
    client.login(UID)
    error = {"error": {"code": "AUTH_ERR_INVALID_APPID", "message": "no such app"}}
    mode.emulator.fault("status", status=401, method="GET", body=error)
    with pytest.raises(errors.AuthenticationError):
        client.get_logged_in_user(verify=True)
    assert client.get_logged_in_user().uid == UID


def test_cancelling_a_call_does_not_lose_the_event(emulator: Emulator, tmp_path: Path) -> None:
    """The removal has been written when the caller goes: the listeners still hear of it."""
    with AsyncMode(emulator) as mode:
        client, counter = mode.client(store=FileStore(tmp_path)), Counter()
        client.login(UID)
        client.add_login_listener("counter", counter)
        emulator.revoke(uid=UID)

        async def story() -> None:
            call = asyncio.ensure_future(with_auth(mode, client)())
            while client._store.load(client._key).session is not None:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0)
            call.cancel()
            await asyncio.wait([call])
            await asyncio.sleep(0.1)

        mode.runner.run(story())
    assert counter.events == ["logout_success"]
