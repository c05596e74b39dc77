"""`COMETCHAT_EMULATOR_HOST`: one variable, no credentials, and no way to the real service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cometchat_session import CometChat, CometChatAdmin, ConfigurationError
from cometchat_session.cli.app import cometchat

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator

DOWN = "127.0.0.1:9"


@pytest.fixture
def host(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> str:
    host = emulator.url.removeprefix("http://")
    monkeypatch.setenv("COMETCHAT_EMULATOR_HOST", f" {host} ")
    return host


@pytest.mark.usefixtures("host")
def test_no_credentials_are_needed() -> None:
    with CometChatAdmin() as admin, CometChat(store="memory:") as chat:
        admin.users.create("ann", "Ann")
        assert chat.login("ann").name == "Ann"


def test_what_is_set_counts(host: str, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETCHAT_APP_ID", "mine")
    monkeypatch.setenv("COMETCHAT_API_KEY", "k" * 40)
    with (
        CometChatAdmin(region="eu") as admin,
        CometChat(store="memory:", base_url="http://127.0.0.1:9") as chat,
    ):
        assert (admin._config.app_id, admin._config.region) == ("mine", "eu")
        assert admin._config.base_url == f"http://{host}"
        assert admin._config.key is not None
        assert admin._config.key.reveal() == "k" * 40
        assert chat._config.base_url == "http://127.0.0.1:9"
    assert emulator.requests == []


@pytest.mark.parametrize("blank", ["", "  "])
def test_no_client_reaches_the_real_service(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    monkeypatch.setenv("COMETCHAT_EMULATOR_HOST", DOWN)
    monkeypatch.setenv("COMETCHAT_BASE_URL", blank)
    for client in (
        CometChat("app", "us", auth_key="k" * 40, base_url=blank, store="memory:"),
        CometChatAdmin("app", "us", api_key="k" * 40),
    ):
        with client:
            config = client._config
            assert {config.session_url, config.mint_url, config.admin_url} == {
                f"http://{DOWN}/v3.0",
                f"http://{DOWN}/v3",
            }


def test_the_two_may_not_contradict_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETCHAT_EMULATOR_HOST", DOWN)
    with pytest.raises(ConfigurationError, match="Unset one of the two"):
        CometChatAdmin(base_url="https://app.api-us.cometchat.io")
    monkeypatch.setenv("COMETCHAT_BASE_URL", "https://chat.example.com")
    with pytest.raises(ConfigurationError, match="Unset one of the two"):
        CometChat(store="memory:")


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("http://127.0.0.1:8080", "must look like 127.0.0.1:8080"),
        ("127.0.0.1:8080/v3", "must look like"),
        (":8080", "must look like"),
        ("emulator:8080", "loopback address only"),
        ("app.api-us.cometchat.io", "loopback address only"),
    ],
)
def test_a_host_that_cannot_be(monkeypatch: pytest.MonkeyPatch, host: str, text: str) -> None:
    monkeypatch.setenv("COMETCHAT_EMULATOR_HOST", host)
    with pytest.raises(ConfigurationError, match=text) as caught:
        CometChatAdmin()
    assert "COMETCHAT_EMULATOR_HOST" in str(caught.value)


def test_the_command_shows_what_comes_from_it(host: str, emulator: Emulator, tmp_path: Path) -> None:
    env = {"COMETCHAT_STORE": f"file:{tmp_path}", "COMETCHAT_REGION": "us"}
    shown = CliRunner().invoke(cometchat, ["config", "--json"], env=env)
    rows = {row["name"]: (row["value"], row["source"]) for row in json.loads(shown.stdout)["settings"]}
    assert rows["COMETCHAT_EMULATOR_HOST"] == (host, "environment")
    assert rows["COMETCHAT_BASE_URL"] == (emulator.url, "COMETCHAT_EMULATOR_HOST")
    assert rows["COMETCHAT_APP_ID"] == (emulator.app_id, "COMETCHAT_EMULATOR_HOST")
    assert rows["COMETCHAT_REGION"] == ("us", "environment")
    assert rows["COMETCHAT_REST_API_KEY"][1] == "COMETCHAT_EMULATOR_HOST"
    assert emulator.rest_api_key not in shown.stdout
    looked = CliRunner().invoke(cometchat, ["doctor", "--json"], env=env)
    findings = {one["about"]: one for one in json.loads(looked.stdout)["findings"]}
    assert findings["COMETCHAT_EMULATOR_HOST"]["state"] == "note"
    assert emulator.url in findings["COMETCHAT_EMULATOR_HOST"]["found"]
