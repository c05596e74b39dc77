"""The official SDK logs in at the emulator: what it asks for, what it returns, keeps and tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interop.visit import FIRST, LOGIN, SECOND, minting

if TYPE_CHECKING:
    from interop.visit import Visit

WRONG_KEY = "0" * 40


def test_a_login_by_key_makes_a_token_and_shows_it(visit: Visit) -> None:
    seen = visit.do("login", FIRST, visit.emulator.auth_key)
    assert (seen.settled, seen.uid) == ("resolved", FIRST)
    assert seen.value["status"] == "online"
    assert seen.requests == [minting(), LOGIN]
    assert seen.events == [("loginSuccess", FIRST)]
    assert visit.lives(seen.value["authToken"])
    kept = visit.stored
    assert kept["common_store/appId"] == visit.emulator.app_id
    assert kept["common_store/user"]["authToken"] == seen.value["authToken"]
    assert kept["common_store/user"]["jwt"]
    assert kept["common_store/user"]["wsChannel"]["secret"]
    assert kept["common_store/app_settings"]["CLIENT_API_HOST"]


def test_a_login_by_token_is_one_request(visit: Visit) -> None:
    token = visit.backend_token(SECOND)
    seen = visit.do("login", token)
    assert (seen.uid, seen.value["authToken"]) == (SECOND, token)
    assert seen.requests == [LOGIN]
    assert seen.events == [("loginSuccess", SECOND)]
    assert visit.stored["common_store/user"]["authToken"] == token


def test_a_reply_without_the_token_makes_the_sdk_ask_twice(visit: Visit) -> None:
    visit.emulator.configure(login_echoes_token=False)
    seen = visit.do("login", visit.backend_token(FIRST))
    assert seen.uid == FIRST
    assert seen.requests == [LOGIN, LOGIN]
    assert seen.events == [("loginSuccess", FIRST)]


def test_a_reply_with_a_trimmed_token_makes_the_sdk_ask_twice(visit: Visit) -> None:
    token = visit.backend_token(FIRST)
    seen = visit.do("login", f" {token} ")
    assert (seen.uid, seen.value["authToken"]) == (FIRST, token)
    assert seen.requests == [LOGIN, LOGIN]


def test_arguments_in_an_object(visit: Visit) -> None:
    seen = visit.do("login", {"username": FIRST, "apiKey": visit.emulator.auth_key})
    assert (seen.uid, seen.requests) == (FIRST, [minting(), LOGIN])
    seen = visit.do("login", {"authToken": visit.backend_token(SECOND)})
    assert (seen.uid, seen.requests) == (SECOND, [LOGIN])


def test_arguments_in_an_object_of_other_names_are_sent_as_a_token(visit: Visit) -> None:
    seen = visit.do("login", {"uid": FIRST, "authKey": visit.emulator.auth_key})
    assert (seen.settled, seen.code) == ("rejected", "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    assert seen.error
    assert "[object Object]" in seen.error["message"]
    assert seen.requests == ["PUT /me 401"]


def test_the_same_user_again_is_not_asked_for(visit: Visit) -> None:
    token = visit.login()
    again = visit.do("login", FIRST, visit.emulator.auth_key)
    assert (again.uid, again.value["authToken"]) == (FIRST, token)
    assert (again.requests, again.events) == ([], [("loginSuccess", FIRST)])


def test_the_same_user_with_a_wrong_key_or_a_revoked_token_neither(visit: Visit) -> None:
    token = visit.login()
    visit.emulator.revoke(token)
    for given in ((FIRST, WRONG_KEY), (token,)):
        again = visit.do("login", *given)
        assert (again.uid, again.value["authToken"]) == (FIRST, token)
        assert (again.requests, again.events) == ([], [("loginSuccess", FIRST)])


def test_the_same_token_again_is_not_asked_for(visit: Visit) -> None:
    token = visit.backend_token(FIRST)
    visit.do("login", token)
    again = visit.do("login", token)
    assert (again.uid, again.requests) == (FIRST, [])


def test_the_same_user_in_capitals_gets_a_new_token_and_leaves_the_old_one_alive(visit: Visit) -> None:
    token = visit.login()
    seen = visit.do("login", FIRST.upper(), visit.emulator.auth_key)
    assert seen.uid == FIRST
    assert seen.requests == [minting(FIRST.upper()), LOGIN]
    assert seen.value["authToken"] != token
    assert visit.lives(token)


def test_another_user_replaces_the_first_whose_token_lives_on(visit: Visit) -> None:
    token = visit.login()
    seen = visit.do("login", SECOND, visit.emulator.auth_key)
    assert (seen.uid, seen.requests) == (SECOND, [minting(SECOND), LOGIN])
    assert seen.events == [("loginSuccess", SECOND)]
    assert visit.stored_user == SECOND
    assert visit.lives(token)


def test_another_users_token_replaces_the_first(visit: Visit) -> None:
    token = visit.login()
    seen = visit.do("login", visit.backend_token(SECOND))
    assert (seen.uid, seen.requests) == (SECOND, [LOGIN])
    assert seen.events == [("loginSuccess", SECOND)]
    assert visit.stored_user == SECOND
    assert visit.lives(token)


def test_of_two_logins_at_once_the_first_goes_on(visit: Visit) -> None:
    key = visit.emulator.auth_key
    for second in ((FIRST, key), (SECOND, key), (visit.backend_token(SECOND),)):
        seen = visit.together(("login", FIRST, key), ("login", *second))
        first, other = seen.outcomes
        assert first.uid == FIRST
        assert (other.code, (other.error or {})["name"]) == (-1, "LOGIN_IN_PROGRESS")
        assert seen.requests == [minting(), LOGIN]
        assert seen.events == [("loginSuccess", FIRST)]
        visit.do("logout")


def test_a_listener_that_throws_harms_nobody(visit: Visit) -> None:
    visit.do("listenBadly", "a bad one")
    visit.do("listen", "one after it")
    seen = visit.do("login", FIRST, visit.emulator.auth_key)
    assert seen.uid == FIRST
    assert seen.events == [("loginSuccess", FIRST), ("loginSuccess", FIRST)]


def test_a_listener_of_the_same_name_replaces_the_first(visit: Visit) -> None:
    visit.do("listen", "visit")
    assert visit.do("login", FIRST, visit.emulator.auth_key).events == [("loginSuccess", FIRST)]
