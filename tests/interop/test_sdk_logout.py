"""The official SDK logs out at the emulator, alone, twice at once, and while something else is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from interop.visit import FIRST, GONE, LOGIN, LOGOUT, SECOND, minting

if TYPE_CHECKING:
    from interop.visit import Visit

OUT = ("logoutSuccess", None)
FAILURES: dict[str, dict[str, Any]] = {
    "not found": {"status": 404},
    "too many": {"status": 429},
    "error": {"status": 500},
    "page": {"kind": "html"},
    "empty": {"status": 204},
    "reset": {"kind": "reset"},
}


def test_a_logout_ends_the_token_and_forgets_the_user(visit: Visit) -> None:
    token = visit.login()
    device = visit.stored["keys_store/deviceId"]
    assert visit.in_this_tab["sessionId"]
    seen = visit.do("logout")
    assert (seen.settled, seen.value["success"]) == ("resolved", True)
    assert seen.value["message"]
    assert (seen.requests, seen.events) == ([LOGOUT], [OUT])
    assert not visit.lives(token)
    assert {key for key in visit.stored if key.startswith("common_store/")} == {"common_store/appId"}
    assert visit.stored["keys_store/deviceId"] == device
    assert "sessionId" not in visit.in_this_tab
    assert visit.do("getLoggedinUser").uid is None


def test_a_logout_ends_one_token_of_many(visit: Visit) -> None:
    other = visit.backend_token(FIRST)
    visit.login()
    visit.do("logout")
    assert visit.lives(other)


def test_after_a_logout_the_same_or_another_user_logs_in_as_new(visit: Visit) -> None:
    tokens = []
    for uid in (FIRST, FIRST, SECOND):
        seen = visit.do("login", uid, visit.emulator.auth_key)
        assert (seen.uid, seen.requests) == (uid, [minting(uid), LOGIN])
        assert seen.events == [("loginSuccess", uid)]
        tokens.append(seen.value["authToken"])
        visit.do("logout")
    assert len(set(tokens)) == 3


@pytest.mark.parametrize("fault", FAILURES.values(), ids=FAILURES)
def test_a_logout_that_fails_forgets_the_user_and_leaves_the_token(
    visit: Visit, fault: dict[str, Any]
) -> None:
    token = visit.login()
    visit.emulator.fault(method="DELETE", path="/me", **fault)
    seen = visit.do("logout")
    assert seen.settled == "rejected"
    assert seen.code in ("ERR_UID_NOT_FOUND", "ERR_TOO_MANY_REQUESTS", "ERR_EXCEPTION", "FAILED_TO_FETCH")
    assert seen.events == [OUT]
    assert visit.stored_user is None
    assert visit.lives(token)


def test_a_logout_with_a_dead_token_is_told_twice(visit: Visit) -> None:
    visit.emulator.revoke(visit.login())
    seen = visit.do("logout")
    assert (seen.settled, seen.value) == ("resolved", {})
    assert (seen.requests, seen.events) == (["DELETE /me 401"], [OUT, OUT])
    assert visit.stored_user is None


def test_a_logout_of_a_deleted_user_is_the_same(visit: Visit) -> None:
    visit.login()
    visit.emulator.remove_user(FIRST)
    seen = visit.do("logout")
    assert (seen.settled, seen.value, seen.requests) == ("resolved", {}, ["DELETE /me 401"])


def test_a_logout_whose_answer_says_nothing_never_settles(visit: Visit) -> None:
    visit.login()
    visit.emulator.fault(method="DELETE", path="/me", status=200, body={})
    seen = visit.do("logout")
    assert (seen.settled, seen.events) == ("never", [OUT])
    assert visit.stored_user is None


def test_a_logout_of_nobody_is_sent_without_a_token(visit: Visit) -> None:
    seen = visit.do("logout")
    assert (seen.settled, seen.code) == ("rejected", "USER_NOT_LOGED_IN")
    assert seen.requests == ["DELETE /me 401"]
    assert set(seen.events) == {OUT}


def test_two_logouts_at_once(visit: Visit) -> None:
    visit.login()
    seen = visit.together(("logout",), ("logout",))
    # A browser sends them on two connections, so either may come in first: that one ends the token.
    first, second = sorted(seen.outcomes, key=lambda outcome: not outcome.value)
    assert first.value["success"] is True
    assert (second.settled, second.value) == ("resolved", {})
    assert sorted(seen.requests) == [LOGOUT, "DELETE /me 401"]
    assert seen.events == [OUT, OUT, OUT]


def test_a_logout_while_somebody_logs_in_ends_logged_in(visit: Visit) -> None:
    visit.emulator.fault("delay", method="POST", seconds=1.0)
    visit.begin(("login", FIRST, visit.emulator.auth_key))
    visit.wait_for_request()
    visit.begin(("logout",))
    seen = visit.finish()
    login, logout = seen.outcomes
    assert login.uid == FIRST
    assert (logout.settled, logout.code) == ("rejected", "USER_NOT_LOGED_IN")
    assert seen.requests == [minting(), "DELETE /me 401", LOGIN]
    assert seen.events[-1] == ("loginSuccess", FIRST)
    assert OUT in seen.events
    assert visit.stored_user == FIRST


def test_the_same_user_while_logging_out_gets_a_user_who_is_gone(visit: Visit) -> None:
    token = visit.login()
    seen = visit.together(("logout",), ("login", FIRST, visit.emulator.auth_key))
    logout, login = seen.outcomes
    assert (logout.settled, login.uid) == ("resolved", FIRST)
    assert seen.requests == [LOGOUT]
    assert sorted(seen.events) == [("loginSuccess", FIRST), OUT]
    assert visit.stored_user is None
    assert not visit.lives(token)
    assert GONE not in str(seen.outcomes)
