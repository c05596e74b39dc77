"""The backend's core: users and their tokens, written once for both colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve

from cometchat_session import retry
from cometchat_session._call import Call, Effect
from cometchat_session._log import log
from cometchat_session._requests import read, read_whole
from cometchat_session._secret import Secret
from cometchat_session.checks import check_uid
from cometchat_session.errors import (
    AuthTokenNotFoundError,
    CometChatError,
    StoreLockTimeoutError,
    UserAlreadyExistsError,
    UserNotFoundError,
)
from cometchat_session.models import User
from cometchat_session.policy import RetryPolicy
from cometchat_session.results import EnsuredUser, UsersChanged
from cometchat_session.session import Session, new_id
from cometchat_session.tokens import MOST, AuthToken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cometchat_session._io import Port
    from cometchat_session.config import AppConfig
    from cometchat_session.stores import SessionStore

T = TypeVar("T")
MOST_UIDS = 25  # in one request; CometChat's REST documentation, "Users"
MOST_SERVED = 100_000  # uids to remember; a few megabytes
_BRIEFLY = RetryPolicy(attempts=1, deadline=3.0)  # for what is good to know and not needed
_WIRE = {"status_message": "statusMessage", "with_auth_token": "withAuthToken", "search_key": "searchKey"}


class Backend:
    """Makes a backend's calls: with the REST API key, on the app's own host."""

    def __init__(self, port: Port, config: AppConfig, policy: RetryPolicy, store: SessionStore) -> None:
        self.port = port
        self._config = config
        self._key = config.key or Secret("")  # the configuration was read with the key required
        self._policy = policy
        self._store = store
        self._served: set[str] = set()  # the uids that this client has made a token for

    def over(self, port: Port) -> Backend:
        """Return this backend over another port."""
        return Backend(port, self._config, self._policy, self._store)

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
            reply = self._send(operation, body={field: checked[start : start + MOST_UIDS]})
            total += read(UsersChanged.from_api, await reply, "what became of each user")
        return total

    async def delete_user(self, uid: str) -> None:
        """Erase a user."""
        try:
            await self._send("delete_user", uid=check_uid(uid), body={"permanent": True})
        except UserNotFoundError as error:
            if (error.attempts or 1) == 1:
                raise
            # An earlier attempt, whose answer was lost, has done it.

    async def ensure_user(
        self, uid: str, name: str, *, look_first: bool = False, **fields: Any
    ) -> EnsuredUser:
        """Create a user, or bring an existing one up to date.

        A new user costs one request, an existing one two, or three where it changes. To `look_first` costs
        a new user one more and saves an existing one the first.
        """
        if look_first:
            try:
                return await self._up_to_date(uid, await self.get_user(uid), name, fields)
            except UserNotFoundError:
                pass  # or it is deactivated, or is erased just now
        try:
            # May be repeated: a user that the first attempt made is found below.
            user = await self.create_user(uid, name, Effect.ONCE, **fields)
        except UserAlreadyExistsError:
            pass
        else:
            return EnsuredUser(user=user, outcome="created")
        return await self._up_to_date(uid, await self._existing(uid), name, fields)

    async def _up_to_date(self, uid: str, user: User, name: str, fields: Mapping[str, Any]) -> EnsuredUser:
        wanted = {"name": name, **{field: value for field, value in fields.items() if value is not None}}
        changes = {field: value for field, value in wanted.items() if _differs(user, field, value)}
        if not changes:
            return EnsuredUser(user=user, outcome="unchanged")
        return EnsuredUser(user=await self.update_user(uid, (), **changes), outcome="updated")

    async def _existing(self, uid: str) -> User:
        missing: UserNotFoundError
        try:
            return await self.get_user(uid)
        except UserNotFoundError as error:
            missing = error
        raise UserNotFoundError(
            f"User {check_uid(uid)!r} exists and is deactivated.",
            hint="users.reactivate() brings it back; users.delete() frees the uid for good.",
            code=missing.code,
            status=missing.status,
            attempts=missing.attempts,
        )

    # Tokens

    async def create_token(self, uid: str, *, force: bool) -> AuthToken:
        """Make a token; with `force` a new one in any case, so never repeated after an answer was lost."""
        effect = Effect.NEVER if force else Effect.ONCE
        body = {"force": True} if force else {}
        answer = self._send("create_auth_token", uid=check_uid(uid), body=body, effect=effect)
        made = read(AuthToken.from_api, await answer, "an auth token")
        if len(self._served) == MOST_SERVED:
            self._served.clear()
        self._served.add(made.uid)
        return made

    async def tokens_page(self, uid: str, page: int) -> tuple[list[AuthToken], bool]:
        """Get one page of a user's tokens, and whether there may be another."""
        answer = self._send("list_auth_tokens", uid=check_uid(uid), query={"page": page})
        return read_whole(_page(AuthToken.from_api, page), await answer, "auth tokens")

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

    async def flush_tokens(self, uid: str) -> None:
        """End all tokens of a user."""
        await self._send("flush_auth_tokens", uid=check_uid(uid))

    async def token_for(self, uid: str, device: str, name: str | None, *, verify: bool) -> AuthToken:
        """Return the one token of a user and a device, made once whoever asks at the same time."""
        uid = check_uid(uid)
        key = f"{self._config.app_id}.{self._config.region}.token.{uid}.{device}"
        deadline = self.port.now() + self._policy.deadline
        wait, longest = self._store.poll
        while (token := await self.port.finish(self._turn(key, uid, name, verify=verify))) is None:
            if self.port.now() + wait >= deadline:
                raise StoreLockTimeoutError(
                    f"A token for {uid!r} has been in the making for {self._policy.deadline:.0f} seconds.",
                    hint="Try again, or allow more time: RetryPolicy(deadline=...).",
                )
            await self.port.sleep(wait * (0.5 + self.port.random() / 2))
            wait = min(2 * wait, longest)
        return token

    async def _turn(self, key: str, uid: str, name: str | None, *, verify: bool) -> AuthToken | None:
        """Return the stored token, or make one; `None` while somebody else is making it."""
        locked = await self.port.store(self._store.try_lock, key)
        try:
            record = await self.port.store(self._store.load, key)
            kept = record.session
            if kept is not None and not (verify and await self._is_dead(uid, kept.auth_token)):
                return AuthToken(
                    uid=uid, auth_token=kept.auth_token.reveal(), created_at=int(kept.created_at)
                )
            if not locked:
                return None
            made = await self._make(uid, name)
            now = self.port.wall()
            session = Session(
                user=User(uid=uid),
                auth_token=Secret(made.auth_token),
                created_at=made.created_at or now,
                verified_at=now,
            )
            fresh = evolve(record, revision=new_id(), session=session)
            if await self.port.store(self._store.save, key, fresh, expected=record):
                return made
            return None  # the lock did not hold, and somebody else was quicker: look again
        finally:
            if locked:
                await self.port.store(self._store.unlock, key)

    async def _make(self, uid: str, name: str | None) -> AuthToken:
        """Make a token of this device's own; create a missing user first where its name is known."""
        try:
            if uid in self._served:
                await self._mind_the_limit(uid)
            return await self.create_token(uid, force=True)
        except UserNotFoundError:
            if name is None:
                raise
        await self.ensure_user(uid, name)
        return await self.create_token(uid, force=True)

    async def _mind_the_limit(self, uid: str) -> None:
        """Warn if one token more ends the user's oldest: somebody is logged out then, with no other sign.

        It takes a request, so it is asked from a user's second token on: one that is the first of a hundred
        needs no look, and most users have one device.
        """
        query = {"page": 1, "per_page": 1}
        try:
            reply = await self._send("list_auth_tokens", uid=uid, query=query, policy=_BRIEFLY)
        except CometChatError as error:
            log().debug("how many auth tokens the user has is not known: %s", error)
            return
        total = ((reply.get("meta") or {}).get("pagination") or {}).get("total")
        if isinstance(total, int) and total >= MOST:
            log().warning(
                "a user has %d auth tokens, so the one made now ends the oldest and logs its device out; "
                "give each device a name that stays, and revoke what is not used",
                total,
            )

    async def _is_dead(self, uid: str, token: Secret) -> bool:
        try:
            await self.get_token(uid, token)
        except (AuthTokenNotFoundError, UserNotFoundError):
            return True
        return False

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
        policy = policy or self._policy
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
        return await retry.run(
            lambda seconds: self.port.send(call, seconds),
            policy=policy,
            effect=effect,
            deadline=self.port.now() + min(policy.deadline, self._policy.deadline),
            port=self.port,
        )


def _sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that were given, under the names they have on the wire."""
    return {_WIRE.get(name, name): value for name, value in fields.items() if value is not None}


def _differs(user: User, field: str, wanted: Any) -> bool:
    """Tell whether a user's field is not what is wanted. Tags are a set to the server."""
    have = getattr(user, field)
    return set(have) != set(wanted) if field == "tags" else have != wanted


def _page(parse: Callable[[Mapping[str, Any]], T], page: int) -> Callable[[Any], tuple[list[T], bool]]:
    """Return what reads one page. The totals are advisory: an empty page ends a list whatever they say."""

    def parsed(data: Any) -> tuple[list[T], bool]:
        items = [parse(item) for item in data["data"]]
        pagination = (data.get("meta") or {}).get("pagination") or {}
        return items, bool(items) and page < pagination.get("total_pages", page + 1)

    return parsed
