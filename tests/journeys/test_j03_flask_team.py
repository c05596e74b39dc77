"""J3, the Flask team: their tests are green on a plane, and two workers do not meet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from journeys.person import Finished, Person

SHOP = """
    from cometchat_session import CometChatAdmin, CometChatError
    from flask import Flask, request, session

    def create_app(config=None):
        app = Flask(__name__)
        app.config.from_mapping({"SECRET_KEY": "shop", **(config or {})})
        chat = app.extensions["chat"] = CometChatAdmin.from_settings(app.config)

        @app.post("/sign-up")
        def sign_up():
            uid = session["uid"] = request.form["name"].lower()
            chat.users.ensure(uid, request.form["name"])
            return {"uid": uid}, 201

        @app.get("/chat-token")
        def chat_token():
            return {"auth_token": chat.token_for(session["uid"], device="browser").auth_token}

        @app.errorhandler(CometChatError)
        def chat_failed(error):
            return {"error": "Chat is not available."}, 503

        return app
"""
FIXTURES = """
    import pytest
    from shop import create_app

    @pytest.fixture
    def browser(cometchat_emulator):
        app = create_app({**cometchat_emulator.environment, "COMETCHAT_STORE": "memory:"})
        yield app.test_client()
        app.extensions["chat"].close()
"""
TESTS = """
    import pytest

    @pytest.mark.parametrize("turn", range(6))
    def test_ann_signs_up_as_if_for_the_first_time(browser, cometchat_admin, cometchat_emulator, turn):
        assert [user.uid for user in cometchat_admin.users.list(search_key="ann")] == []
        assert cometchat_emulator.requests[1:] == []
        assert browser.post("/sign-up", data={"name": "Ann"}).json == {"uid": "ann"}
        assert cometchat_admin.users.get("ann").name == "Ann"

    def test_the_token_logs_her_in(browser, cometchat):
        browser.post("/sign-up", data={"name": "Ann"})
        token = browser.get("/chat-token").json["auth_token"]
        assert cometchat.login(auth_token=token).name == "Ann"

    def test_a_chat_that_fails(browser, cometchat_emulator):
        cometchat_emulator.fault("status", status=403)
        assert browser.post("/sign-up", data={"name": "Ann"}).status_code == 503
"""
FORGETFUL = """
    from shop import create_app

    REAL = {"COMETCHAT_APP_ID": "shop1", "COMETCHAT_REGION": "us", "COMETCHAT_REST_API_KEY": "5" * 40}

    def test_with_the_settings_of_production(cometchat_emulator):
        app = create_app({**REAL, "COMETCHAT_STORE": "memory:", "PROPAGATE_EXCEPTIONS": True})
        try:
            app.test_client().post("/sign-up", data={"name": "Ann"})
        finally:
            app.extensions["chat"].close()
"""


@pytest.fixture
def team(person: Person) -> Person:
    """A team with no account, no settings and no key: their suite is all that there is."""
    for name in person.emulator.environment:
        del person.environment[name]
    person.writes("shop.py", SHOP)
    person.writes("conftest.py", FIXTURES)
    person.writes("test_shop.py", TESTS)
    return person


def outcomes(done: Finished) -> dict[str, int]:
    last = done.out.splitlines()[-1]
    return {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error|skipped)", last)}


def test_their_tests_are_green_with_nothing_set_up(team: Person) -> None:
    """I type `pytest`: green without a network or a key, with two workers as with one."""
    alone = team.types("pytest -p no:cacheprovider")
    assert (alone.status, outcomes(alone)) == (0, {"passed": 8}), alone.out
    for _ in range(2):  # and again, as nothing of the former run is left anywhere
        two = team.types("pytest -n 2 -p no:cacheprovider -v")
        assert (two.status, outcomes(two)) == (0, {"passed": 8}), two.out
        assert {"[gw0]", "[gw1]"} <= set(two.out.split())
    assert sorted(path.name for path in team.home.iterdir()) == ["conftest.py", "shop.py", "test_shop.py"]
    assert team.emulator.requests == []  # nor did they meet anybody else's emulator


def test_the_real_service_is_not_reached_by_mistake(team: Person) -> None:
    """I once ran our tests with the settings of production; that must not make users there."""
    team.writes("test_forgetful.py", FORGETFUL)
    done = team.types("pytest -p no:cacheprovider test_forgetful.py")
    assert (done.status, outcomes(done)) == (1, {"failed": 1}), done.out
    assert "shop1.api-us.cometchat.io" in done.out
    assert "Point the client at the emulator" in done.out
    assert "5" * 40 not in done.out
