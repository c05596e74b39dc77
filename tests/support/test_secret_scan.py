"""The hook that looks for secrets in the output of every test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from support import secret_scan

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["pytester"]
TESTS = """
import logging, sys
import pytest
from cometchat_session import CometChat
from cometchat_session.emulator import Emulator

@pytest.fixture
def emulator():
    with Emulator() as emulator:
        yield emulator

@pytest.fixture
def token(emulator):
    where = {"app_id": emulator.app_id, "region": emulator.region, "base_url": emulator.url}
    with CometChat(**where, auth_key=emulator.auth_key, store="memory:") as client:
        client.login("cometchat-uid-1")
        token = client.get_auth_token()
        emulator.revoke(token)
        return token

def test_quiet(token): print("quiet")
def test_prints(token): print(token)
def test_on_stderr(token): print(token, file=sys.stderr)
def test_logs(token): logging.warning("got %s", token)
def test_prints_a_key(emulator): print(emulator.rest_api_key)
def test_fails(token): assert token == ""
@pytest.mark.prints_secrets
def test_on_purpose(token): print(token)
"""


def test_who_prints_a_secret_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(secret_scan.__file__).parents[1]))
    pytester.makepyfile(TESTS)
    options = ("-p", "support.secret_scan", "-p", "no:randomly", "-p", "no:cacheprovider")
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(passed=2, failed=5)
    for name, place in (
        ("test_prints", "Captured stdout call"),
        ("test_on_stderr", "Captured stderr call"),
        ("test_logs", "Captured log call"),
        ("test_prints_a_key", "Captured stdout call"),
        ("test_fails", "its failure"),
    ):
        result.stdout.re_match_lines([f"_+ {name} _+", f"A key or a token of the emulator is in .*{place}.*"])
