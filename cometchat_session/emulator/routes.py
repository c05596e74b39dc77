"""The calls the emulator knows: method and path, who may make them, and in which group they count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cometchat_session.emulator.operations import directory, me, tokens, users

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session.emulator.operations.context import Context

VERSIONS = ("v3", "v3.0")


class Route(NamedTuple):
    """One call.

    ``access`` is ``"token"`` (the user's auth token), ``"key"`` (an API key) or ``"either"`` (an API key on
    the REST side, a token where an SDK asks). ``scope`` names the call towards the authOnly key. ``group`` is
    the rate limit, or what the switch ``rate_limit_<group>`` names.
    """

    run: Callable[[Context], dict[str, Any]]
    scope: str
    group: str = "standard"
    access: str = "key"


# A "*" stands for one path segment.
ROUTES: dict[tuple[str, tuple[str, ...]], Route] = {
    ("POST", ("users",)): Route(users.create, "create user", "core"),
    ("GET", ("users",)): Route(directory.list_users, "list users", access="either"),
    ("DELETE", ("users",)): Route(directory.deactivate, "deactivate users", "deactivation"),
    ("PUT", ("users",)): Route(directory.reactivate, "reactivate users", "reactivation"),
    ("GET", ("users", "*")): Route(users.get, "get user", access="either"),
    ("PUT", ("users", "*")): Route(users.update, "update user"),
    ("DELETE", ("users", "*")): Route(users.delete, "delete user", "core"),
    ("POST", ("users", "*", "auth_tokens")): Route(tokens.create, "create token", "minting"),
    ("GET", ("users", "*", "auth_tokens")): Route(tokens.list_tokens, "list tokens"),
    ("DELETE", ("users", "*", "auth_tokens")): Route(tokens.flush, "flush tokens"),
    ("GET", ("users", "*", "auth_tokens", "*")): Route(tokens.get, "get token"),
    ("PUT", ("users", "*", "auth_tokens", "*")): Route(tokens.update, "update token"),
    ("DELETE", ("users", "*", "auth_tokens", "*")): Route(tokens.delete, "delete token"),
    ("PUT", ("me",)): Route(me.log_in, "log in", "core", "token"),
    ("GET", ("me",)): Route(me.look_up, "look up", "standard", "token"),
    ("DELETE", ("me",)): Route(me.log_out, "log out", "standard", "token"),
    # No part of the sixteen operations: what the official SDKs touch around a login.
    ("GET", ("settings",)): Route(me.settings, "settings", "standard", "token"),
    ("POST", ("user_sessions",)): Route(me.user_sessions, "user sessions", "standard", "token"),
}


def find(method: str, parts: tuple[str, ...]) -> Route | None:
    """The route of a call without its version, if there is one. An empty segment fits nothing."""
    if "" in parts:
        return None
    # Users and tokens stand at the second and the fourth place.
    pattern = tuple("*" if index in (1, 3) else part for index, part in enumerate(parts))
    return ROUTES.get((method, pattern))


def params(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The values at the places that vary."""
    return parts[1::2]
