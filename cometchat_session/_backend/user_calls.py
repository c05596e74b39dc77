"""The calls about users: the async client's own, which the sync client runs to their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from cometchat_rest import models as rest
from cometchat_rest.types import UNSET

from cometchat_session._backend.user_fields import (
    UserFields,
    UserQuery,
    differing,
    given,
    list_users,
    request_fields,
    unset_items,
)
from cometchat_session._transport import operations, replies
from cometchat_session._transport.operations import ANY_CLIENT
from cometchat_session._transport.request import RetrySafety
from cometchat_session._validation import check_uid
from cometchat_session.errors import UserAlreadyExistsError, UserNotFoundError
from cometchat_session.models.results import EnsuredUser, UsersChanged

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from cometchat_session._backend.service import BackendService
    from cometchat_session.models.user import User

MOST_UIDS = 25  # in one request; CometChat's REST documentation, "Users"


class UserCalls:
    """All that `users` offers but for many rows at once."""

    def __init__(self, backend: BackendService) -> None:
        self._backend = backend

    async def create(
        self, uid: str, name: str, *, with_auth_token: bool = False, **fields: Unpack[UserFields]
    ) -> User:
        never = RetrySafety.NEVER
        return await create_user(self._backend, uid, name, fields, never, with_auth_token=with_auth_token)

    async def get(self, uid: str) -> User:
        uid = check_uid(uid)
        return _user(await self._backend.send(operations.GET_USER(uid, client=ANY_CLIENT), uid))

    async def update(
        self, uid: str, *, name: str | None = None, unset: Sequence[str] = (), **fields: Unpack[UserFields]
    ) -> User:
        uid = check_uid(uid)
        body = rest.UpdateUserRequest(name=given(name), unset=unset_items(unset), **request_fields(**fields))
        return _user(await self._backend.send(operations.UPDATE_USER(uid, client=ANY_CLIENT, body=body), uid))

    def list(self, **query: Unpack[UserQuery]) -> AsyncGenerator[User, None]:
        # What cannot be asked is refused here, and not when the first user is taken.
        return self._backend.walk(list_users(**query), replies.users, "users")

    async def deactivate(self, *uids: str) -> UsersChanged:
        total = UsersChanged()
        for some in _in_batches(uids):
            body = rest.DeactivateUsersRequest(uids_to_deactivate=some)
            reply = await self._backend.send(operations.DEACTIVATE_USERS(client=ANY_CLIENT, body=body))
            total += replies.read(replies.deactivated, reply.data, "what became of each user")
            for uid in some:
                await self._backend.device_tokens.forget(uid)
        return total

    async def reactivate(self, *uids: str) -> UsersChanged:
        total = UsersChanged()
        for some in _in_batches(uids):
            body = rest.ReactivateUsersRequest(uids_to_activate=some)
            reply = await self._backend.send(operations.REACTIVATE_USERS(client=ANY_CLIENT, body=body))
            total += replies.read(replies.reactivated, reply.data, "what became of each user")
        return total

    async def delete(self, uid: str) -> None:
        uid = check_uid(uid)
        body = rest.DeleteUserRequest(permanent=True)
        try:
            await self._backend.send(operations.DELETE_USER(uid, client=ANY_CLIENT, body=body), uid)
        except UserNotFoundError as error:
            if (error.attempts or 1) == 1:
                await self._backend.device_tokens.forget(uid)
                raise
            # An earlier attempt, whose answer was lost, has done it.
        await self._backend.device_tokens.forget(uid)

    async def ensure(self, uid: str, name: str, **fields: Unpack[UserFields]) -> EnsuredUser:
        return await ensure_user(self._backend, uid, name, fields)


async def create_user(
    backend: BackendService,
    uid: str,
    name: str,
    fields: UserFields,
    safety: RetrySafety,
    *,
    with_auth_token: bool = False,
) -> User:
    """Create a user. `safety` says what the caller can make of an answer that was lost."""
    uid = check_uid(uid)
    body = rest.CreateUserRequest(
        uid=uid, name=name, with_auth_token=with_auth_token or UNSET, **request_fields(**fields)
    )
    call = operations.CREATE_USER(client=ANY_CLIENT, body=body)
    return _user(await backend.send(call, uid, safety=safety))


async def ensure_user(
    backend: BackendService, uid: str, name: str, fields: UserFields, *, look_first: bool = False
) -> EnsuredUser:
    """Create a user, or bring an existing one up to date.

    A new user costs one request, an existing one two, or three where it changes, and a deactivated one
    four. To `look_first` costs a new user one more and saves an existing one the first.
    """
    if look_first:
        try:
            return await _update(backend, await UserCalls(backend).get(uid), name, fields)
        except UserNotFoundError:
            pass  # or it is deactivated, or is erased just now
    try:
        return await _create_or_update(backend, uid, name, fields)
    except UserNotFoundError:
        pass  # It may have been erased just now. Who is deactivated is there the next time, too.
    return await _create_or_update(backend, uid, name, fields)


async def _create_or_update(backend: BackendService, uid: str, name: str, fields: UserFields) -> EnsuredUser:
    try:
        # May be repeated: a user that the first attempt made is found below.
        created = await create_user(backend, uid, name, fields, RetrySafety.ONCE)
    except UserAlreadyExistsError:
        pass
    else:
        return EnsuredUser(user=created, outcome="created")
    try:
        user = await UserCalls(backend).get(uid)
    except UserNotFoundError as error:
        missing = _deactivated(uid, error)
    else:
        return await _update(backend, user, name, fields)
    raise missing


async def _update(backend: BackendService, user: User, name: str, fields: UserFields) -> EnsuredUser:
    changes = differing(user, fields)
    renamed = name if name != user.name else None
    if not changes and renamed is None:
        return EnsuredUser(user=user, outcome="unchanged")
    changed = await UserCalls(backend).update(user.uid, name=renamed, **changes)
    return EnsuredUser(user=changed, outcome="updated")


def _user(reply: rest.UserReply) -> User:
    return replies.read(replies.user, reply.data, "a user")


def _in_batches(uids: tuple[str, ...]) -> list[list[str]]:
    checked = [check_uid(uid) for uid in uids]
    return [checked[start : start + MOST_UIDS] for start in range(0, len(checked), MOST_UIDS)]


def _deactivated(uid: str, missing: UserNotFoundError) -> UserNotFoundError:
    return UserNotFoundError(
        f"User {check_uid(uid)!r} exists and is deactivated.",
        hint="users.reactivate() brings it back; users.delete() frees the uid for good.",
        advice="reactivate_or_delete_user",
        code=missing.code,
        status=missing.status,
        attempts=missing.attempts,
    )
