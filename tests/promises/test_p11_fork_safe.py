"""P11: a child forked at any moment of a login gets the session, costs no request, and keeps no lock."""

from __future__ import annotations

import json
import pickle
import random
import subprocess
import sys
import time
from subprocess import PIPE
from typing import TYPE_CHECKING, Any

import pytest
from support import forker, late_imports
from support.processes import asked, until, where

from cometchat_session import CometChat

if TYPE_CHECKING:
    from support.store_factories import StoreFactory

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
ONE_LOGIN = [("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")]
INSTANTS = 20  # as promised, for each start method
AT_ONCE = 5  # children of one parent
SEED = 11
# Seconds that a child may take for finding the session once it is there. Less is promised, of an idle
# machine; whoever waits for a time-out of any kind takes longer.
GRACE = 2.0
LEASE = 2.0  # a lock in Redis outlives its dead holder by this


def told(emulator: Emulator, stores: StoreFactory, part: object, **more: Any) -> list[str]:
    """Return the program that logs in, and forks or starts children meanwhile."""
    opener = pickle.dumps(stores.opener(part)).hex()
    words = json.dumps({"where": where(emulator), "opener": opener, "uid": UID, **more})
    return [sys.executable, "-W", "ignore", forker.__file__, words]


def check(report: dict[str, Any], errors: str) -> None:
    """Check that the children have what their parent has, and that none waited much longer than it."""
    children = report["children"]
    (parent,) = report["parent"]
    assert [child for child in (parent, *children) if "error" in child] == [], errors
    assert [child["got"] for child in children] == [parent["got"]] * len(children)
    longest = max(child["ended"] - max(child["began"], parent["ended"]) for child in children)
    print(f"{len(children)} children, the slowest {longest * 1000:.0f} ms after the login it waited for")
    assert longest <= GRACE


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_fork_at_random_moments(emulator: Emulator, shared: StoreFactory, in_full: bool, mode: str) -> None:
    """Over the whole of a first login, its imports included: half a second on a desk."""
    chance = random.Random(SEED)
    for number in range(INSTANTS // AT_ONCE if in_full or shared.kind == "file" else 1):
        emulator.reset()
        emulator.fault("delay", seconds=0.05)
        moments = sorted(chance.uniform(0.0, 0.5) for _ in range(AT_ONCE))
        program = told(emulator, shared, number, mode=mode, moments=moments)
        done = subprocess.run(program, capture_output=True, text=True, timeout=50, check=False)
        assert done.returncode == 0, done.stderr
        print(f"forked after {[round(moment, 3) for moment in moments]} s")
        check(json.loads(done.stdout), done.stderr)
        assert asked(emulator) == ONE_LOGIN


@pytest.mark.parametrize("kind", ["CometChat", "AsyncCometChat", "CometChatAdmin", "AsyncCometChatAdmin"])
def test_a_fork_waits_for_every_import(emulator: Emulator, shared: StoreFactory, kind: str) -> None:
    """What chance above meets seldom: a child that waits for ever for a module another thread had begun."""
    assert late_imports.cut(emulator, shared.opener(), kind) == {}


@pytest.mark.timeout(150)
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_each_start_method(
    emulator: Emulator, shared: StoreFactory, in_full: bool, mode: str, method: str
) -> None:
    """A child that begins while its parent logs in waits for that login, and gets its session."""
    chance = random.Random(SEED)
    for number in range(INSTANTS // AT_ONCE if in_full and shared.kind == "file" else 1):
        emulator.reset()
        emulator.fault("delay", seconds=0.3, method="POST")
        moments = sorted(chance.uniform(0.0, 0.3) for _ in range(AT_ONCE))
        program = told(emulator, shared, number, mode=mode, moments=moments, method=method)
        with subprocess.Popen(program, text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE) as parent:
            until(lambda: bool(emulator.requests))
            out, errors = parent.communicate("go\n", timeout=50)
        assert parent.returncode == 0, errors
        report = json.loads(out)
        check(report, errors)
        assert all(child["began"] < report["parent"][0]["ended"] for child in report["children"])
        assert asked(emulator) == ONE_LOGIN


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_child_does_not_keep_the_lock_of_a_dead_parent(
    emulator: Emulator, shared: StoreFactory, mode: str
) -> None:
    """The parent dies while it logs in; the child was forked then, lives on, and is not in the way."""
    emulator.fault("hang", method="POST", times=1)
    shared.lease = LEASE
    program = told(emulator, shared, "", mode=mode, idle=True)
    with subprocess.Popen(program, stdin=PIPE, stdout=PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        until(lambda: bool(emulator.requests))
        parent.stdin.write(b"fork\n")
        parent.stdin.flush()
        assert parent.stdout.readline() == b"forked\n"
        parent.kill()
        parent.wait()
        began = time.monotonic()
        with CometChat(**where(emulator), store=shared.open()) as client:
            assert client.login(UID).uid == UID
        assert time.monotonic() - began < GRACE + (LEASE if shared.kind == "redis" else 0.0)
        # The child ends when this does: its standard input is this end of the pipe.
    assert asked(emulator) == [ONE_LOGIN[0], *ONE_LOGIN]
