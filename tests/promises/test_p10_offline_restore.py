"""P10, as far as it is no matter of time: finding the user again touches no network and starts no process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.processes import asked, where

from cometchat_session import CometChat

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
HEAVY = ("httpx", "httpcore", "ssl", "socket", "http.client", "urllib.request", "tenacity", "cometchat_rest")

# Python's own audit events see every socket, look-up and process, whoever makes them.
WATCH = """
import sys
seen = []
FORBIDDEN = ("socket.", "subprocess.", "os.fork", "os.exec", "os.posix_spawn", "os.system", "ctypes.dlopen")
def watch(event, args):
    if event.startswith(FORBIDDEN):
        seen.append(event)
"""
BLOCKING = """
sys.addaudithook(watch)
import cometchat_session
from cometchat_session import CometChat
assert not {heavy!r} & set(sys.modules), sys.modules
client = CometChat()
print(client.get_logged_in_user().uid, client.login({uid!r}).uid, len(client.get_auth_token()) > 20)
assert not {heavy!r} & set(sys.modules), {heavy!r} & set(sys.modules)
"""
TASKED = """
import asyncio
from cometchat_session import AsyncCometChat
async def story():
    sys.addaudithook(watch)  # a loop has a socket pair of its own, so not before it runs
    client = AsyncCometChat()
    print(
        (await client.get_logged_in_user()).uid,
        (await client.login({uid!r})).uid,
        len(await client.get_auth_token()) > 20,
    )
    seen[:], kept[:] = [], seen
kept = []
asyncio.run(story())
seen = kept
assert not {heavy!r} & set(sys.modules) - {{"socket", "ssl"}}
"""


@pytest.mark.parametrize("code", [BLOCKING, TASKED], ids=["sync", "async"])
def test_no_socket_no_look_up_no_process(emulator: Emulator, tmp_path: Path, code: str) -> None:
    with CometChat(**where(emulator), store=f"file:{tmp_path}") as client:
        client.login(UID)
    asked(emulator)
    # Coverage would follow into the child and import there what the test looks for.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    home = plain | emulator.environment | {"COMETCHAT_STORE": f"file:{tmp_path}"}
    program = WATCH + code.format(uid=UID, heavy=set(HEAVY)) + "\nprint(seen)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=home, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{UID} {UID} True\n[]\n"
    assert asked(emulator) == []
