"""The bot as a process: started, started again, its token revoked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session import CometChatAdmin
    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-4"
BOT = Path(__file__).with_name("bot.py")


@pytest.fixture
def run(cometchat_emulator: Emulator, tmp_path: Path) -> Callable[[str], str]:
    """Runs the bot with a line on its standard input; returns what it prints."""
    settings = {
        name: cometchat_emulator.environment[name]
        for name in ("COMETCHAT_APP_ID", "COMETCHAT_REGION", "COMETCHAT_BASE_URL")
    }
    environment = {**os.environ, **settings, "XDG_STATE_HOME": str(tmp_path)}

    def run(line: str = "") -> str:
        done = subprocess.run(
            [sys.executable, str(BOT)],
            input=f"{line}\n",
            capture_output=True,
            text=True,
            env=environment,
            timeout=30,
            check=False,
        )
        return done.stdout + done.stderr

    return run


def test_it_logs_in_once(
    run: Callable[[str], str], cometchat_admin: CometChatAdmin, cometchat_emulator: Emulator
) -> None:
    token = cometchat_admin.auth_tokens.create(UID).auth_token
    assert run(token).startswith(f"logged in as {UID}\n")
    for _ in range(2):
        assert run("").startswith("at work as ")
    asked = [(call["method"], call["path"]) for call in cometchat_emulator.requests]
    assert asked[1:] == [("PUT", "/v3.0/me"), ("GET", "/v3.0/me"), ("GET", "/v3.0/me")]


def test_it_notices_that_its_token_was_revoked(
    run: Callable[[str], str], cometchat_admin: CometChatAdmin, cometchat_emulator: Emulator
) -> None:
    run(cometchat_admin.auth_tokens.create(UID).auth_token)
    cometchat_emulator.revoke(uid=UID)
    fresh = cometchat_admin.auth_tokens.create(UID, force=True).auth_token
    said = run(fresh)
    assert "the session has ended" in said
    assert f"logged in as {UID}" in said
    assert "cometchat tokens create UID" in said
    assert fresh not in said
