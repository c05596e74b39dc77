"""P18: whatever a program prints, logs, pickles or is called with, no key and no token is in it.

What single objects and errors show is tried in `tests/client/test_secrets.py`; here everything is on at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support import transcript

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator

UID = transcript.UID
FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "status": 500, "times": 3},
    {"kind": "status", "status": 403, "times": 1},
    {"kind": "html", "status": 502, "times": 3},
    {"kind": "truncate", "times": 3},
    {"kind": "reset", "times": 3},
    {"kind": "hang", "times": 3},
]


class Canaries:
    """The emulator's keys, and every token that it ever gave out."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._tokens: set[str] = set()

    def look(self) -> set[str]:
        """Return all secrets so far."""
        self._tokens |= {token["authToken"] for token in self._emulator.state["tokens"]}
        return {self._emulator.auth_key, self._emulator.rest_api_key, *self._tokens}


@pytest.fixture
def home(emulator: Emulator, tmp_path: Path) -> dict[str, str]:
    return os.environ | emulator.environment | {"COMETCHAT_STORE": f"file:{tmp_path}"}


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_program_that_tells_everything(emulator: Emulator, home: dict[str, str], mode: str) -> None:
    assert len(FAULTS) == transcript.FAILING
    for fault in FAULTS:
        emulator.fault(method="PUT", path="/me", **fault)
    emulator.fault("apply_then_drop", method="DELETE", times=1)  # so that tokens outlive it
    program = [sys.executable, "-X", "dev", transcript.__file__, mode]
    done = subprocess.run(program, env=home, capture_output=True, text=True, timeout=50, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    for what in ("httpx", "httpcore", "cometchat_session", "ServerError", "NotLoggedInError"):
        assert what in said
    secrets = Canaries(emulator).look()
    assert len(secrets) > 4
    for secret in secrets:
        assert secret not in said, said[max(0, said.index(secret) - 300) :][:400]


def test_the_command_line(emulator: Emulator, home: dict[str, str]) -> None:
    canaries = Canaries(emulator)
    emulator.fault("status", status=500, method="DELETE", times=3)
    said = ""
    for words in (
        ["login", UID],
        ["login", UID, "--force", "--json"],
        ["login", "nobody", "--switch-user"],
        ["login", "nobody", "--switch-user", "--json"],
        ["whoami", "--verify", "--json"],
        ["config"],
        ["config", "--json"],
        ["doctor"],
        ["logout", "--json"],
        ["login", "--auth-token-stdin"],
        ["logout"],
    ):
        program = [sys.executable, "-m", "cometchat_session.cli", *words]
        token = next(iter(canaries.look() - {emulator.auth_key, emulator.rest_api_key}), "")
        done = subprocess.run(
            program, env=home, input=f"{token}\n", capture_output=True, text=True, timeout=50, check=False
        )
        said += f"{words}: {done.stdout}{done.stderr}"
    assert "Logged in as" in said
    assert "Traceback" not in said
    for secret in canaries.look():
        assert secret not in said, said[max(0, said.index(secret) - 300) :][:400]
