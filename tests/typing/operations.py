"""Read by the type checkers only: a request and its reply have the types that the spec gives them.

A line that is marked as a mistake has to be one, to both checkers: a mark on a line without one is an error,
to mypy because it is strict, to pyright because of the comment below.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=error

from __future__ import annotations

from typing import assert_type

from cometchat_rest import models
from cometchat_rest.api.users import get_user
from cometchat_rest.types import Response, Unset

from cometchat_session import AsyncCometChat, CometChat
from cometchat_session._transport.operations import (
    ANY_CLIENT,
    CREATE_USER,
    GET_USER,
    LIST_USERS,
    LOGOUT,
    Operation,
    OperationCall,
)


def a_reply() -> None:
    call = GET_USER("ann", client=ANY_CLIENT)
    assert_type(call, OperationCall[models.UserReply])
    reply = call.sync(ANY_CLIENT)
    assert_type(reply, models.UserReply)
    assert_type(reply.data, models.User)
    assert_type(reply.data.uid, str)
    assert_type(reply.data.created_at, int | Unset | None)
    print(reply.data.nickname)  # type: ignore[attr-defined]
    print(reply.user)  # type: ignore[attr-defined]
    number: int = reply.data.uid  # type: ignore[assignment]
    print(number)


async def an_awaited_reply() -> None:
    reply = await LIST_USERS(client=ANY_CLIENT, page=2).asyncio(ANY_CLIENT)
    assert_type(reply, models.UserList)
    assert_type(reply.data[0].uid, str)
    print(reply.data[0].nickname)  # type: ignore[attr-defined]
    print(reply.users)  # type: ignore[attr-defined]
    assert_type(await LOGOUT(client=ANY_CLIENT).asyncio(ANY_CLIENT), models.SuccessReply)


def a_request() -> None:
    body = models.CreateUserRequest(uid="ann", name="Ann", tags=["staff"])
    assert_type(CREATE_USER(client=ANY_CLIENT, body=body), OperationCall[models.UserReply])
    CREATE_USER(client=ANY_CLIENT)  # type: ignore[call-arg]
    CREATE_USER(client=ANY_CLIENT, body=models.DeleteUserRequest(permanent=True))  # type: ignore[arg-type]
    models.CreateUserRequest(uid="ann")  # type: ignore[call-arg]
    models.CreateUserRequest(uid="ann", name="Ann", nickname="A")  # type: ignore[call-arg]
    GET_USER(5, client=ANY_CLIENT)  # type: ignore[arg-type]
    LIST_USERS(client=ANY_CLIENT, pages=2)  # type: ignore[call-arg]


def an_operation() -> None:
    """What the layer says of an operation's reply is held against what the generated function returns."""
    assert_type(
        Operation("", models.UserReply, get_user)("ann", client=ANY_CLIENT).sync(ANY_CLIENT).data.uid, str
    )
    Operation("", models.UserList, get_user)  # type: ignore[misc]


def a_session_s_call() -> None:
    response = get_user.sync_detailed("ann", client=CometChat().api)
    assert_type(response, Response[models.ErrorReply | models.UserReply])
    if isinstance(response.parsed, models.UserReply):
        assert_type(response.parsed.data.uid, str)
        print(response.parsed.data.nickname)  # type: ignore[attr-defined]


async def an_async_session_s_call() -> None:
    reply = await get_user.asyncio("ann", client=AsyncCometChat().api)
    assert_type(reply, models.ErrorReply | models.UserReply | None)
    if isinstance(reply, models.UserReply):
        assert_type(reply.data.uid, str)
