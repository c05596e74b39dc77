"""`users.ensure_many`, sync and async, over real HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from support.fake import FakeRuntime, FakeServer

from cometchat_session import AsyncCometChatAdmin, BulkProgress, CometChatAdmin, RetryPolicy, errors
from cometchat_session._backend.bulk.failure_spool import IN_MEMORY, FailureSpool
from cometchat_session._backend.bulk.throttle import Throttle, ThrottledTransport
from cometchat_session._runtime.port import run_sync
from cometchat_session._secret import Secret
from cometchat_session._transport.operations import ANY_CLIENT, GET_ME
from cometchat_session._transport.request import ApiRequest, CallBudget
from cometchat_session.models.bulk import RowFailure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from backend.conftest import Office

    from cometchat_session.emulator import Emulator


def people(count: int, **fields: Any) -> Iterator[dict[str, Any]]:
    return ({"uid": f"user-{number}", "name": f"User {number}", **fields} for number in range(count))


@pytest.fixture(autouse=True)
def _quiet(emulator: Emulator) -> Iterator[None]:
    """Wait for the requests of a bulk that was broken off: they must not come in during the next test."""
    yield
    seen = -1
    while seen != (seen := len(emulator.requests)):
        time.sleep(0.02)


def until(happened: Callable[[], bool]) -> None:
    while not happened():
        time.sleep(0.01)


def posts(office: Office) -> Counter[str]:
    """Return how often each user was to be created."""
    return Counter(one["body"]["uid"] for one in office.emulator.requests if one["method"] == "POST")


def test_what_becomes_of_each_row(office: Office) -> None:
    admin = office.client()
    admin.users.create("user-0", "User 0", tags=["a"])
    admin.users.create("user-1", "Old name")
    heard: list[BulkProgress] = []
    rows = [
        *people(4, tags=("a",), avatar=None),
        {"uid": "user-4"},
        {"uid": "a b", "name": "A"},
        {"uid": "user-5", "name": "E", "avatar": "no url"},
        "no row",
        {"uid": "user-6", "name": "F", "nmae": "F"},
        {"uid": "user-6", "name": "F", "metadata": "{}"},
    ]
    report = admin.users.ensure_many(rows, concurrency=1, on_progress=heard.append)
    assert (report.created, report.updated, report.unchanged, report.failed) == (2, 1, 1, 6)
    assert report.done == 10
    assert [progress.done for progress in heard] == list(range(1, 11))
    failures = sorted(report.failures, key=lambda one: one.number)
    assert [(one.number, one.uid, one.code) for one in failures] == [
        (5, "user-4", "ConfigurationError"),
        (6, "a b", "InvalidUIDError"),
        (7, "user-5", "ERR_BAD_REQUEST"),
        (8, None, "ConfigurationError"),
        (9, "user-6", "ConfigurationError"),
        (10, "user-6", "ConfigurationError"),
    ]
    assert "nmae" in failures[4].message
    details = {"avatar": ["The avatar must be a valid URL."]}
    assert failures[2].details == details
    assert "avatar: The avatar must be a valid URL." in failures[2].message
    assert failures[1].details is None
    assert set(report.failures) == set(failures)
    assert set(posts(office)) == {"user-0", "user-1", "user-2", "user-3", "user-5"}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("uid", 7, 'uid must be text, written "7".'),
        ("name", 1.5, 'name must be text, written "1.5".'),
        ("role", True, "role must be text, not true or false."),
        ("link", ["a"], "link must be text, not a list."),
        ("metadata", "{}", "metadata must be an object, not text."),
        ("tags", "a", "tags must be a list of texts, not text."),
        ("tags", {1}, "tags must be a list of texts, not set."),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_in_the_words_of_who_wrote_it(
    office: Office, field: str, value: object, says: str
) -> None:
    report = office.client().users.ensure_many([{"uid": "ann", "name": "Ann", field: value}])
    assert [one.message for one in report.failures] == [says]


def test_each_row_is_told_of_as_it_was_given(office: Office) -> None:
    rows = [*people(20), {"uid": "?", "name": "?"}]
    told: list[Any] = []
    office.client().users.ensure_many(rows, on_row=told.append)
    assert sorted(one.number for one in told) == list(range(1, 22))
    assert all(one.row is rows[one.number - 1] for one in told)
    assert {one.outcome for one in told if one.number < 21} == {"created"}
    assert told[-1].error is None or isinstance(told[-1].error, errors.InvalidUIDError)
    assert "User 3" not in repr(told[3])


def test_rows_are_taken_as_they_are_needed(office: Office) -> None:
    taken, most = 0, 0

    def endless() -> Iterator[dict[str, Any]]:
        nonlocal taken
        for row in people(60):
            taken += 1
            yield row

    def ahead(progress: BulkProgress) -> None:
        nonlocal most
        most = max(most, taken - progress.done)

    office.client().users.ensure_many(endless(), concurrency=4, on_progress=ahead)
    assert most <= 5


def test_a_wait_for_the_limit_is_told_of(office: Office) -> None:
    office.emulator.fault("status", status=429, headers={"Retry-After": "3"}, times=1)
    heard: list[BulkProgress] = []
    office.client().users.ensure_many(people(3), concurrency=1, on_progress=heard.append)
    waits = [progress.waiting for progress in heard if not progress.done]
    assert waits
    assert all(0 < wait <= 3.3 for wait in waits)  # with the jitter
    assert waits == sorted(waits, reverse=True)
    assert [progress.waiting for progress in heard if progress.done] == [0.0] * 3


def test_no_more_at_once_than_allowed(office: Office) -> None:
    office.emulator.fault("delay", seconds=0.05)
    began = time.monotonic()
    office.client().users.ensure_many(people(12), concurrency=4)
    took = time.monotonic() - began
    assert took >= 3 * 0.05
    entries = office.emulator._app.record.detailed(100)
    spans = [(one["at"], one["at"] + one["seconds"]) for one in entries]
    assert max(sum(a <= moment < b for a, b in spans) for moment, _ in spans) == 4


def test_rows_of_one_user_keep_their_order(office: Office) -> None:
    admin = office.client()
    rows = [{"uid": "Ann" if number % 2 else "ann", "name": f"Ann {number}"} for number in range(9)]
    report = admin.users.ensure_many(rows, concurrency=4)
    assert (report.created, report.updated) == (1, 8)
    assert admin.users.get("ann").name == "Ann 8"


def test_a_bulk_of_existing_users_costs_one_request_each(office: Office) -> None:
    admin = office.client()
    admin.users.ensure_many(people(50))
    assert len(office.asked) == 50
    report = admin.users.ensure_many(people(50), concurrency=1)
    assert report.unchanged == 50
    assert len(office.asked) <= 60


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("turn", [1, 20])  # the first row is created first, the last one is looked up first
def test_a_user_who_seems_gone_once_fails_no_row(office: Office, method: str, turn: int) -> None:
    admin = office.client()
    admin.users.ensure_many(people(20))
    rows = [
        {**row, "name": "New name"} if number == turn else row for number, row in enumerate(people(20), 1)
    ]
    path, body = f"/users/user-{turn - 1}", {"error": {"code": "ERR_UID_NOT_FOUND"}}
    office.emulator.fault("status", method=method, path=path, status=404, body=body, times=1)
    report = admin.users.ensure_many(rows, concurrency=1)
    assert (report.updated, report.unchanged, list(report.failures)) == (1, 19, [])


def test_a_deactivated_user_fails_with_the_way_out_either_way(office: Office) -> None:
    admin = office.client()
    admin.users.ensure_many(people(20))
    admin.users.deactivate("user-0", "user-19")
    report = admin.users.ensure_many(people(20), concurrency=1)
    first, last = report.failures
    assert (first.number, last.number) == (1, 20)
    assert "reactivate" in first.message
    assert first.message.replace("user-0", "user-19") == last.message


@pytest.mark.parametrize(
    ("key", "kind"),
    [("0" * 40, errors.APIKeyNotFoundError), (None, errors.PermissionDeniedError)],
    ids=["unknown key", "Auth Key"],
)
def test_a_bad_key_stops_at_once(office: Office, key: str | None, kind: type[Exception]) -> None:
    admin = office.client(api_key=key or office.emulator.auth_key)
    rows = [{"uid": f"cometchat-uid-{1 + number % 5}", "name": "Name"} for number in range(40_000)]
    with pytest.raises(kind):
        admin.users.ensure_many(rows, concurrency=4)
    assert len(office.asked) <= 8


@pytest.mark.parametrize("code", ["ERR_SUBSCRIPTION_EXPIRED", "ERR_PLAN_QUOTA_RESTRICTION"])
def test_a_used_up_plan_stops_too(office: Office, code: str) -> None:
    office.emulator.fault("status", status=402, body={"error": {"code": code}})
    with pytest.raises(errors.PlanError):
        office.client().users.ensure_many(people(100), concurrency=2)
    assert len(office.asked) <= 4


def test_a_client_that_is_closed_stops_too(office: Office) -> None:
    admin = office.client()
    getattr(admin, "close" if office.kind is CometChatAdmin else "aclose")()
    with pytest.raises(errors.NetworkError, match="closed"):
        admin.users.ensure_many(people(40_000), concurrency=4)
    assert office.asked == []


def test_closing_the_client_ends_a_bulk(office: Office) -> None:
    admin = office.client()
    client = admin.subject
    closing: list[asyncio.Task[None]] = []

    def close(progress: BulkProgress) -> None:
        if progress.done == 20:
            if isinstance(client, CometChatAdmin):
                client.close()
            else:
                closing.append(asyncio.get_running_loop().create_task(client.aclose()))

    with pytest.raises(errors.NetworkError):
        admin.users.ensure_many(people(40_000), concurrency=4, on_progress=close)
    assert len(office.asked) < 40


def test_trouble_with_one_row_is_repeated_and_then_the_row_s_own(office: Office) -> None:
    office.emulator.fault("status", method="POST", status=503, times=2)
    assert office.client().users.ensure_many(people(10)).created == 10
    office.emulator.reset()
    office.emulator.fault("status", method="POST", status=500, times=3)
    report = office.client().users.ensure_many(people(10), concurrency=1)
    assert (report.created, report.failed) == (9, 1)


def test_refusals_are_waited_for_and_cost_no_row(office: Office) -> None:
    office.emulator.fault(
        "status",
        status=429,
        headers={"Retry-After": "1"},
        body={"error": {"code": "ERR_TOO_MANY_REQUESTS"}},
        times=4,
    )
    began = time.monotonic()
    # One attempt and a deadline shorter than the wait: neither is about refusals.
    retry = RetryPolicy(attempts=1, deadline=0.9)
    report = office.client(retry=retry).users.ensure_many(people(30), concurrency=4)
    assert report.created == 30
    assert time.monotonic() - began >= 1.0


def test_a_server_that_always_refuses_ends_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cometchat_session._backend.bulk.throttle.MOST_REFUSALS", 3)
    office.emulator.fault("status", status=429, headers={"Retry-After": "0"})
    with pytest.raises(errors.RateLimitedError):
        office.client().users.ensure_many(people(1000), concurrency=4)
    assert len(office.asked) < 40


def test_a_limit_is_kept_by_the_headers_alone(office: Office) -> None:
    office.emulator.configure(rate_limit_core=40, rate_limit_window=1)
    report = office.client().users.ensure_many(people(70), concurrency=8)
    assert report.created == 70
    refused = [one for one in office.emulator.requests if one["status"] == 429]
    assert not refused
    assert set(posts(office).values()) == {1}


def test_a_listener_s_error_ends_the_run_and_leaves_nothing_behind(office: Office) -> None:
    admin = office.client()

    def fail(progress: BulkProgress) -> None:
        if progress.done == 5:
            raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        admin.users.ensure_many(people(1000), concurrency=4, on_progress=fail)
    assert len(office.asked) <= 12
    assert not [thread for thread in threading.enumerate() if thread.name == "cometchat-bulk"]
    assert admin.users.ensure_many(people(20)).done == 20


def test_an_error_of_the_rows_is_the_caller_s(office: Office) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield from people(5)
        raise LookupError("the file ends here")

    told: list[Any] = []
    with pytest.raises(LookupError, match="ends here"):
        office.client().users.ensure_many(rows(), concurrency=2, on_row=told.append)
    assert len(told) >= 3


def test_no_rows(office: Office) -> None:
    report = office.client().users.ensure_many([])
    assert (report.done, list(report.failures)) == (0, [])
    assert office.asked == []


@pytest.mark.parametrize("concurrency", [0, 101, 1.5])
def test_bounds(office: Office, concurrency: Any) -> None:
    with pytest.raises(errors.ConfigurationError, match="concurrency"):
        office.client().users.ensure_many([], concurrency=concurrency)


@pytest.fixture
def blocking(emulator: Emulator) -> Iterator[CometChatAdmin]:
    with CometChatAdmin(
        "app", "us", api_key=emulator.rest_api_key, base_url=emulator.url, store="memory:"
    ) as admin:
        yield admin


async def rows_as_they_come(count: int) -> AsyncIterator[dict[str, Any]]:
    for row in people(count):
        await asyncio.sleep(0)
        yield row


def test_asynchronous_rows(emulator: Emulator, blocking: CometChatAdmin) -> None:
    async def run() -> int:
        async with AsyncCometChatAdmin(
            "app", "us", api_key=emulator.rest_api_key, base_url=emulator.url, store="memory:"
        ) as admin:
            return (await admin.users.ensure_many(rows_as_they_come(40), concurrency=4)).created

    assert asyncio.run(run()) == 40
    with pytest.raises(errors.ConfigurationError, match="AsyncCometChatAdmin"):
        blocking.users.ensure_many(rows_as_they_come(1))


def test_a_cancelled_bulk_leaves_no_task(emulator: Emulator) -> None:
    emulator.fault("hang", method="POST")

    async def run() -> set[asyncio.Task[Any]]:
        async with AsyncCometChatAdmin(
            "app", "us", api_key=emulator.rest_api_key, base_url=emulator.url, store="memory:"
        ) as admin:
            task = asyncio.create_task(admin.users.ensure_many(people(100), concurrency=4))
            await asyncio.to_thread(until, lambda: len(emulator.requests) == 4)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            emulator.disarm()
            assert (await admin.users.ensure_many(people(10))).done == 10
        return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}

    assert asyncio.run(run()) == set()


def test_listeners_are_called_where_the_caller_is(blocking: CometChatAdmin) -> None:
    places = set()

    def rows() -> Iterator[dict[str, Any]]:
        for row in people(30):
            places.add(threading.get_ident())
            yield row

    blocking.users.ensure_many(
        rows(),
        on_progress=lambda _: places.add(threading.get_ident()),
        on_row=lambda _: places.add(threading.get_ident()),
    )
    assert places == {threading.get_ident()}


def test_ctrl_c_tells_of_what_was_done_and_does_no_more(emulator: Emulator, blocking: CometChatAdmin) -> None:
    told: list[str] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number, row in enumerate(people(1000)):
            if number == 30:
                os.kill(os.getpid(), signal.SIGINT)
            yield row

    with pytest.raises(KeyboardInterrupt):
        blocking.users.ensure_many(rows(), concurrency=4, on_row=lambda done: told.append(str(done.uid)))
    assert set(told) == {one["body"]["uid"] for one in emulator.requests}
    assert 25 <= len(told) <= 35
    assert not [thread for thread in threading.enumerate() if thread.name == "cometchat-bulk"]


def test_ctrl_c_does_not_wait_for_a_limit_to_end(emulator: Emulator, blocking: CometChatAdmin) -> None:
    emulator.fault("status", status=429, headers={"Retry-After": "60"})
    threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        blocking.users.ensure_many(people(100), concurrency=4)
    assert time.monotonic() - began < 5


def test_no_deadline_passes_in_the_queue() -> None:
    runtime, throttle = FakeRuntime(FakeServer()), Throttle(1)
    transport = ThrottledTransport(runtime.transport(), runtime, throttle).clone()
    request = ApiRequest(
        call=GET_ME(client=ANY_CLIENT), url="", header="authToken", credential=Secret("token")
    )
    limiter = throttle.limiter(request)
    permit = throttle.ask(limiter, runtime.now())
    throttle.refused(limiter, permit, runtime.now(), 60.0, 0.0)
    budget = CallBudget(runtime.now(), 10.0)
    with pytest.raises(errors.AuthTokenNotFoundError) as caught:  # of the played server, asked at last
        run_sync(transport.send(request, budget))
    assert sum(runtime.slept) == pytest.approx(60.0)
    assert budget.left(runtime.now()) == pytest.approx(10.0)
    budget.record(caught.value, runtime.now())
    assert caught.value.elapsed == pytest.approx(0.0)


def test_failures_of_any_number_are_kept_outside_of_memory() -> None:
    spool = FailureSpool()
    count = 2 * IN_MEMORY // 100
    for number in range(count):
        spool.append(RowFailure(number, f"user-{number}", "ERR_X", "x" * 60))
    walk = iter(spool)
    assert next(walk).number == 0
    assert sum(1 for _ in spool) == count
    assert [next(walk).number, next(walk).number] == [1, 2]
