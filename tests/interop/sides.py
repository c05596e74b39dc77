"""Runs one story with the official JavaScript SDK or with this library, against an emulator."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import httpx

from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from pathlib import Path

TELEMETRY = "/v3.0/user_sessions"


class Side:
    """One of the two: its processes, what they returned and what they asked the emulator for."""

    def __init__(self, program: list[str], storage: Path, modules: str) -> None:
        self.program, self.storage, self.modules = program, storage, modules
        self.results: list[str | None] = []
        self.host = ""
        self.hosts: set[str] = set()
        """The one that the emulator has, and those that the SDK called."""
        self.lives: list[list[dict[str, Any]]] = []
        """For each process, the requests that it made."""

    def live(self, emulator: Emulator, *steps: tuple[str | float, ...]) -> None:
        """Start a process, have it do these steps, and let it end; what it stored stays for the next one."""
        emulator.clear_requests()
        self.host = emulator.url.removeprefix("http://")
        told = {
            "app_id": emulator.app_id,
            "modules": self.modules,
            "region": emulator.region,
            "steps": [("init",), *steps],
            "storage": str(self.storage),
            "url": emulator.url,
        }
        done = subprocess.run(
            self.program, input=json.dumps(told), capture_output=True, text=True, timeout=50, check=False
        )
        assert done.returncode == 0, f"{self.program}\n{done.stdout}\n{done.stderr}"
        answer = json.loads(done.stdout)
        self.results += answer["results"]
        self.hosts |= set(answer["hosts"])
        self.lives.append(emulator.requests)

    @property
    def requests(self) -> list[dict[str, Any]]:
        """All requests but the SDK's telemetry."""
        return [one for life in self.lives for one in life if one["path"] != TELEMETRY]

    @property
    def telemetry(self) -> list[dict[str, Any]]:
        """What the SDK told the service about itself."""
        return [one for life in self.lives for one in life if one["path"] == TELEMETRY]


def minted(emulator: Emulator, uid: str) -> str:
    """Make a token as a backend does."""
    answer = httpx.post(
        f"{emulator.url}/v3/users/{uid}/auth_tokens", headers={"apikey": emulator.rest_api_key}, json={}
    )
    return str(answer.raise_for_status().json()["data"]["authToken"])


def tell(side: Side) -> Side:
    """The story: refused, logged in, restarted, still logged in, logged out; and once more with a token."""
    with Emulator() as emulator:
        login = ("login_by_uid", "cometchat-uid-1", emulator.auth_key)
        by_token = ("login_by_token", minted(emulator, "cometchat-uid-2"))
        who = ("get_logged_in_user",)
        side.live(emulator, who, ("login_by_uid", "cometchat-uid-1", "0" * 40), who)
        side.live(emulator, login, who, login, ("wait", 6))
        side.live(emulator, who, ("logout",), who)
        side.live(emulator, by_token, who, by_token)
        side.live(emulator, who, ("logout",), who)
    return side
