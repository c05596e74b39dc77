"""Each thing that goes wrong for people says what it is and what to do next, and gives no secret away."""

from __future__ import annotations

import json
import logging
import pickle
import re
import socket
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from cometchat_session import CometChat, CometChatAdmin, RetryPolicy, errors
from cometchat_session.cli.app import cometchat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.modes import Mode

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
QUICK = RetryPolicy(wait_initial=0.0, deadline=5.0)


@pytest.fixture
def admin(emulator: Emulator) -> Iterator[CometChatAdmin]:
    with backend(emulator) as client:
        yield client


def backend(emulator: Emulator, **options: Any) -> CometChatAdmin:
    given: dict[str, Any] = {
        "app_id": emulator.app_id,
        "region": emulator.region,
        "api_key": emulator.rest_api_key,
        "base_url": emulator.url,
        "store": "memory:",
        "retry": QUICK,
    }
    return CometChatAdmin(**(given | options))


@pytest.fixture
def env(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COMETCHAT_STORE", f"file:{tmp_path}")
    return monkeypatch


def told(call: Callable[[], object], kind: type[errors.CometChatError]) -> errors.CometChatError:
    """Return the error of a call, which survives a pickle whole."""
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), vars(again)) == (str(caught.value), vars(caught.value))
    return caught.value


def no_secret(text: str, *secrets: str) -> bool:
    """Return whether a text holds none of these, but for the last three characters."""
    return not any(secret[at : at + 4] in text for secret in secrets for at in range(len(secret) - 3))


# Settings


def test_variables_are_missing(env: pytest.MonkeyPatch) -> None:
    env.delenv("COMETCHAT_APP_ID")
    env.delenv("COMETCHAT_REST_API_KEY")
    text = str(told(CometChatAdmin, errors.ConfigurationError))
    assert text.startswith(
        "Not configured: COMETCHAT_APP_ID and COMETCHAT_REST_API_KEY are not set (COMETCHAT_REGION=us is)."
    )
    assert text.endswith("Set the environment variables, or pass the arguments.")
    assert "COMETCHAT_APP_ID is not set" in str(told(CometChat, errors.ConfigurationError))


def test_what_is_set_is_told_without_its_secrets(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    env.delenv("COMETCHAT_REGION")
    env.setenv("COMETCHAT_STORE", "redis://:hunter2@localhost:6379/0")
    text = str(told(CometChatAdmin, errors.ConfigurationError))
    assert f"(COMETCHAT_APP_ID={emulator.app_id}, COMETCHAT_REST_API_KEY are)" in text
    assert no_secret(text, emulator.rest_api_key, emulator.auth_key)
    assert "hunter2" not in text


@pytest.mark.parametrize("name", ["COMETCHAT_KEY", "COMET_REST_API_KEY", "CHAT_API_KEY"])
def test_a_name_seen_elsewhere_is_suggested(env: pytest.MonkeyPatch, name: str) -> None:
    env.delenv("COMETCHAT_REST_API_KEY")
    env.setenv(name, "0" * 40)
    text = str(told(CometChatAdmin, errors.ConfigurationError))
    assert f"{name} is set: did you mean COMETCHAT_REST_API_KEY?" in text


def test_the_auth_token_variable_is_ambiguous(env: pytest.MonkeyPatch) -> None:
    env.delenv("COMETCHAT_REST_API_KEY")
    env.delenv("COMETCHAT_AUTH_KEY")
    env.setenv("COMETCHAT_AUTH_TOKEN", "1234567890abcdef")
    ambiguous = "COMETCHAT_AUTH_TOKEN is set and not read: to some it is a key, to others a user's token"
    for call in (CometChatAdmin, lambda: CometChat().login(UID)):
        text = str(told(call, errors.ConfigurationError))
        assert ambiguous in text
        assert no_secret(text, "1234567890abcdef")


def test_two_keys_that_differ(
    env: pytest.MonkeyPatch, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    env.setenv("COMETCHAT_API_KEY", emulator.rest_api_key)
    CometChatAdmin().close()
    assert caplog.messages == []
    env.setenv("COMETCHAT_API_KEY", "0" * 40)
    with CometChatAdmin() as admin:
        assert admin.users.get(UID).uid == UID
    assert caplog.messages == [
        "COMETCHAT_REST_API_KEY and COMETCHAT_API_KEY are set and differ; COMETCHAT_REST_API_KEY counts"
    ]


@pytest.mark.parametrize("kind", [CometChat, CometChatAdmin])
def test_a_placeholder_is_left(env: pytest.MonkeyPatch, kind: Callable[[], object]) -> None:
    env.setenv("COMETCHAT_APP_ID", "your_app_id_here")
    text = str(told(kind, errors.ConfigurationError))
    assert "COMETCHAT_APP_ID is still a placeholder ('your_app_id_here')." in text


def test_a_placeholder_for_a_key_is_not_repeated(env: pytest.MonkeyPatch) -> None:
    env.setenv("COMETCHAT_AUTH_KEY", "YOUR_AUTH_KEY")
    text = str(told(CometChat, errors.ConfigurationError))
    assert text.startswith("COMETCHAT_AUTH_KEY is still a placeholder.")


def test_a_key_where_the_app_id_belongs(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    env.setenv("COMETCHAT_APP_ID", emulator.rest_api_key)
    env.setenv("COMETCHAT_REGION", emulator.auth_key)
    text = str(told(CometChat, errors.ConfigurationError))
    assert "COMETCHAT_APP_ID looks like a key." in text
    assert no_secret(text, emulator.rest_api_key, emulator.auth_key)


@pytest.mark.parametrize("region", ["EU", "us ", " In\n"])
def test_a_region_is_normalised(region: str) -> None:
    with CometChat("app", region, store="memory:") as chat:
        assert repr(chat).startswith(f"CometChat('app', '{region.strip().lower()}'")


@pytest.mark.parametrize("kind", [CometChat, CometChatAdmin])
def test_a_region_that_is_none(env: pytest.MonkeyPatch, kind: Callable[[], object]) -> None:
    env.delenv("COMETCHAT_BASE_URL")
    env.setenv("COMETCHAT_REGION", "au")
    text = str(told(kind, errors.ConfigurationError))
    assert "Unknown region 'au'. Known: us, eu, in" in text
    assert "A base URL overrides the host." in text


@pytest.mark.parametrize("kind", [CometChat, CometChatAdmin])
def test_with_a_base_url_a_region_is_any_word(env: pytest.MonkeyPatch, kind: Callable[[], Any]) -> None:
    env.setenv("COMETCHAT_REGION", "AU-2")
    with kind() as client:
        assert "'au-2'" in repr(client)
    env.setenv("COMETCHAT_REGION", "a/u")
    text = str(told(kind, errors.ConfigurationError))
    assert "COMETCHAT_REGION must be 1 to 16 letters, digits or any of '-', the first no sign" in text
    assert "not 'a/u'" in text


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("app.example", "must look like https://host or https://host:port, with nothing after it."),
        ("https://app.example/v3", "must look like https://host or https://host:port"),
        ("ftp://app.example", "must look like https://host or https://host:port"),
        (
            "http://app.example",
            "may be http:// for loopback addresses only: keys would travel in clear text.",
        ),
    ],
)
def test_a_base_url_that_cannot_be(env: pytest.MonkeyPatch, url: str, says: str) -> None:
    env.setenv("COMETCHAT_BASE_URL", url)
    for kind in (CometChat, CometChatAdmin):
        assert f"COMETCHAT_BASE_URL {says}" in str(told(kind, errors.ConfigurationError))


@pytest.mark.usefixtures("env")
def test_a_setting_that_is_no_string() -> None:
    app_id: Any = 5
    for kind in (CometChat, CometChatAdmin):
        text = str(told(partial(kind, app_id), errors.ConfigurationError))
        assert text.startswith("COMETCHAT_APP_ID must be a string, not int.")


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize("timeout", [0, -1.0, float("nan")])
def test_a_timeout_that_leaves_no_time(timeout: float) -> None:
    for kind in (CometChat, CometChatAdmin):
        text = str(told(partial(kind, timeout=timeout), errors.ConfigurationError))
        assert text == f"timeout must be more than 0 seconds, not {timeout!r}."


# App and keys


def test_an_app_that_is_not_there(mode: Mode) -> None:
    error = told(lambda: mode.client(app_id="another").login(UID), errors.AuthenticationError)
    assert error.code == "AUTH_ERR_INVALID_APPID"
    assert error.message == "There is no app 'another' in region 'us'."
    assert error.hint == "Check app id and region: the dashboard shows both, and a region is us, eu or in."
    assert no_secret(str(error), mode.emulator.auth_key)


def test_an_app_whose_host_is_not_there(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(host: object, *_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    error = told(lambda: mode.client(base_url=None).login(UID), errors.NetworkError)
    assert "app.api-us.cometchat.io" in error.message
    assert "There may be no app 'app' in region 'us'" in (error.hint or "")
    error = told(lambda: mode.client(base_url="https://chat.example").login(UID), errors.NetworkError)
    assert "chat.example" in error.message
    assert error.hint == "Check the base URL and the network."  # no app and no region is in its name


def test_a_key_that_is_not_known(mode: Mode, emulator: Emulator) -> None:
    strange = "0123456789" * 3 + "abcdefc3f2"
    error = told(lambda: mode.client(auth_key=strange).login(UID), errors.APIKeyNotFoundError)
    assert error.message == "CometChat does not know this Auth Key (ends …3f2)."
    with backend(emulator, api_key=strange) as admin:
        other = told(lambda: admin.users.get(UID), errors.APIKeyNotFoundError)
    assert other.message == "CometChat does not know this REST API key (ends …3f2)."
    for text in (str(error), str(other)):
        assert "A key belongs to one app: check the key and the app id." in text
        assert no_secret(text, strange)


def test_of_a_short_key_nothing_is_shown(emulator: Emulator) -> None:
    with backend(emulator, api_key="secretkey") as admin:
        error = told(lambda: admin.users.get(UID), errors.APIKeyNotFoundError)
    assert error.message == "CometChat does not know this REST API key."
    assert "key)" not in str(error)


def test_the_auth_key_where_the_rest_api_key_belongs(emulator: Emulator) -> None:
    with backend(emulator, api_key=emulator.auth_key) as admin:
        error = told(lambda: admin.users.update(UID, name="A"), errors.PermissionDeniedError)
    assert error.message == 'This key lacks the scope for "update user".'
    assert "It is probably the Auth Key. Use the REST API key (scope fullAccess)" in (error.hint or "")
    assert no_secret(str(error), emulator.auth_key)


# Users


def test_a_user_who_is_missing(mode: Mode, admin: CometChatAdmin) -> None:
    admin.users.create("gone", "Gone")
    admin.users.deactivate("gone")
    calls: list[tuple[str, Callable[[], object]]] = [
        ("u42", lambda: mode.client().login("u42")),
        ("gone", lambda: mode.client().login("gone")),
        ("u42", lambda: admin.users.get("u42")),
        ("u42", lambda: admin.auth_tokens.create("u42")),
        ("gone", lambda: admin.token_for("gone")),
    ]
    for uid, call in calls:
        text = str(told(call, errors.UserNotFoundError))
        assert f"User '{uid}' does not exist or is deactivated. CometChat uses one code for both." in text
        assert re.search(r"users\.ensure\(\).*reactivate", text)


def test_a_user_who_is_there_already(admin: CometChatAdmin) -> None:
    error = told(lambda: admin.users.create(UID.upper(), "Ann"), errors.UserAlreadyExistsError)
    assert error.message == f"User '{UID}' already exists."
    assert "users.ensure()" in (error.hint or "")
    assert admin.users.ensure(UID, "Ann").outcome == "updated"


def test_data_that_the_server_refuses(admin: CometChatAdmin, env: pytest.MonkeyPatch) -> None:
    error = told(lambda: admin.users.create("ann", "Ann", avatar="no", link="no"), errors.BadRequestError)
    said = [f"{field}: {text}" for field, (text,) in error.details.items()]
    assert [one.partition(":")[0] for one in said] == ["avatar", "link"]
    assert error.message == " ".join(["Failed to validate the data sent with the request.", *said])
    typed = CliRunner().invoke(cometchat, ["users", "create", "ann", "Ann", "--avatar", "no", "--link", "no"])
    assert typed.exit_code == 1
    assert all(one in " ".join(typed.stderr.split()) for one in said)


@pytest.mark.parametrize(
    ("details", "says"),
    [
        ({"tags.0": ["Too long.", "Too\nodd."], "name": "Odd."}, " tags.0: Too long. Too odd. name: Odd."),
        ({"name": [], "link": None}, " name link"),
        ({"name": ["x" * 500]}, f" name: {'x' * 394}…"),
        (["name"], ""),
        ("name", ""),
        ({}, ""),
    ],
)
def test_whatever_form_the_reasons_have(
    admin: CometChatAdmin, emulator: Emulator, details: object, says: str
) -> None:
    body = {"error": {"code": "ERR_BAD_REQUEST", "message": "Refused.", "details": details}}
    emulator.fault("status", status=400, body=body)
    error = told(lambda: admin.users.get(UID), errors.BadRequestError)
    assert (error.message, error.details) == (f"Refused.{says}", details)


def test_an_error_that_is_nothing_but_a_text(admin: CometChatAdmin, emulator: Emulator) -> None:
    emulator.fault("status", status=400, body={"error": f"No key {emulator.rest_api_key} here."})
    error = told(lambda: admin.users.get(UID), errors.BadRequestError)
    assert (error.message, error.code) == ("No key *** here.", None)


def test_a_reason_that_repeats_the_key(admin: CometChatAdmin, emulator: Emulator) -> None:
    details = {"key": [f"{emulator.rest_api_key} is odd."]}
    emulator.fault("status", status=400, body={"error": {"code": "ERR_BAD_REQUEST", "details": details}})
    error = told(lambda: admin.users.get(UID), errors.BadRequestError)
    assert "key: *** is odd." in error.message
    assert no_secret(f"{error} {vars(error)}", emulator.rest_api_key)


def test_a_uid_that_is_not_allowed(mode: Mode, admin: CometChatAdmin) -> None:
    for call in (mode.client().login, admin.users.get, admin.token_for):
        text = str(told(partial(call, "a b@x"), errors.InvalidUIDError))
        assert "The uid 'a b@x' is not allowed. A uid has 1 to 100 letters, digits, _ and -" in text
        assert "encode_uid() gives a safe, reversible form." in text
    assert mode.emulator.requests == []


def test_a_uid_in_another_case(env: pytest.MonkeyPatch, admin: CometChatAdmin) -> None:
    assert admin.users.create("Ann", "Ann").uid == "ann"
    done = CliRunner().invoke(cometchat, ["login", "Ann"])
    assert done.stdout == "Logged in as ann (Ann).\n"
    assert done.stderr == "The uid 'Ann' is 'ann' on the server, which folds letter case.\n"
    assert CliRunner().invoke(cometchat, ["login", "ann"]).stderr == ""
    for command in ("ensure Bob B", "get Bob"):
        assert "'Bob' is 'bob'" in CliRunner().invoke(cometchat, ["users", *command.split()]).stderr


def test_a_bot(mode: Mode, admin: CometChatAdmin) -> None:
    bot = "cometchat-bot-1"
    for call in (lambda: mode.client().login(bot), lambda: admin.token_for(bot)):
        text = str(told(call, errors.BadRequestError))
        assert f"User '{bot}' is a bot, and bots cannot log in." in text
        assert "Clear the bot flag in the dashboard, or use another uid." in text


# Tokens


def test_a_saved_session_that_is_dead(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    client = mode.client()
    client.login(UID)
    mode.emulator.revoke(uid=UID)
    assert client.get_logged_in_user(verify=True) is None
    (warning,) = [message for message in caplog.messages if "session" in message]
    for word in ("no longer valid", "removed", "revoked", "logged out elsewhere", "100", "log in again"):
        assert word in warning
    assert client.get_logged_in_user() is None


def test_a_call_with_a_session_that_is_dead(emulator: Emulator) -> None:
    from cometchat_rest.api.me import get_me

    where = (emulator.app_id, emulator.region)
    with CometChat(*where, auth_key=emulator.auth_key, base_url=emulator.url, store="memory:") as chat:
        chat.login(UID)
        token = chat.get_auth_token()
        emulator.revoke(uid=UID)
        error = told(lambda: get_me.sync(client=chat.api), errors.AuthTokenNotFoundError)
        assert error.message == f"The saved session of '{UID}' is no longer valid; it is removed here."
        assert re.search("Log in again.*revoked, logged out elsewhere.*100 newer", error.hint or "")
        assert no_secret(str(error).replace(UID, ""), token.removeprefix(f"{UID}_"))
        assert chat.get_logged_in_user() is None


def test_a_token_that_is_not_known(mode: Mode) -> None:
    token = f"{UID}_1700000000{'ab' * 15}"
    error = told(lambda: mode.client().login(auth_token=token), errors.AuthTokenNotFoundError)
    assert error.code == "AUTH_ERR_AUTH_TOKEN_NOT_FOUND"
    assert error.message == "CometChat does not know this auth token."
    assert "Log in again." in (error.hint or "")
    assert token not in str(error)


def test_a_token_that_a_user_does_not_have(admin: CometChatAdmin) -> None:
    token = f"{UID}_1700000000{'ab' * 15}"
    error = told(lambda: admin.auth_tokens.get(UID, token), errors.AuthTokenNotFoundError)
    assert error.code == "ERR_AUTH_TOKEN_NOT_FOUND"
    assert str(error) == f"User '{UID}' has no such auth token. It may be revoked already."
    admin.auth_tokens.revoke(UID, token)  # as dead as can be


@pytest.mark.parametrize(
    ("code", "bound"),
    [("ERR_AUTHTOKEN_UNAVAILABLE", "another device"), ("ERR_AUTHTOKEN_NOT_ACCESSIBLE", "another user")],
)
def test_a_token_bound_elsewhere(mode: Mode, code: str, bound: str) -> None:
    body = {"error": {"code": code, "message": "mapped"}}
    mode.emulator.fault(method="PUT", path="/me", status=403, body=body)
    error = told(lambda: mode.client().login(auth_token="a" * 30), errors.PermissionDeniedError)
    assert error.message == f"This auth token is tied to {bound} already."
    assert error.hint == "Make one token for each user and device, as token_for() does."


# Sessions


def test_two_logins_at_once(mode: Mode) -> None:
    client = mode.client()
    mode.emulator.fault("delay", seconds=0.2, times=1)
    users = mode.at_once([lambda: client_of(client).login(UID) for _ in range(2)])
    assert [user.uid for user in users] == [UID, UID]
    client.logout()
    both = mode.at_once([partial(client_of(client).login, one) for one in (UID, "cometchat-uid-2")])
    (winner,) = [one for one in both if not isinstance(one, Exception)]
    (loser,) = [one for one in both if isinstance(one, errors.AlreadyLoggedInError)]
    assert loser.message == f"Logged in as '{winner.uid}'."


def client_of(client: Any) -> Any:
    """Return the client itself, whose calls `at_once` makes."""
    return getattr(client, "subject", client)


def test_somebody_else_is_logged_in(mode: Mode) -> None:
    client = mode.client()
    client.login(UID)
    error = told(lambda: client.login("cometchat-uid-2"), errors.AlreadyLoggedInError)
    assert str(error).startswith(f"Logged in as '{UID}'. Log out first, or pass switch_user=True")


def test_nobody_is_logged_in(mode: Mode) -> None:
    client = mode.client()
    assert client.get_logged_in_user() is None
    assert str(told(client.get_auth_token, errors.NotLoggedInError)) == "Not logged in. Call login() first."


def test_offline_with_a_saved_session(mode: Mode, tmp_path: Path) -> None:
    from cometchat_session import FileStore

    place = {"store": FileStore(tmp_path), "retry": RetryPolicy(attempts=1)}
    mode.client(**place).login(UID)
    record = next(tmp_path.rglob("session.json"))
    mode.emulator.fault("reset")
    error = told(lambda: mode.client(**place).get_logged_in_user(verify=True), errors.NetworkError)
    assert f"The saved session of '{UID}' is kept; the server last confirmed it" in (error.hint or "")
    assert str(error).endswith("ago.") or str(error).endswith("just now.")
    assert record.exists()
    assert mode.client(**place).get_logged_in_user().uid == UID


@pytest.mark.parametrize(
    ("seconds", "ago"),
    [
        (1, "just now"),
        (40, "40 seconds ago"),
        (200, "3 minutes ago"),
        (7300, "2 hours ago"),
        (9e5, "10 days ago"),
    ],
)
def test_how_old_an_unchecked_session_is(
    env: pytest.MonkeyPatch, emulator: Emulator, seconds: float, ago: str
) -> None:
    import time

    with CometChat(retry=RetryPolicy(attempts=1)) as chat:
        chat.login(UID)
        now = time.time
        env.setattr("cometchat_session._runtime.port.time.time", lambda: now() + seconds)
        emulator.fault("status", status=503)
        error = told(lambda: chat.get_logged_in_user(verify=True), errors.ServerError)
    assert (error.hint or "").endswith(f"the server last confirmed it {ago}.")


def test_a_logout_that_the_server_does_not_hear_of(
    mode: Mode, env: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = mode.client(retry=RetryPolicy(attempts=1))
    client.login(UID)
    mode.emulator.fault("status", method="DELETE", path="/me", status=500)
    result = client.logout()
    assert (result.revoked, type(result.error)) == (False, errors.ServerError)
    assert client.get_logged_in_user() is None
    assert "the token may still be valid" in caplog.text
    CliRunner().invoke(cometchat, ["login", UID])
    done = CliRunner().invoke(cometchat, ["logout"])
    assert done.stdout.startswith("Logged out here. The server could not be told (")
    assert done.stdout.endswith("the token may still be valid.\n")


@pytest.mark.parametrize("readable", [True, False])
def test_a_session_file_that_is_damaged(
    env: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture, readable: bool
) -> None:
    with CometChat() as chat:
        chat.login(UID)
    record = next(tmp_path.rglob("session.json"))
    record.unlink()
    if readable:
        record.write_bytes(b"{")
    else:
        record.mkdir()  # what not even root can read
    with CometChat() as chat:
        assert chat.get_logged_in_user() is None
        (warning,) = caplog.messages
        assert re.search(r"damaged; it is now .*session\.json\.corrupt-\d+, and nobody is logged in", warning)
        assert chat.login(UID).uid == UID


# Limits and networks


@pytest.mark.parametrize("style", ["X-Rate-Limit", "X-RateLimit"])
def test_too_many_requests(mode: Mode, style: str) -> None:
    mode.emulator.configure(rate_limit_core=2, rate_limit_headers=style)
    client = mode.client(retry=RetryPolicy(deadline=3.0))
    client.login(UID)
    error = told(lambda: client.login(UID, force=True), errors.RateLimitedError)
    assert error.message == "Rate limited: 2 requests a minute, 0 left."
    assert re.fullmatch(r"Try again in \d+ s\.", error.hint or "")
    assert (error.limit, error.left, error.attempts) == (2, 0, 1)
    assert error.retry_after is not None


def test_too_many_requests_again_and_again(mode: Mode, admin: CometChatAdmin) -> None:
    headers = {"X-RateLimit-Limit": "500", "X-RateLimit-Remaining": "0", "Retry-After": "0"}
    mode.emulator.fault("status", status=429, headers=headers)
    for call in (lambda: mode.client().login(UID), lambda: admin.users.get(UID)):
        error = told(call, errors.RateLimitedError)
        assert re.fullmatch(
            r"Rate limited: 500 requests a minute, 0 left\. Gave up after 3 tries, \d s\. Try again in 0 s\.",
            str(error),
        )


def test_too_many_requests_and_no_word_about_the_limit(admin: CometChatAdmin, emulator: Emulator) -> None:
    emulator.fault("status", status=429, headers={"Retry-After": "60", "X-Rate-Limit": "many"})
    assert (
        str(told(lambda: admin.users.get(UID), errors.RateLimitedError)) == "Rate limited. Try again in 60 s."
    )


def test_a_page_in_place_of_an_answer(mode: Mode, admin: CometChatAdmin) -> None:
    mode.emulator.fault("html", body="<html>" + "no " * 100)
    for call in (lambda: mode.client().login(UID), lambda: admin.users.get(UID)):
        error = told(call, errors.ServerError)
        assert error.message.endswith(
            "with status 502 and a body that is not its own; the beginning is in the error's body."
        )
        assert error.body == ("<html>" + "no " * 100)[:200]


def test_a_page_that_repeats_the_key(admin: CometChatAdmin, emulator: Emulator) -> None:
    emulator.fault("html", body=f"<p>apikey: {emulator.rest_api_key}</p>")
    assert told(lambda: admin.users.get(UID), errors.ServerError).body == "<p>apikey: ***</p>"


def test_no_answer_in_time(mode: Mode, emulator: Emulator) -> None:
    emulator.fault("hang")
    calls: list[tuple[str, Any]] = [
        ("POST /users/{uid}/auth_tokens", mode.client(timeout=0.2).login),
        ("GET /users/{uid}", backend(emulator, timeout=0.2).users.get),
    ]
    for asked, call in calls:
        error = told(partial(call, UID), errors.DeadlineExceededError)
        assert error.message == f"No answer in 0.2 s to {asked}."
        assert re.search(r"Gave up after \d tries, \d s\. The request may have taken effect\.$", str(error))


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("ERR_PLAN_RESTRICTION", "The plan of app 'app' does not allow this."),
        ("ERR_PLAN_QUOTA_RESTRICTION", "The quota that the plan of app 'app' sets for this is used up."),
        ("ERR_SUBSCRIPTION_EXPIRED", "The subscription of app 'app' has ended."),
    ],
)
def test_the_plan_s_limits(mode: Mode, admin: CometChatAdmin, code: str, says: str) -> None:
    mode.emulator.fault("status", status=403, body={"error": {"code": code, "message": "no"}})
    for call in (lambda: mode.client().login(UID), lambda: admin.users.get(UID)):
        mode.emulator.clear_requests()
        assert told(call, errors.PlanError).message == says
        assert len(mode.emulator.requests) == 1


def test_the_command_line_says_the_same(env: pytest.MonkeyPatch, emulator: Emulator) -> None:
    env.setenv("COMETCHAT_REST_API_KEY", "f" * 40)
    done = CliRunner().invoke(cometchat, ["users", "get", "ann"])
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "Error: CometChat does not know this REST API key (ends …fff).",
        "A key belongs to one app: check the key and the app id.",
    ]
    emulator.fault("status", status=503, headers={"Retry-After": "0"})
    failed = CliRunner().invoke(cometchat, ["users", "get", "ann", "--json"])
    assert json.loads(failed.stdout)["attempts"] == 3
    text = CliRunner().invoke(cometchat, ["users", "get", "ann"]).stderr
    assert "Gave up after 3 tries" in text


def test_logs_hold_neither_keys_nor_tokens(
    env: pytest.MonkeyPatch, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with CometChatAdmin() as admin, CometChat() as chat:
        token = admin.token_for(UID).auth_token
        chat.login(auth_token=token)
        emulator.revoke(uid=UID)
        assert chat.get_logged_in_user(verify=True) is None
    for secret in (token, emulator.rest_api_key, emulator.auth_key):
        assert secret not in caplog.text
