"""`--json`: one document on standard output, however a command ends."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from cometchat_session.cli.app import cometchat

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator


@pytest.fixture(autouse=True)
def _env(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COMETCHAT_STORE", f"file:{tmp_path}")


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        ("frobnicate --json", "UsageError", "No such command"),
        ("--json", "NoSuchOption", "--json"),
        ("users --json", "NoSuchOption", "--json"),
        ("login --json", "UsageError", "Give a UID"),
        ("login ann --json --no-such", "NoSuchOption", "--no-such"),
        ("users get --json", "MissingParameter", "UID"),
        ("users list --limit none --json", "BadParameter", "none"),
        ("users list --status asleep --json", "BadParameter", "asleep"),
        ("users create ann Ann --metadata [1] --json", "BadParameter", "no JSON object"),
        ("users update ann --json", "UsageError", "Nothing to change"),
        ("users delete ann --json", "UsageError", "--yes"),
        ("users import nobody.csv --json", "BadParameter", "does not exist"),
        ("tokens flush ann --json", "UsageError", "--yes"),
        ("emulator --port many --json", "BadParameter", "many"),
        ("emulator --set no_such=1 --json", "EmulatorError", "no_such"),
        ("emulator --explain --json", "UsageError", "--explain"),
    ],
)
def test_wrong_usage_is_a_document(line: str, error: str, says: str) -> None:
    done = CliRunner().invoke(cometchat, line.split())
    document = json.loads(done.stdout)
    assert done.exit_code == 2
    assert document["error"] == error or (error == "UsageError" and document["error"].startswith("NoSuch"))
    assert says in document["message"]


def test_a_log_level_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETCHAT_LOG", "loud")
    assert (
        "COMETCHAT_LOG" in json.loads(CliRunner().invoke(cometchat, ["whoami", "--json"]).stdout)["message"]
    )


@pytest.mark.parametrize("how", [KeyboardInterrupt, EOFError])
def test_an_interrupted_command(monkeypatch: pytest.MonkeyPatch, how: type[BaseException]) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise how

    monkeypatch.setattr("cometchat_session.cli.commands.session.CometChat", stop)
    done = CliRunner().invoke(cometchat, ["whoami", "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (1, {"error": "Abort", "message": "Aborted."})
    assert CliRunner().invoke(cometchat, ["whoami"]).stderr.endswith("Aborted!\n")


def test_an_answer_of_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cometchat_session.cli.output.somebody_is_there", lambda: True)
    done = CliRunner().invoke(cometchat, ["users", "delete", "ann", "--json"], input="n\n")
    assert (done.exit_code, json.loads(done.stdout)["error"]) == (1, "Abort")


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = CliRunner().invoke(cometchat, ["emulator", "--port", str(taken.getsockname()[1]), "--json"])
    assert done.exit_code == 1
    assert "Cannot listen" in json.loads(done.stdout)["message"]
    assert "Cannot listen" in done.stderr


def test_what_comes_after_two_dashes_is_no_option() -> None:
    done = CliRunner().invoke(cometchat, ["users", "get", "--", "--json", "more"])
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_person_is_told_as_ever() -> None:
    done = CliRunner().invoke(cometchat, ["users", "list", "--limit", "none"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: ")
