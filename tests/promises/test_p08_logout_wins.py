"""P8: a login or refresh that began before `logout()` never writes after it, in any order of steps."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeRuntime, FakeServer, build, by_key, by_token
from support.interleave import Actor, SteppingRuntime, all_orders

from cometchat_session._runtime.port import run_sync
from cometchat_session.errors import NotLoggedInError
from cometchat_session.stores.memory import MemoryStore


class Scene:
    """Two clients of one store, as two processes would be, and perhaps a session to begin with."""

    def __init__(self, *, logged_in: bool) -> None:
        self.server = FakeServer()
        self.store = MemoryStore()
        if logged_in:
            run_sync(build(FakeRuntime(self.server), self.store)[0].login(by_key("ann")))
        self.one, self.heard_by_one = build(SteppingRuntime(self.server), self.store)
        self.two, self.heard_by_two = build(SteppingRuntime(self.server), self.store)

    @property
    def uid(self) -> str | None:
        session = self.store.load("key").session
        return None if session is None else session.uid


def position(trace: list[tuple[str, str]], actor: str, seam: str, *, last: bool = False) -> int:
    places = [place for place, step in enumerate(trace) if step == (actor, seam)]
    return places[-1 if last else 0] if places else -1


WANTS: dict[str, tuple[bool, Any]] = {
    "login by key": (False, lambda server: by_key("ann")),
    "login by token": (False, lambda server: by_token(server.token("ann"))),
    "login afresh": (True, lambda server: by_key("ann", force=True)),
    "verified login": (True, lambda server: by_key("ann", verify=True)),
    "switch": (True, lambda server: by_key("bob", switch_user=True)),
}


@pytest.mark.parametrize("name", WANTS)
def test_a_login_against_a_logout(name: str) -> None:
    logged_in, want = WANTS[name]

    def scene() -> tuple[list[Actor], Scene]:
        stage = Scene(logged_in=logged_in)
        login = Actor("login", stage.one.login(want(stage.server)))
        return [login, Actor("logout", stage.two.logout())], stage

    orders = 0
    for trace, (login, logout), stage in all_orders(scene):
        orders += 1
        assert logout.error is None, trace
        began = position(trace, "login", "load")
        out = position(trace, "logout", "save", last=True)
        if began < out:
            assert stage.uid is None, trace
            assert login.error is None or isinstance(login.error, NotLoggedInError), trace
            unused = {"ann_token_1"} if name == "login afresh" or "login" not in stage.server.asked else set()
            assert stage.server.tokens.keys() <= unused, trace  # no token lives on that nobody knows of
        else:
            assert login.error is None, trace
            assert stage.uid == login.result.uid, trace
        heard = stage.heard_by_one.events
        assert len(heard) <= 1, trace
    print(f"{name}: {orders} orders")
    assert orders > 100


def test_a_refresh_against_a_logout() -> None:
    def scene() -> tuple[list[Actor], Scene]:
        stage = Scene(logged_in=True)
        return [Actor("refresh", stage.one.verified_user()), Actor("logout", stage.two.logout())], stage

    orders = 0
    for trace, (refresh, logout), stage in all_orders(scene):
        orders += 1
        assert stage.uid is None, trace
        assert (refresh.error, logout.error) == (None, None), trace
        assert stage.server.tokens == {}, trace
        heard = stage.heard_by_one.events + stage.heard_by_two.events
        assert heard == ["logout_success"], trace
    assert orders > 50


def test_two_logins_at_once_make_one() -> None:
    def scene() -> tuple[list[Actor], Scene]:
        stage = Scene(logged_in=False)
        wants = [stage.one.login(by_key("ann")), stage.two.login(by_key("ann"))]
        return [Actor(str(number), want) for number, want in enumerate(wants)], stage

    orders = 0
    for trace, actors, stage in all_orders(scene):
        orders += 1
        assert [actor.error for actor in actors] == [None, None], trace
        assert [actor.result.uid for actor in actors] == ["ann", "ann"], trace
        assert stage.server.asked == ["create_auth_token", "login"], trace
    assert orders > 100


def test_logins_of_two_users_at_once_leave_one_of_them() -> None:
    def scene() -> tuple[list[Actor], Scene]:
        stage = Scene(logged_in=False)
        return [
            Actor("ann", stage.one.login(by_key("ann"))),
            Actor("bob", stage.two.login(by_key("bob"))),
        ], stage

    for trace, actors, stage in all_orders(scene):
        winners = [actor.name for actor in actors if actor.error is None]
        assert winners == [stage.uid], trace
        assert stage.server.asked == ["create_auth_token", "login"], trace


def test_two_logouts_at_once_tell_once() -> None:
    def scene() -> tuple[list[Actor], Scene]:
        stage = Scene(logged_in=True)
        return [Actor("one", stage.one.logout()), Actor("two", stage.two.logout())], stage

    for trace, actors, stage in all_orders(scene):
        assert stage.uid is None, trace
        assert sorted(actor.result.revoked for actor in actors) == [False, True], trace
        assert stage.heard_by_one.events + stage.heard_by_two.events == ["logout_success"], trace
