"""A program that lives a client's whole life, and notes the imports that a fork could cut in two.

Run by tests, as a process of its own, which has imported nothing yet of what the library imports late.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cometchat_session
from cometchat_session import LoginListener, RetryPolicy, _late_imports, errors
from cometchat_session._runtime.port import run_sync

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session import SessionStore
    from cometchat_session.emulator import Emulator


class Watch:
    """Sees each module that is looked for, which one is once at most, and finds none."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}

    def find_spec(self, name: str, *_: Any) -> None:
        if not _late_imports.importing._is_owned():  # type: ignore[attr-defined]
            self.seen[name] = f"{threading.current_thread().name}: {importer(sys._getframe(1))}"


def importer(frame: Any) -> str:
    """Return the place that wants a module: the innermost that is not of the import system."""
    while "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


async def live(client: Any, wait: Any) -> None:
    """Do everything a client does: a look, logins that are refused and repeated, a switch, a logout."""
    await wait(client.get_logged_in_user())
    client.add_login_listener("me", LoginListener())
    with suppress(errors.CometChatError):
        await wait(client.login("nobody"))
    await wait(client.login("cometchat-uid-1"))
    await wait(client.get_logged_in_user())
    await wait(client.login("cometchat-uid-2", switch_user=True))
    await wait(client.get_logged_in_user(verify=True))
    await wait(client.logout())


async def serve(admin: Any, wait: Any) -> None:
    """Do what a backend does: make a user, and many, and a token for a device."""
    await wait(admin.users.ensure("ann", "Ann"))
    await wait(admin.users.ensure_many({"uid": f"user-{number}", "name": "Somebody"} for number in range(9)))
    await wait(admin.token_for("ann", device="phone"))


async def at_once(value: Any) -> Any:
    return value


async def later(value: Any) -> Any:
    return await value


def main() -> None:
    """Print the modules that were imported while no fork would have waited, and by whom."""
    told = json.loads(sys.argv[1])
    store = pickle.loads(bytes.fromhex(told["opener"]))()
    kind = getattr(cometchat_session, told["kind"])
    run, wait = (asyncio.run, later) if told["kind"].startswith("Async") else (run_sync, at_once)
    watch = Watch()
    sys.meta_path.insert(0, watch)
    client = kind(**told["where"], store=store, retry=RetryPolicy(wait_initial=0.01))
    run(serve(client, wait) if told["kind"].endswith("Admin") else live(client, wait))
    sys.meta_path.remove(watch)
    print(json.dumps(watch.seen))


def cut(emulator: Emulator, opener: Callable[[], SessionStore], kind: str) -> dict[str, str]:
    """Run this program with a kind of client; return the imports a fork could cut in two, and by whom."""
    from support.processes import where  # brings all that the program must not have yet

    settings = where(emulator)
    if kind.endswith("Admin"):
        settings["api_key"] = emulator.rest_api_key
        del settings["auth_key"]
    emulator.fault("status", status=503, method="POST", path="/users/cometchat-uid-1/auth_tokens", times=1)
    emulator.fault("reset", method="PUT", times=1)
    words = json.dumps({"where": settings, "opener": pickle.dumps(opener).hex(), "kind": kind})
    program = [sys.executable, "-W", "ignore", __file__, words]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}  # for what opens the store
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, str] = json.loads(done.stdout)
    # httpcore looks for this at every connection, in vain, for a tenth of a millisecond: not ours to hold.
    seen.pop("sniffio", None)
    return seen


if __name__ == "__main__":
    main()
