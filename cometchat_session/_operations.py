"""The generated functions by name: what `Call.operation` means, in either colour.

Only this module knows where the generator put what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from cometchat_rest import models
from cometchat_rest.api.auth_tokens import create_auth_token
from cometchat_rest.api.me import get_me, login, logout

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cometchat_session._call import Call


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
        arguments = {**call.path, **call.query}
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
    "create_auth_token": _operation(
        create_auth_token,
        "POST /users/{uid}/auth_tokens",
        models.AuthTokenReply,
        models.CreateAuthTokenRequest,
    ),
    "login": _operation(login, "PUT /me", models.MeReply, models.Device),
    "get_me": _operation(get_me, "GET /me", models.MeReply),
    "logout": _operation(logout, "DELETE /me", models.AnyReply),
}


def get(name: str) -> Operation:
    """Return the operation of a name."""
    return _OPERATIONS[name]
