"""The backend's core: users and their tokens, written once for both colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cometchat_session._backend.device_tokens import KeptTokens
from cometchat_session._log import log
from cometchat_session._runtime import retrying
from cometchat_session._secret import Secret
from cometchat_session._session.requests import read, read_whole
from cometchat_session._transport.request import Call, Effect
from cometchat_session._validation import check_uid
from cometchat_session.errors import (
    AuthTokenNotFoundError,
    CometChatError,
    UserAlreadyExistsError,
    UserNotFoundError,
)
from cometchat_session.models.auth_token import AuthToken
from cometchat_session.models.results import EnsuredUser, UsersChanged
from cometchat_session.models.user import User
from cometchat_session.retry_policy import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cometchat_session._runtime.port import Port
    from cometchat_session.config import AppConfig
    from cometchat_session.stores import SessionStore

T = TypeVar("T")
MOST_UIDS = 25  # in one request; CometChat's REST documentation, "Users"
_BRIEFLY = RetryPolicy(attempts=1, deadline=3.0)  # for what is good to know and not needed
_WIRE = {"status_message": "statusMessage", "with_auth_token": "withAuthToken", "search_key": "searchKey"}


class Backend:
    """Makes a backend's calls: with the REST API key, on the app's own host."""

    def __init__(self, port: Port, config: AppConfig, policy: RetryPolicy, store: SessionStore) -> None:
        self.port = port
        self._config = config
        self._key = config.key or Secret("")  # the configuration was read with the key required
        self.policy = policy
        self._store = store
        self.kept = KeptTokens(port, store, config)

    def over(self, port: Port) -> Backend:
        """Return this backend over another port."""
        return Backend(port, self._config, self.policy, self._store)

    # Users

    async def create_user(self, uid: str, name: str, effect: Effect = Effect.NEVER, /, **fields: Any) -> User:
        """Create a user. Not repeated after an answer was lost, unless the caller can tell what happened."""
        body = {"uid": check_uid(uid), "name": name, **_sent(fields)}
        answer = self._send("create_user", body=body, effect=effect, subject=body["uid"])
        return read(User.from_api, await answer, "a user")

    async def get_user(self, uid: str) -> User:
        """Get a user."""
        return read(User.from_api, await self._send("get_user", uid=check_uid(uid)), "a user")

    async def update_user(self, uid: str, unset: tuple[str, ...], **fields: Any) -> User:
        """Change what is given, and empty what is named in `unset`."""
        body = _sent(fields) | ({"unset": list(unset)} if unset else {})
        return read(User.from_api, await self._send("update_user", uid=check_uid(uid), body=body), "a user")

    async def users_page(self, page: int, per_page: int, **query: Any) -> tuple[list[User], bool]:
        """Get one page of users, and whether there may be another."""
        asked = {"page": page, "per_page": per_page, **query}
        return read_whole(_page(User.from_api, page), await self._send("list_users", query=asked), "users")

    async def change_users(self, operation: str, uids: tuple[str, ...]) -> UsersChanged:
        """Deactivate or reactivate users, as many requests as that takes."""
        checked = [check_uid(uid) for uid in uids]
        field = "uidsToDeactivate" if operation == "deactivate_users" else "uidsToActivate"
        total = UsersChanged()
        for start in range(0, len(checked), MOST_UIDS):
            some = checked[start : start + MOST_UIDS]
            reply = self._send(operation, body={field: some})
            total += read(UsersChanged.from_api, await reply, "what became of each user")
            if operation == "deactivate_users":
                for uid in some:
                    await self.kept.forget(uid)
        return total

    async def delete_user(self, uid: str) -> None:
        """Erase a user."""
        try:
            await self._send("delete_user", uid=check_uid(uid), body={"permanent": True})
        except UserNotFoundError as error:
            if (error.attempts or 1) == 1:
                await self.kept.forget(uid)
                raise
            # An earlier attempt, whose answer was lost, has done it.
        await self.kept.forget(uid)

    async def ensure_user(
        self, uid: str, name: str, *, look_first: bool = False, **fields: Any
    ) -> EnsuredUser:
        """Create a user, or bring an existing one up to date.

        A new user costs one request, an existing one two, or three where it changes, and a deactivated one
        four. To `look_first` costs a new user one more and saves an existing one the first.
        """
        if look_first:
            try:
                return await self._up_to_date(uid, await self.get_user(uid), name, fields)
            except UserNotFoundError:
                pass  # or it is deactivated, or is erased just now
        try:
            return await self._created_or_found(uid, name, fields)
        except UserNotFoundError:
            pass  # It may have been erased just now. Who is deactivated is there the next time, too.
        return await self._created_or_found(uid, name, fields)

    async def _created_or_found(self, uid: str, name: str, fields: Mapping[str, Any]) -> EnsuredUser:
        try:
            # May be repeated: a user that the first attempt made is found below.
            user = await self.create_user(uid, name, Effect.ONCE, **fields)
        except UserAlreadyExistsError:
            pass
        else:
            return EnsuredUser(user=user, outcome="created")
        try:
            user = await self.get_user(uid)
        except UserNotFoundError as error:
            missing = _deactivated(uid, error)
        else:
            return await self._up_to_date(uid, user, name, fields)
        raise missing

    async def _up_to_date(self, uid: str, user: User, name: str, fields: Mapping[str, Any]) -> EnsuredUser:
        wanted = {"name": name, **{field: value for field, value in fields.items() if value is not None}}
        changes = {field: value for field, value in wanted.items() if _differs(user, field, value)}
        if not changes:
            return EnsuredUser(user=user, outcome="unchanged")
        return EnsuredUser(user=await self.update_user(uid, (), **changes), outcome="updated")

    # Tokens

    async def create_token(self, uid: str, *, force: bool) -> AuthToken:
        """Make a token; with `force` a new one in any case, so never repeated after an answer was lost."""
        effect = Effect.NEVER if force else Effect.ONCE
        body = {"force": True} if force else {}
        answer = self._send("create_auth_token", uid=check_uid(uid), body=body, effect=effect)
        return read(AuthToken.from_api, await answer, "an auth token")

    async def tokens_page(self, uid: str, page: int) -> tuple[list[AuthToken], bool]:
        """Get one page of a user's tokens, and whether there may be another."""
        answer = self._send("list_auth_tokens", uid=check_uid(uid), query={"page": page})
        return read_whole(_page(AuthToken.from_api, page), await answer, "auth tokens")

    async def count_tokens(self, uid: str) -> int | None:
        """Return how many tokens a user has, if that is soon known: it is good to know, and no more."""
        query = {"page": 1, "per_page": 1}
        try:
            reply = await self._send("list_auth_tokens", uid=uid, query=query, policy=_BRIEFLY)
        except UserNotFoundError:
            raise
        except CometChatError as error:
            log().debug("how many auth tokens the user has is not known: %s", error)
            return None
        total = ((reply.get("meta") or {}).get("pagination") or {}).get("total")
        return total if isinstance(total, int) else None

    async def get_token(self, uid: str, token: Secret) -> AuthToken:
        """Get one token."""
        answer = self._send("get_auth_token", uid=check_uid(uid), token=token)
        return read(AuthToken.from_api, await answer, "an auth token")

    async def update_token(self, uid: str, token: Secret, **fields: Any) -> AuthToken:
        """Say what a token is used on."""
        names = {"user_agent": "userAgent", "app_info": "appInfo"}
        body = {names.get(name, name): value for name, value in fields.items() if value is not None}
        answer = self._send("update_auth_token", uid=check_uid(uid), token=token, body=body)
        return read(AuthToken.from_api, await answer, "an auth token")

    async def revoke_token(self, uid: str, token: Secret) -> None:
        """End a token; one that is unknown is as dead as can be."""
        try:
            await self._send("delete_auth_token", uid=check_uid(uid), token=token)
        except AuthTokenNotFoundError as error:
            if error.code != "ERR_AUTH_TOKEN_NOT_FOUND":
                raise
        await self.kept.forget(uid, token)

    async def flush_tokens(self, uid: str) -> None:
        """End all tokens of a user."""
        await self._send("flush_auth_tokens", uid=check_uid(uid))
        await self.kept.forget(uid)

    async def _send(
        self,
        operation: str,
        *,
        uid: str | None = None,
        token: Secret | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        effect: Effect = Effect.REPEATABLE,
        subject: str | None = None,
        policy: RetryPolicy | None = None,
    ) -> dict[str, Any]:
        policy = policy or self.policy
        call = Call(
            operation=operation,
            url=self._config.admin_url,
            header="apikey",
            credential=self._key,
            path={} if uid is None else {"uid": uid},
            token=token,
            query=query or {},
            body=body,
            effect=effect,
            subject=uid or subject,
        )
        effort = retrying.Effort.begin(self.port.now(), min(policy.deadline, self.policy.deadline))
        return await retrying.run(
            lambda seconds: self.port.send(call, seconds, effort.tries),
            policy=policy,
            effect=effect,
            effort=effort,
            port=self.port,
        )


def _sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that were given, under the names they have on the wire."""
    return {_WIRE.get(name, name): value for name, value in fields.items() if value is not None}


def _differs(user: User, field: str, wanted: Any) -> bool:
    """Tell whether a user's field is not what is wanted. Tags are a set to the server."""
    have = getattr(user, field)
    return set(have) != set(wanted) if field == "tags" else have != wanted


def _deactivated(uid: str, missing: UserNotFoundError) -> UserNotFoundError:
    return UserNotFoundError(
        f"User {check_uid(uid)!r} exists and is deactivated.",
        hint="users.reactivate() brings it back; users.delete() frees the uid for good.",
        advice="reactivate_or_delete_user",
        code=missing.code,
        status=missing.status,
        attempts=missing.attempts,
    )


def _page(parse: Callable[[Mapping[str, Any]], T], page: int) -> Callable[[Any], tuple[list[T], bool]]:
    """Return what reads one page. The totals are advisory: an empty page ends a list whatever they say."""

    def parsed(data: Any) -> tuple[list[T], bool]:
        items = [parse(item) for item in data["data"]]
        pagination = (data.get("meta") or {}).get("pagination") or {}
        return items, bool(items) and page < pagination.get("total_pages", page + 1)

    return parsed
