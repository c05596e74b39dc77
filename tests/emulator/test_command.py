"""What the command ``cometchat emulator`` does, in a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from cometchat_session.emulator import run
from cometchat_session.emulator.app import DEFAULT_AUTH_KEY, DEFAULT_REST_API_KEY


def start(**options: Any) -> subprocess.Popen[str]:
    code = f"import sys; from cometchat_session.emulator import run; sys.exit(run(**{options!r}))"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_json_tells_a_program_where_it_is(sent: signal.Signals) -> None:
    with start(as_json=True) as process:
        told = json.loads(line(process))
        assert told == {
            "url": told["url"],
            "app_id": "app",
            "region": "us",
            "auth_key": DEFAULT_AUTH_KEY,
            "rest_api_key": DEFAULT_REST_API_KEY,
        }
        assert httpx.get(told["url"] + "/_emulator/health").status_code == 200
        process.send_signal(sent)
        rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_person_is_told_what_to_paste() -> None:
    with start(app_id="mine", region="eu", auth_key="a" * 40, rest_api_key="b" * 40) as process:
        url = line(process).split()[-1]
        assert httpx.get(url + "/_emulator/health").json()["app_id"] == "mine"
        process.terminate()
        assert process.stdout is not None
        text = process.stdout.read()
    assert [row for row in text.splitlines() if row.startswith("export")] == [
        "export COMETCHAT_APP_ID=mine",
        "export COMETCHAT_REGION=eu",
        f"export COMETCHAT_BASE_URL={url}",
        "export COMETCHAT_AUTH_KEY=" + "a" * 40,
        "export COMETCHAT_REST_API_KEY=" + "b" * 40,
    ]
    assert process.returncode == 0


def test_a_signal_during_a_hanging_call_ends_it_too() -> None:
    with start(as_json=True) as process:
        url = json.loads(line(process))["url"]
        httpx.post(url + "/_emulator/faults", json={"kind": "hang"})
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as hanging:
            hanging.sendall(b"GET /v3/me HTTP/1.1\r\nHost: x\r\n\r\n")
            while not httpx.get(url + "/_emulator/requests").json()["requests"]:
                pass
            process.terminate()
            _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_state_and_switches(tmp_path: Path) -> None:
    file = str(tmp_path / "state.json")
    for expected in (5, 6):
        with start(as_json=True, state_file=file, switches=["bots_listed=true"]) as process:
            told = json.loads(line(process))
            users = httpx.get(told["url"] + "/v3/users", headers={"apikey": told["rest_api_key"]}).json()[
                "data"
            ]
            assert len(users) == expected + 1
            body = {"uid": "ann", "name": "Ann"}
            httpx.post(told["url"] + "/v3/users", json=body, headers={"apikey": told["auth_key"]})
            process.terminate()
            process.communicate(timeout=10)
        assert process.returncode == 0


def test_explain_lists_the_switches_and_serves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(explain=True) == 0
    assert "token_limit = 100" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"switches": ["plan=gold"]}, "plan"),
        ({"state_file": "no json"}, "Expecting"),
        ({"state_file": "[]"}, "object"),
        ({"state_file": "[" * 100_000}, "Cannot load"),
        ({"port": 65_536}, "0 to 65535"),
        ({"port": -1}, "0 to 65535"),
    ],
)
def test_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: dict[str, Any], text: str
) -> None:
    if "state_file" in options:
        file = tmp_path / "state.json"
        file.write_text(options["state_file"])
        options = {"state_file": str(file)}
    assert run(**options) == 2
    assert text in capsys.readouterr().err


def test_a_state_file_that_cannot_serve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latin").write_bytes(b"\xff")
    for file, text in (
        (tmp_path, "is a folder"),
        (tmp_path / "gone" / "state.json", "no folder"),
        (tmp_path / "latin", "Cannot load"),
    ):
        assert run(state_file=str(file)) == 2
        assert text in capsys.readouterr().err


def test_a_state_file_that_may_not_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Asked for, not tried: who tests as root may write everywhere.
    monkeypatch.setattr("os.access", lambda *_: False)
    assert run(state_file=str(tmp_path / "state.json")) == 2
    assert "no permission" in capsys.readouterr().err


def test_a_state_that_cannot_be_saved_in_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.setattr(
        "cometchat_session.emulator.emulator.Emulator.serve", lambda _self, _on_ready: folder.rmdir()
    )
    assert run(state_file=str(folder / "state.json")) == 1
    assert "Cannot save the state" in capsys.readouterr().err


def test_options_win_over_the_file(tmp_path: Path) -> None:
    file = str(tmp_path / "state.json")
    for key, expected in (("b" * 40, 3), (DEFAULT_REST_API_KEY, 100)):
        options = {} if key == DEFAULT_REST_API_KEY else {"rest_api_key": key, "switches": ["token_limit=3"]}
        Path(file).write_text(json.dumps({"keys": [], "settings": {"token_limit": 100}}), encoding="utf-8")
        with start(as_json=True, state_file=file, **options) as process:
            told = json.loads(line(process))
            assert told["rest_api_key"] == key
            answer = httpx.get(told["url"] + "/v3/users", headers={"apikey": told["rest_api_key"]})
            assert answer.status_code == 200
            state = httpx.get(told["url"] + "/_emulator/state").json()
            assert state["settings"]["token_limit"] == expected
            process.terminate()
            process.communicate(timeout=10)


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(port=taken.getsockname()[1]) == 1
    assert "Cannot listen" in capsys.readouterr().err


def test_run_in_this_process(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_when_ready(emulator: Any, on_ready: Any) -> None:
        on_ready(emulator)

    monkeypatch.setattr("cometchat_session.emulator.emulator.Emulator.serve", stop_when_ready)
    assert run() == 0
    assert run(as_json=True) == 0
    person, program = capsys.readouterr().out.rsplit("\n", 2)[:2]
    assert "CometChat emulator at" in person
    assert json.loads(program)["app_id"] == "app"
