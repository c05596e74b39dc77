"""The generated functions by name: what `Call.operation` means, in either colour.

Only this module knows where the generator put what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from cometchat_rest import models
from cometchat_rest.api.auth_tokens import (
    create_auth_token,
    delete_auth_token,
    flush_auth_tokens,
    get_auth_token,
    list_auth_tokens,
    update_auth_token,
)
from cometchat_rest.api.me import get_me, login, logout
from cometchat_rest.api.users import (
    create_user,
    deactivate_users,
    delete_user,
    get_user,
    list_users,
    reactivate_users,
    update_user,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cometchat_session._transport.request import Call


@frozen
class Operation:
    """One operation of the generated client.

    Attributes:
        asked: method and path template, for messages.
        blocking: the function that makes the request in the caller's thread.
        tasked: its asynchronous twin.
        reply_model: what a good answer is parsed into.
        body_model: what the body is made of, where there is one.
    """

    asked: str
    blocking: Callable[..., Any]
    tasked: Callable[..., Awaitable[Any]]
    reply_model: type[Any]
    body_model: type[Any] | None = None

    def arguments(self, call: Call) -> dict[str, Any]:
        """Return the call's parameters as the generated functions take them."""
        arguments: dict[str, Any] = {**call.path, **call.query}
        if call.token is not None:
            arguments["auth_token"] = call.token.reveal()
        if "status" in arguments:
            arguments["status"] = models.ListUsersStatus(arguments["status"])
        if self.body_model is not None:
            arguments["body"] = self.body_model.from_dict(call.body or {})
        return arguments

    def reply(self, response: Any) -> dict[str, Any]:
        """Return the JSON object of a good answer. Raises `TypeError` for anything else."""
        if not isinstance(response.parsed, self.reply_model):
            raise TypeError("an answer of another kind")
        reply: dict[str, Any] = response.parsed.to_dict()
        return reply


def _operation(module: Any, asked: str, reply: type[Any], body: type[Any] | None = None) -> Operation:
    return Operation(asked, module.sync_detailed, module.asyncio_detailed, reply, body)


_OPERATIONS = {
    "create_user": _operation(create_user, "POST /users", models.UserReply, models.CreateUserRequest),
    "list_users": _operation(list_users, "GET /users", models.UserList),
    "deactivate_users": _operation(
        deactivate_users, "DELETE /users", models.DeactivatedReply, models.DeactivateUsersRequest
    ),
    "reactivate_users": _operation(
        reactivate_users, "PUT /users", models.ReactivatedReply, models.ReactivateUsersRequest
    ),
    "get_user": _operation(get_user, "GET /users/{uid}", models.UserReply),
    "update_user": _operation(update_user, "PUT /users/{uid}", models.UserReply, models.UpdateUserRequest),
    "delete_user": _operation(
        delete_user, "DELETE /users/{uid}", models.DeletedReply, models.DeleteUserRequest
    ),
    "create_auth_token": _operation(
        create_auth_token,
        "POST /users/{uid}/auth_tokens",
        models.AuthTokenReply,
        models.CreateAuthTokenRequest,
    ),
    "list_auth_tokens": _operation(list_auth_tokens, "GET /users/{uid}/auth_tokens", models.AuthTokenList),
    "flush_auth_tokens": _operation(
        flush_auth_tokens, "DELETE /users/{uid}/auth_tokens", models.SuccessReply
    ),
    "get_auth_token": _operation(
        get_auth_token, "GET /users/{uid}/auth_tokens/{authToken}", models.AuthTokenReply
    ),
    "update_auth_token": _operation(
        update_auth_token,
        "PUT /users/{uid}/auth_tokens/{authToken}",
        models.AuthTokenReply,
        models.UpdateAuthTokenRequest,
    ),
    "delete_auth_token": _operation(
        delete_auth_token, "DELETE /users/{uid}/auth_tokens/{authToken}", models.SuccessReply
    ),
    "login": _operation(login, "PUT /me", models.MeReply, models.Device),
    "get_me": _operation(get_me, "GET /me", models.MeReply),
    "logout": _operation(logout, "DELETE /me", models.SuccessReply),
}


def get(name: str) -> Operation:
    """Return the operation of a name."""
    return _OPERATIONS[name]
