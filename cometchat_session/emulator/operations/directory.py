"""Users by the many: list, bulk deactivate, bulk reactivate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cometchat_session.emulator.operations.paging import MOST_PER_PAGE, PER_PAGE, page_of
from cometchat_session.emulator.operations.users import seen_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cometchat_session.emulator.model import User
    from cometchat_session.emulator.operations.context import Context
    from cometchat_session.emulator.settings import Settings

SEARCHABLE = ("uid", "name")


def list_users(context: Context) -> dict[str, Any]:
    """``GET /users`` with its filters and pages."""
    query, check = context.call.query, context.checker()
    page = check.whole(query, "page", 1)
    per_page = check.whole(query, "perPage", PER_PAGE, MOST_PER_PAGE)
    only_deactivated = check.flag(query, "onlyDeactivated")
    with_deactivated = check.flag(query, "withDeactivated") or only_deactivated
    with_tags = check.flag(query, "withTags")
    check.flag(query, "count")  # what it changes is not documented, so nothing here
    if query.get("status", "available") not in ("available", "online", "offline"):
        check.complain("status", "The selected status is invalid.")
    search_in = _words(query, "searchIn") or list(SEARCHABLE)
    if not set(search_in) <= set(SEARCHABLE):
        check.complain("searchIn", "The selected searchIn is invalid.")
    check.done()
    users = [
        user
        for user in context.state.users.values()
        if (context.settings.bots_listed or not user.bot)
        and (with_deactivated or not user.deactivated_at)
        and (user.deactivated_at or not only_deactivated)
        and _matches(user, query, search_in, context.settings)
    ]
    shown, meta = page_of(users, page, per_page, context.settings)
    word = context.settings.presence_word
    data = []
    for user in shown:
        item = user.public(word, with_tags=with_tags)
        data.append(item if context.viewer is None else seen_by(context.viewer, user, item))
    reply: dict[str, Any] = {"data": data, "meta": meta}
    if context.settings.users_list_cursor and shown:
        last = shown[-1]
        reply["cursor"] = {"updatedAt": last.updated_at or last.created_at, "affix": "append"}
    return reply


def deactivate(context: Context) -> dict[str, Any]:
    """``DELETE /users``: each uid ends in one bucket."""
    done: list[str] = []
    already: list[str] = []
    missing: list[str] = []
    for uid in _uids(context, "uidsToDeactivate"):
        user = context.state.users.get(uid.lower())
        if user is None:
            missing.append(uid)
        elif user.deactivated_at:
            already.append(user.uid)
        else:
            context.state.deactivate(user)
            done.append(user.uid)
    return {"data": {"deactivatedUids": done, "alreadyDeactivatedUids": already, "notFound": missing}}


def reactivate(context: Context) -> dict[str, Any]:
    """``PUT /users``: each uid ends in one bucket."""
    done: list[str] = []
    active: list[str] = []
    missing: list[str] = []
    for uid in _uids(context, "uidsToActivate"):
        user = context.state.users.get(uid.lower())
        if user is None:
            missing.append(uid)
        elif not user.deactivated_at:
            active.append(user.uid)
        else:
            user.deactivated_at = 0
            done.append(user.uid)
    return {"data": {"reactivatedUids": done, "nonDeactivatedUids": active, "notFound": missing}}


def _uids(context: Context, field: str) -> list[str]:
    """The checked list of a bulk request, without repeats."""
    body, check = context.body(), context.checker()
    check.uids(body, field)
    check.done()
    return list(dict.fromkeys(body[field]))


def _matches(user: User, query: Mapping[str, str], search_in: Iterable[str], settings: Settings) -> bool:
    """Whether a user passes the filters of a list."""
    key = query.get("searchKey", "").lower()
    if key and not any(getattr(user, field).lower().startswith(key) for field in search_in):
        return False
    roles = _words(query, "roles") + _words(query, "role")
    if roles and user.role not in roles:
        return False
    tags = set(_words(query, "tags"))
    found = tags.intersection(user.fields.get("tags", ()))
    if tags and not (found == tags if settings.tags_filter == "all" else found):
        return False
    status = query.get("status")
    return status is None or user.connected == (status != "offline")


def _words(query: Mapping[str, str], field: str) -> list[str]:
    """A comma-separated list in the query."""
    return [word for word in query.get(field, "").split(",") if word]
