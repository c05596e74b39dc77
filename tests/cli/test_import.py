"""`users import`: as typed, and as real processes that are stopped on their way."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from cometchat_session.cli.app import cometchat
from cometchat_session.cli.user_import import checkpoint, progress
from cometchat_session.cli.user_import.checkpoint import Checkpoint
from cometchat_session.cli.user_import.failures_file import FailuresFile
from cometchat_session.cli.user_import.journal import Journal, tell
from cometchat_session.cli.user_import.rows import Line
from cometchat_session.cli.user_import.signals import like_ctrl_c
from cometchat_session.errors import ConfigurationError
from cometchat_session.models.bulk import BulkProgress, RowFailure, RowResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from cometchat_session.emulator import Emulator

CSV = """uid,name,avatar,role,metadata,tags,status_message
ann,Ann,https://a.example/a.png,,"{""team"": ""night""}",staff; night,"hi, all"
bob,"Bob ""B"" B.",,,,"[""x;y""]",

cy,Cy,,,,,
"""


@pytest.fixture
def run(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def type_in(line: str, **options: Any) -> Result:
        return CliRunner().invoke(cometchat, ["users", "import", *line.split()], **options)

    return type_in


def put(name: str, text: str) -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def rows_of(name: str) -> list[Any]:
    return [json.loads(line) for line in Path(name).read_text().splitlines()]


def people(count: int) -> str:
    return "uid,name\n" + "".join(f"user-{number},User {number}\n" for number in range(count))


def posts(emulator: Emulator) -> Counter[str]:
    """Return how often each user was to be created."""
    return Counter(one["body"]["uid"] for one in emulator.requests if one["method"] == "POST")


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_csv(run: Any, emulator: Emulator) -> None:
    put("people.csv", "\ufeff" + CSV)
    done = run("people.csv")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("3 created, 0 updated, 0 unchanged, 0 failed, in ")
    users = {user["uid"]: user for user in emulator.state["users"]}
    assert users["ann"]["metadata"] == {"team": "night"}
    assert (users["ann"]["tags"], users["ann"]["statusMessage"]) == (["staff", "night"], "hi, all")
    assert (users["bob"]["name"], users["bob"]["tags"]) == ('Bob "B" B.', ["x;y"])
    assert sorted(path.name for path in Path().iterdir()) == ["people.csv"]
    assert json.loads(run("people.csv --json").stdout) == {
        "finished": True,
        "created": 0,
        "updated": 0,
        "unchanged": 3,
        "failed": 0,
        "before": 0,
        "total": 3,
        "failures_file": None,
    }


def test_json_lines_from_standard_input(run: Any, emulator: Emulator) -> None:
    rows = (
        '{"uid": "ann", "name": "Ann", "tags": ["a"], "metadata": {"n": 1}}\n\n{"uid": "bob", "name": "Bob"}'
    )
    assert run("-", input=rows).exit_code == 2
    document = json.loads(run("- --format jsonl --json", input=rows).stdout)
    assert (document["created"], document["total"]) == (2, None)
    assert set(posts(emulator)) == {"ann", "bob"}
    assert (
        run("- --format jsonl", input='{"uid": "a b", "name": "A"}\n' * 12).stderr.count("InvalidUID") == 12
    )


def test_nothing_is_sent_in_a_dry_run(run: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in emulator.environment:
        monkeypatch.delenv(name)
    put("people.csv", CSV)
    done = run("people.csv --dry-run")
    assert (done.exit_code, done.stdout) == (
        0,
        "3 rows, 0 of them not as they should be. Nothing was sent.\n",
    )
    put("bad.csv", CSV + "a b,Ab,,,,,\nno-name\n" + "x,X,,,,,,,\ndee,Dee,,,{,,\nedd,Ed,,,,[,\n")
    done = run("bad.csv --dry-run --json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {"dry_run": True, "rows": 8, "valid": 3, "failed": 5}
    for said in (
        "row 4 (a b)",
        "row 5 (no-name): ConfigurationError: name is missing",
        "row 6 (x)",
        "metadata",
    ):
        assert said in done.stderr
    assert emulator.requests == []
    assert {path.name for path in Path().iterdir()} == {"people.csv", "bad.csv"}
    run("bad.csv --dry-run --failures why.jsonl")
    assert len(Path("why.jsonl").read_text().splitlines()) == 5


def test_rows_that_fail_can_be_mended_and_fed_back(run: Any, emulator: Emulator) -> None:
    put("people.csv", CSV + "dee,Dee,no url,,,,\ne e,E,,,,,\nfay,Fay,,,nonsense,,\n")
    done = run("people.csv")
    assert done.exit_code == 1
    assert "3 created, 0 updated, 0 unchanged, 3 failed" in done.stdout
    assert "ERR_BAD_REQUEST" in done.stderr
    failures = Path("people.csv.failures.jsonl")
    rows = {row["uid"]: row for row in map(json.loads, failures.read_text().splitlines())}
    assert rows["dee"]["error"]["code"] == "ERR_BAD_REQUEST"
    assert rows["e e"]["error"]["number"] == 5
    assert failures.stat().st_mode & 0o777 == 0o600
    assert not Path("people.csv.progress").exists()
    again = run(f"{failures} --ignore-others")
    assert (again.exit_code, "0 created" in again.stdout) == (1, True)
    mended = failures.read_text().replace("no url", "https://a.example/d.png").replace("e e", "ee")
    failures.write_text(mended.replace('"nonsense"', '{"a": 1}'))
    assert run(f"{failures}").stdout.startswith("3 created")
    assert not Path("people.csv.failures.jsonl.failures.jsonl").exists()


def test_cells_stay_cells_however_often_they_fail(run: Any, emulator: Emulator) -> None:
    put("people.csv", 'uid,name,metadata,tags,avatar\na b,Ann,"{""team"": 1}",staff;night,\nbob,,,,\n')
    assert run("people.csv").exit_code == 1
    failures = put("again.jsonl", Path("people.csv.failures.jsonl").read_text())
    assert run("again.jsonl").exit_code == 1
    failures = put("ann.jsonl", Path("again.jsonl.failures.jsonl").read_text())
    failures.write_text(failures.read_text().replace('"a b"', '"ann"').replace('"name": ""', '"name": "Bob"'))
    assert run("ann.jsonl").stdout.startswith("2 created")
    ann = next(user for user in emulator.state["users"] if user["uid"] == "ann")
    assert (ann["metadata"], ann["tags"]) == ({"team": 1}, ["staff", "night"])


def test_one_bad_row_never_stops_the_rest(run: Any, emulator: Emulator) -> None:
    lines = [
        b'{"uid": "ann", "name": "Ann"}',
        b"{",
        b"[1]",
        b'{"uid": "\xff", "name": "X"}',
        b"[" * 100_000,
        b'{"uid": "bob", "name": "Bob", "email": "b@b.example"}',
        b'{"uid": "cy", "name": "Cy"}',
    ]
    Path("people.jsonl").write_bytes(b"\n".join(lines))
    document = json.loads(run("people.jsonl --json").stdout)
    assert (document["created"], document["failed"]) == (2, 5)
    Path("people.csv").write_bytes(b"uid,name\ndee,\xff\nedd," + b"x" * 200_000 + b"\nfay,Fay\n")
    done = run("people.csv --json")
    assert (json.loads(done.stdout)["created"], json.loads(done.stdout)["failed"]) == (1, 2)
    assert "UTF-8" in done.stderr


def test_of_many_failures_a_few_are_shown(run: Any) -> None:
    put("people.csv", "uid,name\n" + "a b,Name\n" * 30)
    done = run("people.csv")
    assert done.stderr.count("InvalidUIDError") == 10
    assert "More failures are in people.csv.failures.jsonl only." in done.stderr
    assert len(rows_of("people.csv.failures.jsonl")) == 30
    assert run("people.csv --dry-run").stderr.count("InvalidUIDError") == 10


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("name\nAnn\n", "people.csv", "lacks uid. It has 'name'."),
        ("", "people.csv", "lacks uid and name. It is empty."),
        ("UID,Name\n", "people.csv", "It has 'UID', 'Name'. Names of columns are in lower case."),
        ("uid;name\n", "people.csv", "It has 'uid;name'. Columns are separated by commas, not by ';'"),
        ("uid\tname\n", "people.csv", r"separated by commas, not by '\t'"),
        ("ann,Ann\n", "people.csv", "It has 'ann', 'Ann'. A file without such a line needs one: uid,name."),
        ("x" * 200_000, "people.csv", "The first line is no CSV"),
        ("uid,name,e-mail\n", "people.csv", "'e-mail'"),
        ("uid,name\n", "people.csv --concurrency 0", "concurrency"),
        ("uid,name\n", "people.csv --failures people.csv", "the input itself"),
        ("uid,name\n", "people.csv --checkpoint no/such/place", "No such file"),
        ("uid,name\nann,Ann\n", "people.csv --checkpoint people.csv2", "says nothing about an import"),
        ("uid,name\n", "nobody.csv", "does not exist"),
    ],
)
def test_wrong_usage(run: Any, emulator: Emulator, text: str, line: str, says: str) -> None:
    put("people.csv", text)
    put("people.csv2", "uid,name\n")
    done = run(line)
    assert done.exit_code == 2
    assert says in done.stderr
    assert emulator.requests == []
    assert Path("people.csv").read_text() == text


def test_other_columns_can_be_passed_over(run: Any) -> None:
    put("people.csv", "e-mail,uid,name\na@a.example,ann,Ann\n")
    assert run("people.csv --ignore-others").stdout.startswith("1 created")


def test_a_failures_file_that_cannot_be_written_ends_it(run: Any) -> None:
    put("people.csv", "uid,name\na b,Ann\n")
    done = run("people.csv --failures no/such/place")
    assert done.exit_code == 2
    assert "--failures" in done.stderr


def test_a_bad_key_stops_at_once(run: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETCHAT_REST_API_KEY", "0" * 40)
    put("people.csv", people(40_000))
    done = run("people.csv --concurrency 4")
    assert done.exit_code == 1
    assert "key" in done.stderr
    assert len(emulator.requests) <= 8


def test_plain_lines_where_nobody_looks(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EACH", 20)
    put("people.csv", people(50))
    lines = run("people.csv").stderr.splitlines()
    assert [line.partition(" rows done, 0 failed, ")[0] for line in lines] == ["20 of 50", "40 of 50"]
    assert all(line.endswith(" s left") for line in lines)
    assert run("- --format csv", input=people(20)).stderr.startswith("20 rows done")


def test_a_bar_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "REDRAW", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    with progress.progress(200, 50) as show:
        for done in range(51, 151):
            show(done, 1, 0.0)
        tell(RowFailure(7, "a b", "InvalidUIDError", "No [/such] uid."))
        show(150, 1, 42.0)
        until(lambda: "waiting for the rate limit, 42 s" in terminal.getvalue())
    assert "150/200" in terminal.getvalue()
    # In place of the bar, which comes again below it.
    assert "\x1b[2Krow 7 (a b): InvalidUIDError: No [/such] uid." in terminal.getvalue()
    assert "1 failed" in terminal.getvalue()
    assert "1 failed" in terminal.getvalue()
    assert "/s" in terminal.getvalue()


def test_a_wait_for_the_limit_is_told_of_once(
    run: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "TOLD", 0.0)
    emulator.fault("status", status=429, headers={"Retry-After": "3"}, times=1)
    put("people.csv", people(3))
    (line,) = run("people.csv --concurrency 1").stderr.splitlines()
    assert re.fullmatch(r"0 rows done, waiting for the rate limit, [0-3] s", line)


@pytest.mark.parametrize("name", ["people.csv", "people.jsonl"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_as_a_whole(run: Any, emulator: Emulator, name: str, encoding: str) -> None:
    Path(name).write_bytes(people(3).encode(encoding))
    for line in (name, f"{name} --dry-run"):
        done = run(line)
        assert (done.exit_code, "UTF-16" in done.stderr) == (2, True)
        assert "save it as UTF-8" in done.stderr
    assert emulator.requests == []


def test_failures_that_no_file_has_are_in_the_document(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "uid,name\na b,A\nann,Ann\nc d,C\n"
    for more in ("", " --dry-run"):
        document = json.loads(run(f"- --format csv --json{more}", input=text).stdout)
        assert [(one["number"], one["uid"], one["code"]) for one in document["failures"]] == [
            (1, "a b", "InvalidUIDError"),
            (3, "c d", "InvalidUIDError"),
        ]
        assert document["failed"] == 2
    document = json.loads(run("- --format csv --json --failures at", input=text).stdout)
    assert (document["failures_file"], "failures" in document) == ("at", False)
    for module in ("journal", "command"):
        monkeypatch.setattr(f"cometchat_session.cli.user_import.{module}.REMEMBERED", 1)
    for more in ("", " --dry-run"):
        document = json.loads(run(f"- --format csv --json{more}", input=text).stdout)
        assert (document["failed"], [one["uid"] for one in document["failures"]]) == (2, ["a b"])


# Stopped on its way


def start(emulator: Emulator, *arguments: str) -> subprocess.Popen[str]:
    command = (sys.executable, "-m", "cometchat_session.cli", "users", "import", *arguments)
    return subprocess.Popen(
        command,
        env={**os.environ, **emulator.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    "how",
    [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL],
    ids=["Ctrl-C", "kill", "hang-up", "kill -9"],
)
def test_it_goes_on_where_it_was_stopped(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: int
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = people(300).splitlines()
    rows[10] = "b ad,Bad"
    put("people.csv", "\n".join(rows))
    emulator.fault("delay", method="POST", seconds=0.02)
    stops = 3

    def asked(count: int) -> bool:
        return len(emulator.requests) >= count

    for stop in range(1, stops + 1):
        process = start(emulator, "people.csv", "--concurrency", "4")
        until(partial(asked, 60 * stop))
        process.send_signal(how)
        _, said = process.communicate(timeout=20)
        if how != signal.SIGKILL:
            assert process.returncode == 1
            assert "The same command goes on" in said
    emulator.disarm()
    process = start(emulator, "people.csv", "--json")
    out, _ = process.communicate(timeout=20)
    document = json.loads(out)
    assert (document["finished"], document["total"], document["failed"]) == (True, 300, 1)
    assert document["before"] >= (60 - 8) * stops
    assert sum(document[name] for name in ("created", "updated", "unchanged", "failed")) == 300
    created = posts(emulator)
    assert set(created) == {f"user-{number}" for number in range(300)} - {"user-9"}
    again = sum(created.values()) - 299
    # Of a kill, only the rows whose answers were on their way are asked for again.
    assert again <= (4 * stops if how == signal.SIGKILL else 0)
    assert process.returncode == 1  # one row failed, before the first stop
    assert [row["uid"] for row in rows_of("people.csv.failures.jsonl")] == ["b ad"]
    assert not Path("people.csv.progress").exists()


ON_A_TERMINAL = (
    "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "from cometchat_session.cli import main; main()"
)


def test_a_terminal_that_is_closed_loses_no_row(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The import hears of it by signal, and by all that it prints there from then on."""
    monkeypatch.chdir(tmp_path)
    put("people.csv", people(300) + "b ad,Bad\n" * 20)
    emulator.fault("delay", method="POST", seconds=0.05)
    ours, terminal = os.openpty()
    command = (sys.executable, "-c", ON_A_TERMINAL, "users", "import", "people.csv", "--concurrency", "4")
    with subprocess.Popen(
        command,
        env={**os.environ, **emulator.environment},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as process:
        os.close(terminal)
        until(lambda: len(emulator.requests) >= 60)
        os.close(ours)
        assert process.wait(20) == 1
    done = len(Path("people.csv.progress").read_text().splitlines()) - 1
    assert 55 <= done < 300
    emulator.disarm()
    out, _ = start(emulator, "people.csv", "--json").communicate(timeout=20)
    assert json.loads(out)["before"] == done
    assert set(posts(emulator).values()) == {1}
    assert len(posts(emulator)) == 300


def test_a_signal_that_is_ignored_stays_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    before, default = signal.signal(signal.SIGHUP, signal.SIG_IGN), signal.getsignal(signal.SIGTERM)
    try:
        with like_ctrl_c():
            os.kill(os.getpid(), signal.SIGHUP)  # as `nohup` has it
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)  # a second one breaks nothing off
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) is default
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_thread_has_no_signals() -> None:
    def enter() -> bool:
        with like_ctrl_c():
            return True

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(enter).result()


def test_nobody_who_reads_is_no_reason_to_lose_a_row(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "at", ABOUT)

    def broken(*_: object) -> None:
        raise BrokenPipeError

    journal = Journal(checkpoint, FailuresFile(None, go_on=False), broken)
    journal.note(RowResult(1, Line(1, {"uid": "ann"}), "ann", "created", None))
    journal.note_wait(BulkProgress(waiting=9.0))
    assert checkpoint.is_done(1)
    checkpoint.close(finished=True)


def test_standard_input_goes_on_with_a_checkpoint(run: Any, emulator: Emulator) -> None:
    emulator.fault("status", status=403, body={"error": {"code": "AUTH_ERR_NO_ACCESS"}}, method="POST")
    text = people(30)
    assert run("- --format csv --checkpoint at", input=text).exit_code == 1
    emulator.disarm()
    emulator.clear_requests()
    checkpoint = Checkpoint(Path("at"), rows_of("at")[0]["about"])
    checkpoint.note(3, "created")
    checkpoint.close(finished=False)
    document = json.loads(run("- --format csv --checkpoint at --json", input=text).stdout)
    assert (document["before"], document["created"]) == (1, 30)
    assert "user-2" not in posts(emulator)


def test_an_input_that_has_changed_is_not_gone_on_with(run: Any, emulator: Emulator) -> None:
    emulator.fault(
        "status", status=403, body={"error": {"code": "AUTH_ERR_NO_ACCESS"}}, method="POST", times=1
    )
    put("people.csv", people(30))
    assert run("people.csv --concurrency 1").exit_code == 1
    put("people.csv", people(31))
    done = run("people.csv")
    assert (done.exit_code, "--restart" in done.stderr) == (2, True)
    assert run("people.csv --restart").stdout.startswith("31 created")


@pytest.mark.parametrize("cut", ["", '{"uid": "x", "na'])  # between two rows, and in the middle of one
def test_a_failures_file_goes_on_with_its_import(run: Any, emulator: Emulator, cut: str) -> None:
    put("people.csv", "uid,name\na b,A\nc d,C\nann,Ann\n")
    emulator.fault("status", status=403, body={"error": {"code": "AUTH_ERR_NO_ACCESS"}}, times=1)
    failures = put("people.csv.failures.jsonl", "of an import long ago\n")
    assert run("people.csv --concurrency 1").exit_code == 1
    before = failures.read_text()
    assert before.count("\n") == 2
    failures.write_text(before + cut)  # as a kill leaves it
    put("people.csv.progress", Path("people.csv.progress").read_text().replace("2 3\n", ""))
    document = json.loads(run("people.csv --json").stdout)
    assert (document["created"], document["failed"]) == (1, 2)
    *lines, last = failures.read_text().splitlines()
    assert (lines, json.loads(last)["uid"]) == ((before + cut).splitlines(), "c d")


# The checkpoint alone

ABOUT = {"input": "x", "app": "y"}


def test_rows_end_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "at"
    checkpoint = Checkpoint(path, ABOUT)
    for number in (2, 5, 1, 7):
        checkpoint.note(number, "created")
    os.close(checkpoint._file)  # a kill does no more
    path.write_bytes(path.read_bytes() + b"3 0")  # and a line without its end is none
    again = Checkpoint(path, ABOUT)
    assert [number for number in range(1, 10) if again.is_done(number)] == [1, 2, 5, 7]
    assert (again.before, json.loads(path.read_text())["done"]) == (4, 2)
    again.close(finished=False)
    anew = Checkpoint(path, ABOUT, restart=True)
    assert anew.before == 0
    anew.close(finished=True)


def test_it_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "LINES", 50)
    path = tmp_path / "at"
    kept = Checkpoint(path, ABOUT)
    for number in range(1, 1000):
        kept.note(number, "unchanged")
        assert len(path.read_bytes()) < 1000
    kept.close(finished=False)
    again = Checkpoint(path, ABOUT)
    assert again.before == 999
    again.close(finished=True)


def test_a_row_that_ctrl_c_had_written_twice_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "at"
    kept = Checkpoint(path, ABOUT)
    with monkeypatch.context() as patch:
        patch.setattr(kept, "_count", interrupted)
        with pytest.raises(KeyboardInterrupt):
            kept.note(1, "created")
    assert not kept.is_done(1)
    kept.note(1, "created")  # so it is told of again
    kept.close(finished=False)
    assert path.read_bytes().endswith(b"\n1 0\n1 0\n")
    again = Checkpoint(path, ABOUT)
    assert (again.before, again.counts["created"], again.is_done(1)) == (1, 1, True)
    again.close(finished=True)


def test_two_processes_do_not_import_one_file(tmp_path: Path) -> None:
    path = tmp_path / "at"
    checkpoint = Checkpoint(path, ABOUT)
    with pytest.raises(ConfigurationError, match="Another process"):
        Checkpoint(path, ABOUT)
    checkpoint.close(finished=True)
    assert not path.exists()
    Checkpoint(path, ABOUT).close(finished=True)


def test_a_row_that_is_told_of_twice_is_kept_once(tmp_path: Path) -> None:
    checkpoint = Checkpoint(None, ABOUT)
    failures = FailuresFile(tmp_path / "failures.jsonl", go_on=False)
    shown: list[tuple[int, int, float]] = []
    journal = Journal(checkpoint, failures, lambda *told: shown.append(told))
    line = Line(1, {"uid": "a b", "name": "A"})
    for _ in range(2):
        journal.note(RowResult(1, line, "a b", "failed", ConfigurationError("no")))
    failures.close()
    assert (checkpoint.counts["failed"], shown) == (1, [(1, 1, 0.0)])
    assert len((tmp_path / "failures.jsonl").read_text().splitlines()) == 1


def test_a_checkpoint_that_is_replaced_while_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "at"
    real = fcntl.flock

    def replaced(file: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        real(file, how)
        path.unlink()

    monkeypatch.setattr(fcntl, "flock", replaced)
    checkpoint = Checkpoint(path, ABOUT)
    checkpoint.note(1, "created")
    assert path.read_bytes().endswith(b"\n1 0\n")
    checkpoint.close(finished=True)
