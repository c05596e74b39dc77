"""Through FastAPI's own test client, against the emulator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from service import app

from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cometchat_session import CometChat, CometChatAdmin

ANN = {"Authorization": "Bearer session-of-ann", "Device": "phone"}


@pytest.fixture
def browser(cometchat_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with service_of(cometchat_emulator, monkeypatch) as client:
        yield client


def service_of(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return a browser of the service, which speaks to an emulator."""
    for name, value in {**emulator.environment, "COMETCHAT_STORE": "memory:"}.items():
        monkeypatch.setenv(name, value)
    return TestClient(app)


def test_the_token_logs_its_user_in(browser: TestClient, cometchat: CometChat) -> None:
    answer = browser.post("/chat/token", headers=ANN).json()
    assert answer["uid"] == "ann"
    assert cometchat.login(auth_token=answer["auth_token"]).name == "Ann"


def test_a_device_keeps_its_token(browser: TestClient, cometchat_emulator: Emulator) -> None:
    first = browser.post("/chat/token", headers=ANN).json()
    cometchat_emulator.clear_requests()
    assert browser.post("/chat/token", headers=ANN).json() == first
    assert cometchat_emulator.requests == []
    assert browser.post("/chat/token", headers=ANN | {"Device": "laptop"}).json() != first


def test_a_dead_token_is_replaced_when_its_device_says_so(
    browser: TestClient, cometchat: CometChat, cometchat_emulator: Emulator
) -> None:
    first = browser.post("/chat/token", headers=ANN).json()
    assert browser.post("/chat/token?refused=1", headers=ANN).json() == first
    cometchat_emulator.revoke(uid="ann")
    fresh = browser.post("/chat/token?refused=1", headers=ANN).json()
    assert cometchat.login(auth_token=fresh["auth_token"]).uid == "ann"
    assert browser.post("/chat/token", headers=ANN).json() == fresh


def test_many_at_once_make_one_token(browser: TestClient, cometchat_admin: CometChatAdmin) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: browser.post("/chat/token", headers=ANN).json(), range(8)))
    assert len({answer["auth_token"] for answer in answers}) == 1
    assert len(list(cometchat_admin.auth_tokens.list("ann"))) == 1


def test_the_uid_cannot_be_asked_for(browser: TestClient, cometchat_emulator: Emulator) -> None:
    assert browser.post("/chat/token", params={"uid": "bob"}, headers=ANN).json()["uid"] == "ann"
    cometchat_emulator.clear_requests()
    assert browser.post("/chat/token", json={"uid": "bob"}).status_code == 401
    assert cometchat_emulator.requests == []


def test_what_chat_said_stays_here(
    browser: TestClient, cometchat_emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    secret = {"error": {"code": "AUTH_ERR_NO_ACCESS", "message": "upstream text"}}
    cometchat_emulator.fault("status", status=403, body=secret)
    answer = browser.post("/chat/token", headers=ANN)
    assert (answer.status_code, answer.json()) == (503, {"detail": "Chat is not available at the moment."})
    assert "AUTH_ERR_NO_ACCESS" in caplog.text
    assert cometchat_emulator.rest_api_key not in caplog.text


def test_while_chat_is_away_only_a_new_device_has_to_wait(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    third = ANN | {"Device": "third"}
    with Emulator() as emulator, service_of(emulator, monkeypatch) as browser:
        first = browser.post("/chat/token", headers=ANN).json()
        emulator.stop()
        assert browser.post("/chat/token", headers=ANN).json() == first
        answer = browser.post("/chat/token", headers=third)
        assert (answer.status_code, answer.json()) == (
            503,
            {"detail": "Chat is not available at the moment."},
        )
        assert "Could not connect" in caplog.text
        with Emulator(port=int(emulator.url.rpartition(":")[2])):
            assert browser.post("/chat/token", headers=third).json()["uid"] == "ann"


def test_a_rate_limit_says_when_to_come_back(browser: TestClient, cometchat_emulator: Emulator) -> None:
    cometchat_emulator.fault("status", status=429, headers={"Retry-After": "40"})
    assert browser.post("/chat/token", headers=ANN).headers["Retry-After"] == "40"


def test_a_device_is_a_word(browser: TestClient, cometchat_emulator: Emulator) -> None:
    assert browser.post("/chat/token", headers=ANN | {"Device": "a/b"}).status_code == 422
    assert cometchat_emulator.requests == []
