"""Log in, look up, log out."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from emulator.service import data, refused

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api

UID = "cometchat-uid-1"
DEVICE = {"platform": "WEB", "deviceId": "d1", "appInfo": {"version": "v4", "userAgent": "Agent/1"}}
GONE = "AUTH_ERR_AUTH_TOKEN_NOT_FOUND"


def test_log_in_brings_all_that_an_sdk_consumes(api: Api, emulator: Emulator) -> None:
    emulator.freeze(1_700_000_000)
    token = api.token()
    me = data(api.user("PUT", "/me", token, DEVICE))
    assert me["uid"] == UID
    assert me["name"] == "Andrew Joseph"
    assert (me["status"], me["lastActiveAt"], me["role"]) == ("available", 1_700_000_000, "default")
    assert (me["metadata"], me["tags"]) == ({}, [])
    assert (me["hasBlockedMe"], me["blockedByMe"], me["deactivatedAt"]) == (False, False, 0)
    assert me["authToken"] == token
    assert me["wsChannel"].keys() == {"identity", "secret", "service"}
    assert me["fat"]
    claims = me["jwt"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["sub"] == UID


def test_settings_point_back_at_the_emulator(api: Api, emulator: Emulator) -> None:
    settings = data(api.user("PUT", "/me", api.token(), DEVICE))["settings"]
    address = emulator.url.removeprefix("http://")
    assert settings["ADMIN_API_HOST"] == settings["CLIENT_API_HOST"] == settings["ANALYTICS_HOST"] == address
    assert f"{settings['CHAT_HOST']}:{settings['CHAT_WSS_PORT']}" == address
    assert (settings["CHAT_API_VERSION"], settings["REGION"], settings["MODE"]) == ("v3.0", "us", "DEFAULT")
    assert settings["ANALYTICS_PING_DISABLED"] is True
    assert settings["settingsHash"]


def test_settings_can_point_elsewhere(api: Api, emulator: Emulator) -> None:
    emulator.configure(advertised_host="chat.example.com")
    settings = data(api.user("PUT", "/me", api.token()))["settings"]
    assert (settings["CHAT_HOST"], settings["CHAT_WSS_PORT"]) == ("chat.example.com", 443)


def test_log_in_registers_the_device(api: Api) -> None:
    token = api.token()
    api.user("PUT", "/me", token, DEVICE)
    shown = data(api.rest("GET", f"/users/{UID}/auth_tokens/{token}"))
    assert (shown["platform"], shown["userAgent"], shown["appInfo"]) == ("WEB", "Agent/1", DEVICE["appInfo"])


def test_log_in_takes_the_form_that_android_sends(api: Api) -> None:
    token = api.token()
    form = b"platform=android&deviceId=d2&appInfo=%7B%22version%22%3A%224%22%7D"
    headers = {"authToken": token, "content-type": "application/x-www-form-urlencoded"}
    data(api.call("PUT", "/v3.0/me", form, headers))
    shown = data(api.rest("GET", f"/users/{UID}/auth_tokens/{token}"))
    assert (shown["platform"], shown["appInfo"]) == ("android", {"version": "4"})


def test_one_token_serves_many_devices(api: Api) -> None:
    token = api.token()
    data(api.user("PUT", "/me", token, DEVICE))
    data(api.user("PUT", "/me", token, DEVICE | {"deviceId": "d2"}))


def test_one_token_may_serve_one_device_only(api: Api, emulator: Emulator) -> None:
    emulator.configure(one_device_per_token=True)
    token = api.token()
    data(api.user("PUT", "/me", token))
    data(api.user("PUT", "/me", token, DEVICE))
    data(api.user("PUT", "/me", token, DEVICE))
    data(api.user("PUT", "/me", token))
    refused(api.user("PUT", "/me", token, DEVICE | {"deviceId": "d2"}), 403, "ERR_AUTHTOKEN_UNAVAILABLE")


def test_look_up_brings_the_user_of_now(api: Api) -> None:
    token = api.token()
    api.rest("PUT", f"/users/{UID}", {"name": "New", "tags": ["t"], "metadata": {"a": 1}})
    me = data(api.user("GET", "/me", token))
    assert (me["name"], me["tags"], me["metadata"], me["authToken"]) == ("New", ["t"], {"a": 1}, token)
    assert me["jwt"]
    assert "settings" not in me


def test_what_a_reply_repeats_is_a_switch(api: Api, emulator: Emulator) -> None:
    token = api.token()
    emulator.configure(login_echoes_token=False, lookup_echoes_token=False, login_carries_settings=False)
    assert not {"authToken", "settings"} & set(data(api.user("PUT", "/me", token)))
    assert "authToken" not in data(api.user("GET", "/me", token))


def test_log_out_ends_this_token_only(api: Api) -> None:
    here, there = api.token(), api.token()
    assert data(api.user("DELETE", "/me", here))["success"] is True
    refused(api.user("DELETE", "/me", here), 401, GONE)
    data(api.user("GET", "/me", there))


def test_log_out_may_end_all_or_nothing(api: Api, emulator: Emulator) -> None:
    here, there = api.token(), api.token()
    emulator.configure(logout_ends="nothing")
    data(api.user("PUT", "/me", here))
    data(api.user("DELETE", "/me", here))
    assert data(api.user("GET", "/me", here))["status"] == "offline"
    emulator.configure(logout_ends="all")
    data(api.user("DELETE", "/me", here))
    refused(api.user("GET", "/me", there), 401, GONE)


def test_a_wrong_token_is_named_as_the_service_names_it(api: Api, emulator: Emulator) -> None:
    error = refused(api.user("PUT", "/me", "wrong-token-0000"), 401, GONE)
    assert error["message"] == (
        "The auth token wrong-token-0000 does not exist. Please make sure you are logged in and have a valid "
        "auth token or try login again."
    )
    emulator.configure(full_token_in_message=False)
    assert "wrong***-0000" in refused(api.user("PUT", "/me", "wrong-token-0000"), 401, GONE)["message"]


def test_a_deactivated_user_is_out(api: Api, emulator: Emulator) -> None:
    token = api.token()
    data(api.user("PUT", "/me", token))
    api.rest("DELETE", f"/users/{UID}")
    refused(api.user("GET", "/me", token), 401, GONE)
    emulator.configure(deactivated_me_code="ERR_UID_NOT_FOUND")
    refused(api.user("GET", "/me", token), 404, "ERR_UID_NOT_FOUND")
    refused(api.user("GET", "/me", "never-there"), 401, GONE)
    api.rest("PUT", "/users", {"uidsToActivate": [UID]})
    assert data(api.user("GET", "/me", token))["status"] == "offline"


def test_tokens_may_die_with_deactivation(api: Api, emulator: Emulator) -> None:
    emulator.configure(tokens_survive_deactivation=False)
    token = api.token()
    api.rest("DELETE", f"/users/{UID}")
    api.rest("PUT", "/users", {"uidsToActivate": [UID]})
    refused(api.user("GET", "/me", token), 401, GONE)


def test_what_else_an_sdk_touches_around_a_login(api: Api) -> None:
    token = api.token()
    login = data(api.user("PUT", "/me", token))["settings"]
    assert data(api.user("GET", "/settings", token))["settingsHash"] == login["settingsHash"]
    assert data(api.user("POST", "/user_sessions", token, {"browser": "x"}))["hash"]
    refused(api.user("GET", "/settings", "dead"), 401, GONE)


def test_presence_word(api: Api, emulator: Emulator) -> None:
    emulator.configure(presence_word="online")
    assert data(api.user("PUT", "/me", api.token()))["status"] == "online"
