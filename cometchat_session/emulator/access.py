"""Who may call: the app a call is for, the API key and its scope, the auth token."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple

from cometchat_session.emulator.errors import Refusal, masked
from cometchat_session.emulator.model import FULL_ACCESS

if TYPE_CHECKING:
    from cometchat_session.emulator.call import Call
    from cometchat_session.emulator.model import Key, Token, User
    from cometchat_session.emulator.settings import Settings
    from cometchat_session.emulator.state import State

# api-us.cometchat.io is the shared host; app.api-us.cometchat.io and app.apiclient-us.cometchat.io are an
# app's own, and so is app.localhost. Any other name is one that somebody's network gave this machine.
_SHARED = re.compile(r"api(?:client)?-(?P<region>[a-z0-9]+)\.(?:cometchat|cc-cluster-2|cc-edge-2)\.io")
_OWN = re.compile(r"(?P<app>[^.]+)\.api(?:client)?-(?P<region>[a-z0-9]+)\..+")
_LOCAL = re.compile(r"(?P<app>[^.]+)\.localhost")

# What the authOnly key may do, by the value of the switch auth_only_may.
AUTH_ONLY_MAY = {
    "create tokens": {"create token"},
    "create users and tokens": {"create user", "create token"},
    "create and update users and create tokens": {"create user", "update user", "create token"},
}


class Named(NamedTuple):
    """What a host name says: an app, a region, both or neither."""

    app: str | None
    region: str | None


def read_host(host: str) -> Named:
    """Read app and region out of a Host header. A bare address names neither, and so does most any name."""
    name = host.rpartition("]")[0].lstrip("[") or host.partition(":")[0].lower()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        pass
    else:
        return Named(None, None)
    if own := _OWN.fullmatch(name):
        return Named(own["app"], own["region"])
    if shared := _SHARED.fullmatch(name):
        return Named(None, shared["region"])
    local = _LOCAL.fullmatch(name)
    return Named(local["app"] if local else None, None)


def check_app(call: Call, app_id: str, region: str, settings: Settings) -> None:
    """Refuse a call that is not for the one app served here."""
    named = read_host(call.headers.get("host", ""))
    wanted = call.headers.get("appid", "").strip() or named.app
    if not wanted:
        if named.region or settings.missing_app_id == "refuse":
            raise Refusal("AUTH_ERR_EMPTY_APPID")
        return
    if wanted != app_id or (named.region or region) != region:
        raise Refusal("AUTH_ERR_INVALID_APPID", app_id=wanted)


def check_key(call: Call, operation: str, state: State) -> Key:
    """The API key of a call, if its scope allows the operation."""
    secret = call.headers.get("apikey", "").strip()
    if not secret:
        raise Refusal("AUTH_ERR_EMPTY_APIKEY")
    key = state.keys.get(secret)
    if key is None:
        raise Refusal("AUTH_ERR_APIKEY_NOT_FOUND", key=masked(secret))
    if key.scope != FULL_ACCESS and operation not in AUTH_ONLY_MAY[state.settings.auth_only_may]:
        raise Refusal("AUTH_ERR_NO_ACCESS", key=masked(secret))
    return key


def check_token(call: Call, state: State) -> tuple[Token, User]:
    """The auth token of a call and the user it stands for."""
    secret = call.headers.get("authtoken", "").strip()
    if not secret:
        raise Refusal("AUTH_ERR_EMPTY_AUTH_TOKEN")
    token = state.token(secret)
    user = state.find(token.uid) if token else None
    if token and user:
        return token, user
    if token and state.settings.deactivated_me_code == "ERR_UID_NOT_FOUND":
        raise Refusal("ERR_UID_NOT_FOUND", uid=token.uid)
    shown = secret if state.settings.full_token_in_message else masked(secret)
    raise Refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", token=shown)
