"""The backend's core: users and their tokens, written once for sync and async."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from cometchat_rest import models as rest
from cometchat_rest.types import UNSET, Unset

from cometchat_session._backend.device_tokens import DeviceTokens
from cometchat_session._backend.user_fields import UserFields, differing, given, request_fields
from cometchat_session._log import log
from cometchat_session._runtime.retrying import RetryingSender
from cometchat_session._secret import Secret
from cometchat_session._transport import operations, replies
from cometchat_session._transport.operations import ANY_CLIENT
from cometchat_session._transport.request import ApiRequest, RetrySafety
from cometchat_session._validation import check_uid
from cometchat_session.errors import (
    AuthTokenNotFoundError,
    CometChatError,
    UserAlreadyExistsError,
    UserNotFoundError,
)
from cometchat_session.models.results import EnsuredUser, UsersChanged

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from cometchat_session._runtime.port import Runtime
    from cometchat_session._transport.operations import OperationCall
    from cometchat_session._transport.request import Transport
    from cometchat_session.config import AppConfig
    from cometchat_session.models.auth_token import AuthToken
    from cometchat_session.models.user import User
    from cometchat_session.stores import SessionStore

R = TypeVar("R")
M = TypeVar("M")
T = TypeVar("T")

COUNT_SECONDS = 3.0  # for what is good to know and not needed
MOST_UIDS = 25  # in one request; CometChat's REST documentation, "Users"


class BackendService:
    """Makes a backend's calls: with the REST API key, on the app's own host."""

    def __init__(
        self, runtime: Runtime, sender: RetryingSender, config: AppConfig, store: SessionStore
    ) -> None:
        self.runtime = runtime
        self.sender = sender
        self._config = config
        self._key = config.key or Secret("")  # the configuration was read with the key required
        self._store = store
        self.device_tokens = DeviceTokens(runtime, store, config)

    def over(self, transport: Transport, sleep: Callable[[float], Awaitable[None]]) -> BackendService:
        """Return this backend over another transport, and with another way to wait between attempts."""
        sender = RetryingSender(transport, self.runtime, self.sender.policy, sleep)
        return BackendService(self.runtime, sender, self._config, self._store)

    # Users

    async def create_user(
        self,
        uid: str,
        name: str,
        safety: RetrySafety = RetrySafety.NEVER,
        *,
        with_auth_token: bool = False,
        **fields: Unpack[UserFields],
    ) -> User:
        """Create a user. Not repeated after an answer was lost, unless the caller can tell what happened."""
        uid = check_uid(uid)
        body = rest.CreateUserRequest(
            uid=uid, name=name, with_auth_token=with_auth_token or UNSET, **request_fields(**fields)
        )
        call = operations.CREATE_USER(client=ANY_CLIENT, body=body)
        return _user(await self.send(call, uid, safety=safety))

    async def get_user(self, uid: str) -> User:
        """Get a user."""
        uid = check_uid(uid)
        return _user(await self.send(operations.GET_USER(uid, client=ANY_CLIENT), uid))

    async def update_user(
        self, uid: str, name: str | None, unset: Sequence[str] = (), **fields: Unpack[UserFields]
    ) -> User:
        """Change what is given, and empty what is named in `unset`."""
        uid = check_uid(uid)
        body = rest.UpdateUserRequest(
            name=given(name),
            unset=[rest.UpdateUserRequestUnsetItem(field) for field in unset] or UNSET,
            **request_fields(**fields),
        )
        return _user(await self.send(operations.UPDATE_USER(uid, client=ANY_CLIENT, body=body), uid))

    async def users_page(
        self, call: OperationCall[rest.UserList], page: int, uid: str = ""
    ) -> tuple[list[User], bool]:
        """Get one page of users, or of those that belong to `uid`, and whether there may be another."""
        reply = await self.send(call.on_page(page), uid)
        return replies.read(lambda it: _page(replies.user, it.data, it.meta, page), reply, "users")

    async def deactivate_users(self, *uids: str) -> UsersChanged:
        """Deactivate users, in as many requests as that takes."""
        total = UsersChanged()
        for some in _in_batches(uids):
            body = rest.DeactivateUsersRequest(uids_to_deactivate=some)
            reply = await self.send(operations.DEACTIVATE_USERS(client=ANY_CLIENT, body=body))
            total += replies.read(replies.deactivated, reply.data, "what became of each user")
            for uid in some:
                await self.device_tokens.forget(uid)
        return total

    async def reactivate_users(self, *uids: str) -> UsersChanged:
        """Reactivate users, in as many requests as that takes."""
        total = UsersChanged()
        for some in _in_batches(uids):
            body = rest.ReactivateUsersRequest(uids_to_activate=some)
            reply = await self.send(operations.REACTIVATE_USERS(client=ANY_CLIENT, body=body))
            total += replies.read(replies.reactivated, reply.data, "what became of each user")
        return total

    async def delete_user(self, uid: str) -> None:
        """Erase a user."""
        uid = check_uid(uid)
        body = rest.DeleteUserRequest(permanent=True)
        try:
            await self.send(operations.DELETE_USER(uid, client=ANY_CLIENT, body=body), uid)
        except UserNotFoundError as error:
            if (error.attempts or 1) == 1:
                await self.device_tokens.forget(uid)
                raise
            # An earlier attempt, whose answer was lost, has done it.
        await self.device_tokens.forget(uid)

    async def ensure_user(
        self, uid: str, name: str, *, look_first: bool = False, **fields: Unpack[UserFields]
    ) -> EnsuredUser:
        """Create a user, or bring an existing one up to date.

        A new user costs one request, an existing one two, or three where it changes, and a deactivated one
        four. To `look_first` costs a new user one more and saves an existing one the first.
        """
        if look_first:
            try:
                return await self._up_to_date(await self.get_user(uid), name, fields)
            except UserNotFoundError:
                pass  # or it is deactivated, or is erased just now
        try:
            return await self._created_or_found(uid, name, fields)
        except UserNotFoundError:
            pass  # It may have been erased just now. Who is deactivated is there the next time, too.
        return await self._created_or_found(uid, name, fields)

    async def _created_or_found(self, uid: str, name: str, fields: UserFields) -> EnsuredUser:
        try:
            # May be repeated: a user that the first attempt made is found below.
            user = await self.create_user(uid, name, RetrySafety.ONCE, **fields)
        except UserAlreadyExistsError:
            pass
        else:
            return EnsuredUser(user=user, outcome="created")
        try:
            user = await self.get_user(uid)
        except UserNotFoundError as error:
            missing = _deactivated(uid, error)
        else:
            return await self._up_to_date(user, name, fields)
        raise missing

    async def _up_to_date(self, user: User, name: str, fields: UserFields) -> EnsuredUser:
        changes = differing(user, fields)
        renamed = name if name != user.name else None
        if not changes and renamed is None:
            return EnsuredUser(user=user, outcome="unchanged")
        return EnsuredUser(user=await self.update_user(user.uid, renamed, **changes), outcome="updated")

    # Tokens

    async def create_token(self, uid: str, *, force: bool) -> AuthToken:
        """Make a token; with `force` a new one in any case, so never repeated after an answer was lost."""
        uid = check_uid(uid)
        body = rest.CreateAuthTokenRequest(force=force or UNSET)
        call = operations.CREATE_AUTH_TOKEN(uid, client=ANY_CLIENT, body=body)
        safety = RetrySafety.NEVER if force else RetrySafety.ONCE
        return _token(await self.send(call, uid, safety=safety))

    async def tokens_page(self, uid: str, page: int) -> tuple[list[AuthToken], bool]:
        """Get one page of a user's tokens, and whether there may be another."""
        uid = check_uid(uid)
        reply = await self.send(operations.LIST_AUTH_TOKENS(uid, client=ANY_CLIENT, page=page), uid)
        return replies.read(
            lambda it: _page(replies.auth_token, it.data, it.meta, page), reply, "auth tokens"
        )

    async def count_tokens(self, uid: str) -> int | None:
        """Return how many tokens a user has, if that is soon known: it is good to know, and no more."""
        call = operations.LIST_AUTH_TOKENS(uid, client=ANY_CLIENT, page=1, per_page=1)
        try:
            reply = await self.send(call, uid, seconds=COUNT_SECONDS)
        except CometChatError as error:
            log().debug("how many auth tokens the user has is not known: %s", error)
            return None
        total = reply.meta.pagination.total if reply.meta and reply.meta.pagination else None
        return total if isinstance(total, int) else None

    async def get_token(self, uid: str, token: Secret) -> AuthToken:
        """Get one token."""
        uid = check_uid(uid)
        call = operations.GET_AUTH_TOKEN(uid, token.reveal(), client=ANY_CLIENT)
        return _token(await self.send(call, uid, token))

    async def update_token(
        self,
        uid: str,
        token: Secret,
        platform: str | None,
        user_agent: str | None,
        app_info: dict[str, Any] | None,
    ) -> AuthToken:
        """Say what a token is used on."""
        uid = check_uid(uid)
        body = rest.UpdateAuthTokenRequest(
            platform=given(platform),
            user_agent=given(user_agent),
            app_info=UNSET if app_info is None else rest.AppInfo.from_dict(app_info),
        )
        call = operations.UPDATE_AUTH_TOKEN(uid, token.reveal(), client=ANY_CLIENT, body=body)
        return _token(await self.send(call, uid, token))

    async def revoke_token(self, uid: str, token: Secret) -> None:
        """End a token; one that is unknown is as dead as can be."""
        uid = check_uid(uid)
        try:
            await self.send(operations.DELETE_AUTH_TOKEN(uid, token.reveal(), client=ANY_CLIENT), uid, token)
        except AuthTokenNotFoundError as error:
            if error.code != "ERR_AUTH_TOKEN_NOT_FOUND":
                raise
        await self.device_tokens.forget(uid, token)

    async def flush_tokens(self, uid: str) -> None:
        """End all tokens of a user."""
        uid = check_uid(uid)
        await self.send(operations.FLUSH_AUTH_TOKENS(uid, client=ANY_CLIENT), uid)
        await self.device_tokens.forget(uid)

    async def send(
        self,
        call: OperationCall[R],
        subject: str = "",
        token: Secret | None = None,
        *,
        safety: RetrySafety = RetrySafety.REPEATABLE,
        seconds: float = inf,
    ) -> R:
        """Make a call of the generated client with the REST API key, and return its reply.

        Args:
            call: the operation with its arguments.
            subject: the uid it is about, for messages.
            token: the auth token that it is about, which no message may repeat.
            safety: what repeating it would do.
            seconds: how long it may take, if less than the policy's deadline.
        """
        request = ApiRequest(
            call=call,
            url=self._config.admin_url,
            header="apikey",
            credential=self._key,
            token=token,
            safety=safety,
            subject=subject,
        )
        return await self.sender.send(request, self.sender.budget(seconds))


def _user(reply: rest.UserReply) -> User:
    return replies.read(replies.user, reply.data, "a user")


def _token(reply: rest.AuthTokenReply) -> AuthToken:
    return replies.read(replies.auth_token, reply.data, "an auth token")


def _page(
    convert: Callable[[M], T], data: list[M], meta: rest.Meta | Unset, page: int
) -> tuple[list[T], bool]:
    """Return a page's items, and whether there may be another page.

    The totals are advisory: an empty page ends a list whatever they say.
    """
    items = [convert(one) for one in data]
    pages = meta.pagination.total_pages if meta and meta.pagination else UNSET
    return items, bool(items) and (isinstance(pages, Unset) or page < pages)


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
