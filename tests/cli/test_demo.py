"""The demo: what it says happened did happen."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from click.testing import CliRunner

from cometchat_session.cli.app import cometchat

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from cometchat_session.emulator import Emulator

MINT, ENTER = "POST /users/{uid}/auth_tokens -> 200", "PUT /me -> 200"


def test_the_story_on_an_emulator_of_its_own() -> None:
    done = CliRunner().invoke(cometchat, ["demo", "--json"])
    assert done.exit_code == 0, done.output
    steps = [(step["did"].split(" <")[0], step["requests"]) for step in json.loads(done.stdout)["steps"]]
    assert steps == [
        ("admin.users.create('cometchat-demo', 'Demo User')", ["POST /users -> 200"]),
        ("admin.auth_tokens.create('cometchat-demo', force=True)", [MINT]),
        ("cometchat login cometchat-demo", [MINT, ENTER]),
        ("cometchat whoami", []),
        ("cometchat login cometchat-demo", []),
        ("cometchat logout", ["DELETE /me -> 200"]),
        ("cometchat login --auth-token-stdin", [ENTER]),
        ("cometchat whoami", []),
        ("cometchat whoami --verify", ["GET /me -> 200"]),
        ("cometchat logout", ["DELETE /me -> 200"]),
    ]


def test_the_same_story_live(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    for _ in range(2):  # the second time the user is there already
        done = CliRunner().invoke(cometchat, ["demo", "--live", "--uid", "cometchat-uid-2"])
        assert done.exit_code == 0, done.output
        assert "the user existed already" in done.output
        assert "cometchat-uid-2_" not in done.output
    assert len(emulator.requests) == 2 * 8


def test_a_command_that_dies_without_a_word_in_json(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho Killed by something >&2\nexit 137\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    done = CliRunner().invoke(cometchat, ["demo", "--live"])
    assert done.exit_code == 1
    assert done.stderr.startswith(
        "Error: `cometchat login cometchat-demo` did not end well: Killed by something"
    )


def test_a_story_that_ends_badly(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    emulator.fault("status", method="PUT", path="/me", status=403)
    done = CliRunner().invoke(cometchat, ["demo", "--live"])
    assert done.exit_code == 1
    assert "failed" in done.stderr
