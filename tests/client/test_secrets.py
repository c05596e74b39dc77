"""A canary key and token are nowhere to be read: not in logs, texts, pickles or tracebacks with locals."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from support.faults import TABLE

from cometchat_session import CometChatAdmin, MemoryStore, RetryPolicy, errors
from cometchat_session._secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.modes import Mode

UID = "cometchat-uid-1"


def everything_of(error: BaseException) -> str:
    """Return all that a crash report could hold, local variables included."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The test's own frames hold the secrets on purpose.
    for frame in report.stack:
        if "/tests/" in frame.filename:
            frame.locals = None
    pickled = pickle.dumps(error)
    return f"{''.join(report.format())}{error!r}{error}{vars(error)}{pickled!r}"


def secrets_of(mode: Mode, *tokens: str) -> list[str]:
    state = mode.emulator.state
    return [mode.emulator.auth_key, mode.emulator.rest_api_key, *tokens, *_tokens(state)]


def _tokens(node: Any) -> list[str]:
    if isinstance(node, dict):
        here = [value for name, value in node.items() if name in ("authToken", "auth_token", "token")]
        below = [found for value in node.values() for found in _tokens(value)]
        return [value for value in here if isinstance(value, str)] + below
    return [found for item in node for found in _tokens(item)] if isinstance(node, list) else []


@pytest.mark.parametrize(("fault", "kind"), [row[1:3] for row in TABLE], ids=[row[0] for row in TABLE])
@pytest.mark.parametrize("path", ["/me", "/users/*/auth_tokens"])
def test_no_failure_tells(
    mode: Mode, caplog: pytest.LogCaptureFixture, fault: dict[str, Any], kind: type[Exception], path: str
) -> None:
    caplog.set_level(logging.DEBUG)
    client = mode.client(retry=RetryPolicy(deadline=0.7, wait_initial=0.0), timeout=0.2)
    client.login(UID)
    token = client.get_auth_token()
    mode.emulator.fault(path=path, **fault)
    with pytest.raises(errors.CometChatError) as caught:
        client.login(UID, force=True)
    said = everything_of(caught.value) + caplog.text + repr(client)
    for secret in secrets_of(mode, token):
        assert secret not in said


def test_a_server_that_repeats_the_token(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    """As the real one does: "The auth token ... does not exist"."""
    caplog.set_level(logging.DEBUG)
    canary = "canary-token-that-is-nobody-s"
    with pytest.raises(errors.AuthTokenNotFoundError) as caught:
        mode.client().login(auth_token=canary)
    assert canary not in everything_of(caught.value) + caplog.text


@pytest.mark.parametrize("canary", ["canary canary", "canary\r\ncanary", "canary-é"])
def test_a_secret_that_is_refused(mode: Mode, canary: str) -> None:
    client = mode.client()
    calls: list[Callable[[], Any]] = [
        lambda: client.login(auth_token=canary),
        lambda: client.login(UID, canary),
        lambda: mode.client(auth_key=canary),
    ]
    for call in calls:
        with pytest.raises(errors.ConfigurationError) as caught:
            call()
        assert canary not in everything_of(caught.value)


def test_objects_do_not_show_or_pickle_them(mode: Mode, tmp_path: Path) -> None:
    client = mode.client(store=f"file:{tmp_path}")
    user = client.login(UID)
    token = client.get_auth_token()
    with CometChatAdmin(
        mode.emulator.app_id,
        mode.emulator.region,
        api_key=mode.emulator.rest_api_key,
        base_url=mode.emulator.url,
    ) as admin:
        made = admin.auth_tokens.create(UID, force=True)
        shown = f"{user!r}{user}{made!r}{made}{client!r}{admin!r}{client.auth!r}{client._manager!r}"
        session = client._store.load(client._key).session
        shown += f"{session!r}{session.auth_token!r}{session.auth_token}{session.auth_token:>9}"
        for secret in secrets_of(mode, token, made.auth_token):
            assert secret not in shown
        assert token.encode() not in pickle.dumps(user)
        for unpicklable in (made, session.auth_token, admin, getattr(client, "_client", client)):
            with pytest.raises(TypeError, match="pickle"):
                pickle.dumps(unpicklable)
        assert copy.deepcopy(made) is made


def test_what_holds_a_secret_can_be_copied_and_be_in_a_set() -> None:
    secret = Secret("canary")
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"token": secret})["token"] is secret
    assert len({secret, Secret("canary"), Secret("another")}) == 2


def test_a_line_that_another_writes_by_the_logger_of_httpx_is_left_as_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "httpx")
    logging.getLogger("httpx").info("%(what)s is slow", {"what": "the proxy"})
    assert caplog.messages == ["the proxy is slow"]


def test_a_store_that_fails_in_the_middle_tells_nothing(
    mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = mode.client(store=f"file:{tmp_path}")
    client.login(UID)
    token = client.get_auth_token()

    def full(*args: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", full)
    monkeypatch.setattr("os.unlink", full)
    with pytest.raises(errors.StoreUnavailableError) as caught:
        client.logout()
    monkeypatch.undo()
    assert token not in everything_of(caught.value) + caplog.text


def test_a_broken_store_record_is_not_quoted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from cometchat_session import FileStore

    folder = tmp_path / "key"
    folder.mkdir(mode=0o700)
    (folder / "session.json").write_text('{"canary": ')
    assert FileStore(tmp_path).load("key").session is None
    assert "canary" not in caplog.text
    assert MemoryStore().load("key").session is None
