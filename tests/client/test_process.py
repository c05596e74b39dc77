"""What a second process costs: no request, and nothing imported that a look-up does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cometchat_session import CometChat

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator

LOOK_UP = """
import sys
from cometchat_session import {client}
{act}
heavy = {{"httpx", "ssl", "tenacity", "socket", "logging", "cometchat_rest"{more}}} & set(sys.modules)
print(user.uid if user else None, sorted(heavy))
"""
BLOCKING = LOOK_UP.format(
    client="CometChat", act="user = CometChat().get_logged_in_user()", more=', "asyncio", "urllib"'
)


@pytest.fixture
def home(emulator: Emulator, tmp_path: Path) -> dict[str, str]:
    settings = {
        "COMETCHAT_APP_ID": emulator.app_id,
        "COMETCHAT_REGION": emulator.region,
        "COMETCHAT_BASE_URL": emulator.url,
        "COMETCHAT_STORE": f"file:{tmp_path}",
    }
    with CometChat(
        emulator.app_id,
        emulator.region,
        auth_key=emulator.auth_key,
        base_url=emulator.url,
        store=f"file:{tmp_path}",
    ) as client:
        client.login("cometchat-uid-1")
    emulator.clear_requests()
    # What measures coverage imports half of the modules that the tests look for.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS_")}
    return clean | settings


def run(code: str, home: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=home, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_second_process_finds_the_user(home: dict[str, str], emulator: Emulator) -> None:
    assert run(BLOCKING, home) == "cometchat-uid-1 []"
    assert emulator.requests == []


def test_a_second_process_without_the_server(home: dict[str, str]) -> None:
    home["COMETCHAT_BASE_URL"] = home["COMETCHAT_BASE_URL"]
    guard = "import socket\ndef no(*a, **k): raise SystemExit('a socket')\nsocket.socket = no\n"
    code = guard + BLOCKING.replace('"socket", ', "")
    assert run(code, home) == "cometchat-uid-1 []"


def test_an_asynchronous_look_up(home: dict[str, str], emulator: Emulator) -> None:
    act = "import asyncio\nuser = asyncio.run(AsyncCometChat().get_logged_in_user())"
    code = LOOK_UP.format(client="AsyncCometChat", act=act, more="")
    code = code.replace('"ssl", ', "").replace('"socket", ', "").replace('"logging", ', "")  # asyncio's own
    assert run(code, home) == "cometchat-uid-1 []"
    assert emulator.requests == []
