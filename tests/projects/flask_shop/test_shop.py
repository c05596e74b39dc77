from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shop import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from cometchat_session import CometChatAdmin
    from cometchat_session.emulator import Emulator


@pytest.fixture
def app(cometchat_emulator: Emulator) -> Iterator[Flask]:
    chat = {
        "app_id": cometchat_emulator.app_id,
        "region": cometchat_emulator.region,
        "api_key": cometchat_emulator.rest_api_key,
        "base_url": cometchat_emulator.url,
        "store": "memory:",
    }
    app = create_app({"CHAT": chat, "TESTING": True})
    yield app
    app.extensions["chat"].close()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def test_sign_up_makes_exactly_one_chat_user(
    browser: FlaskClient, cometchat_admin: CometChatAdmin, cometchat_emulator: Emulator
) -> None:
    assert browser.post("/sign-up", data={"name": "Ann"}).json == {"uid": "ann", "chat": True}
    created = [
        call for call in cometchat_emulator.requests if (call["method"], call["status"]) == ("POST", 200)
    ]
    assert [call["path"] for call in created] == ["/v3/users"]
    assert cometchat_admin.users.get("ann").name == "Ann"


def test_signing_up_twice_changes_nothing(browser: FlaskClient, cometchat_admin: CometChatAdmin) -> None:
    for _ in range(2):
        assert browser.post("/sign-up", data={"name": "Ann"}).status_code == 201
    assert [user.uid for user in cometchat_admin.users.list(search_key="ann")] == ["ann"]


def test_a_chat_that_is_down_stops_nobody(browser: FlaskClient, cometchat_emulator: Emulator) -> None:
    cometchat_emulator.fault("status", status=403)
    assert browser.post("/sign-up", data={"name": "Ann"}).json == {"uid": "ann", "chat": False}


@pytest.mark.parametrize("turn", range(6))
def test_one_token_for_each_phone(browser: FlaskClient, cometchat_emulator: Emulator, turn: int) -> None:
    browser.post("/sign-up", data={"name": "Ann"})
    tokens = {
        phone: {
            browser.get("/chat-token", headers={"User-Agent": phone}).json["auth_token"] for _ in range(3)
        }
        for phone in ("one", "two")
    }
    assert [len(of_phone) for of_phone in tokens.values()] == [1, 1]
    assert tokens["one"] != tokens["two"]
    minted = [call for call in cometchat_emulator.requests if call["path"].endswith("/auth_tokens")]
    assert len(minted) == 2


def test_a_stranger_gets_no_token(browser: FlaskClient, cometchat_emulator: Emulator) -> None:
    assert browser.get("/chat-token").status_code == 401
    assert cometchat_emulator.requests == []


def test_the_settings_may_come_from_the_environment(
    cometchat_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**cometchat_emulator.environment, "COMETCHAT_STORE": "memory:"}.items():
        monkeypatch.setenv(name, value)
    app = create_app({"TESTING": True})
    assert app.test_client().post("/sign-up", data={"name": "Bob"}).json == {"uid": "bob", "chat": True}
    app.extensions["chat"].close()
