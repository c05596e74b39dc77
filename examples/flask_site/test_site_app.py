"""Through Flask's own test client, against an emulator that is stopped and started again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from site_app import Chat, create_app

from cometchat_session import encode_uid
from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

EMAIL = "Ann@Example.com"
UID = encode_uid(EMAIL.lower())


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def app(emulator: Emulator) -> Iterator[Flask]:
    app = create_app(
        {
            "COMETCHAT_APP_ID": emulator.app_id,
            "COMETCHAT_REGION": emulator.region,
            "COMETCHAT_REST_API_KEY": emulator.rest_api_key,
            "COMETCHAT_BASE_URL": emulator.url,
            "COMETCHAT_STORE": "memory:",
            "TESTING": True,
        }
    )
    yield app
    app.extensions["chat"].client.close()


def test_a_member_is_a_chat_user(app: Flask, emulator: Emulator) -> None:
    with app.test_client() as browser:
        assert browser.post("/sign-up", data={"email": EMAIL}).json == {"email": EMAIL.lower(), "chat": True}
        token = browser.post("/chat/token").get_json()["auth_token"]
    assert {one["uid"] for one in emulator.state["tokens"] if one["authToken"] == token} == {UID}


def test_sign_up_works_while_chat_is_down_and_is_made_up_for(app: Flask, emulator: Emulator) -> None:
    port = int(emulator.url.rpartition(":")[2])
    emulator.stop()
    with app.test_client() as browser:
        assert browser.post("/sign-up", data={"email": EMAIL}).json == {"email": EMAIL.lower(), "chat": False}
        assert browser.post("/chat/token").status_code == 503
        with Emulator(port=port) as back:
            assert browser.post("/chat/token").status_code == 200
            assert UID in {user["uid"] for user in back.state["users"]}


def test_two_threads_share_one_client_and_one_token(app: Flask, emulator: Emulator) -> None:
    """Neither thread has an application of its own: what they use is a plain object."""
    chat: Chat = app.extensions["chat"]
    emulator.fault("delay", method="POST", seconds=0.1)
    barrier = threading.Barrier(2)

    def ask(_: int) -> str:
        barrier.wait()
        return chat.token("bob@example.com", "phone")

    with ThreadPoolExecutor(2) as pool:
        tokens = {*pool.map(ask, range(2))}
    assert tokens == {one["authToken"] for one in emulator.state["tokens"]}
    assert len(tokens) == 1


def test_two_browsers_at_once(app: Flask, emulator: Emulator) -> None:
    """The same through the site: two threads, each with a request of its own."""
    emulator.fault("delay", method="POST", seconds=0.1)
    barrier = threading.Barrier(2)

    def ask(_: int) -> str:
        with app.test_client() as browser:
            barrier.wait()
            browser.post("/sign-up", data={"email": EMAIL})
            return str(browser.post("/chat/token").get_json()["auth_token"])

    with ThreadPoolExecutor(2) as pool:
        assert len({*pool.map(ask, range(2))}) == 1
    assert len(emulator.state["tokens"]) == 1


def test_an_email_that_makes_no_uid_signs_up_all_the_same(app: Flask, emulator: Emulator) -> None:
    email = "é" * 60 + "@example.com"
    with app.test_client() as browser:
        assert browser.post("/sign-up", data={"email": email}).json == {"email": email, "chat": False}
    assert emulator.requests == []


def test_nobody_gets_no_token(app: Flask, emulator: Emulator) -> None:
    answer: Any = app.test_client().post("/chat/token")
    assert answer.status_code == 401
    assert emulator.requests == []
