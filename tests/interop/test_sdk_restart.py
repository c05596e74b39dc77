"""The official SDK comes back to a stored session, and to what has become of it at the emulator meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from interop.visit import FIRST, GONE, LOGIN, LOGOUT, SECOND, minting

if TYPE_CHECKING:
    from interop.visit import Visit

OUT = ("logoutSuccess", None)
OTHER_CODES = (
    "AUTH_ERR_EMPTY_AUTH_TOKEN",
    "AUTH_ERR_INVALID_APPID",
    "ERR_AUTHTOKEN_UNAVAILABLE",
    "ERR_AUTH_TOKEN_NOT_FOUND",
    "ERR_NO_AUTH",
)


def test_starting_asks_the_service_nothing(visit: Visit) -> None:
    seen = visit.init()
    assert (seen.settled, seen.value, seen.requests) == ("resolved", True, [])
    kept = visit.stored
    assert kept["common_store/appId"] == visit.emulator.app_id
    assert kept["keys_store/deviceId"].startswith(f"{visit.emulator.app_id}_")
    assert visit.in_this_tab["sessionId"].startswith("WEB-4_2_0-")


def test_a_restart_finds_the_user_without_a_request_or_an_event(visit: Visit) -> None:
    token = visit.login()
    device = visit.stored["keys_store/deviceId"]
    assert (visit.restart().requests, visit.stored["keys_store/deviceId"]) == ([], device)
    seen = visit.do("getLoggedinUser")
    assert (seen.uid, seen.value["authToken"]) == (FIRST, token)
    assert (seen.requests, seen.events) == ([], [])
    seen = visit.do("login", FIRST, visit.emulator.auth_key)
    assert (seen.uid, seen.requests) == (FIRST, [])


def test_the_restarted_page_logs_out_with_the_stored_token(visit: Visit) -> None:
    token = visit.login()
    visit.restart()
    seen = visit.do("logout")
    assert (seen.requests, seen.events) == ([LOGOUT], [OUT])
    assert not visit.lives(token)
    visit.restart()
    assert visit.do("getLoggedinUser").uid is None


def test_a_restart_does_not_notice_a_revoked_token_until_it_is_used(visit: Visit) -> None:
    token = visit.login()
    visit.emulator.revoke(token)
    visit.restart()
    seen = visit.do("getLoggedinUser")
    assert (seen.uid, seen.requests) == (FIRST, [])
    seen = visit.do("getUser", SECOND)
    assert (seen.settled, seen.code) == ("rejected", GONE)
    assert (seen.requests, seen.events) == ([f"GET /users/{SECOND} 401"], [OUT])
    assert visit.stored_user is None
    assert visit.do("login", FIRST, visit.emulator.auth_key).requests == [minting(), LOGIN]


@pytest.mark.parametrize("permanent", [True, False], ids=["deleted", "deactivated"])
def test_a_user_who_went_between_is_as_good_as_a_revoked_token(visit: Visit, *, permanent: bool) -> None:
    visit.login()
    visit.emulator.remove_user(FIRST, permanent=permanent)
    visit.restart()
    seen = visit.do("getUser", SECOND)
    assert (seen.code, seen.events) == (GONE, [OUT])
    assert visit.stored_user is None


def test_three_calls_with_a_dead_token_are_three_logouts(visit: Visit) -> None:
    visit.emulator.revoke(visit.login())
    seen = visit.together(*[("getUser", SECOND)] * 3)
    assert [outcome.code for outcome in seen.outcomes] == [GONE] * 3
    assert seen.requests == [f"GET /users/{SECOND} 401"] * 3
    assert seen.events == [OUT] * 3


@pytest.mark.parametrize("code", OTHER_CODES)
def test_any_other_code_keeps_the_session(visit: Visit, code: str) -> None:
    visit.login()
    body = {"error": {"code": code, "message": "no"}}
    visit.emulator.fault(method="GET", path="/users/*", status=401, body=body)
    seen = visit.do("getUser", SECOND)
    assert (seen.code, seen.events) == (code, [])
    assert visit.stored_user == FIRST


def test_a_logged_in_user_looks_another_up(visit: Visit) -> None:
    visit.login()
    seen = visit.do("getUser", SECOND)
    assert (seen.uid, seen.requests) == (SECOND, [f"GET /users/{SECOND} 200"])
    seen = visit.do("getUser", "nobody")
    assert (seen.code, seen.requests) == ("ERR_UID_NOT_FOUND", ["GET /users/nobody 404"])


def test_nobody_looks_another_up_without_a_token(visit: Visit) -> None:
    visit.emulator.fault("delay", seconds=0.3)
    seen = visit.do("getUser", SECOND)  # refused on the page before it has been answered
    assert (seen.settled, seen.code) == ("rejected", "USER_NOT_LOGED_IN")
    assert seen.requests == [f"GET /users/{SECOND} 401"]


def test_the_sdks_own_look_up_asks_only_where_it_knows_nobody(visit: Visit) -> None:
    visit.emulator.fault("delay", seconds=0.3, times=1)
    assert visit.do("getLoggedInUser").requests == ["PUT /me 401"]  # settled before it was answered
    visit.login()
    seen = visit.do("getLoggedInUser")
    assert (seen.uid, seen.requests) == (FIRST, [])


def test_another_app_on_the_page_forgets_the_session_and_leaves_the_token(visit: Visit) -> None:
    token = visit.login()
    seen = visit.init("another-app")
    assert (seen.value, seen.requests, seen.events) == (True, [], [])
    assert visit.stored_user is None
    assert visit.lives(token)


@pytest.mark.parametrize("app_id", ["", None])
def test_no_app_is_refused_before_any_request(visit: Visit, app_id: str | None) -> None:
    seen = visit.do("init", app_id)
    assert (seen.settled, seen.requests) == ("rejected", [])
    assert seen.code == (None if app_id is None else "MISSING_PARAMETERS")
