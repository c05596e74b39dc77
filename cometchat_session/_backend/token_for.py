"""`CometChatAdmin.token_for`: one token for each user and device, whoever asks at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from cometchat_session._log import log
from cometchat_session._secret import Secret
from cometchat_session._validation import check_uid
from cometchat_session.errors import AuthTokenNotFoundError, StoreLockTimeoutError, UserNotFoundError
from cometchat_session.models.auth_token import MOST, AuthToken
from cometchat_session.models.user import User
from cometchat_session.stores.record import Session

if TYPE_CHECKING:
    from cometchat_session._backend.service import Backend
    from cometchat_session.stores.record import Record


async def token_for(backend: Backend, uid: str, device: str, name: str | None, *, verify: bool) -> AuthToken:
    """Return the one token of a user and a device: the stored one, or a new one."""
    uid = check_uid(uid)
    port, kept = backend.port, backend.kept
    seen = await kept.load(kept.key(uid, device))
    if seen.session is not None and not verify:
        return _token(seen.session)
    turn = _Turn(backend, uid, device, name, seen)
    deadline = port.now() + backend.policy.deadline
    wait, longest = kept.poll
    while (token := await port.finish(turn.take())) is None:
        if port.now() + wait >= deadline:
            raise StoreLockTimeoutError(
                f"A token for {uid!r} has been in the making for {backend.policy.deadline:.0f} seconds.",
                hint="Try again, or allow more time: RetryPolicy(deadline=...).",
                advice="allow_more_time",
            )
        await port.sleep(wait * (0.5 + port.random() / 2))
        wait = min(2 * wait, longest)
    return token


class _Turn:
    """One caller's turn at a device's record, of which it has seen one state when it came."""

    def __init__(self, backend: Backend, uid: str, device: str, name: str | None, seen: Record) -> None:
        self._backend = backend
        self._kept = backend.kept
        self._uid = uid
        self._device = device
        self._name = name
        self._seen = seen

    async def take(self) -> AuthToken | None:
        """Return the token once it is made or checked; `None` while somebody else is at it."""
        key = self._kept.key(self._uid, self._device)
        locked = await self._kept.try_lock(key)
        try:
            record = await self._kept.load(key)
            if record.session is not None and record.revision != self._seen.revision:
                return _token(record.session)  # made or checked since the caller came
            if not locked:
                return None
            session = record.session
            if session is not None and await self._holds(session.auth_token):
                token = _token(session)
                session = evolve(session, verified_at=self._backend.port.wall())
            else:
                token = await self._make()
                session = self._session(token)
            if await self._kept.save(key, evolve(record, session=session), expected=record):
                return token
            return None  # the lock did not hold or the token is ended: look again
        finally:
            if locked:
                await self._kept.unlock(key)

    def _session(self, made: AuthToken) -> Session:
        now = self._backend.port.wall()
        return Session(
            user=User(uid=self._uid),
            auth_token=Secret(made.auth_token),
            created_at=made.created_at or now,
            verified_at=now,
        )

    async def _holds(self, token: Secret) -> bool:
        try:
            await self._backend.get_token(self._uid, token)
        except (AuthTokenNotFoundError, UserNotFoundError):
            return False
        return True

    async def _make(self) -> AuthToken:
        """Make a token of this device's own; create a missing user first where its name is known."""
        await self._kept.announce(self._uid, self._device)
        try:
            await self._mind_the_limit()
            return await self._backend.create_token(self._uid, force=True)
        except UserNotFoundError:
            if self._name is None:
                raise
        await self._backend.ensure_user(self._uid, self._name)
        return await self._backend.create_token(self._uid, force=True)

    async def _mind_the_limit(self) -> None:
        """Warn if one token more ends the user's oldest: somebody is logged out then, with no other sign."""
        count = await self._backend.count_tokens(self._uid)
        if count is not None and count >= MOST:
            log().warning(
                "a user has %d auth tokens, so the one made now ends the oldest and logs its device out; "
                "give each device a name that stays, and revoke what is not used",
                count,
            )


def _token(session: Session) -> AuthToken:
    """Return a stored token as callers get it."""
    return AuthToken(
        uid=session.uid, auth_token=session.auth_token.reveal(), created_at=int(session.created_at)
    )
