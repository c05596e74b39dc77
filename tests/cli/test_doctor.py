"""`doctor` and `config`: each thing that can be wrong is found, explained, and given a next step."""

from __future__ import annotations

import json
import subprocess
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from cometchat_session.cli.app import cometchat
from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from pathlib import Path

UID = "cometchat-uid-1"


@pytest.fixture
def env(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COMETCHAT_STORE", f"file:{tmp_path}")
    return monkeypatch


def doctor(*words: str) -> tuple[int, dict[str, dict[str, Any]]]:
    done = CliRunner().invoke(cometchat, ["doctor", "--json", *words])
    findings = {one["about"]: one for one in json.loads(done.stdout)["findings"]}
    return done.exit_code, findings


def test_all_is_well(env: pytest.MonkeyPatch) -> None:
    CliRunner().invoke(cometchat, ["login", UID])
    status, findings = doctor()
    assert status == 0
    assert {one["state"] for one in findings.values()} == {"ok"}
    assert list(findings) == [
        "settings", "app", "host", "COMETCHAT_AUTH_KEY", "COMETCHAT_REST_API_KEY", "session", "file modes",
        "clock", "store",
    ]  # fmt: skip
    text = CliRunner().invoke(cometchat, ["doctor"]).stdout
    assert "the server agrees" in text


def test_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    status, findings = doctor()
    assert status == 1
    assert list(findings) == ["settings"]
    assert "COMETCHAT_APP_ID" in findings["settings"]["found"]
    assert findings["settings"]["next_step"]


def test_a_placeholder(env: pytest.MonkeyPatch) -> None:
    env.setenv("COMETCHAT_APP_ID", "your_app_id_here")
    status, findings = doctor()
    assert (status, list(findings)) == (1, ["settings"])
    assert "placeholder" in findings["settings"]["found"]


def test_a_host_that_is_not_there(env: pytest.MonkeyPatch) -> None:
    env.setenv("COMETCHAT_BASE_URL", "http://127.0.0.1:9")
    status, findings = doctor()
    assert status == 1
    assert findings["host"]["state"] == "bad"
    assert "region" in findings["host"]["next_step"]
    assert "COMETCHAT_AUTH_KEY" not in findings


def test_another_app(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    env.setenv("COMETCHAT_APP_ID", "another")
    status, findings = doctor()
    assert status == 1
    assert [about for about, one in findings.items() if one["state"] == "bad"] == ["app"]
    assert "no app 'another' in region 'us'" in findings["app"]["found"]
    assert "region" in findings["app"]["next_step"]
    assert "COMETCHAT_AUTH_KEY" not in findings  # which would be found unknown, and is right, maybe
    assert len(emulator.requests) == 1


def test_an_unknown_key(env: pytest.MonkeyPatch) -> None:
    env.setenv("COMETCHAT_AUTH_KEY", "0" * 40)
    status, findings = doctor()
    assert status == 1
    assert "app id" in findings["COMETCHAT_AUTH_KEY"]["next_step"]
    assert "0" * 40 not in json.dumps(findings)


def test_the_keys_mixed_up(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    env.setenv("COMETCHAT_AUTH_KEY", emulator.rest_api_key)
    env.setenv("COMETCHAT_REST_API_KEY", emulator.auth_key)
    status, findings = doctor()
    assert status == 1
    assert "must never ship" in findings["COMETCHAT_AUTH_KEY"]["next_step"]
    assert "fullAccess" in findings["COMETCHAT_REST_API_KEY"]["next_step"]


def test_keys_that_are_not_set_are_no_fault(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    env.delenv("COMETCHAT_AUTH_KEY")
    env.delenv("COMETCHAT_REST_API_KEY")
    status, findings = doctor()
    assert (status, findings["COMETCHAT_AUTH_KEY"]["state"]) == (0, "note")
    env.setenv("COMETCHAT_API_KEY", emulator.rest_api_key)
    assert doctor()[1]["COMETCHAT_REST_API_KEY"]["state"] == "ok"


def test_a_dead_session(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    CliRunner().invoke(cometchat, ["login", UID])
    emulator.revoke(uid=UID)
    status, findings = doctor()
    assert (status, findings["session"]["next_step"]) == (1, "Log in again.")
    assert doctor()[1]["session"]["state"] == "note"


def test_a_session_is_not_checked_where_the_server_is_not_reached(
    env: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    CliRunner().invoke(cometchat, ["login", UID])
    emulator.fault("reset")
    session = doctor()[1]["session"]
    assert (session["state"], session["found"]) == ("note", f"{UID} is logged in; not checked")


@pytest.mark.parametrize("words", [(), ("--uid", "ann")])  # whoever is logged in, and whoever is named
def test_a_user_with_as_many_tokens_as_there_can_be(
    env: pytest.MonkeyPatch, emulator: Emulator, words: tuple[str, ...]
) -> None:
    uid = words[-1] if words else UID
    CliRunner().invoke(cometchat, ["users", "create", "ann", "Ann"])
    CliRunner().invoke(cometchat, ["login", UID])
    kept = emulator.state["tokens"]
    missing = 100 - sum(one["uid"] == uid for one in kept)
    emulator.load({"tokens": kept + [{"uid": uid, "authToken": f"token-{n}"} for n in range(missing)]})
    status, findings = doctor(*words)
    tokens = findings[f"tokens of {uid}"]
    assert (status, tokens["state"]) == (0, "warn")
    assert "100 of at most 100 tokens" in tokens["found"]
    assert "whatever was made before has ended" in tokens["found"]
    assert tokens["next_step"].startswith("One more ends the oldest")


def test_the_tokens_of_a_user_who_is_named(env: pytest.MonkeyPatch) -> None:
    CliRunner().invoke(cometchat, ["tokens", "create", UID])
    status, findings = doctor("--uid", UID)
    tokens = findings[f"tokens of {UID}"]
    assert (status, tokens["state"], tokens["next_step"]) == (0, "ok", None)
    assert tokens["found"].startswith("1 of at most 100 tokens; ")
    status, findings = doctor("--uid", "nobody")
    tokens = findings["tokens of nobody"]
    assert (status, tokens["state"]) == (1, "bad")
    assert "'nobody' does not exist" in tokens["found"]
    assert "cometchat users ensure UID NAME" in tokens["next_step"]
    env.delenv("COMETCHAT_REST_API_KEY")
    status, findings = doctor("--uid", UID)
    tokens = findings[f"tokens of {UID}"]
    assert (status, tokens["state"], tokens["found"]) == (0, "warn", "not looked at")
    assert "COMETCHAT_REST_API_KEY" in tokens["next_step"]


def test_files_that_others_can_read(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    CliRunner().invoke(cometchat, ["login", UID])
    session = next(tmp_path.rglob("session.json"))
    session.chmod(0o644)
    status, findings = doctor()
    assert status == 1
    assert f"{session} (mode 644)" in findings["file modes"]["found"]
    assert findings["file modes"]["next_step"].startswith(f"Run: chmod -R go= {tmp_path}")
    assert "log out and in again" in findings["file modes"]["next_step"]
    session.chmod(0o644)  # which the check of the session had closed by the way
    assert doctor("--profile", "other")[1]["file modes"]["state"] == "bad"
    session.chmod(0o600)
    assert doctor()[1]["file modes"]["state"] == "ok"


@pytest.mark.parametrize("which", ["the store's", "the session's"])
def test_a_folder_that_others_can_enter(env: pytest.MonkeyPatch, tmp_path: Path, which: str) -> None:
    CliRunner().invoke(cometchat, ["login", UID])
    folder = tmp_path if which == "the store's" else next(tmp_path.rglob("session.json")).parent
    folder.chmod(0o755)
    status, findings = doctor()
    assert status == 1
    assert f"{folder} (mode 755)" in findings["file modes"]["found"]
    assert findings["file modes"]["next_step"] == f"Run: chmod -R go= {tmp_path}"
    assert findings["store"]["state"] == ("ok" if folder == tmp_path else "warn")
    if folder != tmp_path:
        assert "See the file modes" in findings["store"]["next_step"]
    command = findings["file modes"]["next_step"].removeprefix("Run: ").split()
    subprocess.run(command, check=True)
    assert doctor()[0] == 0


def test_a_profile(env: pytest.MonkeyPatch) -> None:
    CliRunner().invoke(cometchat, ["login", UID, "--profile", "work"])
    assert doctor()[1]["session"]["state"] == "note"
    assert doctor("--profile", "work")[1]["session"]["found"].startswith(UID)
    status, findings = doctor("--profile", "a b")
    assert (status, list(findings)) == (1, ["settings"])


@pytest.mark.parametrize("kind", ["html", "truncate"])
def test_a_host_that_is_not_cometchat_s(env: pytest.MonkeyPatch, emulator: Emulator, kind: Any) -> None:
    emulator.fault(kind)
    status, findings = doctor()
    assert (status, findings["host"]["state"]) == (1, "bad")
    assert "COMETCHAT_AUTH_KEY" not in findings


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_a_server_that_does_not_tell_the_time(env: pytest.MonkeyPatch, date: str | None) -> None:
    class Refusal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"error": {"code": "AUTH_ERR_APIKEY_NOT_FOUND", "message": "no"}}).encode()
            self.send_response_only(401)
            if date is not None:
                self.send_header("Date", date)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    assert "clock" in doctor()[1]
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusal) as server:
        Thread(target=server.serve_forever).start()
        env.setenv("COMETCHAT_BASE_URL", f"http://127.0.0.1:{server.server_port}")
        findings = doctor()[1]
        server.shutdown()
    assert findings["app"]["state"] == "ok"
    assert "clock" not in findings


def test_one_variable_names_an_emulator(env: pytest.MonkeyPatch) -> None:
    with Emulator() as local:  # whose keys are those that count where nothing is set
        for name in ("APP_ID", "REGION", "AUTH_KEY", "REST_API_KEY", "BASE_URL"):
            env.delenv(f"COMETCHAT_{name}")
        env.setenv("COMETCHAT_EMULATOR_HOST", local.url.removeprefix("http://"))
        status, findings = doctor()
    assert status == 0
    assert {one["state"] for one in findings.values()} == {"ok", "note"}  # nobody is logged in
    assert "REST API key" in findings["COMETCHAT_REST_API_KEY"]["found"]


def test_a_clock_that_is_off(env: pytest.MonkeyPatch) -> None:
    ahead = SimpleNamespace(time=lambda: time.time() + 600)  # for doctor alone: the emulator keeps its own
    env.setattr("cometchat_session.cli.diagnosis.server.time", ahead)
    assert doctor()[1]["clock"]["state"] == "warn"


def test_a_store_that_does_not_exist(env: pytest.MonkeyPatch) -> None:
    env.setenv("COMETCHAT_STORE", "shoebox:")
    status, findings = doctor()
    assert (status, findings["store"]["state"]) == (1, "bad")


def test_a_store_that_ends_with_each_command(env: pytest.MonkeyPatch) -> None:
    env.setenv("COMETCHAT_STORE", "memory:")
    store = doctor()[1]["store"]
    assert (store["state"], "outlive" in store["found"]) == ("warn", True)
    assert "COMETCHAT_STORE" in store["next_step"]


def test_a_store_that_cannot_be_reached(env: pytest.MonkeyPatch) -> None:
    env.setenv("COMETCHAT_STORE", "redis://:hunter2@127.0.0.1:9/0")
    status, findings = doctor()
    assert (status, findings["store"]["state"]) == (1, "bad")
    assert findings["store"]["next_step"]
    assert "hunter2" not in json.dumps(findings)


def test_a_store_that_cannot_be_written(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    env.setenv("COMETCHAT_STORE", f"file:{tmp_path}/file/below")
    store = doctor()[1]["store"]
    assert store["state"] == "warn"
    assert "memory only" in store["found"]
    assert "COMETCHAT_STORE" in store["next_step"]
    env.setattr("os.access", lambda *_: False)
    env.setenv("COMETCHAT_STORE", f"file:{tmp_path}/new")
    assert "cannot be written" in doctor()[1]["store"]["found"]


def test_a_host_that_no_app_has(env: pytest.MonkeyPatch) -> None:
    import socket

    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    env.delenv("COMETCHAT_BASE_URL")
    env.setattr(socket, "getaddrinfo", nobody)
    status, findings = doctor()
    assert (status, findings["host"]["state"]) == (1, "bad")
    assert "app.api-us.cometchat.io" in findings["host"]["found"]
    assert "app id and region" in findings["host"]["next_step"]


def test_an_unknown_region(env: pytest.MonkeyPatch) -> None:
    env.delenv("COMETCHAT_BASE_URL")
    env.setenv("COMETCHAT_REGION", "au")
    status, findings = doctor()
    assert (status, list(findings)) == (1, ["settings"])
    assert "Known: us, eu, in" in findings["settings"]["found"]


def test_names_that_mean_two_things(env: pytest.MonkeyPatch) -> None:
    env.setenv("COMETCHAT_AUTH_TOKEN", "something")
    env.setenv("COMETCHAT_API_KEY", "0" * 40)
    status, findings = doctor()
    assert status == 0
    assert findings["COMETCHAT_AUTH_TOKEN"]["state"] == "note"
    assert "the first counts" in findings["two keys"]["found"]
    assert findings["COMETCHAT_REST_API_KEY"]["state"] == "ok"


def test_everything_is_told_in_the_order_in_which_to_mend_it(
    env: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    CliRunner().invoke(cometchat, ["login", UID])
    emulator.revoke(uid=UID)
    env.setenv("COMETCHAT_AUTH_KEY", emulator.rest_api_key)
    env.setenv("COMETCHAT_REST_API_KEY", "0" * 40)
    text = CliRunner().invoke(cometchat, ["doctor"]).stdout
    marks = [line[0] for line in text.splitlines() if not line.startswith(" ")]
    assert "".join(marks) == "✓✓✓✗✗✗✓✓✓"
    assert text.count("    ") >= 3  # a next step under each that is wrong


def test_config_masks_secrets(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    env.setenv("COMETCHAT_STORE", "redis://:hunter2@localhost:6379/0")
    env.setenv("COMETCHAT_API_KEY", "short")
    text = CliRunner().invoke(cometchat, ["config"]).stdout
    document = CliRunner().invoke(cometchat, ["config", "--json"]).stdout
    for output in (text, document):
        for secret in (emulator.auth_key, emulator.rest_api_key, "hunter2", "short"):
            assert secret not in output
        assert emulator.auth_key[-3:] in output
    sources = {row["name"]: row["source"] for row in json.loads(document)["settings"]}
    assert sources["COMETCHAT_APP_ID"] == "environment"
    assert sources["COMETCHAT_PROFILE"] == "default"


def test_config_names_the_folder_of_the_store(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def store() -> dict[str, Any]:
        rows = json.loads(CliRunner().invoke(cometchat, ["config", "--json"]).stdout)["settings"]
        return next(row for row in rows if row["name"] == "COMETCHAT_STORE")

    env.chdir(tmp_path)
    env.setenv("COMETCHAT_STORE", "file:here")
    assert (store()["value"], store()["source"]) == (f"file:{tmp_path}/here", "environment")
    env.setenv("XDG_STATE_HOME", str(tmp_path))
    env.delenv("COMETCHAT_STORE")
    assert (store()["value"], store()["source"]) == (f"file:{tmp_path}/cometchat-session", "default")
    assert f"file:{tmp_path}/cometchat-session" in CliRunner().invoke(cometchat, ["config"]).stdout
    env.setenv("COMETCHAT_STORE", "memory:")
    assert store()["value"] == "memory:"


COLOURED = "\x1b["


@pytest.mark.parametrize("line", ["config", "doctor", "users list", "users get nobody"])
def test_colours_in_a_terminal_unless_they_are_not_wanted(env: pytest.MonkeyPatch, line: str) -> None:
    env.setattr("cometchat_session.cli.table.in_a_terminal", lambda: True)
    env.setattr("cometchat_session.cli.commands.config.in_a_terminal", lambda: True)
    env.setattr("click._compat.isatty", lambda _: True)
    env.setenv("TERM", "xterm-256color")
    env.delenv("NO_COLOR", raising=False)

    def output() -> str:
        done = CliRunner().invoke(cometchat, line.split(), color=True)
        return done.output

    assert COLOURED in output()
    env.setenv("NO_COLOR", "1")
    assert COLOURED not in output()
