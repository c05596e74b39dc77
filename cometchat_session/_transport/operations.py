"""The operations of the generated client, each with its types: what goes in and what comes back.

`GET_USER("ann", client=ANY_CLIENT)` is a call of the generated function `get_user`, not sent yet. Type
checkers know its parameters, and that its reply is a `UserReply`. An operation that the spec gains is one
entry here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, Protocol, TypeVar

from attrs import field, frozen
from cometchat_rest import Client, models
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
    from cometchat_rest.types import Response

P = ParamSpec("P")
R = TypeVar("R")

ANY_CLIENT: Final = Client(base_url="")
"""Stands for the client of the connections that a call will be sent over: the transport puts in its own."""


class GeneratedModule(Protocol[P, R]):
    """A module of the generated client: one operation, sync and async."""

    def sync_detailed(self, *args: P.args, **kwargs: P.kwargs) -> Response[R | models.ErrorReply]: ...

    async def asyncio_detailed(
        self, *args: P.args, **kwargs: P.kwargs
    ) -> Response[R | models.ErrorReply]: ...


class Operation(Generic[P, R]):
    """One operation of the generated client.

    Args:
        route: method and path template, for messages.
        reply: the model of a good answer.
        module: where the generated functions are.
    """

    def __init__(self, route: str, reply: type[R], module: GeneratedModule[P, R]) -> None:
        self.route = route
        self.reply = reply
        self.sync, self.asyncio = module.sync_detailed, module.asyncio_detailed
        self.name = self.sync.__module__.rpartition(".")[2].replace("_", " ")  # for messages

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> OperationCall[R]:
        """Return a call with these arguments of the generated function."""
        return OperationCall(self, args, kwargs)


@frozen
class OperationCall(Generic[R]):
    """A call of a generated function, not sent yet. Its arguments may hold secrets."""

    operation: Operation[..., R]
    args: tuple[Any, ...] = field(repr=False)
    kwargs: dict[str, Any] = field(repr=False)

    def sync(self, client: Client) -> R:
        """Make the call in this thread, and return the reply."""
        return self._reply(self.operation.sync(*self.args, **self.kwargs | {"client": client}))

    async def asyncio(self, client: Client) -> R:
        """Make the call on the running loop, and return the reply."""
        return self._reply(await self.operation.asyncio(*self.args, **self.kwargs | {"client": client}))

    def on_page(self, page: int) -> OperationCall[R]:
        """Return the same call for another page of its list."""
        return OperationCall(self.operation, self.args, self.kwargs | {"page": page})

    def _reply(self, response: Response[R | models.ErrorReply]) -> R:
        if not isinstance(response.parsed, self.operation.reply):
            raise TypeError("an answer of another kind")
        return response.parsed


CREATE_USER = Operation("POST /users", models.UserReply, create_user)
LIST_USERS = Operation("GET /users", models.UserList, list_users)
DEACTIVATE_USERS = Operation("DELETE /users", models.DeactivatedReply, deactivate_users)
REACTIVATE_USERS = Operation("PUT /users", models.ReactivatedReply, reactivate_users)
GET_USER = Operation("GET /users/{uid}", models.UserReply, get_user)
UPDATE_USER = Operation("PUT /users/{uid}", models.UserReply, update_user)
DELETE_USER = Operation("DELETE /users/{uid}", models.DeletedReply, delete_user)
_TOKENS = "/users/{uid}/auth_tokens"
CREATE_AUTH_TOKEN = Operation(f"POST {_TOKENS}", models.AuthTokenReply, create_auth_token)
LIST_AUTH_TOKENS = Operation(f"GET {_TOKENS}", models.AuthTokenList, list_auth_tokens)
FLUSH_AUTH_TOKENS = Operation(f"DELETE {_TOKENS}", models.SuccessReply, flush_auth_tokens)
_TOKEN = f"{_TOKENS}/{{authToken}}"
GET_AUTH_TOKEN = Operation(f"GET {_TOKEN}", models.AuthTokenReply, get_auth_token)
UPDATE_AUTH_TOKEN = Operation(f"PUT {_TOKEN}", models.AuthTokenReply, update_auth_token)
DELETE_AUTH_TOKEN = Operation(f"DELETE {_TOKEN}", models.SuccessReply, delete_auth_token)
LOGIN = Operation("PUT /me", models.MeReply, login)
GET_ME = Operation("GET /me", models.MeReply, get_me)
LOGOUT = Operation("DELETE /me", models.SuccessReply, logout)
