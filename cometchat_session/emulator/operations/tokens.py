"""Auth tokens of a user: create, list, get, update, delete one, flush."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cometchat_session.emulator.errors import Refusal
from cometchat_session.emulator.operations.context import no_user
from cometchat_session.emulator.operations.paging import PER_PAGE, page_of
from cometchat_session.emulator.validation import as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cometchat_session.emulator.model import Token, User
    from cometchat_session.emulator.operations.context import Context
    from cometchat_session.emulator.settings import Settings
    from cometchat_session.emulator.state import State
    from cometchat_session.emulator.validation import Checker

BOT_MESSAGE = "Auth token creation not allowed for this bot"


def create(context: Context) -> dict[str, Any]:
    """``POST /users/{uid}/auth_tokens``."""
    user, body, check, state = context.user(), context.body(), context.checker(), context.state
    force = check.flag(body, "force")
    check_device(check, body)
    check.done()
    if user.bot:
        raise Refusal(context.settings.bot_token_code, message=BOT_MESSAGE)
    state.expire(user)
    token = _existing(user, context.settings, body, force=force)
    if token is None:
        if force and context.settings.mint_force_true == "replace":
            state.drop_tokens(user, "replaced by one made with force")
        token = apply_device(state, state.mint(user), body)
    return {"data": token.public()}


def _existing(user: User, settings: Settings, body: Mapping[str, Any], *, force: bool) -> Token | None:
    """The token that serves again, where the switches say that one does."""
    rule = settings.mint_force_false if "force" in body else settings.mint_force_absent
    if force or rule == "new" or not user.tokens:
        return None
    return next(reversed(user.tokens.values()))


def list_tokens(context: Context) -> dict[str, Any]:
    """``GET /users/{uid}/auth_tokens``, oldest first."""
    user, query, check = context.user(), context.call.query, context.checker()
    page = check.whole(query, "page", 1)
    per_page = check.whole(query, "perPage", PER_PAGE)
    check.done()
    context.state.expire(user)
    shown, meta = page_of(tuple(user.tokens.values()), page, per_page, context.settings)
    return {"data": [_detailed(token, context.settings, listed=True) for token in shown], "meta": meta}


def get(context: Context) -> dict[str, Any]:
    """``GET /users/{uid}/auth_tokens/{authToken}``."""
    return {"data": _detailed(_token(context), context.settings)}


def update(context: Context) -> dict[str, Any]:
    """``PUT /users/{uid}/auth_tokens/{authToken}``: tells the service about the device."""
    token, body, check = _token(context), context.body(), context.checker()
    if not context.call.body:
        check.complain("body", "The body field is required.")
    check_device(check, body)
    check.done()
    token = apply_device(context.state, token, body)
    return {"data": _detailed(token, context.settings)}


def delete(context: Context) -> dict[str, Any]:
    """``DELETE /users/{uid}/auth_tokens/{authToken}``."""
    context.state.drop_token(_token(context), "revoked over the REST API")
    return {"data": {"success": True, "message": "The auth token has been deleted."}}


def flush(context: Context) -> dict[str, Any]:
    """``DELETE /users/{uid}/auth_tokens``: logs the user out everywhere."""
    user = context.state.find(context.params[0])
    if user is not None:
        context.state.drop_tokens(user, "revoked over the REST API with all of the user's")
    elif context.settings.flush_unknown_uid == "404":
        raise no_user(context.params[0])
    uid = context.params[0].lower()
    return {"data": {"success": True, "message": f"The auth tokens of the user {uid} have been deleted."}}


def check_device(check: Checker, body: Mapping[str, Any]) -> None:
    """What a device may say about itself."""
    for field in ("platform", "userAgent", "deviceId"):
        if body.get(field) is not None and not isinstance(body[field], str):
            check.complain(field, f"The {field} must be a string.")
    if body.get("appInfo") is not None and as_object(body["appInfo"], text=True) is None:
        check.complain("appInfo", "The appInfo must be a JSON object.")


def apply_device(state: State, token: Token, body: Mapping[str, Any]) -> Token:
    """Keep what the device said; what it left out stays."""
    info = as_object(body.get("appInfo"), text=True)
    agent = body.get("userAgent") or (info or {}).get("userAgent")
    return state.change(
        token,
        platform=body.get("platform") or token.platform,
        device_id=body.get("deviceId") or token.device_id,
        app_info=token.app_info if info is None else info,
        user_agent=str(agent) if agent else token.user_agent,
    )


def _token(context: Context) -> Token:
    """The token that the path names, if it is this user's."""
    user, secret = context.user(), context.params[1]
    token = context.state.token(secret)
    if token is None:
        raise Refusal("ERR_AUTH_TOKEN_NOT_FOUND")
    if token.uid != user.uid:
        raise Refusal(context.settings.foreign_token_code)
    return token


def _detailed(token: Token, settings: Settings, *, listed: bool = False) -> dict[str, Any]:
    """A token with what is known of its device."""
    shown = token.public()
    device = {"platform": token.platform, "userAgent": token.user_agent}
    shown |= {name: value for name, value in device.items() if value is not None}
    if token.app_info is not None:
        as_text = listed and settings.app_info_listed_as == "string"
        shown["appInfo"] = json.dumps(token.app_info) if as_text else token.app_info
    return shown
