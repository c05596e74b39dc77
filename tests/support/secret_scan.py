"""Fails any test in whose output a secret is found: a key of its emulator, or a token that this has made.

A test that prints secrets on purpose is marked `prints_secrets`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from cometchat_session.emulator import Emulator

EMULATORS = ("emulator", "running_emulator", "cometchat_emulator")  # names of fixtures


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "prints_secrets: this test prints keys or tokens on purpose")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Search what a test has printed, logged and failed with."""
    report = yield
    emulator = next(filter(None, map(getattr(item, "funcargs", {}).get, EMULATORS)), None)
    if emulator is None or item.get_closest_marker("prints_secrets"):
        return report
    now = {
        name: text for name, text in report.sections if name.endswith(report.when)
    }  # others were looked at
    parts = {"its failure": report.longreprtext, **now}
    if not any(parts.values()):
        return report
    secrets = known(emulator)
    places = [name for name, text in parts.items() if any(secret in text for secret in secrets)]
    if places:
        said = f"A key or a token of the emulator is in {', '.join(places)}."
        if report.failed:
            report.sections.append(("secrets", said))  # beside what it failed with, which must stay readable
        else:
            report.outcome, report.longrepr = "failed", said
    return report


def known(emulator: Emulator) -> set[str]:
    """Return the keys of an emulator and all tokens since it was last reset, dead ones too."""
    app: Any = emulator._app
    return {emulator.auth_key, emulator.rest_api_key, *tuple(app.state.tokens), *tuple(app.state.ended)}
