"""Fixtures for your own tests: a local CometChat, as new for every test, and clients bound to it.

Installed with the package and loaded by pytest; nothing is imported before a fixture is used.

    def test_sign_up(cometchat_emulator, cometchat_admin):
        sign_up("ann")                                  # your code, at cometchat_emulator.url
        assert cometchat_admin.users.get("ann").name == "Ann"
        assert [call["path"] for call in cometchat_emulator.requests] == ["/v3/users", "/v3/users/ann"]

While one of these fixtures is in use, a connection to a real CometChat host raises, whatever library makes
it. With pytest-xdist every worker has an emulator of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from cometchat_session import AsyncCometChat, AsyncCometChatAdmin, CometChat, CometChatAdmin
    from cometchat_session.emulator import Emulator

SHOWN = 10  # of the last requests, where a test fails
# Whichever way a test came by its emulator, and whichever of its fixtures fails after that.
_USED = pytest.StashKey["Emulator"]()


@pytest.fixture(scope="session")
def _cometchat_emulator() -> Iterator[Emulator]:
    from cometchat_session.emulator import Emulator

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def cometchat_emulator(request: pytest.FixtureRequest, _cometchat_emulator: Emulator) -> Iterator[Emulator]:
    """A running local CometChat, reset for this test: `.url`, `.requests`, `.fault(...)`, `.revoke(...)`."""
    from cometchat_session.emulator import real_hosts_refused

    _cometchat_emulator.reset()
    request.node.stash[_USED] = _cometchat_emulator
    with real_hosts_refused():
        yield _cometchat_emulator


@pytest.fixture
def cometchat(cometchat_emulator: Emulator) -> Iterator[CometChat]:
    """A `CometChat` of the emulator's app, with a memory store; nobody is logged in."""
    from cometchat_session import CometChat

    with CometChat(**_place(cometchat_emulator), auth_key=cometchat_emulator.auth_key) as client:
        yield client


@pytest.fixture
def cometchat_admin(cometchat_emulator: Emulator) -> Iterator[CometChatAdmin]:
    """A `CometChatAdmin` of the emulator's app, with a memory store."""
    from cometchat_session import CometChatAdmin

    with CometChatAdmin(**_place(cometchat_emulator), api_key=cometchat_emulator.rest_api_key) as client:
        yield client


@pytest.fixture
def async_cometchat(cometchat_emulator: Emulator) -> AsyncCometChat:
    """The async form of `cometchat`, under any asyncio plugin; closes with the loop it is used on."""
    from cometchat_session import AsyncCometChat

    return AsyncCometChat(**_place(cometchat_emulator), auth_key=cometchat_emulator.auth_key)


@pytest.fixture
def async_cometchat_admin(cometchat_emulator: Emulator) -> AsyncCometChatAdmin:
    """The async form of `cometchat_admin`, under any asyncio plugin."""
    from cometchat_session import AsyncCometChatAdmin

    return AsyncCometChatAdmin(**_place(cometchat_emulator), api_key=cometchat_emulator.rest_api_key)


def _place(emulator: Emulator) -> dict[str, Any]:
    """Return where the emulator is, as every client takes it."""
    return {
        "app_id": emulator.app_id,
        "region": emulator.region,
        "base_url": emulator.url,
        "store": "memory:",
    }


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Show the last requests where a test that used the emulator fails, in its fixtures too."""
    outcome = yield
    report = outcome.get_result()
    emulator = item.stash.get(_USED, None)
    if emulator is None or not report.failed:
        return
    calls = emulator.log()
    lines = [_line(call) for call in calls[-SHOWN:]]
    if len(calls) > SHOWN:
        lines.insert(0, f"({len(calls) - SHOWN} before these)")
    report.sections.append(("CometChat emulator: requests of this test", "\n".join(lines) or "none"))


def _line(call: dict[str, Any]) -> str:
    """One request: what was asked, what came back, and why."""
    asked = f"{call['status'] or 'no answer'} {call['method']} {call['path']} {call['body'] or ''}".rstrip()
    why = ": ".join(filter(None, (call["code"], call["reason"])))
    fault = f"(fault: {call['fault']})" if call["fault"] else ""
    return "  ".join(filter(None, (asked, why, fault)))
