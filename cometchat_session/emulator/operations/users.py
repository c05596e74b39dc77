"""Users one at a time: create, get, update, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cometchat_session.emulator.errors import Refusal
from cometchat_session.emulator.model import OPTIONAL_FIELDS, User
from cometchat_session.emulator.operations.context import no_user
from cometchat_session.emulator.validation import as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cometchat_session.emulator.operations.context import Context


def create(context: Context) -> dict[str, Any]:
    """``POST /users``."""
    body, check, state = context.body(), context.checker(), context.state
    check.uid(body)
    check.name(body, creating=True)
    _check_fields(context, body, check)
    with_token = check.flag(body, "withAuthToken")
    check.done()
    uid = body["uid"].lower()
    if uid in state.users:
        raise Refusal("ERR_UID_ALREADY_EXISTS", uid=uid)
    quota = context.settings.user_quota
    if quota and len(state.users) >= quota:
        raise Refusal(context.settings.user_quota_code)
    user = User(uid, body["name"], state.clock.seconds())
    _apply(user, body)
    state.users[uid] = user
    shown = user.public(context.settings.presence_word)
    if with_token:
        shown["authToken"] = state.mint(user).auth_token
    return {"data": shown}


def get(context: Context) -> dict[str, Any]:
    """``GET /users/{uid}``, seen by the logged-in user; with a key, by ``onBehalfOf`` where it is sent."""
    user = context.user()
    shown = user.public(context.settings.presence_word)
    # A user speaks for nobody else: what a token may see must not depend on a header that anybody can write.
    if context.viewer is not None:
        return {"data": seen_by(context.viewer, user, shown)}
    on_behalf_of = context.call.headers.get("onbehalfof", "").strip()
    viewer = context.state.find(on_behalf_of)
    if viewer is not None:
        shown |= relation(viewer, user)
    elif on_behalf_of and context.settings.on_behalf_of_missing == "refuse":
        raise no_user(on_behalf_of)
    return {"data": shown}


def update(context: Context) -> dict[str, Any]:
    """``PUT /users/{uid}``: what is sent changes, ``unset`` empties."""
    user, body, check = context.user(), context.body(), context.checker()
    check.name(body, creating=False)
    check.unset(body)
    _check_fields(context, body, check)
    check.done()
    user.name = body.get("name", user.name)
    _apply(user, body)
    for field in body.get("unset", []):
        user.fields.pop(field, None)
    user.updated_at = context.state.clock.seconds()
    return {"data": user.public(context.settings.presence_word)}


def delete(context: Context) -> dict[str, Any]:
    """``DELETE /users/{uid}``: puts aside, or with ``permanent`` erases."""
    body, check, uid = context.body(), context.checker(), context.params[0].lower()
    permanent = check.flag(body, "permanent")
    check.done()
    if not permanent:
        user = context.user()
        context.state.deactivate(user)
        if context.settings.delete_user_reply == "deactivatedUids":
            return {"data": {"deactivatedUids": [user.uid]}}
        return _success(f"The user {user.uid} has been deactivated.")
    target = context.state.users.get(uid)
    if target is None or (target.deactivated_at and not context.settings.erase_deactivated):
        raise no_user(uid)
    context.state.erase(target)
    return _success(f"The user {uid} has been deleted.")


def relation(viewer: User, user: User) -> dict[str, Any]:
    """How two users stand to each other, from the viewer's side."""
    shown: dict[str, Any] = {
        "hasBlockedMe": viewer.uid in user.blocked,
        "blockedByMe": user.uid in viewer.blocked,
        "conversationId": "_user_".join(sorted((viewer.uid, user.uid))),
    }
    if user.uid in viewer.blocked:
        shown["blockedByMeAt"] = viewer.blocked[user.uid]
    if viewer.uid in user.blocked:
        shown["blockedAt"] = user.blocked[viewer.uid]
    return shown


def seen_by(viewer: User, user: User, shown: dict[str, Any]) -> dict[str, Any]:
    """A user as a logged-in user may see it: ``@private`` metadata is for its own user and for keys."""
    seen = shown | relation(viewer, user)
    if viewer is not user and "@private" in seen.get("metadata", {}):
        seen["metadata"] = {name: value for name, value in seen["metadata"].items() if name != "@private"}
    return seen


def _check_fields(context: Context, body: Mapping[str, Any], check: Any) -> None:
    """The fields that create and update share."""
    check.urls(body)
    check.role(body, context.state.roles)
    check.status_message(body)
    check.metadata(body)
    check.tags(body)


def _apply(user: User, body: Mapping[str, Any]) -> None:
    """Take over the checked fields."""
    user.fields.update((name, body[name]) for name in OPTIONAL_FIELDS if name in body)
    if "metadata" in body:
        user.fields["metadata"] = as_object(body["metadata"], text=True)
    user.role = str(body.get("role", user.role)).lower()


def _success(message: str) -> dict[str, Any]:
    return {"data": {"success": True, "message": message}}
