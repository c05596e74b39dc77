"""The logged-in user's own calls: log in, look up, log out; and two that only the SDKs make.

``GET settings`` and ``POST user_sessions`` are no part of the sixteen operations. They are here because the
official SDKs touch them around a login.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from cometchat_session.emulator.errors import Refusal
from cometchat_session.emulator.operations.tokens import apply_device, check_device

if TYPE_CHECKING:
    from cometchat_session.emulator.model import Token, User
    from cometchat_session.emulator.operations.context import Context

_JWT_HEADER = b'{"typ":"JWT","alg":"HS256"}'


def log_in(context: Context) -> dict[str, Any]:
    """``PUT /me``: verifies the token, registers the device, connects the user."""
    (token, user), body, check = context.session(), context.body(), context.checker()
    check_device(check, body)
    check.done()
    device = body.get("deviceId")
    if context.settings.one_device_per_token and token.device_id and device and device != token.device_id:
        raise Refusal("ERR_AUTHTOKEN_UNAVAILABLE")
    token = context.state.change(apply_device(context.state, token, body), logged_in=True)
    user.last_active_at = context.state.clock.seconds()
    shown = _me(context, user, token)
    if context.settings.login_echoes_token:
        shown["authToken"] = token.auth_token
    if context.settings.login_carries_settings:
        shown["settings"] = _settings(context)
    return {"data": shown}


def look_up(context: Context) -> dict[str, Any]:
    """``GET /me``: the user and a fresh JWT."""
    token, user = context.session()
    shown = _me(context, user, token)
    if context.settings.lookup_echoes_token:
        shown["authToken"] = token.auth_token
    return {"data": shown}


def log_out(context: Context) -> dict[str, Any]:
    """``DELETE /me``."""
    token, user = context.session()
    ends = context.settings.logout_ends
    if ends == "all":
        context.state.drop_tokens(user, "the user logged out")
    elif ends == "token":
        context.state.drop_token(token, "the user logged out")
    else:
        context.state.change(token, logged_in=False)
    return {"data": {"success": True, "message": f"The user {user.uid} has been logged out."}}


def settings(context: Context) -> dict[str, Any]:
    """``GET settings``."""
    return {"data": _settings(context)}


def user_sessions(context: Context) -> dict[str, Any]:
    """``POST user_sessions``: the SDK's telemetry, acknowledged and not kept."""
    token, _ = context.session()
    return {"data": {"hash": _digest("session", token)[:32]}}


def _me(context: Context, user: User, token: Token) -> dict[str, Any]:
    """The user with all that an SDK needs to go on."""
    return {
        **user.public(context.settings.presence_word),
        "metadata": user.fields.get("metadata", {}),
        "tags": user.fields.get("tags", []),
        "hasBlockedMe": False,
        "blockedByMe": False,
        "deactivatedAt": 0,
        "jwt": _jwt(user, token),
        "fat": _digest("fat", token),
        "wsChannel": {
            "identity": f"{context.state.app_id}_{user.uid}",
            "secret": _digest("channel", token)[:32],
            "service": "websocket",
        },
    }


def _settings(context: Context) -> dict[str, Any]:
    """The app's settings, pointing every host back at this emulator."""
    host = context.settings.advertised_host or context.call.headers.get("host", "localhost")
    port = host.rpartition(":")[2]
    told: dict[str, Any] = {
        "APP_VERSION": 4,
        "CHAT_API_VERSION": "v3.0",
        "WS_API_VERSION": "v3.0",
        "REGION": context.state.region,
        "MODE": "DEFAULT",
        "CHAT_HOST": host.rpartition(":")[0] or host,
        "CHAT_WSS_PORT": int(port) if port.isascii() and port.isdigit() else 443,
        "ADMIN_API_HOST": host,
        "CLIENT_API_HOST": host,
        "EXTENSION_DOMAIN": "cometchat.io",
        "ANALYTICS_HOST": host,
        "ANALYTICS_VERSION": "v1",
        "ANALYTICS_PING_DISABLED": True,
        "extensions": [],
        "parameters": {},
    }
    told["settingsHash"] = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
    told["settingsHashReceivedAt"] = context.state.clock.seconds()
    return told


def _jwt(user: User, token: Token) -> str:
    """A JWT in form; its signature means nothing outside this emulator."""
    claims = json.dumps({"sub": user.uid, "iat": token.created_at}, separators=(",", ":")).encode()
    signed = _base64(_JWT_HEADER) + "." + _base64(claims)
    return signed + "." + _base64(hmac.digest(token.auth_token.encode(), signed.encode(), "sha256"))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _digest(purpose: str, token: Token) -> str:
    """A secret that belongs to a token and to one purpose."""
    return hmac.digest(token.auth_token.encode(), purpose.encode(), "sha256").hex()
