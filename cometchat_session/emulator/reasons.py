"""Why a call failed, in one plain line: what a person needs who looks at the record of calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cometchat_session.emulator.model import AUTH_ONLY, handle_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session.emulator.app import App
    from cometchat_session.emulator.call import Call, Reply

REASONS = {
    "AUTH_ERR_EMPTY_APIKEY": "No API key was sent: put it in the header apikey.",
    "AUTH_ERR_EMPTY_APPID": "No app is named: send the header appId, or call the app's own host.",
    "AUTH_ERR_EMPTY_AUTH_TOKEN": "No auth token was sent: log in, then send it in the header authToken.",
    "ERR_API_NOT_FOUND": "The service has no such route: check method and path.",
    "ERR_AUTHTOKEN_NOT_ACCESSIBLE": "The token is another user's: check the uid in the path.",
    "ERR_AUTHTOKEN_UNAVAILABLE": "The token is in use on another device: make one for each device.",
    "ERR_INVALID_API_VERSION": "The path names a version that does not exist: it begins with /v3.",
    "ERR_INVALID_UID": "The uid is malformed: it takes letters, digits, hyphens and underscores.",
    "ERR_PLAN_QUOTA_RESTRICTION": "The plan's number of users is used up (the switch user_quota).",
    "ERR_PLAN_RESTRICTION": "The plan does not include this, as the emulator's switches say.",
    "ERR_ROLE_NOT_FOUND": "No such role: create it in the dashboard, here in the part roles of the state.",
    "ERR_SUBSCRIPTION_EXPIRED": "The app's subscription has ended (the switch subscription).",
    "ERR_UID_ALREADY_EXISTS": "The uid is taken, by a deactivated user perhaps: update that user instead.",
    "EMULATOR_ROUTE_UNKNOWN": "The emulator does not have this route, though the service may.",
}
FAULTS = {
    "status": "An armed fault answered this.",
    "html": "An armed fault answered this.",
    "reset": "An armed fault reset the connection: there was no answer.",
    "truncate": "An armed fault cut the answer in half.",
    "hang": "An armed fault kept this without an answer.",
    "apply_then_drop": "An armed fault swallowed the answer: the call did take effect.",
}


def explain(app: App, call: Call, reply: Reply) -> str:
    """Say why this call was refused just now, and what to do about it."""
    code = reply.code or ""
    if code in LOOKED_INTO:
        return LOOKED_INTO[code](app, call, reply)
    return REASONS.get(code) or reply.message or ""


def _app(app: App, _: Call, __: Reply) -> str:
    """Which app there is."""
    return f"Another app or region was asked for: this is {app.app_id} in {app.region}."


def _sent_token(app: App, call: Call, _: Reply) -> str:
    """What is the matter with the token in the header."""
    return _token(app, call.headers.get("authtoken", "").strip())


def _named_token(app: App, call: Call, _: Reply) -> str:
    """What is the matter with the token in the path."""
    return _token(app, call.segments[-1])


def _token(app: App, secret: str) -> str:
    """What became of a token, or was never one."""
    if secret in app.state.keys:
        return "An API key was sent in place of an auth token."
    if secret in app.state.tokens:
        uid = app.state.tokens[secret].uid
        return f"The user {uid} is deactivated: reactivate the user, or log in as another."
    if secret in app.state.ended:
        uid, why = app.state.ended[secret]
        advice = "Log in again." if uid in app.state.users else "Create the user again."
        return f"The token {handle_of(secret)} of {uid} has ended: {why}. {advice}"
    return "The token was never issued here, or before the last reset: log in again."


def _uid(app: App, _: Call, reply: Reply) -> str:
    """What is the matter with the user whom a call is about, be it by path, header or token."""
    uid = reply.words["uid"]
    if uid in app.state.users:
        return f"The user {uid} is deactivated: reactivate the user first."
    return f"There is no user {uid}: create the user first."


def _key(app: App, call: Call, _: Reply) -> str:
    """What is the matter with a key."""
    secret = call.headers.get("apikey", "").strip()
    key = app.state.keys.get(secret)
    if key and key.scope == AUTH_ONLY:
        return "The Auth Key may not do this: it takes the REST API key."
    if secret in app.state.tokens:
        return "An auth token was sent in place of an API key."
    return "The key is not one of this emulator's: use those that it printed when it started."


def _wait(_: App, __: Call, reply: Reply) -> str:
    """How long to leave the service alone."""
    return f"Too many calls: wait {reply.headers.get('Retry-After', 'some')} seconds."


def _fields(_: App, __: Call, reply: Reply) -> str:
    """Which fields were wrong, in the service's words."""
    details = json.loads(reply.body)["error"].get("details") or {}
    said = " ".join(text for texts in details.values() for text in texts)
    return said or reply.message or ""


LOOKED_INTO: dict[str, Callable[[App, Call, Reply], str]] = {
    "AUTH_ERR_APIKEY_NOT_FOUND": _key,
    "AUTH_ERR_AUTH_TOKEN_NOT_FOUND": _sent_token,
    "AUTH_ERR_INVALID_APPID": _app,
    "AUTH_ERR_NO_ACCESS": _key,
    "ERR_AUTH_TOKEN_NOT_FOUND": _named_token,
    "ERR_BAD_REQUEST": _fields,
    "ERR_TOO_MANY_REQUESTS": _wait,
    "ERR_UID_NOT_FOUND": _uid,
}
