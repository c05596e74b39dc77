"""The bot as a process: started, started again, its token revoked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cometchat_session import CometChatAdmin
from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

UID = "cometchat-uid-4"
BOT = Path(__file__).with_name("bot.py")


@pytest.fixture
def run(cometchat_emulator: Emulator, tmp_path: Path) -> Callable[[str], str]:
    """Runs the bot with a line on its standard input; returns what it prints."""
    return runner(cometchat_emulator, tmp_path)


def runner(emulator: Emulator, folder: Path) -> Callable[[str], str]:
    """Return what runs the bot against an emulator, with a folder for its session."""
    settings = {
        name: emulator.environment[name]
        for name in ("COMETCHAT_APP_ID", "COMETCHAT_REGION", "COMETCHAT_BASE_URL")
    }
    environment = {**os.environ, **settings, "XDG_STATE_HOME": str(folder)}

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
    assert "cometchat tokens create UID --show" in said
    assert fresh not in said


def made(emulator: Emulator) -> str:
    """Return a new token for the bot."""
    with CometChatAdmin(
        emulator.app_id,
        emulator.region,
        api_key=emulator.rest_api_key,
        base_url=emulator.url,
        store="memory:",
    ) as admin:
        return admin.auth_tokens.create(UID).auth_token


def test_it_goes_on_while_chat_is_away(tmp_path: Path) -> None:
    with Emulator() as emulator:
        run, token = runner(emulator, tmp_path), made(emulator)
        assert "at work as" in run(token)
    said = run("")
    assert "at work as" in said
    assert "Going on with the session that is kept." in said
    assert "Traceback" not in said


def test_it_says_that_it_cannot_log_in_while_chat_is_away(tmp_path: Path) -> None:
    with Emulator() as emulator:
        run, token = runner(emulator, tmp_path), made(emulator)
    said = run(token)
    assert "Could not connect" in said
    assert "Traceback" not in said
    assert token not in said
