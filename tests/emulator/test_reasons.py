"""The one line that says why a call failed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cometchat_session.emulator import errors, faults, reasons

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api

UID = "cometchat-uid-1"


@pytest.fixture
def last(api: Api) -> Any:
    """What the log says of the last call."""
    return lambda: api.control("GET", "/log?last=1").json()["requests"][0]


def handle(api: Api) -> str:
    """What the newest token is called."""
    return str(api.control("GET", "/overview").json()["tokens"][0]["handle"])


def test_every_refusal_has_one() -> None:
    known = set(reasons.REASONS) | set(reasons.LOOKED_INTO)
    assert set(errors.MESSAGES) <= known
    assert set(reasons.FAULTS) == set(faults.KINDS) - {"delay"}


def test_what_went_well_has_none(api: Api, last: Any) -> None:
    api.rest("GET", f"/users/{UID}")
    assert (last()["reason"], last()["token"]) == (None, None)


def test_a_token_that_never_was(api: Api, last: Any) -> None:
    api.user("PUT", "/me", "dead")
    assert last()["reason"] == "The token was never issued here, or before the last reset: log in again."


def test_a_token_that_is_no_more(api: Api, emulator: Emulator, last: Any) -> None:
    def log_out(token: str) -> None:
        api.user("DELETE", "/me", token)

    def flush(_: str) -> None:
        api.rest("DELETE", f"/users/{UID}/auth_tokens")

    def revoke(token: str) -> None:
        api.rest("DELETE", f"/users/{UID}/auth_tokens/{token}")

    def crowd_out(_: str) -> None:
        api.token()
        api.token()

    def deactivate(_: str) -> None:
        emulator.configure(tokens_survive_deactivation=False)
        emulator.remove_user(UID, permanent=False)
        emulator.restore_user(UID)

    def replace(_: str) -> None:
        api.token(force=True)

    emulator.configure(token_limit=2, mint_force_true="replace", logout_ends="token")
    for end, why in (
        (log_out, "the user logged out. Log in again."),
        (flush, "revoked over the REST API with all of the user's. Log in again."),
        (revoke, "revoked over the REST API. Log in again."),
        (crowd_out, "the oldest of more than 2. Log in again."),
        (replace, "replaced by one made with force. Log in again."),
        (emulator.revoke, "revoked by a control call. Log in again."),
        (deactivate, "the user was deactivated. Log in again."),
        (lambda _: emulator.remove_user(UID), "the user was deleted. Create the user again."),
    ):
        token = api.token()
        name = handle(api)
        end(token)
        api.user("PUT", "/me", token)
        assert last()["reason"] == f"The token {name} of {UID} has ended: {why}"
        assert last()["token"] == name


def test_only_so_many_ended_tokens_are_remembered(
    api: Api, emulator: Emulator, last: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cometchat_session.emulator.state.REMEMBERED", 1)
    first, second = api.token(), api.token()
    emulator.revoke(uid=UID)
    api.user("GET", "/me", first)
    assert "never issued" in last()["reason"]
    api.user("GET", "/me", second)
    assert "revoked by a control call" in last()["reason"]


def test_a_token_named_in_the_path(api: Api, last: Any) -> None:
    api.rest("GET", f"/users/{UID}/auth_tokens/nothing")
    assert "never issued" in last()["reason"]
    token = api.token()
    api.rest("PATCH", f"/users/{UID}/auth_tokens/{token}")
    assert last()["reason"] == "The emulator does not have this route, though the service may."
    assert token not in str(last())


def test_a_token_of_a_deactivated_user(api: Api, emulator: Emulator, last: Any) -> None:
    token = api.token()
    api.rest("DELETE", f"/users/{UID}")
    api.user("PUT", "/me", token)
    assert last()["reason"] == f"The user {UID} is deactivated: reactivate the user, or log in as another."
    emulator.configure(deactivated_me_code="ERR_UID_NOT_FOUND")
    api.user("PUT", "/me", token)
    assert last()["reason"] == f"The user {UID} is deactivated: reactivate the user first."


def test_a_user_who_is_not_there(api: Api, last: Any) -> None:
    api.demo("POST", "/users/Nobody/auth_tokens")
    assert last()["reason"] == "There is no user nobody: create the user first."
    api.rest("GET", f"/users/{UID}", onBehalfOf="Somebody")
    assert last()["reason"] == "There is no user somebody: create the user first."
    api.rest("DELETE", f"/users/{UID}")
    api.rest("GET", "/users/cometchat-uid-2", onBehalfOf=UID)
    assert last()["reason"] == f"The user {UID} is deactivated: reactivate the user first."
    api.demo("POST", f"/users/{UID}/auth_tokens")
    assert last()["reason"] == f"The user {UID} is deactivated: reactivate the user first."


def test_keys(api: Api, emulator: Emulator, last: Any) -> None:
    token = api.token()
    for key, reason in (
        ("", "No API key was sent: put it in the header apikey."),
        ("wrong", "The key is not one of this emulator's: use those that it printed when it started."),
        (token, "An auth token was sent in place of an API key."),
        (emulator.auth_key, "The Auth Key may not do this: it takes the REST API key."),
    ):
        api.call("DELETE", f"/v3/users/{UID}", headers={"apikey": key})
        assert last()["reason"] == reason
    api.user("PUT", "/me", emulator.auth_key)
    assert last()["reason"] == "An API key was sent in place of an auth token."


def test_wrong_fields_are_named_in_the_service_s_words(api: Api, last: Any) -> None:
    api.rest("POST", "/users", {"uid": "ann"})
    assert last()["reason"] == "The name field is required."
    api.rest("POST", "/users", b"{")
    assert last()["reason"] == "The body of the request is not valid JSON."


def test_another_app(api: Api, last: Any) -> None:
    api.call("GET", "/v3/users", headers={"appId": "other"})
    assert last()["reason"] == "Another app or region was asked for: this is app in us."


def test_too_many_calls(api: Api, emulator: Emulator, last: Any) -> None:
    emulator.configure(rate_limit_core=1, rate_limit_standard=1, plan="free")
    emulator.freeze(1_700_000_000)
    api.rest("GET", f"/users/{UID}")
    answer = api.rest("GET", f"/users/{UID}")
    assert last()["reason"] == f"Too many calls: wait {answer.headers['Retry-After']} seconds."


@pytest.mark.parametrize("kind", ["status", "html", "truncate", "reset", "apply_then_drop"])
def test_faults(api: Api, emulator: Emulator, last: Any, kind: Any) -> None:
    emulator.fault(kind, times=1)
    with contextlib.suppress(httpx.TransportError):
        api.rest("GET", "/users")
    assert last()["reason"] == reasons.FAULTS[kind]
