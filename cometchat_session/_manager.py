"""The one stateful core: who is logged in, and how that changes.

The rules, in one place:

1. The store is the only memory. Every look is a `load`, every change a compare-and-swap on what was
   loaded; nothing about the session is kept here.
2. The store's lock keeps logins apart, so that one does the work. It saves requests; it is rule 1 that
   keeps the result right when a lock breaks.
3. A login writes only under the generation it began in. `logout` changes the generation, so it wins.
4. Whoever waits for a login gets its result, success or failure, from the record's `flight`.
5. Nothing is stored before the server has confirmed it, uid and token in one write.
6. A dead token ends the session only while it still is the session's token.
7. Listeners are told once per transition, after the write, with no lock held.
8. From the moment the lock is held, work is finished even if its caller is cancelled.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from cometchat_session import _requests, _wording, retry
from cometchat_session._log import log
from cometchat_session._want import Want, already_logged_in, logged_out
from cometchat_session.errors import (
    AuthTokenNotFoundError,
    CometChatError,
    NotLoggedInError,
    StoreError,
    StoreLockTimeoutError,
    from_json,
)
from cometchat_session.events import Listeners
from cometchat_session.session import Flight, Record, new_id
from cometchat_session.tokens import LogoutResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session._call import Call
    from cometchat_session._io import Port
    from cometchat_session._requests import SessionRequests
    from cometchat_session._secret import Secret
    from cometchat_session.models import User
    from cometchat_session.policy import RetryPolicy
    from cometchat_session.session import Session
    from cometchat_session.stores.base import SessionStore

LOGOUT_SECONDS = 5.0  # for telling the server; the local session is gone before that


@frozen(kw_only=True)
class _Landing:
    """How a login ended, and what is left to do once the lock is given back."""

    user: User | None = None
    error: CometChatError | None = None
    flight: Flight | None = None
    unwanted: Secret | None = None


class SessionManager:
    """One user's session with one app, over any store and either port."""

    def __init__(
        self, port: Port, store: SessionStore, key: str, requests: SessionRequests, policy: RetryPolicy
    ) -> None:
        self.port = port
        self._store = store
        self._key = key
        self._requests = requests
        self._policy = policy
        self.listeners = Listeners(port.tell)

    # Looking, where looking into the store is not enough

    async def session(self) -> Session | None:
        """Return what is stored, without the network."""
        return (await self._load()).session

    async def verified_user(self) -> User | None:
        """Return who is logged in, by the server's word; a session whose token is dead is removed."""
        session = await self.session()
        return None if session is None else await self.port.finish(self._verified(session))

    async def _verified(self, session: Session) -> User | None:
        try:
            return await self._refresh(session, self._deadline())
        except AuthTokenNotFoundError:
            await self._drop(session.auth_token)
        except CometChatError as error:
            seconds = self.port.wall() - session.verified_at
            error.hint = " ".join(filter(None, (error.hint, _wording.kept(session.uid, seconds))))
            raise
        now = await self.session()
        return None if now is None else now.user

    async def _refresh(self, session: Session, deadline: float) -> User:
        """Have the server confirm a session; store what it says while that session is the current one."""
        answer = self._send(self._requests.refresh(session.auth_token, session.uid), deadline)
        fresh = _requests.entered(await answer, session.auth_token, self.port.wall(), session.uid)

        def place(old: Record) -> Record | None:
            if old.session is None or old.session.auth_token != session.auth_token:
                return None
            settings = fresh.settings or old.session.settings
            return evolve(old, session=evolve(fresh, created_at=old.session.created_at, settings=settings))

        await self._commit(place)
        return fresh.user

    # Logging in

    async def login(self, want: Want) -> User:
        """Return the user that is wanted, logged in, with as few requests as that takes."""
        arrived = await self._load()
        if (user := want.found_in(arrived)) is not None:
            return user
        deadline = self._deadline()
        wait, longest = self._store.poll
        while (user := await self.port.finish(self._turn(want, arrived, deadline))) is None:
            if self.port.now() + wait >= deadline:
                raise StoreLockTimeoutError(
                    f"Another login has been running for {self._policy.deadline:.0f} seconds.",
                    hint="Try again, or allow more time: RetryPolicy(deadline=...).",
                )
            await self.port.sleep(wait * (0.5 + self.port.random() / 2))
            wait = min(2 * wait, longest)
        return user

    async def _turn(self, want: Want, arrived: Record, deadline: float) -> User | None:
        """Take the result of a login that has ended, or log in; `None` while another one is running."""
        locked = await self.port.store(self._store.try_lock, self._key)
        try:
            base = await self._load()
            if base.generation != arrived.generation:
                raise logged_out()
            landing = self._shared(want, arrived, base)
            if landing is None:
                if (user := want.found_in(base)) is not None or not locked:
                    return user
                landing = await self._fly(want, base, deadline)
        finally:
            if locked:
                await self.port.store(self._store.unlock, self._key)
        if landing.flight is not None:
            await self.listeners.landed(landing.flight, landing.user)
        if landing.unwanted is not None:
            await self._revoke(landing.unwanted)
        if landing.error is not None:
            raise landing.error
        return landing.user

    def _shared(self, want: Want, arrived: Record, record: Record) -> _Landing | None:
        """Return what a login for the same ended with since this caller arrived."""
        flight = record.flight
        if flight is None or flight.want != want.digest():
            return None
        if arrived.flight is not None and arrived.flight.number == flight.number:
            return None
        if flight.error is None and record.session is None:
            return None  # it succeeded, and its token has died since
        user = record.session.user if record.session else None
        error = None if flight.error is None else from_json(flight.error)
        return _Landing(user=user, error=error, flight=flight)

    async def _fly(self, want: Want, base: Record, deadline: float) -> _Landing:
        """Log in while holding the lock; leave the result, good or bad, for those who wait."""
        device_id = base.device_id or f"python_{new_id()}{new_id()}"
        flight = Flight(number=new_id(), want=want.digest())
        fresh: Session | None = None
        try:
            if want.verify and not want.force and base.session is not None and want.means(base.session):
                with suppress(AuthTokenNotFoundError):  # dead: log in afresh
                    return _Landing(user=await self._refresh(base.session, deadline))
            fresh = await self._log_in(want, device_id, deadline)
            return await self._place(want, base, fresh, flight, device_id)
        except CometChatError as error:
            failed = evolve(flight, error=error.to_json())

            def note(old: Record) -> Record | None:
                same = old.generation == base.generation
                return evolve(old, flight=failed, device_id=device_id) if same else None

            with suppress(StoreError):  # those who wait will find out for themselves
                await self._commit(note)
            # A logout came in between: it could not know of this token, so it is ended here.
            orphan = fresh.auth_token if fresh and isinstance(error, NotLoggedInError) else None
            return _Landing(error=error, flight=failed, unwanted=orphan)

    async def _log_in(self, want: Want, device_id: str, deadline: float) -> Session:
        """Make the requests of a login. Nothing is stored here."""
        token = want.token
        if token is None:
            answer = self._send(self._requests.mint(want.uid, want.key, device_id), deadline)
            token = _requests.minted(await answer, want.uid)
        answer = self._send(self._requests.enter(token, device_id), deadline)
        return _requests.entered(await answer, token, self.port.wall(), want.uid)

    async def _place(
        self, want: Want, base: Record, fresh: Session, flight: Flight, device_id: str
    ) -> _Landing:
        """Store a new session, unless a logout or somebody else's login came first."""
        landing = _Landing(user=fresh.user, flight=flight)

        def place(old: Record) -> Record | None:
            nonlocal landing
            if old.generation != base.generation:
                raise logged_out()
            if (there := old.session) is not None:
                if there.uid != fresh.uid and not want.switch_user:
                    raise already_logged_in(there.uid)
                broken = base.session is None or there.auth_token != base.session.auth_token
                if broken and (user := want.found_in(old)):
                    # The lock did not hold and another login was quicker: there must not be two sessions.
                    landing = _Landing(user=user, unwanted=None if want.token else fresh.auth_token)
                    return None
                landing = evolve(landing, unwanted=there.auth_token if there.uid != fresh.uid else None)
            return evolve(old, session=fresh, flight=flight, device_id=device_id)

        await self._commit(place)
        return landing

    # Logging out

    async def logout(self) -> LogoutResult:
        """Remove the session here, for good, then tell the server."""
        return await self.port.finish(self._log_out())

    async def _log_out(self) -> LogoutResult:
        # Written even where nobody is logged in: a login may be on its way, and must find this.
        try:
            old = await self._commit(lambda old: Record(generation=new_id(), device_id=old.device_id))
        except StoreError as problem:
            error = problem
        else:
            if old.session is None:
                return LogoutResult(revoked=False)
            await self.listeners.tell(lambda listener: listener.logout_success())
            return await self._revoke(old.session.auth_token)
        await self.listeners.tell(lambda listener: listener.logout_failure(error))
        raise error

    async def drop(self, token: Secret) -> None:
        """Forget the session of a token that the server no longer knows, if it still is the session's."""
        await self.port.finish(self._drop(token))

    async def _drop(self, token: Secret) -> None:
        def without(old: Record) -> Record | None:
            is_current = old.session is not None and old.session.auth_token == token
            return evolve(old, session=None) if is_current else None

        old = await self._commit(without)
        if without(old) is not None:
            log().warning(_wording.ENDED)
            await self.listeners.tell(lambda listener: listener.logout_success())

    async def _revoke(self, token: Secret) -> LogoutResult:
        """End a token on the server, within a few seconds, without raising."""
        deadline = self.port.now() + min(LOGOUT_SECONDS, self._policy.deadline)
        try:
            await self._send(self._requests.leave(token), deadline)
        except CometChatError as error:
            if error.status in (401, 403, 404):
                return LogoutResult(revoked=True)
            log().warning(
                "the server could not be told of the logout, the token may still be valid: %s", error
            )
            return LogoutResult(revoked=False, error=error)
        return LogoutResult(revoked=True)

    # The three things that everything above is made of

    async def _load(self) -> Record:
        return await self.port.store(self._store.load, self._key)

    async def _commit(self, change: Callable[[Record], Record | None]) -> Record:
        """Change the record as one step, against any other writer; return what it was before."""
        while True:
            old = await self._load()
            new = change(old)
            if new is None:
                return old
            new = evolve(new, revision=new_id())
            if await self.port.store(self._store.save, self._key, new, expected=old):
                return old

    async def _send(self, call: Call, deadline: float) -> dict[str, Any]:
        return await retry.run(
            lambda seconds: self.port.send(call, seconds),
            policy=self._policy,
            effect=call.effect,
            deadline=deadline,
            port=self.port,
        )

    def _deadline(self) -> float:
        return self.port.now() + self._policy.deadline
