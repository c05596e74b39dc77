"""A session is a state machine: whatever three clients and the world do, it is where the model says.

The model is the class `Model`, below. Everything else makes things happen: logins of every kind, faults,
revocations, deleted users, lost and damaged files, clocks that jump. Each step is compared in what it
returns, how many requests it made, which events it caused, and what all three clients find afterwards.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from support.clients import Elsewhere, Here, Tasks, Told
from support.faults import TABLE
from support.modes import QUICK
from support.processes import where

from cometchat_session import CometChatAdmin, FileStore, RetryPolicy
from cometchat_session._runtime.port import Runtime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cometchat_session.emulator import Emulator

UIDS = ["cometchat-uid-1", "cometchat-uid-2"]
EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "120"))
STEPS = 50
FAULTS = [
    (fault, error.__name__)
    for name, fault, error, _ in TABLE
    if name not in ("another user", "silent server")
]
TROUBLE = [one for one in FAULTS if one[1] in ("ServerError", "NetworkError")]  # says nothing of the token
DAMAGE: list[Callable[[bytes], bytes]] = [
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data + b"more",
    lambda data: data.replace(b'"uid"', b'"udi"'),
    lambda data: b"\x80\x00" * 20,
]


class Model:
    """What should be the case: who is logged in with which token, and which tokens the server accepts."""

    def __init__(self) -> None:
        self.uid: str | None = None
        self.token: str | None = None
        self.owners: dict[str, str] = {}  # of the tokens that have not been ended
        self.users = set(UIDS)

    def accepts(self, token: str | None) -> bool:
        """Return whether the server would accept a token."""
        return self.owners.get(token or "") in self.users

    def enter(self, uid: str, token: str) -> None:
        """Log in."""
        self.uid, self.token, self.owners[token] = uid, token, uid

    def leave(self) -> None:
        """Forget the session here."""
        self.uid = self.token = None

    def end(self, token: str | None) -> bool:
        """End a token on the server, which only an accepted one can; tell whether that was one."""
        return self.accepts(token) and bool(self.owners.pop(token or "", None))


class Sessions(RuleBasedStateMachine):
    emulator: Emulator
    elsewhere: Elsewhere
    clock = 0.0  # how far the time of day has jumped
    calls = 0  # of clients, in all

    def __init__(self) -> None:
        super().__init__()
        self.emulator.reset()
        Sessions.clock = 0.0
        self.model = Model()
        self.folder = Path(tempfile.mkdtemp())
        options = {**where(self.emulator), "retry": QUICK}
        self.actors: list[Here | Tasks | Elsewhere] = [
            Here({**options, "store": FileStore(self.folder)}),
            Tasks({**options, "store": FileStore(self.folder)}),
            self.elsewhere,
        ]
        self.elsewhere.begin({**options, "store": f"file:{self.folder}"})
        self.backend = CometChatAdmin(
            self.emulator.app_id,
            self.emulator.region,
            api_key=self.emulator.rest_api_key,
            base_url=self.emulator.url,
            store="memory:",
            retry=RetryPolicy(attempts=1),
        )

    def teardown(self) -> None:
        for actor in self.actors:
            actor.close()
        self.backend.close()
        shutil.rmtree(self.folder)

    # Acting and comparing

    def act(self, who: int, method: str, *args: Any, **kwargs: Any) -> tuple[Told, list[str]]:
        """Have one client do something; return what came of it, and the methods of the requests it made."""
        self.emulator.clear_requests()
        Sessions.calls += 1
        told = self.actors[who].do(method, *args, **kwargs)
        made = [request["method"] for request in self.emulator.requests]
        return told, made

    def token(self) -> str:
        """Return the token that is stored now."""
        token: str = self.actors[0].do("get_auth_token").value
        return token

    @invariant()
    def everybody_finds_what_the_model_says(self) -> None:
        self.emulator.clear_requests()
        for actor in self.actors:
            Sessions.calls += 2
            assert actor.do("get_logged_in_user") == Told(self.model.uid, [])
            assert actor.do("get_auth_token").value == (self.model.token or "NotLoggedInError")
        assert self.emulator.requests == []

    # What clients do

    @rule(
        who=st.integers(0, 2),
        uid=st.sampled_from(UIDS),
        switch_user=st.booleans(),
        verify=st.booleans(),
        force=st.booleans(),
    )
    def log_in(self, who: int, uid: str, switch_user: bool, verify: bool, force: bool) -> None:
        before = (self.model.uid, self.model.token)
        how = {"switch_user": switch_user, "verify": verify, "force": force}
        told, made = self.act(who, "login", uid.upper(), **how)
        if before[0] not in (None, uid) and not switch_user:
            assert (told, made) == (Told("AlreadyLoggedInError", []), [])
            return
        checked = before[0] == uid and verify and not force
        if before[0] == uid and not force and (not verify or self.model.accepts(before[1])):
            assert (told, made) == (Told(uid, []), ["GET"] * checked)
        elif uid not in self.model.users:
            assert (told, made) == (
                Told("UserNotFoundError", ["login_failure"]),
                ["GET"] * checked + ["POST"],
            )
        else:
            ended = before[0] not in (None, uid)
            expected = ["GET"] * checked + ["POST", "PUT"] + ["DELETE"] * ended
            assert (told, made) == (Told(uid, ["login_success"]), expected)
            self.model.enter(uid, self.token())
            assert self.model.token != before[1]
            if ended:
                self.model.end(before[1])

    @rule(who=st.integers(0, 2), uid=st.sampled_from(UIDS), switch_user=st.booleans(), dead=st.booleans())
    def log_in_with_a_token(self, who: int, uid: str, switch_user: bool, dead: bool) -> None:
        if uid not in self.model.users:
            return
        token = self.backend.auth_tokens.create(uid, force=True).auth_token
        self.model.owners[token] = uid
        if dead:
            self.emulator.revoke(token)
            self.model.end(token)
        before = (self.model.uid, self.model.token)
        told, made = self.act(who, "login", auth_token=token, switch_user=switch_user)
        if dead:
            assert (told, made) == (Told("AuthTokenNotFoundError", ["login_failure"]), ["PUT"])
        elif before[0] not in (None, uid) and not switch_user:
            assert (told.value, made) == ("AlreadyLoggedInError", ["PUT"])
        else:
            ended = before[0] not in (None, uid)
            assert (told, made) == (Told(uid, ["login_success"]), ["PUT"] + ["DELETE"] * ended)
            self.model.enter(uid, token)
            if ended:
                self.model.end(before[1])

    @precondition(lambda self: self.model.uid)
    @rule(who=st.integers(0, 2))
    def log_in_with_the_same_token(self, who: int) -> None:
        assert self.act(who, "login", auth_token=self.model.token) == (Told(self.model.uid, []), [])

    @rule(who=st.integers(0, 2))
    def verify(self, who: int) -> None:
        told, made = self.act(who, "get_logged_in_user", verify=True)
        if self.model.uid is None:
            assert (told, made) == (Told(None, []), [])
        elif self.model.accepts(self.model.token):
            assert (told, made) == (Told(self.model.uid, []), ["GET"])
        else:
            assert (told, made) == (Told(None, ["logout_success"]), ["GET"])
            self.model.leave()

    @rule(who=st.integers(0, 2))
    def log_out(self, who: int) -> None:
        told, made = self.act(who, "logout")
        if self.model.uid is None:
            assert (told, made) == (Told(False, []), [])
        else:
            assert (told, made) == (Told(True, ["logout_success"]), ["DELETE"])
            self.model.end(self.model.token)
            self.model.leave()

    # What servers do

    @rule(who=st.integers(0, 2), uid=st.sampled_from(UIDS), fault=st.sampled_from(FAULTS))
    def log_in_through_a_fault(self, who: int, uid: str, fault: tuple[dict[str, Any], str]) -> None:
        """Whatever goes wrong, what was stored stays."""
        if uid not in self.model.users:
            return
        how, error = fault
        self.emulator.fault(method="PUT", **how)
        told, _ = self.act(who, "login", uid, force=True, switch_user=True)
        self.emulator.disarm()
        assert told == Told(error, ["login_failure"])

    @precondition(lambda self: self.model.uid)
    @rule(who=st.integers(0, 2), fault=st.sampled_from(TROUBLE))
    def verify_through_a_fault(self, who: int, fault: tuple[dict[str, Any], str]) -> None:
        how, error = fault
        self.emulator.fault(method="GET", **how)
        told, _ = self.act(who, "get_logged_in_user", verify=True)
        self.emulator.disarm()
        assert told == Told(error, [])

    @precondition(lambda self: self.model.uid)
    @rule(who=st.integers(0, 2))
    def log_out_through_a_fault(self, who: int) -> None:
        self.emulator.fault("status", method="DELETE", status=500)
        told, _ = self.act(who, "logout")
        self.emulator.disarm()
        assert told == Told(False, ["logout_success"])
        self.model.leave()

    @precondition(lambda self: self.model.uid)
    @rule()
    def the_token_is_revoked_elsewhere(self) -> None:
        known = self.model.owners.pop(self.model.token or "", None)
        assert self.emulator.revoke(self.model.token) == bool(known)

    @rule(uid=st.sampled_from(UIDS), permanent=st.booleans())
    def a_user_is_removed(self, uid: str, permanent: bool) -> None:
        if uid not in self.model.users:
            return
        self.emulator.remove_user(uid, permanent=permanent)
        self.model.users.discard(uid)
        if permanent:
            self.model.owners = {token: owner for token, owner in self.model.owners.items() if owner != uid}

    @rule(uid=st.sampled_from(UIDS))
    def a_user_comes_back(self, uid: str) -> None:
        """Made anew or made active again: no token that has ended comes back with it."""
        if uid in self.model.users:
            return
        if any(user["uid"] == uid for user in self.emulator.state["users"]):
            self.backend.users.reactivate(uid)
        else:
            self.backend.users.create(uid, "Somebody")
        self.model.users.add(uid)

    # What happens to the place and to the time

    @precondition(lambda self: self.file().exists())
    @rule()
    def the_file_is_lost(self) -> None:
        self.file().unlink()
        self.model.leave()

    @precondition(lambda self: self.file().exists())
    @rule(damage=st.sampled_from(DAMAGE))
    def the_file_is_damaged(self, damage: Callable[[bytes], bytes]) -> None:
        self.file().write_bytes(damage(self.file().read_bytes()))
        self.model.leave()

    @rule(seconds=st.sampled_from([-1e9, -3600.0, 1.0, 3600.0, 1e9]), files_too=st.booleans())
    def a_clock_jumps(self, seconds: float, files_too: bool) -> None:
        Sessions.clock += seconds
        self.emulator.advance(seconds)
        if files_too and self.file().exists():
            moment = max(0.0, 1e9 + seconds)
            os.utime(self.file(), (moment, moment))

    def file(self) -> Path:
        return next(self.folder.glob("*/session.json"), self.folder / "none")


@pytest.fixture(autouse=True)
def _scene(emulator: Emulator, other: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sessions, "emulator", emulator, raising=False)
    monkeypatch.setattr(Sessions, "elsewhere", other, raising=False)
    real: Callable[[Any], float] = Runtime.time
    monkeypatch.setattr(Runtime, "time", lambda self: real(self) + Sessions.clock)


@pytest.fixture(scope="module")
def other() -> Iterator[Elsewhere]:
    elsewhere = Elsewhere()
    yield elsewhere
    elsewhere.stop()


def replay(*steps: Callable[[Sessions], None]) -> None:
    """Take given steps, and compare after each as the machine does."""
    sessions = Sessions()
    try:
        for step in steps:
            step(sessions)
            sessions.everybody_finds_what_the_model_says()
    finally:
        sessions.teardown()


ANN, BOB = UIDS
PLAIN = {"switch_user": False, "verify": False, "force": False}


def test_once_force_gave_way_to_verify() -> None:
    """A login with both only looked whether the session was good, where `force` promises a fresh one."""
    replay(
        lambda s: s.log_in_with_a_token(0, ANN, switch_user=False, dead=False),
        lambda s: s.log_in(0, ANN, **PLAIN | {"verify": True, "force": True}),
    )


def test_the_user_was_deleted_and_made_anew() -> None:
    """What the official SDK never recovers from: its login does nothing, and every call fails."""
    replay(
        lambda s: s.log_in(0, ANN, **PLAIN),
        lambda s: s.a_user_is_removed(ANN, permanent=True),
        lambda s: s.a_user_comes_back(ANN),
        lambda s: s.log_in(1, ANN, **PLAIN | {"verify": True}),
        lambda s: s.log_out(2),
    )


def test_a_damaged_file_at_every_turn() -> None:
    replay(
        lambda s: s.log_in(2, BOB, **PLAIN),
        lambda s: s.the_file_is_damaged(DAMAGE[1]),
        lambda s: s.log_in(0, ANN, **PLAIN),
        lambda s: s.log_in(1, BOB, **PLAIN | {"switch_user": True}),
        lambda s: s.the_file_is_damaged(DAMAGE[3]),
        lambda s: s.log_out(1),
        lambda s: s.log_in(2, ANN, **PLAIN),
    )


@pytest.mark.timeout(300)
def test_the_session_is_where_the_model_says() -> None:
    run_state_machine_as_test(
        Sessions,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="MODEL_EXAMPLES" not in os.environ,  # the same walk each time, unless told to go far
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    print(f"{Sessions.calls} calls of clients")
