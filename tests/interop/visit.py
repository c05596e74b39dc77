"""What a test does on a page, and all that can be seen of it: outcome, requests, events, storage."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from interop.pages import Page

TELEMETRY = "/v3.0/user_sessions"
ASIDE = {"User-Agent": "the test itself"}
"""Marks requests that are not the page's."""
FIRST, SECOND = "cometchat-uid-1", "cometchat-uid-2"
GONE = "AUTH_ERR_AUTH_TOKEN_NOT_FOUND"
LOGIN, LOGOUT = "PUT /me 200", "DELETE /me 200"


def minting(uid: str = FIRST, status: int = 200) -> str:
    """The request that makes a token, as :attr:`Seen.requests` writes it."""
    return f"POST /users/{uid}/auth_tokens {status}"


@dataclass(frozen=True)
class Outcome:
    """How one promise of the SDK settled: ``resolved``, ``rejected`` or ``never``."""

    settled: str
    value: Any = None
    error: dict[str, Any] | None = None

    @property
    def uid(self) -> str | None:
        """Whom the SDK says is logged in."""
        assert self.settled == "resolved", self
        return None if self.value is None else str(self.value.get("uid"))

    @property
    def code(self) -> Any:
        """The code of the refusal, nothing where it has none."""
        assert self.settled == "rejected", self
        return (self.error or {}).get("code")


@dataclass(frozen=True)
class Seen:
    """What became of calls that were made at once."""

    outcomes: list[Outcome]
    requests: list[str]
    """``METHOD /path status`` in order; a dash for the status of a call that got no answer."""
    events: list[tuple[str, str | None]]
    """Name, and uid or code."""

    @property
    def settled(self) -> str:
        return self.outcomes[0].settled

    @property
    def value(self) -> Any:
        return self.outcomes[0].value

    @property
    def uid(self) -> str | None:
        return self.outcomes[0].uid

    @property
    def code(self) -> Any:
        return self.outcomes[0].code

    @property
    def error(self) -> dict[str, Any] | None:
        return self.outcomes[0].error


class Visit:
    """One person's visit to one page, whose SDK talks to an emulator."""

    def __init__(self, emulator: Emulator, page: Page) -> None:
        self.emulator, self._page = emulator, page
        self._under_way = False

    def do(self, name: str, *given: Any) -> Seen:
        """Make one call."""
        return self.together((name, *given))

    def together(self, *calls: tuple[Any, ...]) -> Seen:
        """Make calls at once: the first is not waited for before the second is made."""
        self.begin(*calls)
        return self.finish()

    def begin(self, *calls: tuple[Any, ...]) -> None:
        """Make calls, and wait for none of them. More may be begun before they are finished."""
        if not self._under_way:
            self.emulator.clear_requests()
        self._under_way = True
        self._page.ask("begin", calls)

    def wait_for_request(self) -> None:
        """Wait until something that was begun has reached the emulator."""
        while not self.requests:
            time.sleep(0.01)

    def finish(self) -> Seen:
        """Wait for the calls that were begun; what is seen is all since the first of them."""
        outcomes = [Outcome(**outcome) for outcome in self._page.ask("finish")]
        events = [(name, about) for name, about in self._page.ask("events")]
        self._under_way = False
        return Seen(outcomes, self.requests, events)

    def init(self, app_id: str | None = None) -> Seen:
        """Start the SDK, as every page does first, and listen to it."""
        seen = self.do("init", app_id or self.emulator.app_id)
        self.do("listen", "visit")
        return seen

    def login(self, uid: str = FIRST) -> str:
        """Log in where nothing stands in the way, and say with which token."""
        seen = self.do("login", uid, self.emulator.auth_key)
        assert seen.uid == uid
        return str(seen.value["authToken"])

    def restart(self) -> Seen:
        """Leave the page, come back and start the SDK."""
        self._page.reload()
        return self.init()

    @property
    def stored(self) -> dict[str, Any]:
        """What the browser keeps for this app, by name. The SDK writes some of it as JSON in JSON."""
        local = self._page.ask("storage")["local"]
        prefix = f"{self.emulator.app_id}:"
        return {
            key.removeprefix(prefix): _read(text) for key, text in local.items() if key.startswith(prefix)
        }

    @property
    def stored_user(self) -> str | None:
        """Whose session the browser keeps."""
        user = self.stored.get("common_store/user")
        return None if user is None else str(user.get("uid"))

    @property
    def in_this_tab(self) -> dict[str, str]:
        """What the browser keeps as long as this page is open."""
        return dict(self._page.ask("storage")["session"])

    def backend_token(self, uid: str) -> str:
        """Make a token as a backend does."""
        url = f"{self.emulator.url}/v3/users/{uid}/auth_tokens"
        answer = httpx.post(url, headers=ASIDE | {"apikey": self.emulator.rest_api_key}, json={})
        return str(answer.raise_for_status().json()["data"]["authToken"])

    def lives(self, token: str) -> bool:
        """Whether the service still takes this token."""
        answer = httpx.get(f"{self.emulator.url}/v3.0/me", headers=ASIDE | {"authToken": token})
        return answer.status_code == 200

    @property
    def requests(self) -> list[str]:
        """What the SDK has asked for since the last calls were begun, its telemetry left out."""
        return [
            f"{one['method']} {one['path'].removeprefix('/v3.0')} {one['status'] or '-'}"
            for one in self.emulator.requests
            if one["path"] != TELEMETRY and one["headers"].get("user-agent") != ASIDE["User-Agent"]
        ]


def _read(text: Any) -> Any:
    """JSON that may hold JSON."""
    try:
        return _read(json.loads(text)) if isinstance(text, str) else text
    except ValueError:
        return text
