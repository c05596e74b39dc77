"""J5, the data engineer: all the users there are have to be in chat, and the plan is the free one."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from support.processes import until

from journeys.person import Screen

if TYPE_CHECKING:
    from journeys.person import Person

ROWS, LIMIT, WINDOW = 300, 100, 2  # the free plan in small: 500 a minute would take the test minutes
TOO_LONG, NO_UID = 7, 200  # the rows that are not as they should be


def users() -> str:
    lines = [f"user-{number},User {number},staff;night" for number in range(1, ROWS + 1)]
    lines[TOO_LONG - 1] = f"user-7,{'x' * 101},"
    lines[NO_UID - 1] = "user 200,User 200,"
    return "\n".join(["uid,name,tags", *lines, ""])


def made(person: Person) -> Counter[str]:
    """Return how often each user was made, by what was asked of the server and accepted."""
    calls = person.emulator.requests
    return Counter(call["body"]["uid"] for call in calls if (call["method"], call["status"]) == ("POST", 200))


def test_all_users_are_imported_once_whatever_happens(person: Person) -> None:
    """I rehearse, import, press Ctrl-C, go on, mend what failed; nobody is there twice, the limit is kept."""
    emulator = person.emulator
    emulator.configure(rate_limit_core=LIMIT, rate_limit_standard=LIMIT, rate_limit_window=WINDOW)
    table = person.writes("users.csv", users())

    rehearsed = person.types("cometchat users import users.csv --dry-run")
    assert (rehearsed.status, "Nothing was sent" in rehearsed.out) == (1, True)
    assert f"{ROWS} rows, 1 of them not as they should be" in rehearsed.out
    assert f"row {NO_UID} (user 200): InvalidUIDError" in rehearsed.err
    assert emulator.requests == []
    assert [path.name for path in person.home.iterdir()] == ["users.csv"]

    screen = Screen()
    importing = person.begins("cometchat users import users.csv", terminal=screen.terminal)
    until(lambda: len(made(person)) > LIMIT + 10)
    importing.presses_ctrl_c()
    stopped = importing.ends()
    shown = screen.shown()
    assert (stopped.status, stopped.out) == (1, "")
    for part in (f"/{ROWS}", "/s", ":", "1 failed", "The same command goes on from there."):
        assert part in shown  # a bar: rows done, how fast, time left, and how to go on
    before = len(made(person))
    assert LIMIT + 10 < before < ROWS - 2

    finished = person.types("cometchat users import users.csv")
    assert finished.status == 1  # for two rows failed
    assert f"{ROWS - 2} created, 0 updated, 0 unchanged, 2 failed" in finished.out
    assert "users.csv.failures.jsonl: mend them and import that file" in finished.out
    # Nobody was made twice, and nobody was even asked for twice: no row is done again.
    assert (len(made(person)), *made(person).most_common(1)[0][1:]) == (ROWS - 2, 1)
    statuses = Counter(call["status"] for call in emulator.requests)
    assert statuses.pop(200) == ROWS - 2
    assert statuses.pop(400) == 1  # the name that is too long, which the server alone can tell
    assert set(statuses) <= {429}
    assert statuses[429] <= ROWS // 100

    failures = person.home / "users.csv.failures.jsonl"
    rows = [json.loads(line) for line in failures.read_text(encoding="utf-8").splitlines()]
    assert {(row["error"]["number"], row["error"]["code"]) for row in rows} == {
        (TOO_LONG, "ERR_BAD_REQUEST"),
        (NO_UID, "InvalidUIDError"),
    }
    mended = failures.read_text(encoding="utf-8").replace("x" * 101, "User 7").replace("user 200", "user-200")
    failures.write_text(mended, encoding="utf-8")
    emulator.configure(rate_limit_core=0, rate_limit_standard=0)
    assert person.runs(f"cometchat users import {failures.name}").startswith("2 created")
    assert not (person.home / "users.csv.progress").exists()

    table.write_text(users().replace("x" * 101, "User 7").replace("user 200", "user-200"), encoding="utf-8")
    again = json.loads(person.runs("cometchat users import users.csv --json"))
    assert (again["created"], again["updated"], again["unchanged"], again["failed"]) == (0, 0, ROWS, 0)
    uids = [user["uid"] for user in emulator.state["users"] if user["uid"].startswith("user-")]
    assert sorted(uids) == sorted(f"user-{number}" for number in range(1, ROWS + 1))
