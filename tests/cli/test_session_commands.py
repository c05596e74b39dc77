"""The commands of a session, typed as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from cometchat_session import CometChat
from cometchat_session.cli.app import cometchat

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
CONTEXT = click.Context(cometchat)


@pytest.fixture
def run(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COMETCHAT_STORE", f"file:{tmp_path}")

    def type_in(*words: str, **options: Any) -> Result:
        return CliRunner().invoke(cometchat, words, **options)

    return type_in


def test_the_story(run: Any, emulator: Emulator) -> None:
    assert run("whoami").exit_code == 3
    done = run("login", UID)
    assert (done.exit_code, done.output) == (0, f"Logged in as {UID} (Andrew Joseph).\n")
    emulator.clear_requests()
    assert run("whoami").output.startswith(UID)
    assert run("login", UID).exit_code == 0
    assert emulator.requests == []
    assert run("whoami", "--verify").exit_code == 0
    assert run("logout").output == "Logged out.\n"
    assert run("logout").output == "Nobody was logged in.\n"
    gone = run("whoami")
    assert (gone.exit_code, gone.stdout) == (3, "")
    assert "cometchat login" in gone.stderr


def test_json_is_one_document_on_standard_output(run: Any) -> None:
    nobody = run("whoami", "--json")
    assert (nobody.exit_code, json.loads(nobody.stdout)) == (3, {"user": None})
    assert json.loads(run("login", UID, "--json").stdout)["user"]["uid"] == UID
    assert json.loads(run("whoami", "--json").stdout)["user"]["uid"] == UID
    assert json.loads(run("logout", "--json").stdout) == {"logged_out": True, "revoked": True, "error": None}
    failed = run("login", "nobody", "--json")
    assert failed.exit_code == 1
    assert json.loads(failed.stdout)["code"] == "ERR_UID_NOT_FOUND"


def test_a_token_on_standard_input(run: Any, emulator: Emulator) -> None:
    with CometChat(
        emulator.app_id,
        emulator.region,
        auth_key=emulator.auth_key,
        base_url=emulator.url,
        store="memory:",
    ) as chat:
        chat.login(UID)
        token = chat.get_auth_token()
        done = run("login", "--auth-token-stdin", input=f"{token}\n")
    assert done.exit_code == 0
    assert token not in done.output


def test_profiles(run: Any) -> None:
    run("login", UID, "--profile", "work")
    assert run("whoami").exit_code == 3
    assert run("whoami", "--profile", "work").exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["login"], "--auth-token-stdin"),
        (["login", UID, "--auth-token-stdin"], "--auth-token-stdin"),
        (["login", "a b"], "letters, digits"),
        (["login", UID, "--profile", "a b"], "COMETCHAT_PROFILE"),
        (["frobnicate"], "No such command"),
        (["login", "--auth-token-stdin"], "auth_token is empty"),
    ],
)
def test_wrong_usage(run: Any, words: list[str], says: str) -> None:
    done = run(*words, input="")
    assert done.exit_code == 2
    assert says in done.stderr


def test_wrong_settings(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMETCHAT_APP_ID")
    monkeypatch.setenv("COMETCHAT_REGION", "your_region")
    done = run("whoami")
    assert done.exit_code == 2
    assert "COMETCHAT_APP_ID is not set" in done.stderr
    assert "COMETCHAT_REGION" in done.stderr
    monkeypatch.setenv("COMETCHAT_LOG", "loud")
    assert "COMETCHAT_LOG" in run("whoami").stderr


def test_no_key_and_nobody_to_ask(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMETCHAT_AUTH_KEY")
    done = run("login", UID)
    assert done.exit_code == 2
    assert "COMETCHAT_AUTH_KEY" in done.stderr


def test_help_lists_every_command() -> None:
    done = CliRunner().invoke(cometchat, ["--help"])
    for name in cometchat.list_commands(CONTEXT):
        assert name in done.output
        help_text = CliRunner().invoke(cometchat, [name, "--help"])
        assert help_text.exit_code == 0
        assert len(help_text.output) > 100


def test_no_secret_is_an_argument() -> None:
    for name in ("login", "whoami", "logout", "demo"):
        command = cometchat.get_command(CONTEXT, name)
        assert command is not None
        for parameter in command.params:
            assert parameter.name in {
                "uid", "as_json", "profile", "auth_token_stdin", "switch_user", "verify", "force", "live",
            }  # fmt: skip


def test_the_emulator_command_serves_until_it_is_told_to_stop() -> None:
    import signal

    import httpx

    command = [sys.executable, "-m", "cometchat_session.cli", "emulator", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready.keys() == {"url", "app_id", "region", "auth_key", "rest_api_key"}
        assert httpx.get(f"{ready['url']}/_emulator/health").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_the_emulator_command_explains_its_switches_and_serves_nothing() -> None:
    done = CliRunner().invoke(cometchat, ["emulator", "--explain", "--set", "plan=gold"])
    assert (done.exit_code, "token_limit = 100" in done.stdout, done.stderr) == (0, True, "")
    wrong = CliRunner().invoke(cometchat, ["emulator", "--set", "plan=gold"])
    assert (wrong.exit_code, wrong.stdout, "plan" in wrong.stderr) == (2, "", True)


def test_a_secret_that_is_typed_is_not_shown(
    run: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real terminal: what is typed there is echoed, unless the command sees to it that it is not."""
    token = json.loads(run("tokens", "create", UID, "--show", "--json").stdout)["auth_token"]
    monkeypatch.delenv("COMETCHAT_AUTH_KEY")
    for words, question, secret in (
        (("login", "--auth-token-stdin"), b"Auth token: ", token),
        (("tokens", "revoke", UID, "--yes"), b"Auth token: ", token),
        (("login", "cometchat-uid-2", "--switch-user"), b"Auth Key: ", emulator.auth_key),
    ):
        ours, terminal = os.openpty()
        command = [sys.executable, "-m", "cometchat_session.cli", *words]
        # In a session of its own it has no other terminal to ask at than this one.
        with subprocess.Popen(
            command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
        ) as process:
            os.close(terminal)
            shown = b""
            while not shown.endswith(question):
                shown += os.read(ours, 1000)
            os.write(ours, f"{secret}\n".encode())
            with suppress(OSError):  # how a terminal tells that nobody is at its other end
                while more := os.read(ours, 1000):
                    shown += more
        os.close(ours)
        assert (process.returncode, secret in shown.decode()) == (0, False), shown
    assert run("whoami").stdout.startswith("cometchat-uid-2")


def test_a_session_that_cannot_be_kept(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("login", UID).stderr == ""
    monkeypatch.setenv("COMETCHAT_STORE", "memory:")
    done = run("login", UID, "--json")
    assert (done.exit_code, json.loads(done.stdout)["user"]["uid"]) == (0, UID)
    assert "could not be kept" in done.stderr
    assert "cometchat doctor" in done.stderr


@pytest.mark.parametrize("words", [(), ("--verify",)])
def test_whoami_loads_no_more_than_it_needs(run: Any, words: tuple[str, ...]) -> None:
    """Without the network it needs no HTTP: that is why it is quicker than `import httpx`."""
    run("login", UID)
    script = (
        "import sys; from cometchat_session.cli.app import cometchat; "
        f"cometchat(['whoami', *{words!r}], standalone_mode=False); print('httpx' in sys.modules, "
        "{'rich', 'cometchat_rest', 'asyncio'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    who, loaded = done.stdout.splitlines()
    assert who.startswith(UID)
    assert loaded.startswith("True" if words else "False set()")
