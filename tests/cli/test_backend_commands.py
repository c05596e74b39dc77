"""`users` and `tokens`, typed as a person types them."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from cometchat_session import CometChatAdmin
from cometchat_session.cli.app import cometchat
from cometchat_session.cli.token_count import ago

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from cometchat_session.emulator import Emulator


@pytest.fixture
def run(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COMETCHAT_STORE", f"file:{tmp_path}")

    def type_in(line: str, **options: Any) -> Result:
        return CliRunner().invoke(cometchat, line.split(), **options)

    return type_in


def test_users(run: Any) -> None:
    assert run('users create ann Ann --tag staff --metadata {"team":1}').stdout.startswith("ann\tAnn")
    assert json.loads(run("users get ann --json").stdout)["user"]["metadata"] == {"team": 1}
    assert run("users ensure ann Ann").stdout == "ann: unchanged\n"
    assert json.loads(run("users ensure bob Bob --json").stdout)["outcome"] == "created"
    assert run("users update ann --name Anna").stdout.startswith("ann\tAnna")
    assert run("users list --search ann").stdout.splitlines() == [
        "uid\tname\trole\tstatus\ttags",
        "ann\tAnna\tdefault\toffline\tstaff",
    ]
    assert len(json.loads(run("users list --limit 3 --json").stdout)["users"]) == 3
    assert run("users deactivate ann bob").exit_code == 0
    assert run("users get ann").exit_code == 1
    assert run("users deactivate ann").stdout == "Already deactivated: ann\n"
    assert run("users reactivate ann").stdout == "Reactivated: ann\n"
    gone = run("users reactivate ann nobody")
    assert (gone.exit_code, gone.stdout) == (1, "Already reactivated: ann\nNot found: nobody\n")
    assert run("users delete ann --yes").stdout == "Erased: ann\n"
    assert json.loads(run("users get ann --json").stdout)["code"] == "ERR_UID_NOT_FOUND"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("users delete ann", "--yes"),
        ("users update ann", "Nothing to change"),
        ("users create ann Ann --metadata [1]", "no JSON object"),
        ("users create ann Ann --metadata {", "no JSON object"),
        ("users get a/b", "letters, digits"),
        ("tokens flush ann", "--yes"),
        ("users", "Usage"),
    ],
)
def test_wrong_usage(run: Any, line: str, says: str) -> None:
    done = run(line)
    assert done.exit_code == 2
    assert says in done.stderr


def test_tokens(run: Any, emulator: Emulator) -> None:
    hidden = run("tokens create cometchat-uid-1 --force")
    assert "cometchat-uid-1_" not in hidden.stdout
    shown = run("tokens create cometchat-uid-1 --force --show").stdout.strip()
    document = json.loads(run("tokens create cometchat-uid-1 --force --show --json").stdout)
    assert document["auth_token"] != shown
    listed = run("tokens list cometchat-uid-1")
    assert re.fullmatch(
        r"3 of at most 100 tokens; the newest was made \d+ s ago, the oldest \d+ s ago\.",
        listed.stdout.splitlines()[-1],
    )
    assert shown not in listed.stdout
    assert len(json.loads(run("tokens list cometchat-uid-1 --json").stdout)["tokens"]) == 3
    unasked = run("tokens revoke cometchat-uid-1", input=shown)
    assert (unasked.exit_code, "add --yes" in unasked.stderr) == (2, True)
    assert len(json.loads(run("tokens list cometchat-uid-1 --json").stdout)["tokens"]) == 3
    assert run("tokens revoke cometchat-uid-1 --yes", input=shown).exit_code == 0
    assert len(json.loads(run("tokens list cometchat-uid-1 --json").stdout)["tokens"]) == 2
    assert run("tokens flush cometchat-uid-1 --yes").exit_code == 0
    assert json.loads(run("tokens list cometchat-uid-1 --json").stdout)["tokens"] == []


def test_of_a_full_list_of_tokens_it_is_told_what_ended_and_what_to_do(run: Any, emulator: Emulator) -> None:
    made = int(time.time()) - 20 * 60
    tokens = [{"uid": "cometchat-uid-1", "authToken": f"token-{n}", "createdAt": made} for n in range(99)]
    emulator.load({"tokens": tokens})
    assert run("tokens list cometchat-uid-1").stdout.splitlines()[-1].startswith("99 of at most 100 tokens; ")
    run("tokens create cometchat-uid-1 --force")
    *listed, count, advice = run("tokens list cometchat-uid-1").stdout.splitlines()
    assert len(listed) == 100
    assert count.startswith("100 of at most 100 tokens; the newest was made ")
    assert count.endswith(", the oldest 20 min ago: whatever was made before has ended.")
    assert advice.startswith("One more ends the oldest")


def test_the_auth_key_is_not_enough(run: Any, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    monkeypatch.setenv("COMETCHAT_REST_API_KEY", emulator.auth_key)
    done = run("users list")
    assert done.exit_code == 1
    assert "REST API key" in done.stderr


def test_a_question_before_what_cannot_be_taken_back(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cometchat_session.cli.output.somebody_is_there", lambda: True)
    monkeypatch.setattr("click.confirm", lambda *_, **__: True)
    run("users create ann Ann")
    assert run("users delete ann").exit_code == 0


def test_a_table_for_a_terminal(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cometchat_session.cli.table.in_a_terminal", lambda: True)
    shown = run("users list").stdout
    assert "uid" in shown
    assert "cometchat-uid-5" in shown


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("users delete ann --dry-run", "Would erase: ann (Ann)\n"),
        ("users deactivate ann bob --dry-run", "Would deactivate: ann (Ann), bob (Bob)\n"),
        ("tokens flush ann --dry-run", "Would end 2 tokens of ann.\n"),
        ("tokens revoke ann --dry-run", "Would end a token of ann.\n"),
    ],
)
def test_a_dry_run_looks_and_does_nothing(run: Any, emulator: Emulator, line: str, says: str) -> None:
    run("users create ann Ann")
    run("users create bob Bob")
    token = run("tokens create ann --show").stdout
    run("tokens create ann")
    before = emulator.state
    emulator.clear_requests()
    done = run(line, input=token)
    assert (done.exit_code, done.stdout) == (0, says)
    json.loads(run(f"{line} --json", input=token).stdout)
    assert {call["method"] for call in emulator.requests} == {"GET"}
    assert emulator.state["users"] == before["users"]
    assert emulator.state["tokens"] == before["tokens"]
    missing = run(line.replace("ann", "nobody"), input=token)
    assert missing.exit_code == 1


def test_an_answer_of_no_does_nothing(run: Any, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    monkeypatch.setattr("cometchat_session.cli.output.somebody_is_there", lambda: True)
    run("users create ann Ann")
    emulator.clear_requests()
    for line, typed in (
        ("users delete ann", "n\n"),
        ("tokens flush ann", "n\n"),
        ("tokens revoke ann", "a-token\nn\n"),
    ):
        assert run(line, input=typed).exit_code == 1
    assert emulator.requests == []
    assert run("tokens flush ann", input="y\n").exit_code == 0
    token = run("tokens create ann --show").stdout
    revoked = run("tokens revoke ann", input=f"{token}y\n")
    assert (revoked.exit_code, revoked.stdout) == (0, "The token is dead.\n")
    assert token.strip() not in revoked.stderr
    assert len(emulator.state["tokens"]) == 0


@pytest.mark.parametrize(
    ("verb", "would"),
    [("delete", "Would erase: ann (Ann)"), ("deactivate", "Already deactivated: ann (Ann)")],
)
def test_a_dry_run_finds_a_deactivated_user_as_the_real_one_does(run: Any, verb: str, would: str) -> None:
    run("users create ann Ann")
    run("users create anna Anna")
    run("users deactivate ann anna")
    rehearsed = run(f"users {verb} Ann --dry-run")
    assert (rehearsed.exit_code, rehearsed.stdout) == (0, f"{would}\n")
    assert run(f"users {verb} ann --yes" if verb == "delete" else f"users {verb} ann").exit_code == 0


def test_a_deactivated_user_whose_uid_only_begins_alike_is_another(run: Any) -> None:
    run("users create anna Anna")
    run("users deactivate anna")
    rehearsed = run("users delete ann --dry-run")
    assert (rehearsed.exit_code, rehearsed.stdout) == (1, "")
    assert rehearsed.stderr.startswith("Error: User 'ann' does not exist")


def test_a_rehearsed_deactivation_tells_of_each_uid(run: Any) -> None:
    for uid in ("ann", "bob"):
        run(f"users create {uid} {uid.title()}")
    run("users deactivate bob")
    rehearsed = run("users deactivate nobody ann bob --dry-run --json")
    real = json.loads(run("users deactivate nobody ann bob --json").stdout)
    document = json.loads(rehearsed.stdout)
    assert document.pop("would_deactivate") == real["deactivated"] == ["ann"]
    assert document == real | {"deactivated": []}
    text = run("users deactivate nobody --dry-run")
    assert (text.exit_code, text.stdout) == (1, "Not found: nobody\n")


def test_those_who_are_deactivated_can_be_listed(run: Any) -> None:
    run("users create ann Ann")
    run("users deactivate ann")
    listed = json.loads(run("users list --deactivated --json").stdout)["users"]
    assert [user["uid"] for user in listed] == ["ann"]
    assert "ann" not in run("users list").stdout


def test_no_users(run: Any) -> None:
    none = run("users list --search nobody")
    assert (none.exit_code, none.stdout, none.stderr) == (0, "", "No users.\n")
    assert json.loads(run("users list --search nobody --json").stdout) == {"users": []}


def test_users_are_printed_as_their_page_comes(
    run: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("users import - --format csv", input="uid,name\n" + "".join(f"u{n},U\n" for n in range(250)))
    emulator.clear_requests()
    asked: list[int] = []
    monkeypatch.setattr("cometchat_session.cli.table.say", lambda _: asked.append(len(emulator.requests)))
    run("users list")
    assert (asked[0], asked[-1]) == (1, 3)  # the header comes with the first of three pages
    asked.clear()
    monkeypatch.setattr("cometchat_session.cli.table.in_a_terminal", lambda: True)
    run("users list")
    assert asked == [4, 5, 6]


def test_a_user_is_shown_with_picture_and_metadata(run: Any) -> None:
    run('users create ann Ann --avatar https://a.example/a.png --metadata {"team":"é"}')
    assert run("users get ann").stdout == (
        'ann\tAnn\tdefault\toffline\t\thttps://a.example/a.png\t{"team": "é"}\n'
    )


@pytest.mark.parametrize("terminal", [True, False])
def test_a_name_is_text_whatever_is_in_it(
    run: Any, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    monkeypatch.setattr("cometchat_session.cli.table.in_a_terminal", lambda: terminal)
    names = ["[/foo] Bob", "[red]A[/red]", "tab\tand\nline", "\x1b[31mred", "\u202eback"]
    with CometChatAdmin(store="memory:") as admin:
        for number, name in enumerate(names):
            admin.users.create(f"odd-{number}", name)
    done = run("users list --search odd")
    assert done.exit_code == 0, done.output
    for text in ("[/foo] Bob", "[red]A[/red]", r"tab\tand\nline", r"\x1b[31mred", r"\u202eback"):
        assert text in done.stdout
    assert len(done.stdout.splitlines()) == len(names) + 1
    assert run("users delete odd-2 --dry-run").stdout == "Would erase: odd-2 (tab\\tand\\nline)\n"


def test_an_error_is_text_whatever_is_in_it(run: Any, emulator: Emulator) -> None:
    body = {"error": {"code": "ERR_NEW", "message": "[/foo] \x1b[2J\nline"}}
    emulator.fault("status", status=400, body=body)
    assert run("users get ann").stderr.startswith("Error: [/foo] \\x1b[2J\\nline")
    emulator.disarm()
    emulator.fault("html", body="<html>\n\x1b[2J")
    done = run("users get ann")
    assert "It begins: <html>\\n\\x1b[2J\n" in done.stderr
    assert ".body" not in done.stderr


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s ago"),
        (99, "99 s ago"),
        (180, "3 min ago"),
        (7200, "2 h ago"),
        (864_000, "10 days ago"),
    ],
)
def test_an_age_is_told_in_the_unit_that_suits_it(seconds: float, text: str) -> None:
    assert ago(seconds) == text
