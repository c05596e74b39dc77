"""What a person is told at a shell is something to type there, not Python."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from click.testing import CliRunner

import cometchat_session
from cometchat_session import _messages, errors
from cometchat_session.cli.app import cometchat
from cometchat_session.cli.shell_hints import SENTENCES, shell_text

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


def test_each_step_that_has_a_name_has_a_sentence_without_python() -> None:
    assert set(SENTENCES) == set(get_args(errors.Advice))
    for sentence in SENTENCES.values():
        assert not PYTHON.search(sentence), sentence


def test_each_step_that_has_a_name_is_advised_somewhere() -> None:
    folder = Path(cometchat_session.__file__).parent
    rooms = [path for path in folder.glob("**/*.py") if "cli" not in path.parts and path.name != "errors.py"]
    library = "".join(path.read_text(encoding="utf-8") for path in rooms)
    for name in SENTENCES:
        assert f'"{name}"' in library, name


def test_a_hint_in_words_of_python_has_a_name() -> None:
    """What a shell would show in the library's words, because no name stands beside it."""
    folder = Path(cometchat_session.__file__).parent
    for path in folder.glob("**/*.py"):
        if {"cli", "emulator"} & set(path.parts) or path.name == "uids.py":  # no command encodes uids
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            given = {one.arg: one.value for one in call.keywords} if isinstance(call, ast.Call) else {}
            parts = ast.walk(given["hint"]) if "hint" in given else ()
            texts = [one.value for one in parts if isinstance(one, ast.Constant)]
            if any(isinstance(text, str) and PYTHON.search(text) for text in texts):
                assert "advice" in given, ast.unparse(call)


def test_a_remark_stays_where_the_hint_is_replaced() -> None:
    error = errors.UserNotFoundError("No.", hint="Call ensure().", advice="log_in", attempts=2)
    error.add_remark("The session is kept.")
    assert str(error) == "No. Gave up after 2 tries. Call ensure(). The session is kept."
    assert shell_text(error) == "No. Gave up after 2 tries. Type: cometchat login UID. The session is kept."
    assert shell_text(pickle.loads(pickle.dumps(error))) == shell_text(error)


def test_a_step_that_a_newer_version_advises() -> None:
    newer = errors.from_json({"error": "NotLoggedInError", "message": "No.", "hint": "Go.", "advice": "go"})
    assert shell_text(newer) == "No. Go."


def test_a_session_that_could_not_be_checked(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    CliRunner().invoke(cometchat, ["login", UID])
    body = {"error": {"code": "ERR_UID_NOT_FOUND", "message": "no"}}
    emulator.fault("status", path="/me", status=404, body=body)
    text = told("whoami --verify")
    assert "cometchat users reactivate UID. The saved session of" in text
