"""`CometChatAdmin.token_for`: one token for each user and device, whoever asks at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from cometchat_session._backend.auth_tokens import AsyncAuthTokens
from cometchat_session._backend.device_tokens import stored_token
from cometchat_session._backend.user_calls import ensure_user
from cometchat_session._log import log
from cometchat_session._secret import Secret
from cometchat_session._transport import operations
from cometchat_session._transport.operations import ANY_CLIENT
from cometchat_session._validation import check_uid
from cometchat_session.errors import AuthTokenNotFoundError, CometChatError, UserNotFoundError
from cometchat_session.models.auth_token import MOST_TOKENS, AuthToken
from cometchat_session.stores.record import DeviceToken

if TYPE_CHECKING:
    from cometchat_session._backend.service import BackendService
    from cometchat_session.stores.record import Record


COUNT_SECONDS = 3.0  # for what is good to know and not needed
MANY_DEVICES = MOST_TOKENS // 2  # of one user; from so many on the server is asked how many tokens it keeps


async def token_for(
    backend: BackendService, uid: str, device: str, name: str | None, *, verify: bool
) -> AuthToken:
    """Return the one token of a user and a device: the stored one, or a new one."""
    uid = check_uid(uid)
    seen = await backend.device_tokens.records.load(backend.device_tokens.key(uid, device))
    stored = stored_token(seen)
    if stored is not None and not verify:
        return _token(stored)
    turn = _Turn(backend, uid, device, name, seen)
    return await backend.device_tokens.records.take_turns(
        turn.take,
        backend.sender.budget(),
        f"A token for {uid!r} has been in the making for {backend.sender.policy.deadline:.0f} seconds.",
    )


class _Turn:
    """One caller's turn at a device's record, of which it has seen one state when it came."""

    def __init__(
        self, backend: BackendService, uid: str, device: str, name: str | None, seen: Record
    ) -> None:
        self._backend = backend
        self._tokens = backend.device_tokens
        self._uid = uid
        self._device = device
        self._name = name
        self._seen = seen

    async def take(self) -> AuthToken | None:
        """Return the token once it is made or checked; `None` while somebody else is at it."""
        key = self._tokens.key(self._uid, self._device)
        async with self._tokens.records.locked(key) as locked:
            record = await self._tokens.records.load(key)
            stored = stored_token(record)
            if stored is not None and record.revision != self._seen.revision:
                return _token(stored)  # made or checked since the caller came
            if not locked:
                return None
            if stored is not None and await self._holds(stored.auth_token):
                fresh = evolve(stored, verified_at=self._backend.runtime.time())
            else:
                fresh = await self._make()

            def kept(old: Record) -> Record | None:
                same = old.revision == record.revision
                return evolve(old, session=None, device_token=fresh) if same else None

            _, new = await self._tokens.records.change(key, kept)
            return None if new is None else _token(fresh)  # else the token is ended: look again

    async def _holds(self, token: Secret) -> bool:
        try:
            call = operations.GET_AUTH_TOKEN(self._uid, token.reveal(), client=ANY_CLIENT)
            await self._backend.send(call, self._uid, token)
        except (AuthTokenNotFoundError, UserNotFoundError):
            return False
        return True

    async def _make(self) -> DeviceToken:
        """Make a token of this device's own; create a missing user first where its name is known."""
        if await self._tokens.announce(self._uid, self._device) >= MANY_DEVICES:
            await self._warn_of_the_limit()
        made = await self._made_for_existing()
        if made is None:
            await ensure_user(self._backend, self._uid, self._name or "", {})
            made = await AsyncAuthTokens(self._backend).create(self._uid, force=True)
        now = self._backend.runtime.time()
        return DeviceToken(
            uid=self._uid,
            auth_token=Secret(made.auth_token),
            created_at=made.created_at or now,
            verified_at=now,
        )

    async def _warn_of_the_limit(self) -> None:
        """Warn if one token more ends the user's oldest: somebody is logged out then, with no other sign."""
        count = await self._count_tokens()
        if count is not None and count >= MOST_TOKENS:
            log().warning(
                "a user has %d auth tokens, so the one made now ends the oldest and logs its device out; "
                "give each device a name that stays, and revoke what is not used",
                count,
            )

    async def _count_tokens(self) -> int | None:
        """Return how many tokens the user has, if that is soon known: it is good to know, and no more."""
        call = operations.LIST_AUTH_TOKENS(self._uid, client=ANY_CLIENT, page=1, per_page=1)
        try:
            reply = await self._backend.send(call, self._uid, seconds=COUNT_SECONDS)
        except CometChatError as error:
            log().debug("how many auth tokens the user has is not known: %s", error)
            return None
        total = reply.meta.pagination.total if reply.meta and reply.meta.pagination else None
        return total if isinstance(total, int) else None

    async def _made_for_existing(self) -> AuthToken | None:
        """Make a token; return `None` where the user is missing and can be created."""
        try:
            return await AsyncAuthTokens(self._backend).create(self._uid, force=True)
        except UserNotFoundError:
            if self._name is None:
                raise
        return None


def _token(stored: DeviceToken) -> AuthToken:
    """Return a stored token as callers get it."""
    return AuthToken(uid=stored.uid, auth_token=stored.auth_token.reveal(), created_at=int(stored.created_at))
