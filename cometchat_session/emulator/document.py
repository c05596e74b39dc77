"""The state as one JSON document, and back.

``{"clock": {...}, "settings": {...}, "roles": [...], "keys": [...], "users": [...], "tokens": [...]}``. A
part that is left out of a document to load stays as it is (tokens of users who are gone go with them).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from cometchat_session.emulator import values
from cometchat_session.emulator.clock import Clock
from cometchat_session.emulator.model import AUTH_ONLY, FULL_ACCESS, Key, Token, User
from cometchat_session.emulator.settings import Settings
from cometchat_session.emulator.state import State
from cometchat_session.emulator.switches import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS = ("clock", "settings", "roles", "keys", "users", "tokens", "minted")
T = TypeVar("T")
FIELDS: dict[str, Callable[[Any], Any]] = {
    "avatar": values.text,
    "link": values.text,
    "statusMessage": values.string,
    "metadata": values.mapping,
    "tags": values.texts,
}


class DocumentError(ValueError):
    """A document that is not a state."""


def dump(state: State) -> dict[str, Any]:
    """Write the state out."""
    return {
        "clock": state.clock.document(),
        "settings": state.settings.as_dict(),
        "roles": sorted(state.roles),
        "keys": [_key_document(key) for key in state.keys.values()],
        "users": [_user_document(user) for user in state.users.values()],
        "tokens": [_token_document(token) for token in state.tokens.values()],
        "minted": state.minted,
    }


def load(document: Mapping[str, Any], old: State) -> State:
    """Build a new state out of a document over the old one, which is left alone."""
    if not isinstance(document, Mapping):
        raise DocumentError("A state is a JSON object.")
    strange = sorted(set(document) - set(PARTS))
    if strange:
        raise DocumentError(f"A state holds {', '.join(PARTS)}; not {', '.join(strange)}.")
    parts = dump(old) | dict(document)
    try:
        return _build(parts, old, tokens_given="tokens" in document)
    except SettingsError as error:
        raise DocumentError(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DocumentError(f"This is not a state of the emulator: {error!r}") from error


def _build(parts: Mapping[str, Any], old: State, *, tokens_given: bool) -> State:
    clock, settings = Clock(), Settings()
    frozen_at = parts["clock"].get("frozen_at")
    clock.load(
        values.number(parts["clock"].get("offset", 0.0)),
        None if frozen_at is None else values.number(frozen_at),
    )
    settings.update(old.settings.as_dict())
    settings.update(parts["settings"])
    state = State(old.app_id, old.region, clock, settings)
    # Tokens already made are not made again, whatever the document brings.
    state.minted = max(old.minted, values.whole(parts["minted"]))
    state.roles = {"default", *map(values.word, values.texts(parts["roles"]))}
    for item in parts["keys"]:
        state.add_key(_key(item))
    for item in parts["users"]:
        user = _user(item)
        state.users[user.uid] = user
    for item in parts["tokens"]:
        token = _token(item)
        if tokens_given or token.uid in state.users:
            state.add_token(token)
    return state


def _key_document(key: Key) -> dict[str, Any]:
    return {"apiKey": key.api_key, "name": key.name, "scope": key.scope, "createdAt": key.created_at}


def _key(item: Mapping[str, Any]) -> Key:
    scope = item.get("scope", AUTH_ONLY)
    if scope not in (AUTH_ONLY, FULL_ACCESS):
        raise ValueError(f"a key's scope is {AUTH_ONLY} or {FULL_ACCESS}, not {scope!r}")
    return Key(
        values.word(item["apiKey"]),
        values.text(item.get("name", "Key")),
        scope,
        values.whole(item.get("createdAt", 0)),
    )


def _user_document(user: User) -> dict[str, Any]:
    return {
        "uid": user.uid,
        "name": user.name,
        **user.fields,
        "role": user.role,
        "createdAt": user.created_at,
        "updatedAt": user.updated_at,
        "lastActiveAt": user.last_active_at,
        "deactivatedAt": user.deactivated_at,
        "bot": user.bot,
        "blocked": dict(user.blocked),
    }


def _user(item: Mapping[str, Any]) -> User:
    return User(
        uid=values.word(item["uid"]).lower(),
        name=values.text(item.get("name", item["uid"])),
        created_at=values.whole(item.get("createdAt", 0)),
        role=values.word(item.get("role", "default")),
        fields={name: read(item[name]) for name, read in FIELDS.items() if name in item},
        updated_at=_perhaps(values.whole, item.get("updatedAt")),
        last_active_at=_perhaps(values.whole, item.get("lastActiveAt")),
        deactivated_at=values.whole(item.get("deactivatedAt", 0)),
        bot=values.flag(item.get("bot", False)),
        blocked={values.word(uid): values.whole(at) for uid, at in item.get("blocked", {}).items()},
    )


def _perhaps(read: Callable[[Any], T], value: Any) -> T | None:
    """A value of one kind, or none."""
    return None if value is None else read(value)


def _token_document(token: Token) -> dict[str, Any]:
    return {
        **token.public(),
        "platform": token.platform,
        "userAgent": token.user_agent,
        "appInfo": token.app_info,
        "deviceId": token.device_id,
        "loggedIn": token.logged_in,
    }


def _token(item: Mapping[str, Any]) -> Token:
    return Token(
        auth_token=values.word(item["authToken"]),
        uid=values.word(item["uid"]).lower(),
        created_at=values.whole(item.get("createdAt", 0)),
        platform=_perhaps(values.text, item.get("platform")),
        user_agent=_perhaps(values.text, item.get("userAgent")),
        app_info=_perhaps(values.mapping, item.get("appInfo")),
        device_id=_perhaps(values.text, item.get("deviceId")),
        logged_in=values.flag(item.get("loggedIn", False)),
    )
