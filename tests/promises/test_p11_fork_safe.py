"""P11: a child forked at any moment of a login gets the session, costs no request, and keeps no lock."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from support import forker
from support.processes import asked, until, where

from cometchat_session import CometChat, FileStore

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
ONE_LOGIN = [("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")]
INSTANTS = 20
SEED = 11


def fork(emulator: Emulator, folder: Path, colour: str, moments: list[float]) -> dict[str, Any]:
    """Have a fresh process log in and fork at these moments; return what everybody got."""
    told = {
        "where": where(emulator),
        "store": f"file:{folder}",
        "colour": colour,
        "uid": UID,
        "moments": moments,
    }
    program = [sys.executable, "-W", "ignore", forker.__file__, json.dumps(told)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["parent"], done.stderr
    assert [child for child in report["children"] if "error" in child] == [], done.stderr
    return report


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_fork_at_random_moments(emulator: Emulator, tmp_path: Path, effort: int, colour: str) -> None:
    """Over the whole of a first login, its imports included: half a second on a desk."""
    chance = random.Random(SEED)
    for number in range(4 * effort):
        emulator.reset()
        emulator.fault("delay", seconds=0.05)
        moments = sorted(chance.uniform(0.0, 0.5) for _ in range(INSTANTS // 4))
        report = fork(emulator, tmp_path / str(number), colour, moments)
        print(f"forked after {[round(moment, 3) for moment in moments]} s of {report['took']:.3f} s")
        (got,) = report["parent"]
        assert [child["got"] for child in report["children"]] == [got] * len(moments)
        assert asked(emulator) == ONE_LOGIN


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("colour", ["sync", "async"])
def test_each_start_method(emulator: Emulator, tmp_path: Path, colour: str, method: str) -> None:
    """A child that is started while its parent logs in waits for that login, and gets its session."""
    emulator.fault("delay", seconds=1.0, method="POST")
    told = {"where": where(emulator), "store": f"file:{tmp_path}", "colour": colour, "uid": UID}
    program = [sys.executable, "-W", "ignore", forker.__file__, json.dumps(told | {"method": method})]
    done = subprocess.run(program, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["children"] == [{"got": report["parent"][0]}], done.stderr
    assert asked(emulator) == ONE_LOGIN


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_a_child_does_not_keep_the_lock_of_a_dead_parent(
    emulator: Emulator, tmp_path: Path, colour: str
) -> None:
    """The parent dies while it logs in; the child was forked then, lives on, and is not in the way."""
    emulator.fault("hang", method="POST", times=1)
    told = {
        "where": where(emulator),
        "store": f"file:{tmp_path}",
        "colour": colour,
        "uid": UID,
        "idle": True,
    }
    program = [sys.executable, "-W", "ignore", forker.__file__, json.dumps(told)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        until(lambda: bool(emulator.requests))
        parent.stdin.write(b"fork\n")
        parent.stdin.flush()
        assert parent.stdout.readline() == b"forked\n"
        parent.kill()
        parent.wait()
        began = time.monotonic()
        with CometChat(**where(emulator), store=FileStore(tmp_path)) as client:
            assert client.login(UID).uid == UID
        assert time.monotonic() - began < 2
        # The child ends when this does: its standard input is this end of the pipe.
    assert asked(emulator) == [ONE_LOGIN[0], *ONE_LOGIN]
