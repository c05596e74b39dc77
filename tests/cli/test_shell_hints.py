"""What a person is told at a shell is something to type there, not Python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import cometchat_session
from cometchat_session import _messages
from cometchat_session.cli.app import cometchat
from cometchat_session.cli.shell_hints import AT_A_SHELL, at_a_shell

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
PYTHON = re.compile(r"\w\(|=True|=\.\.\.|\.body|pass the arguments")


@pytest.fixture
def env(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COMETCHAT_STORE", f"file:{tmp_path}")
    return monkeypatch


def told(line: str, **options: Any) -> str:
    """Return the error of a command that fails, in which there is no Python."""
    text = CliRunner().invoke(cometchat, line.split(), **options).stderr
    document = CliRunner().invoke(cometchat, [*line.split(), "--json"], **options).stdout
    assert text.startswith("Error: ")
    for output in (text, document):
        assert not PYTHON.search(output), output
    return text


def test_users(env: pytest.MonkeyPatch) -> None:
    for line in ("users get nobody", "tokens create nobody", "login nobody"):
        text = told(line)
        assert "cometchat users ensure UID NAME" in text
        assert "cometchat users reactivate UID" in text
    assert "cometchat users ensure UID NAME" in told(f"users create {UID} Ann")
    told("users get a/b")
    CliRunner().invoke(cometchat, ["users", "deactivate", UID])
    assert "cometchat users reactivate UID" in told(f"users ensure {UID} Ann")


def test_settings(env: pytest.MonkeyPatch) -> None:
    env.setenv("COMETCHAT_AUTH_TOKEN", "something")
    env.delenv("COMETCHAT_AUTH_KEY")
    env.delenv("COMETCHAT_REST_API_KEY")
    for line in (f"login {UID}", "users list"):
        assert "cometchat login --auth-token-stdin" in told(line)
    env.delenv("COMETCHAT_APP_ID")
    assert told("whoami").endswith("Set the environment variables.\n")


def test_sessions(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    CliRunner().invoke(cometchat, ["login", UID])
    text = told("login cometchat-uid-2")
    assert "cometchat logout" in text
    assert "--switch-user" in text
    told("login --switch-user --auth-token-stdin", input="a" * 30)


@pytest.mark.parametrize("code", [code for code in _messages._TEXTS if code.isupper()])
def test_each_of_the_server_s_codes(env: pytest.MonkeyPatch, emulator: Emulator, code: str) -> None:
    emulator.fault("status", status=403, body={"error": {"code": code, "message": "no"}})
    for line in ("users get ann", "login ann", "tokens list ann"):
        told(line)


def test_rows_that_fail(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("uid,name\na b,A\n")
    text = CliRunner().invoke(cometchat, ["users", "import", str(table)]).stderr
    kept = (tmp_path / "people.csv.failures.jsonl").read_text()
    for output in (text, kept):
        assert "In Python, encode_uid gives" in output
        assert not PYTHON.search(output.replace("(a b)", ""))


def test_nothing_stands_for_a_text_that_the_library_no_longer_has() -> None:
    folder = Path(cometchat_session.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("**/*.py") if path.parent.name != "cli"]
    # A text that goes over two lines is one.
    library = re.sub(r'"\s*f?"', "", "\n".join(texts))
    for python, shell in AT_A_SHELL.items():
        assert python in library, python
        assert at_a_shell(f"So. {python}") == f"So. {shell}"
        assert not PYTHON.search(shell)
