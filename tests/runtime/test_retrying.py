"""The rules of retrying, one by one, on a clock and with random numbers that the tests hold."""

from __future__ import annotations

import asyncio
import logging
import pickle
import re
from contextlib import suppress
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake import FakeRuntime, FakeServer, FakeTransport, build, by_key, by_token, operation_of

from cometchat_session import MemoryStore, RetryPolicy, errors
from cometchat_session._messages import About
from cometchat_session._runtime import retrying
from cometchat_session._runtime.port import run_sync
from cometchat_session._secret import Secret
from cometchat_session._transport.error_mapping import error_from
from cometchat_session._transport.operations import ANY_CLIENT, LOGOUT
from cometchat_session._transport.rate_limit import retry_after
from cometchat_session._transport.request import ApiRequest, CallBudget, RetrySafety
from cometchat_session.errors import (
    CometChatError,
    DeadlineExceededError,
    NetworkError,
    RateLimitedError,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = 1_700_000_000.0
ABOUT = About(asked="PUT /me")
POLICY = RetryPolicy()


def answer(status: int, **fields: Any) -> CometChatError:
    """Return the error for an answer of this status, and no word more."""
    error = error_from(status, {}, b"", about=ABOUT, now=NOW)
    for name, value in fields.items():
        setattr(error, name, value)
    return error


REFUSED = NetworkError("refused", sent="no")
CERTIFICATE = NetworkError("a stranger's certificate", sent="no", code="CERTIFICATE")
RESET = NetworkError("reset", sent="unknown")
SILENT = DeadlineExceededError("no answer", sent="unknown")


class Tries:
    """An attempt that fails as told, and then succeeds; on a clock of its own."""

    def __init__(
        self, *outcomes: CometChatError, lasting: float = 0.0, runtime: type[FakeRuntime] = FakeRuntime
    ) -> None:
        self.outcomes = list(outcomes)
        self.lasting = lasting
        self.runtime = runtime(FakeServer())
        self.given: list[float] = []

    async def send(self, request: Any, budget: CallBudget) -> Any:
        seconds = budget.left(self.runtime.now())
        self.given.append(seconds)
        self.runtime.clock += min(self.lasting, seconds)
        if self.outcomes:
            raise self.outcomes.pop(0)
        return "done"

    def run(self, policy: RetryPolicy = POLICY, safety: RetrySafety = RetrySafety.REPEATABLE) -> str:
        return run_sync(self.begin(policy, safety))

    async def begin(self, policy: RetryPolicy = POLICY, safety: RetrySafety = RetrySafety.REPEATABLE) -> str:
        sender = retrying.RetryingSender(self, self.runtime, policy)
        request: ApiRequest[Any] = ApiRequest(
            call=LOGOUT(client=ANY_CLIENT), url="", header="authToken", credential=Secret("t"), safety=safety
        )
        done: str = await sender.send(request, sender.budget())
        return done

    def clone(self) -> Tries:
        return self

    async def close(self) -> None:
        """Nothing to release."""


# Rule 1: what may be repeated depends on what repeating would do, not on the method


@pytest.mark.parametrize("failure", [RESET, SILENT])
@pytest.mark.parametrize(
    ("safety", "attempts"), [(RetrySafety.REPEATABLE, 3), (RetrySafety.ONCE, 2), (RetrySafety.NEVER, 1)]
)
def test_1_after_an_answer_was_lost(failure: CometChatError, safety: RetrySafety, attempts: int) -> None:
    tries = Tries(*[failure] * 5)
    with pytest.raises(type(failure)) as caught:
        tries.run(safety=safety)
    assert len(tries.given) == caught.value.attempts == attempts


def test_1_one_lost_answer_is_all_that_once_allows() -> None:
    """A refusal in between has certainly not taken safety, so it does not count."""
    tries = Tries(REFUSED, RESET, answer(503))
    assert tries.run(RetryPolicy(attempts=9), RetrySafety.ONCE) == "done"
    tries = Tries(RESET, REFUSED, RESET)
    with pytest.raises(NetworkError):
        tries.run(RetryPolicy(attempts=9), RetrySafety.ONCE)
    assert len(tries.given) == 3


@pytest.mark.parametrize(
    ("want", "lost", "asked"),
    [
        (by_token("ann_token_1"), "login", ["login"] * 3),
        (by_key("ann"), "create_auth_token", ["create_auth_token"] * 2),
        (by_key("ann"), "login", ["create_auth_token", *["login"] * 3]),
    ],
    ids=["token", "making a token", "confirming it"],
)
def test_1_the_calls_of_a_login(want: Any, lost: str, asked: list[str]) -> None:
    server = FakeServer()
    server.token("ann")

    def answer_lost(call: Any) -> Any:
        if operation_of(call) == lost:
            raise NetworkError("reset", sent="unknown")
        return server._mint(call)

    server.faults = [answer_lost] * 9
    manager, _ = build(FakeRuntime(server), MemoryStore())
    with pytest.raises(NetworkError):
        run_sync(manager.login(want))
    assert server.asked == asked


# Rule 2: three attempts in all, and never without an end


def test_2_three_attempts() -> None:
    tries = Tries(*[answer(500)] * 9)
    with pytest.raises(ServerError):
        tries.run()
    assert len(tries.given) == 3


@pytest.mark.parametrize("attempts", [0, -1, 101, float("inf")])
def test_2_attempts_without_end_cannot_be_asked_for(attempts: Any) -> None:
    with pytest.raises(errors.ConfigurationError):
        RetryPolicy(attempts=attempts)


@pytest.mark.parametrize("deadline", [0, -1, float("inf"), float("nan")])
def test_2_nor_time_without_end(deadline: float) -> None:
    with pytest.raises(errors.ConfigurationError):
        RetryPolicy(deadline=deadline)


@pytest.mark.parametrize("name", ["wait_initial", "wait_max"])
@pytest.mark.parametrize("seconds", [-0.1, 86_400.1, float("inf"), float("nan")])
def test_2_nor_pauses_of_no_sense(name: str, seconds: float) -> None:
    options: dict[str, Any] = {name: seconds}
    with pytest.raises(errors.ConfigurationError, match="must be seconds up to a day"):
        RetryPolicy(**options)


# Rules 3 and 4: what is worth another try


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_3_answers_worth_another_try(status: int) -> None:
    assert retrying.may_repeat(answer(status), RetrySafety.REPEATABLE, 0)


@pytest.mark.parametrize("failure", [REFUSED, RESET, SILENT])
def test_3_failures_worth_another_try(failure: CometChatError) -> None:
    assert retrying.may_repeat(failure, RetrySafety.REPEATABLE, 0)


@pytest.mark.parametrize("safety", RetrySafety)
def test_3_what_was_not_sent_may_always_be_sent_again(safety: RetrySafety) -> None:
    assert retrying.may_repeat(REFUSED, safety, 5)


@pytest.mark.parametrize("safety", RetrySafety)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 200, 204, 301, 302])
def test_4_answers_that_do_not_get_better(status: int, safety: RetrySafety) -> None:
    assert not retrying.may_repeat(answer(status), safety, 0)


@pytest.mark.parametrize("safety", RetrySafety)
@pytest.mark.parametrize(
    "failure",
    [CERTIFICATE, errors.InvalidUIDError("no"), errors.UnexpectedResponseError("a portal", status=200)],
)
def test_4_failures_that_do_not_get_better(failure: CometChatError, safety: RetrySafety) -> None:
    assert not retrying.may_repeat(failure, safety, 0)


# Rule 5: full jitter


@given(random=st.floats(0, 1), attempt=st.integers(1, 10_000))
def test_5_the_pause_is_a_random_part_of_a_doubling_bound(random: float, attempt: int) -> None:
    wait = retrying.backoff(POLICY, answer(500), attempt, random)
    assert wait == random * min(8.0, 0.5 * 2 ** min(attempt - 1, 60))


@pytest.mark.parametrize("status", [429, 503])
def test_5_a_throttling_server_gets_a_second(status: int) -> None:
    assert retrying.backoff(POLICY, answer(status), 1, 1.0) == 1.0


class OutOfLuck(FakeRuntime):
    def random(self) -> float:
        return 1.0


def test_5_the_worst_that_is_added_without_the_server_s_word() -> None:
    tries = Tries(answer(500), answer(500), runtime=OutOfLuck)
    assert tries.run() == "done"
    assert tries.runtime.slept == [0.5, 1.0]


# Rule 6: the time that a server names is a floor

DATE = formatdate(NOW + 20, usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": DATE}, 20.0),
        ({"retry-after": formatdate(NOW - 20, usegmt=True)}, 0.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "2", "retry-after-ms": "1500"}, 2.0),
        ({"x-rate-limit-reset": str(NOW + 20)}, 20.0),
        ({"x-ratelimit-reset": str(NOW + 20)}, 20.0),
        ({"x-rate-limit-reset": str(NOW + 120), "date": formatdate(NOW + 100, usegmt=True)}, 20.0),
        ({"retry-after": "7", "x-rate-limit-reset": str(NOW + 20)}, 7.0),
        ({"retry-after": "nonsense", "x-rate-limit-reset": str(NOW + 20)}, 20.0),
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e10"}, None),
        ({"retry-after": "soon"}, None),
        ({"x-rate-limit-reset": "0"}, None),
    ],
    ids=str,
)
def test_6_every_spelling(headers: Mapping[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds
    error = error_from(429, headers, b"", about=ABOUT, now=NOW)
    assert error.retry_after == seconds


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "x-rate-limit-reset"]), st.text()))
def test_6_no_header_makes_it_fail(headers: dict[str, str]) -> None:
    wait = retry_after(headers, NOW)
    assert wait is None or 0 <= wait <= 2**31


@given(floor=st.floats(0, 2**31), random=st.floats(0, 1))
def test_6_nothing_is_taken_off_and_little_is_added(floor: float, random: float) -> None:
    wait = retrying.backoff(POLICY, RateLimitedError("slow down", status=429, retry_after=floor), 1, random)
    assert floor <= wait <= floor + min(1.0, floor / 10)


def test_6_what_does_not_fit_is_not_waited_for() -> None:
    tries = Tries(RateLimitedError("slow down", status=429, retry_after=31.0))
    with pytest.raises(RateLimitedError) as caught:
        tries.run()
    assert (tries.runtime.slept, caught.value.retry_after, caught.value.attempts) == ([], 31.0, 1)


def test_6_what_fits_is_waited_for_whole() -> None:
    tries = Tries(RateLimitedError("slow down", status=429, retry_after=12.0))
    assert tries.run() == "done"
    assert tries.runtime.slept == [12.5]


# Rule 7: one deadline over all of it


@given(
    lasting=st.floats(0, 20),
    attempts=st.integers(1, 20),
    deadline=st.floats(0.01, 60),
    waits=st.lists(st.none() | st.floats(0, 100), max_size=20),
)
def test_7_it_is_over_by_the_deadline(
    lasting: float, attempts: int, deadline: float, waits: list[float | None]
) -> None:
    failures = [ServerError("no", status=503, retry_after=wait) for wait in waits]
    tries = Tries(*failures, lasting=lasting)
    began = tries.runtime.now()
    with suppress(CometChatError):
        tries.run(RetryPolicy(attempts=attempts, deadline=deadline))
    assert tries.runtime.now() - began <= deadline + 1e-6
    assert len(tries.given) <= attempts
    assert all(0 < seconds <= deadline + 1e-6 for seconds in tries.given)


def test_7_each_attempt_gets_what_is_left() -> None:
    tries = Tries(answer(500), answer(500), lasting=4.0)
    tries.run(RetryPolicy(deadline=10.0, wait_initial=1.0))
    assert tries.given == [10.0, 5.5, 0.5]


def test_7_nothing_is_sent_when_a_pause_has_taken_all_of_it() -> None:
    """As where the machine was suspended meanwhile."""
    tries = Tries(answer(503), answer(503))

    def oversleep() -> None:
        tries.runtime.clock += POLICY.deadline

    tries.runtime.on_sleep = oversleep
    with pytest.raises(DeadlineExceededError, match="No time was left") as caught:
        tries.run()
    assert len(tries.given) == 1
    assert caught.value.sent == "no"


def test_7_waiting_for_a_lock_counts() -> None:
    port, store = FakeRuntime(FakeServer()), MemoryStore()
    manager, _ = build(port, store, RetryPolicy(deadline=5.0))
    store.try_lock("key")
    began = port.now()
    with pytest.raises(errors.StoreLockTimeoutError, match="5 seconds"):
        run_sync(manager.login(by_key("ann")))
    assert port.now() - began <= 5.0
    assert port.server.asked == []


class Looking(FakeRuntime):
    """Looks at how long each request may take."""

    def __init__(self, server: FakeServer) -> None:
        super().__init__(server)
        self.given: list[float] = []

    def transport(self) -> FakeTransport:
        runtime = self

        class Noting(FakeTransport):
            async def send(self, request: Any, budget: CallBudget) -> Any:
                runtime.given.append(budget.left(runtime.now()))
                return await super().send(request, budget)

        return Noting(self.server)


def test_7_time_spent_waiting_is_not_there_for_requests() -> None:
    port, store = Looking(FakeServer()), MemoryStore()
    manager, _ = build(port, store, RetryPolicy(deadline=5.0))
    store.try_lock("key")
    port.on_sleep = lambda: store.unlock("key") if port.clock > 1003.0 else None
    run_sync(manager.login(by_key("ann")))
    assert port.given[0] <= 2.0


# Rule 8: no storm, whatever the number of callers, is in promises/test_p02. Rule 9 is in promises/test_p16.

# Rule 10: a logout is done here first, then told within five seconds


@pytest.mark.parametrize("status", [401, 403, 404])
def test_10_a_token_the_server_does_not_know_is_revoked(status: int) -> None:
    server = FakeServer()
    manager, _ = build(FakeRuntime(server), MemoryStore())
    run_sync(manager.login(by_key("ann")))
    server.faults = [answer(status)]
    result = run_sync(manager.logout())
    assert (result.revoked, result.error) == (True, None)


def test_10_it_takes_five_seconds_at_most() -> None:
    server = FakeServer()
    port = FakeRuntime(server)
    manager, _ = build(port, MemoryStore())
    run_sync(manager.login(by_key("ann")))
    server.faults = [RateLimitedError("slow down", status=429, retry_after=6.0)]
    began = port.now()
    result = run_sync(manager.logout())
    assert isinstance(result.error, RateLimitedError)
    assert not result.revoked
    assert port.now() - began <= 5.0
    assert run_sync(manager.session()) is None


# Rule 11, that every wait can be interrupted, is in promises/test_p04 and test_p12, on real clocks.

# Rule 12: everything shows


def test_12_the_error_says_what_was_tried() -> None:
    headers = {"retry-after": "2", "x-request-id": "r-1"}
    tries = Tries(*[error_from(503, headers, b"", about=ABOUT, now=NOW) for _ in range(3)], lasting=1.0)
    with pytest.raises(ServerError) as caught:
        tries.run()
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.attempts, error.status, error.retry_after) == (3, 503, 2.0)
    assert (error.request_id, error.sent) == ("r-1", "yes")
    assert error.elapsed == pytest.approx(3.0 + 2 * 2.1)


@pytest.mark.parametrize("failure", [REFUSED, RESET])
def test_12_whether_it_was_sent_is_said(failure: CometChatError) -> None:
    with pytest.raises(NetworkError) as caught:
        Tries(failure, failure, failure).run()
    assert caught.value.sent == failure.sent


def test_12_one_line_a_retry(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "cometchat_session")
    Tries(answer(500), REFUSED).run()
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert all(re.fullmatch(r"attempt \d failed \(.+\); trying again in \d\.\d\d s", line) for line in lines)


# Rule 13: calls at once do not share their counting


class Polite(FakeRuntime):
    """Lets the others go on while it waits."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


def test_13_two_hundred_calls_at_once_count_for_themselves() -> None:
    async def one(number: int) -> int | None:
        failures = number % 3
        count = 3 if failures == 2 else failures
        tries = Tries(*[answer(500)] * count, runtime=Polite)
        try:
            await tries.begin()
        except CometChatError as error:
            return error.attempts
        return -len(tries.given)

    async def all_of_them() -> list[int | None]:
        return await asyncio.gather(*(one(number) for number in range(200)))

    assert asyncio.run(all_of_them()) == [{0: -1, 1: -2, 2: 3}[number % 3] for number in range(200)]
