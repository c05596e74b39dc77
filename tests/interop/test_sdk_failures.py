"""What a login with the official SDK comes to when the service refuses, fails or says nothing sensible.

The SDK never looks at the HTTP status: a body with ``data`` is a success and one with ``error`` is not. So
these tests hold the emulator to its bodies, and to the codes in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from interop.visit import FIRST, GONE, LOGIN, LOGOUT, SECOND, minting

if TYPE_CHECKING:
    from collections.abc import Callable

    from interop.visit import Seen, Visit

    Login = Callable[[Visit], Seen]

NO_REPLY = "FAILED_TO_FETCH"
MINT, ME = "/users/*/auth_tokens", "/me"

# What the service says no with: how it comes about, and the requests until then.
CODES = {
    400: "ERR_BAD_REQUEST",
    401: GONE,
    403: "AUTH_ERR_NO_ACCESS",
    404: "ERR_UID_NOT_FOUND",
    429: "ERR_TOO_MANY_REQUESTS",
    500: "ERR_EXCEPTION",
    503: "ERR_EXCEPTION",
}


def by_key(visit: Visit) -> Seen:
    return visit.do("login", FIRST, visit.emulator.auth_key)


def by_token(visit: Visit) -> Seen:
    return visit.do("login", visit.backend_token(FIRST))


def failed(code: Any) -> list[tuple[str, Any]]:
    """The events of a login that failed; one code counts as a logout too."""
    logout = [("logoutSuccess", None)] if code == GONE else []
    return sorted([*logout, ("loginFailure", code)])


# What the service itself refuses, without a fault


def test_a_wrong_key(visit: Visit) -> None:
    seen = visit.do("login", FIRST, "0" * 40)
    assert (seen.settled, seen.code) == ("rejected", "AUTH_ERR_APIKEY_NOT_FOUND")
    assert seen.requests == [minting(status=401)]
    assert seen.events == [("loginFailure", seen.code)]
    assert visit.stored_user is None
    assert by_key(visit).uid == FIRST


def test_a_key_that_is_no_auth_key_for_this_app(visit: Visit) -> None:
    visit.init("another-app")
    seen = by_key(visit)
    assert (seen.code, seen.requests) == ("AUTH_ERR_INVALID_APPID", [minting(status=404)])


def test_a_user_that_was_never_there(visit: Visit) -> None:
    seen = visit.do("login", "Nobody", visit.emulator.auth_key)
    assert seen.code == "ERR_UID_NOT_FOUND"
    assert seen.error
    assert "The UID nobody does not exist" in seen.error["message"]
    assert seen.requests == [minting("Nobody", 404)]


@pytest.mark.parametrize("permanent", [True, False], ids=["deleted", "deactivated"])
def test_a_user_who_is_gone(visit: Visit, *, permanent: bool) -> None:
    token = visit.backend_token(FIRST)
    visit.emulator.remove_user(FIRST, permanent=permanent)
    seen = by_key(visit)
    assert (seen.code, seen.requests) == ("ERR_UID_NOT_FOUND", [minting(status=404)])
    seen = visit.do("login", token)
    assert (seen.code, seen.requests) == (GONE, ["PUT /me 401"])
    assert sorted(seen.events) == failed(GONE)


def test_a_revoked_token(visit: Visit) -> None:
    token = visit.backend_token(FIRST)
    visit.emulator.revoke(token)
    seen = visit.do("login", token)
    assert (seen.code, seen.requests) == (GONE, ["PUT /me 401"])
    assert sorted(seen.events) == failed(GONE)
    assert by_key(visit).uid == FIRST


def test_too_many_logins(visit: Visit) -> None:
    visit.emulator.configure(rate_limit_core=1)
    seen = by_key(visit)
    assert (seen.code, seen.requests) == ("ERR_TOO_MANY_REQUESTS", [minting(), "PUT /me 429"])


# Faults, by the request that they strike


@pytest.mark.parametrize("status", CODES)
def test_an_error_over_making_the_token(visit: Visit, status: int) -> None:
    visit.emulator.fault(method="POST", path=MINT, status=status, times=1)
    seen = by_key(visit)
    assert (seen.settled, seen.code) == ("rejected", CODES[status])
    assert seen.requests == [minting(status=status)]
    assert sorted(seen.events) == failed(CODES[status])
    assert by_key(visit).requests == [minting(), LOGIN]


@pytest.mark.parametrize("status", CODES)
def test_an_error_over_the_login_by_token(visit: Visit, status: int) -> None:
    visit.emulator.fault(method="PUT", path=ME, status=status, times=1)
    seen = by_token(visit)
    assert (seen.settled, seen.code) == ("rejected", CODES[status])
    assert seen.requests == [f"PUT /me {status}"]
    assert sorted(seen.events) == failed(CODES[status])
    assert by_token(visit).requests == [LOGIN]


@pytest.mark.parametrize("status", CODES)
def test_after_an_error_over_the_login_by_key_the_sdk_returns_half_a_user(visit: Visit, status: int) -> None:
    visit.emulator.fault(method="PUT", path=ME, status=status, times=1)
    seen = by_key(visit)
    assert seen.requests == [minting(), f"PUT /me {status}"]
    assert sorted(seen.events) == failed(CODES[status])
    again = visit.do("login", SECOND, visit.emulator.auth_key)
    if CODES[status] == GONE:
        assert (again.uid, again.requests) == (SECOND, [minting(SECOND), LOGIN])
    else:
        assert (again.value["uid"], again.value["status"], again.requests) == (FIRST, "offline", [])
        assert visit.stored_user is None


UNREADABLE: dict[str, dict[str, Any]] = {
    "page": {"kind": "html", "status": 500},
    "empty": {"status": 503, "body": ""},
    "null": {"status": 200, "body": "null"},
    "no data": {"status": 200, "body": {"data": None}},
    "half": {"kind": "truncate"},
    "reset": {"kind": "reset"},
    "dropped": {"kind": "apply_then_drop"},
}


@pytest.mark.parametrize(
    ("login", "path"), [(by_key, MINT), (by_key, ME), (by_token, ME)], ids=["making", "by key", "by token"]
)
@pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_answer_looks_like_no_network(
    visit: Visit, login: Login, path: str, fault: dict[str, Any]
) -> None:
    visit.emulator.fault(method="POST" if path == MINT else "PUT", path=path, **fault)
    seen = login(visit)
    assert (seen.settled, seen.code) == ("rejected", NO_REPLY)
    assert seen.events == [("loginFailure", NO_REPLY)]


def test_an_error_in_one_word_leaves_nothing_of_it(visit: Visit) -> None:
    visit.emulator.fault(path=MINT, status=400, body={"error": "text"})
    seen = by_key(visit)
    assert (seen.settled, seen.error) == ("rejected", {})


@pytest.mark.parametrize("body", [{}, [], {"message": "Forbidden"}])
def test_a_gateways_json_makes_the_login_hang_for_good(visit: Visit, body: Any) -> None:
    visit.emulator.fault(path=MINT, status=403, body=body, times=1)
    assert by_key(visit).settled == "never"
    again = by_key(visit)
    assert (again.code, again.requests) == (-1, [])


@pytest.mark.parametrize("login", [by_key, by_token])
@pytest.mark.parametrize("body", [{}, [], {"message": "Forbidden"}])
def test_a_gateways_json_in_place_of_the_user_is_a_type_error(visit: Visit, login: Login, body: Any) -> None:
    visit.emulator.fault(path=ME, status=403, body=body, times=1)
    seen = login(visit)
    assert (seen.settled, (seen.error or {})["name"]) == ("rejected", "TypeError")


def test_silence_makes_the_login_hang_for_good(visit: Visit) -> None:
    visit.emulator.fault("hang", path=MINT, times=1)
    seen = by_key(visit)
    assert (seen.settled, seen.requests) == ("never", [f"POST /users/{FIRST}/auth_tokens -"])
    again = by_key(visit)
    assert (again.code, again.requests) == (-1, [])


def test_silence_in_place_of_the_user_too(visit: Visit) -> None:
    visit.emulator.fault("hang", path=ME, times=1)
    assert by_key(visit).settled == "never"
    assert by_token(visit).code == -1


def test_a_login_by_key_after_a_failed_one_by_token_never_settles(visit: Visit) -> None:
    visit.emulator.fault(path=ME, status=500, times=1)
    assert by_token(visit).settled == "rejected"
    assert by_key(visit).settled == "never"


def test_a_user_of_whom_nothing_is_said_is_taken(visit: Visit) -> None:
    visit.emulator.fault(path=ME, status=200, body={"data": {}}, times=1)
    seen = by_key(visit)
    assert (seen.settled, "uid" in seen.value) == ("resolved", False)
    assert seen.requests == [minting(), LOGIN]


def test_a_user_of_whom_nothing_is_said_is_asked_for_again_by_token(visit: Visit) -> None:
    visit.emulator.fault(path=ME, status=200, body={"data": {}}, times=1)
    seen = by_token(visit)
    assert (seen.uid, seen.requests) == (FIRST, [LOGIN, LOGIN])


def test_data_is_a_success_whatever_the_status(visit: Visit) -> None:
    token = visit.backend_token(SECOND)
    visit.emulator.fault(path=MINT, status=500, body={"data": {"uid": SECOND, "authToken": token}}, times=1)
    seen = by_key(visit)
    assert (seen.uid, seen.value["authToken"]) == (SECOND, token)
    assert seen.requests == [minting(status=500), LOGIN]


def test_an_empty_token_reply_ends_before_the_next_request_has_a_token(visit: Visit) -> None:
    visit.emulator.fault(path=MINT, status=200, body={"data": {}}, times=1)
    visit.emulator.fault("delay", method="PUT", path="/me", seconds=0.3)
    seen = by_key(visit)
    assert seen.code == "USER_NOT_LOGED_IN"
    assert seen.requests == [minting(), "PUT /me 401"]


# A switch of users that fails


def test_a_switch_that_fails_has_already_forgotten_the_first_user(visit: Visit) -> None:
    token = visit.login()
    seen = visit.do("login", "nobody", visit.emulator.auth_key)
    assert (seen.code, seen.requests) == ("ERR_UID_NOT_FOUND", [minting("nobody", 404)])
    assert seen.events == [("loginFailure", "ERR_UID_NOT_FOUND")]
    assert visit.stored_user is None
    assert visit.lives(token)


@pytest.mark.parametrize("fault", [{"status": 500}, {"kind": "reset"}], ids=["error", "offline"])
def test_a_switch_by_token_that_fails_too(visit: Visit, fault: dict[str, Any]) -> None:
    visit.login()
    other = visit.backend_token(SECOND)
    visit.emulator.fault(method="PUT", path=ME, **fault)
    seen = visit.do("login", other)
    assert seen.settled == "rejected"
    assert seen.events == [("loginFailure", seen.code)]
    assert visit.stored_user is None


def test_a_switch_to_a_revoked_token_counts_as_a_logout(visit: Visit) -> None:
    token, other = visit.login(), visit.backend_token(SECOND)
    visit.emulator.revoke(other)
    seen = visit.do("login", other)
    assert (seen.code, seen.requests) == (GONE, ["PUT /me 401"])
    assert sorted(seen.events) == failed(GONE)
    assert visit.stored_user is None
    assert visit.lives(token)
    assert visit.do("logout").requests != [LOGOUT]
