"""Jobs wait for a chat that is away, and are done when it is back; on a clock that the test holds."""

from __future__ import annotations

import pickle
import sqlite3
from typing import TYPE_CHECKING

import pytest
from worker import SCHEMA, EnsureUser, put, work

from cometchat_session import APIKeyNotFoundError, CometChatAdmin, RetryPolicy
from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(":memory:")
    database.execute(SCHEMA)
    yield database
    database.close()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def chat(emulator: Emulator) -> Iterator[CometChatAdmin]:
    settings = emulator.environment | {"COMETCHAT_STORE": "memory:"}
    with CometChatAdmin.from_settings(settings, retry=RetryPolicy(attempts=1, deadline=5.0)) as chat:
        yield chat


def test_a_job_is_done_once(database: sqlite3.Connection, chat: CometChatAdmin, emulator: Emulator) -> None:
    put(database, EnsureUser("ann", "Ann"))
    assert work(database, chat) is None
    assert chat.users.get("ann").name == "Ann"
    emulator.clear_requests()
    assert work(database, chat) is None
    assert emulator.requests == []


def test_jobs_outlast_a_chat_that_is_down(
    database: sqlite3.Connection, chat: CometChatAdmin, emulator: Emulator
) -> None:
    clock = [1000.0]
    put(database, EnsureUser("ann", "Ann"))
    port = int(emulator.url.rpartition(":")[2])
    emulator.stop()
    waits = []
    for _ in range(4):
        waits.append(work(database, chat, lambda: clock[0]) or 0.0)
        clock[0] += waits[-1]
    assert waits == [1.0, 2.0, 4.0, 8.0]
    with Emulator(port=port) as back:
        assert work(database, chat, lambda: clock[0]) is None
        assert "ann" in {user["uid"] for user in back.state["users"]}


def test_the_server_s_word_is_kept(
    database: sqlite3.Connection, chat: CometChatAdmin, emulator: Emulator
) -> None:
    put(database, EnsureUser("ann", "Ann"))
    emulator.fault("status", status=429, times=1, headers={"Retry-After": "90"})
    assert work(database, chat, lambda: 0.0) == 90.0
    emulator.clear_requests()
    assert work(database, chat, lambda: 89.0) == 1.0
    assert emulator.requests == []
    assert work(database, chat, lambda: 91.0) is None


def test_a_hopeless_job_stops_nobody(database: sqlite3.Connection, chat: CometChatAdmin) -> None:
    put(database, EnsureUser("not a uid", "Nobody"))
    put(database, EnsureUser("bob", "Bob"))
    assert work(database, chat) is None
    assert chat.users.get("bob").name == "Bob"
    (why,) = database.execute("select failed from jobs").fetchone()
    assert "not a uid" in why


def test_a_chat_that_is_away_is_not_asked_once_for_each_job(
    database: sqlite3.Connection, chat: CometChatAdmin, emulator: Emulator
) -> None:
    for number in range(5):
        put(database, EnsureUser(f"member-{number}", "Somebody"))
    emulator.fault("status", status=503)
    assert work(database, chat, lambda: 0.0) == 1.0
    assert work(database, chat, lambda: 0.5) == 0.5
    assert len(emulator.requests) == 1
    emulator.disarm()
    emulator.fault("status", status=429, times=1, headers={"Retry-After": "60"})
    assert work(database, chat, lambda: 1.0) == 60.0
    assert work(database, chat, lambda: 60.0) == 1.0
    assert len(emulator.requests) == 2
    assert work(database, chat, lambda: 61.0) is None
    assert database.execute("select count(*) from jobs").fetchone() == (0,)


def test_a_wrong_key_ends_the_worker_and_no_job(database: sqlite3.Connection, emulator: Emulator) -> None:
    put(database, EnsureUser("ann", "Ann"))
    settings = emulator.environment | {"COMETCHAT_REST_API_KEY": "f" * 40, "COMETCHAT_STORE": "memory:"}
    with CometChatAdmin.from_settings(settings) as chat, pytest.raises(APIKeyNotFoundError):
        work(database, chat)
    assert database.execute("select uid, failed from jobs").fetchall() == [("ann", None)]


def test_a_job_that_was_rolled_back_is_not_there(database: sqlite3.Connection) -> None:
    put(database, EnsureUser("ann", "Ann"))
    database.rollback()
    assert database.execute("select count(*) from jobs").fetchone() == (0,)


def test_a_job_pickles() -> None:
    job = EnsureUser("ann", "Ann")
    assert pickle.loads(pickle.dumps(job)) == job
