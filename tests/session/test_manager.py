"""The rules of a session: every cell of the table of calls, over a scripted port."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve
from support.fake import KEY, FakeRuntime, FakeServer, build, by_key, by_token

from cometchat_session import errors
from cometchat_session._runtime.port import run_sync
from cometchat_session._secret import Secret
from cometchat_session._session import listeners
from cometchat_session._transport.request import closed
from cometchat_session.retry_policy import RetryPolicy
from cometchat_session.stores.memory import MemoryStore
from cometchat_session.stores.record import Record, Session, new_id

if TYPE_CHECKING:
    from cometchat_session._transport.request import ApiRequest

LOGIN = ["create_auth_token", "login"]


class LockedStore(MemoryStore):
    """A store whose lock somebody else holds for so many looks."""

    def __init__(self, looks: int, then: Any = None) -> None:
        super().__init__()
        self.looks = looks
        self.then = then

    def try_lock(self, key: str) -> bool:
        self.looks -= 1
        if self.looks == 0 and self.then:
            self.then()
        return self.looks < 0 and super().try_lock(key)


class Unlocked(MemoryStore):
    """The same records under a lock of its own: another process whose lock does not hold."""

    def __init__(self, shared: MemoryStore) -> None:
        super().__init__()
        self._records = shared._records


class House:
    """One client over a memory store and a fake server."""

    def __init__(self, policy: RetryPolicy = RetryPolicy()) -> None:
        self.server = FakeServer()
        self.runtime = FakeRuntime(self.server)
        self.store = LockedStore(0)
        self.manager, self.recorder = build(self.runtime, self.store, policy)

    def login(self, want: Any) -> str:
        return run_sync(self.manager.login(want)).uid

    def logout(self) -> Any:
        return run_sync(self.manager.logout())

    def verify(self) -> str | None:
        user = run_sync(self.manager.verified_user())
        return None if user is None else user.uid

    @property
    def session(self) -> tuple[str, str] | None:
        session = self.store.load("key").session
        return None if session is None else (session.uid, session.auth_token.reveal())

    @property
    def stored(self) -> Session:
        session = self.store.load("key").session
        assert session is not None
        return session

    def take(self) -> tuple[list[str], list[str]]:
        """Return requests and events since the last look."""
        asked, self.server.asked = self.server.asked, []
        heard, self.recorder.events = self.recorder.events, []
        return asked, heard


@pytest.fixture
def house() -> House:
    return House()


def test_login_by_key_makes_a_token_then_enters(house: House) -> None:
    assert house.login(by_key("ann")) == "ann"
    assert house.take() == (LOGIN, ["login_success ann"])
    assert house.session == ("ann", "ann_token_1")


def test_login_by_token_enters(house: House) -> None:
    token = house.server.token("bob")
    assert house.login(by_token(token)) == "bob"
    assert house.take() == (["login"], ["login_success bob"])
    assert house.session == ("bob", token)


def test_the_same_user_again_costs_nothing_and_tells_nobody(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    assert house.login(by_key("ann")) == "ann"
    assert house.login(by_token("ann_token_1")) == "ann"
    assert house.take() == ([], [])


def test_verify_asks_the_server_and_tells_nobody(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    assert house.login(by_key("ann", verify=True)) == "ann"
    assert house.login(by_token("ann_token_1", verify=True)) == "ann"
    assert house.take() == (["get_me", "get_me"], [])


def test_verify_logs_in_afresh_when_the_token_is_dead(house: House) -> None:
    house.login(by_key("ann"))
    house.server.tokens.clear()
    house.take()
    assert house.login(by_key("ann", verify=True)) == "ann"
    assert house.take() == (["get_me", *LOGIN], ["login_success ann"])
    assert house.session == ("ann", "ann_token_2")


def test_verify_keeps_the_session_when_the_network_is_down(house: House) -> None:
    house.login(by_key("ann"))
    house.server.faults = [errors.NetworkError("down", sent="yes", code="X")] * 3
    with pytest.raises(errors.NetworkError):
        house.login(by_key("ann", verify=True))
    assert house.session == ("ann", "ann_token_1")


def test_force_always_logs_in_afresh(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    house.login(by_key("ann", force=True))
    assert house.take() == (LOGIN, ["login_success ann"])
    assert house.session == ("ann", "ann_token_2")


def test_another_user_is_refused_before_any_request(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    with pytest.raises(errors.AlreadyLoggedInError, match="Logged in as 'ann'"):
        house.login(by_key("bob"))
    assert house.take() == ([], [])
    assert house.session == ("ann", "ann_token_1")


def test_switch_user_logs_in_then_ends_the_former_token(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    assert house.login(by_key("bob", switch_user=True)) == "bob"
    assert house.take() == ([*LOGIN, "logout"], ["login_success bob"])
    assert list(house.server.tokens) == ["bob_token_2"]


def test_a_failed_switch_changes_nothing(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    with pytest.raises(errors.UserNotFoundError):
        house.login(by_key("nobody", switch_user=True))
    assert house.take() == (["create_auth_token"], ["login_failure UserNotFoundError"])
    assert house.session == ("ann", "ann_token_1")


def test_a_new_token_of_the_same_user_replaces_the_old_one(house: House) -> None:
    house.login(by_key("ann"))
    token = house.server.token("ann")
    house.take()
    assert house.login(by_token(token)) == "ann"
    assert house.take() == (["login"], ["login_success ann"])
    assert house.session == ("ann", token)


def test_a_token_of_another_user_is_refused_after_one_request(house: House) -> None:
    house.login(by_key("ann"))
    token = house.server.token("bob")
    house.take()
    with pytest.raises(errors.AlreadyLoggedInError):
        house.login(by_token(token))
    assert house.take() == (["login"], ["login_failure AlreadyLoggedInError"])
    assert house.session == ("ann", "ann_token_1")
    assert token in house.server.tokens


def test_a_token_of_another_user_may_switch(house: House) -> None:
    house.login(by_key("ann"))
    token = house.server.token("bob")
    house.take()
    assert house.login(by_token(token, switch_user=True)) == "bob"
    assert house.take() == (["login", "logout"], ["login_success bob"])


def test_a_reply_for_another_user_is_refused(house: House) -> None:
    house.server.faults = [None, lambda call: {"data": {"uid": "bob"}}]
    with pytest.raises(errors.IdentityMismatchError):
        house.login(by_key("ann"))
    house.server.faults = [lambda call: {"data": {"uid": "bob", "authToken": "t"}}]
    with pytest.raises(errors.IdentityMismatchError):
        house.login(by_key("ann"))
    assert house.session is None


def test_the_reply_s_uid_is_folded(house: House) -> None:
    house.server.faults = [None, lambda call: {"data": {"uid": "ANN"}}]
    assert house.login(by_key("ann")) == "ann"


def test_nothing_verified_without_a_session(house: House) -> None:
    assert house.verify() is None
    assert house.take() == ([], [])


def test_verified_user_is_stored(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    house.server.faults = [lambda call: {"data": {"uid": "ann", "name": "Anna", "settings": []}}]
    before = house.stored
    assert house.verify() == "ann"
    after = house.stored
    assert (after.user.name, after.created_at, after.auth_token) == (
        "Anna",
        before.created_at,
        before.auth_token,
    )
    assert after.verified_at >= before.verified_at
    assert house.take() == (["get_me"], [])


def test_a_dead_token_ends_the_session_once(house: House) -> None:
    house.login(by_key("ann"))
    house.server.tokens.clear()
    house.take()
    assert house.verify() is None
    assert house.verify() is None
    assert house.take() == (["get_me"], ["logout_success"])
    assert house.session is None


def test_only_the_current_token_dies(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    run_sync(house.manager.drop(Secret("another")))
    assert house.take() == ([], [])
    assert house.session == ("ann", "ann_token_1")


def test_a_session_that_changed_while_its_token_died_is_kept(house: House) -> None:
    house.login(by_key("ann"))
    house.server.tokens.clear()

    def somebody_logs_in_again(request: ApiRequest[Any]) -> dict[str, Any]:
        other, _ = build(FakeRuntime(house.server), house.store)
        run_sync(other.login(by_key("ann", force=True)))
        raise errors.AuthTokenNotFoundError("no such token", status=401)

    house.server.faults = [somebody_logs_in_again]
    house.take()
    assert house.verify() == "ann"
    assert house.take()[1] == []
    assert house.session == ("ann", "ann_token_2")


def test_a_refresh_that_began_before_a_logout_does_not_write_after_it(house: House) -> None:
    house.login(by_key("ann"))

    def logged_out_meanwhile(request: ApiRequest[Any]) -> dict[str, Any]:
        house.logout()
        return {"data": {"uid": "ann"}}

    house.server.faults = [logged_out_meanwhile]
    house.verify()
    assert house.session is None


def test_logout_removes_first_and_then_tells_the_server(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    house.server.faults = [lambda call: {"data": {"gone before": house.session is None}}]
    result = house.logout()
    assert (result.revoked, result.error) == (True, None)
    assert house.take() == (["logout"], ["logout_success"])
    assert house.session is None


def test_logout_without_a_session_does_nothing(house: House) -> None:
    result = house.logout()
    assert (result.revoked, result.error) == (False, None)
    assert house.take() == ([], [])


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_token_the_server_does_not_know_counts_as_revoked(house: House, status: int) -> None:
    house.login(by_key("ann"))
    house.server.faults = [errors.APIError("no", status=status)]
    assert house.logout().revoked


def test_logout_reports_the_network_and_does_not_raise(house: House) -> None:
    house.login(by_key("ann"))
    house.take()
    house.server.faults = [errors.NetworkError("down", sent="unknown")] * 9
    result = house.logout()
    assert not result.revoked
    assert isinstance(result.error, errors.NetworkError)
    assert house.session is None
    assert house.take() == (["logout"] * 3, ["logout_success"])


def test_logout_takes_five_seconds_at_most(house: House) -> None:
    house.login(by_key("ann"))
    house.server.faults = [errors.ServerError("busy", status=503, retry_after=4.9)] * 9
    before = house.runtime.clock
    assert not house.logout().revoked
    assert house.runtime.clock - before < 5.0


def test_the_device_keeps_its_id_over_logouts(house: House) -> None:
    devices = []

    def remember(request: ApiRequest[Any]) -> dict[str, Any]:
        devices.append(request.call.kwargs["body"].device_id)
        return {"data": {"uid": "ann"}}

    for _ in range(2):
        house.server.faults = [None, remember]
        house.login(by_key("ann"))
        house.logout()
    assert devices[0] == devices[1]


def waiting(looks: int, policy: RetryPolicy = RetryPolicy()) -> House:
    house = House(policy)
    house.store.looks = looks
    return house


def other_login(house: House, want: Any, *faults: Any) -> None:
    """Let another process log in through the same store, while the first one waits."""

    def act() -> None:
        house.server.faults = list(faults)
        other, _ = build(FakeRuntime(house.server), Unlocked(house.store))
        with contextlib.suppress(errors.CometChatError):
            run_sync(other.login(want))

    house.store.then = act


def test_a_waiter_gets_the_result_of_the_login_it_waited_for() -> None:
    house = waiting(3)
    other_login(house, by_key("ann", force=True))
    assert house.login(by_key("ann", force=True)) == "ann"
    assert house.take() == (LOGIN, ["login_success ann"])


def test_a_waiter_gets_the_failure_of_the_login_it_waited_for() -> None:
    house = waiting(3)
    other_login(house, by_key("ann"), errors.UserNotFoundError("gone", status=404, code="ERR_UID_NOT_FOUND"))
    with pytest.raises(errors.UserNotFoundError, match="gone") as caught:
        house.login(by_key("ann"))
    assert caught.value.code == "ERR_UID_NOT_FOUND"
    assert house.take() == (["create_auth_token"], ["login_failure UserNotFoundError"])


def test_who_arrives_after_a_failure_tries_again(house: House) -> None:
    house.server.faults = [errors.UserNotFoundError("gone", status=404)]
    with pytest.raises(errors.UserNotFoundError):
        house.login(by_key("ann"))
    assert house.login(by_key("ann")) == "ann"


def test_another_key_s_failure_is_not_shared() -> None:
    house = waiting(3)
    other_login(house, by_key("ann", key=Secret("b" * 40)))
    assert house.login(by_key("ann")) == "ann"
    assert house.take() == (["create_auth_token", *LOGIN], ["login_success ann"])


def test_a_waiter_takes_the_session_of_a_login_that_asked_otherwise() -> None:
    house = waiting(3)
    other_login(house, by_key("ann", force=True))
    assert house.login(by_key("ann")) == "ann"
    assert house.take() == (LOGIN, [])


def test_a_waiter_whose_result_died_meanwhile_logs_in_itself() -> None:
    house = waiting(3)
    other_login(house, by_key("ann"))
    act = house.store.then

    def then_die() -> None:
        act()
        old = house.store.load("key")
        house.store.save("key", evolve(old, session=None, revision=new_id()), expected=old)

    house.store.then = then_die
    assert house.login(by_key("ann")) == "ann"
    assert house.take()[0] == LOGIN * 2


def test_a_waiter_sees_the_rule_for_another_user() -> None:
    house = waiting(3)
    other_login(house, by_key("bob"))
    with pytest.raises(errors.AlreadyLoggedInError):
        house.login(by_key("ann"))


def test_a_waiter_gives_up_at_the_deadline() -> None:
    house = waiting(10**9, RetryPolicy(deadline=2.0))
    with pytest.raises(errors.StoreLockTimeoutError, match="2 seconds"):
        house.login(by_key("ann"))
    assert house.runtime.clock <= 1002.0
    assert max(house.runtime.slept) <= house.store.poll[1]


def test_a_logout_while_waiting_ends_the_login() -> None:
    house = waiting(3)
    shared = house.store
    shared.then = lambda: shared.save(
        "key", Record(revision="r", generation="g"), expected=shared.load("key")
    )
    with pytest.raises(errors.NotLoggedInError, match="while this login was running"):
        house.login(by_key("ann"))
    assert house.session is None


@pytest.mark.parametrize("token_login", [False, True])
def test_a_logout_during_the_requests_wins_and_the_new_token_ends(house: House, token_login: bool) -> None:
    def logged_out_meanwhile(request: ApiRequest[Any]) -> dict[str, Any]:
        house.logout()
        return {"data": {"uid": "ann"}}

    if token_login:
        want = by_token(house.server.token("ann"))
        house.server.faults = [logged_out_meanwhile]
    else:
        want = by_key("ann")
        house.server.faults = [None, logged_out_meanwhile]
    with pytest.raises(errors.NotLoggedInError):
        house.login(want)
    assert house.session is None
    assert house.server.tokens == {}
    assert house.take()[1] == ["login_failure NotLoggedInError"]


def test_a_broken_lock_does_not_make_two_sessions(house: House) -> None:
    def somebody_was_quicker(request: ApiRequest[Any]) -> dict[str, Any]:
        other, _ = build(FakeRuntime(house.server), Unlocked(house.store))
        run_sync(other.login(by_key("ann")))
        return {"data": {"uid": "ann"}}

    house.server.faults = [None, somebody_was_quicker]
    assert house.login(by_key("ann")) == "ann"
    assert house.session == ("ann", "ann_token_2")
    assert list(house.server.tokens) == ["ann_token_2"]


class FailingStore(LockedStore):
    fail = False

    def save(self, key: str, record: Record, *, expected: Record) -> bool:
        if self.fail:
            raise errors.StoreUnavailableError("full")
        return super().save(key, record, expected=expected)


def test_a_store_that_fails_keeps_the_former_session(house: House) -> None:
    store = FailingStore(0)
    house.store = store
    house.manager, house.recorder = build(house.runtime, store)
    house.login(by_key("ann"))
    store.fail = True
    house.take()
    with pytest.raises(errors.StoreUnavailableError):
        house.login(by_key("bob", switch_user=True))
    assert house.take()[1] == ["login_failure StoreUnavailableError"]
    assert house.session == ("ann", "ann_token_1")
    with pytest.raises(errors.StoreUnavailableError):
        house.logout()
    assert house.take() == ([], ["logout_failure StoreUnavailableError"])
    store.fail = False
    assert house.login(by_key("bob", switch_user=True)) == "bob"


def test_a_save_that_loses_the_race_is_repeated(house: House) -> None:
    class Contended(LockedStore):
        left = 3

        def save(self, key: str, record: Record, *, expected: Record) -> bool:
            self.left -= 1
            return self.left < 0 and super().save(key, record, expected=expected)

    house.store = Contended(0)
    house.manager, house.recorder = build(house.runtime, house.store)
    assert house.login(by_key("ann")) == "ann"
    assert house.take() == (LOGIN, ["login_success ann"])


def test_an_attempt_is_announced_once_by_whoever_comes_first(house: House) -> None:
    house.login(by_key("ann"))
    attempt, user = house.store.load("key").attempt, house.stored.user
    assert attempt is not None
    house.take()
    run_sync(house.manager.listeners.login_ended(attempt, user))
    assert house.take() == ([], [])


def test_nobody_can_read_the_key_from_what_waiters_share() -> None:
    digest = by_key("ann").digest()
    assert KEY.reveal() not in digest
    assert by_key("ann").digest() == digest
    assert by_key("ann", force=True).digest() != digest
    assert by_key("ann", key=Secret("b" * 40)).digest() != digest


def test_waiters_share_a_check_and_nobody_is_told_of_a_login() -> None:
    house = waiting(0)
    house.login(by_key("ann"))
    house.take()
    house.store.looks = 3
    other_login(house, by_key("ann", verify=True))
    assert house.login(by_key("ann", verify=True)) == "ann"
    assert house.take() == (["get_me"], [])


def overtaken(house: House, *then: Any) -> None:
    """Have something happen while the server confirms the session."""
    house.login(by_key("ann"))

    def meanwhile(request: ApiRequest[Any]) -> dict[str, Any]:
        house.server.faults = []
        other, _ = build(FakeRuntime(house.server), Unlocked(house.store))
        run_sync(other.logout() if not then else other.login(then[0]))
        return {"data": {"uid": "ann"}}

    house.server.faults = [meanwhile]
    house.take()


def test_a_check_that_a_logout_overtook_finds_nobody(house: House) -> None:
    overtaken(house)
    assert house.verify() is None
    assert house.session is None


def test_a_checking_login_that_a_logout_overtook_fails(house: House) -> None:
    overtaken(house)
    with pytest.raises(errors.NotLoggedInError, match="while this login was running") as caught:
        house.login(by_key("ann", verify=True))
    assert caught.value.attempts == 1
    assert house.session is None


def test_a_checking_login_that_another_user_s_overtook_sees_the_rule(house: House) -> None:
    overtaken(house, by_key("bob", switch_user=True))
    with pytest.raises(errors.AlreadyLoggedInError, match="bob"):
        house.login(by_key("ann", verify=True))
    assert house.session == ("bob", "bob_token_2")
    assert house.take()[0] == ["get_me", *LOGIN, "logout"]


def test_a_checking_login_that_another_login_overtook_takes_its_result(house: House) -> None:
    overtaken(house, by_key("ann", force=True))
    assert house.login(by_key("ann", verify=True)) == "ann"
    assert house.session == ("ann", "ann_token_2")
    assert house.take()[0] == ["get_me", *LOGIN]


@pytest.fixture
def one_token(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A server that hands out the token that a user has already."""

    def token(uid: str) -> str:
        house.server.tokens[f"{uid}_token"] = uid
        return f"{uid}_token"

    monkeypatch.setattr(house.server, "token", token)
    return house


def test_a_broken_lock_does_not_end_the_token_that_both_logins_got(one_token: House) -> None:
    house = one_token

    def somebody_was_quicker(request: ApiRequest[Any]) -> dict[str, Any]:
        other, _ = build(FakeRuntime(house.server), Unlocked(house.store))
        run_sync(other.login(by_key("ann")))
        return {"data": {"uid": "ann"}}

    house.server.faults = [None, somebody_was_quicker]
    assert house.login(by_key("ann")) == "ann"
    assert house.session == ("ann", "ann_token")
    assert list(house.server.tokens) == ["ann_token"]


def test_nor_does_a_login_that_a_logout_and_a_login_overtook(one_token: House) -> None:
    house = one_token

    def out_and_in_again(request: ApiRequest[Any]) -> dict[str, Any]:
        house.logout()
        other, _ = build(FakeRuntime(house.server), Unlocked(house.store))
        run_sync(other.login(by_key("ann")))
        return {"data": {"uid": "ann"}}

    house.server.faults = [None, out_and_in_again]
    with pytest.raises(errors.NotLoggedInError):
        house.login(by_key("ann"))
    assert house.session == ("ann", "ann_token")
    assert list(house.server.tokens) == ["ann_token"]


@pytest.mark.parametrize(
    "own",
    [closed(), errors.StoreLockTimeoutError("the lock was lost"), errors.StoreUnavailableError("hangs")],
    ids=["closed", "lock lost", "store down"],
)
def test_a_failure_of_the_leader_s_own_is_not_shared(own: errors.CometChatError) -> None:
    house = waiting(3)
    other_login(house, by_key("ann"), own)
    assert house.login(by_key("ann")) == "ann"
    assert house.take() == (["create_auth_token", *LOGIN], ["login_success ann"])


def test_a_dead_token_that_cannot_be_removed_is_told(house: House) -> None:
    store = FailingStore(0)
    house.store = store
    house.manager, house.recorder = build(house.runtime, store)
    house.login(by_key("ann"))
    house.server.tokens.clear()
    store.fail = True
    house.take()
    with pytest.raises(errors.StoreUnavailableError):
        house.verify()
    assert house.take() == (["get_me"], ["logout_failure StoreUnavailableError"])


def test_what_was_announced_is_not_remembered_for_ever(house: House) -> None:
    for _ in range(2 * listeners.REMEMBERED):
        with pytest.raises(errors.UserNotFoundError):
            house.login(by_key("nobody"))
    assert len(house.manager.listeners._ended) == listeners.REMEMBERED
    assert len(house.take()[1]) == 2 * listeners.REMEMBERED


def busy() -> errors.ServerError:
    return errors.ServerError("busy", status=503)


def test_the_steps_of_a_login_share_its_tries(house: House) -> None:
    house.server.faults = [busy(), None, busy(), busy(), busy()]
    with pytest.raises(errors.ServerError) as caught:
        house.login(by_key("ann"))
    assert house.take()[0] == ["create_auth_token"] * 2 + ["login"] * 2
    assert caught.value.attempts == 3
    assert caught.value.elapsed == sum(house.runtime.slept)


def test_so_do_those_of_a_check_that_becomes_a_login(house: House) -> None:
    house.login(by_key("ann"))
    house.server.tokens.clear()
    house.take()
    house.server.faults = [busy(), None, busy(), None, busy()]
    with pytest.raises(errors.ServerError):
        house.login(by_key("ann", verify=True))
    assert house.take()[0] == ["get_me"] * 2 + ["create_auth_token"] * 2 + ["login"]


@pytest.mark.parametrize("verify", [False, True], ids=["login", "check"])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ({"data": {"uid": "bob", "authToken": "t"}}, errors.IdentityMismatchError),
        ({"data": 5}, errors.UnexpectedResponseError),
    ],
)
def test_an_answer_that_makes_no_sense_says_what_it_took(
    house: House, reply: dict[str, Any], kind: type[errors.CometChatError], verify: bool
) -> None:
    house.login(by_key("ann"))
    house.server.faults = [busy(), lambda call: reply]
    with pytest.raises(kind) as caught:
        house.verify() if verify else house.login(by_key("ann", force=True))
    assert caught.value.attempts == 2
    assert caught.value.elapsed


def test_so_does_a_lock_that_is_lost_before_the_session_is_stored(house: House) -> None:
    class Slow(LockedStore):
        def save(self, key: str, record: Record, *, expected: Record) -> bool:
            raise errors.StoreLockTimeoutError("the lock was lost")

    house.manager, house.recorder = build(house.runtime, Slow(0))
    with pytest.raises(errors.StoreLockTimeoutError) as caught:
        house.login(by_key("ann"))
    assert (caught.value.attempts, caught.value.elapsed) == (1, 0.0)
