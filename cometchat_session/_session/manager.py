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
from math import inf
from typing import TYPE_CHECKING, Any

from attrs import evolve

from cometchat_session import _messages
from cometchat_session._log import log
from cometchat_session._runtime import retrying
from cometchat_session._session import requests
from cometchat_session._session.listeners import Listeners
from cometchat_session._session.login import Landing, Want, concerns_all, logged_out
from cometchat_session.errors import (
    AuthTokenNotFoundError,
    CometChatError,
    NotLoggedInError,
    StoreError,
    StoreLockTimeoutError,
)
from cometchat_session.models.auth_token import LogoutResult
from cometchat_session.stores.record import Flight, Record, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session._runtime.port import Port
    from cometchat_session._runtime.retrying import Effort
    from cometchat_session._secret import Secret
    from cometchat_session._session.requests import SessionRequests
    from cometchat_session._transport.request import Call
    from cometchat_session.models.user import User
    from cometchat_session.retry_policy import RetryPolicy
    from cometchat_session.stores.base import SessionStore
    from cometchat_session.stores.record import Session

LOGOUT_SECONDS = 5.0  # for telling the server; the local session is gone before that


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
        effort = self._effort()
        try:
            if (user := await self._refresh(session, effort)) is not None:
                return user
        except AuthTokenNotFoundError:
            await self._drop(session.auth_token)
        except CometChatError as error:
            effort.tell(error, self.port.now())
            seconds = self.port.wall() - session.verified_at
            error.add_remark(_messages.kept(session.uid, seconds))
            raise
        now = await self.session()
        return None if now is None else now.user

    async def _refresh(self, session: Session, effort: Effort, flight: Flight | None = None) -> User | None:
        """Have the server confirm a session and store what it says; `None` if that is not the current one."""
        answer = self._send(self._requests.refresh(session.auth_token, session.uid), effort)
        fresh = requests.entered(await answer, session.auth_token, self.port.wall(), session.uid)

        def place(old: Record) -> Record | None:
            if old.session is None or old.session.auth_token != session.auth_token:
                return None
            settings = fresh.settings or old.session.settings
            kept = evolve(fresh, created_at=old.session.created_at, settings=settings)
            return evolve(old, session=kept, flight=flight or old.flight)

        return None if place(await self._commit(place)) is None else fresh.user

    # Logging in

    async def login(self, want: Want) -> User:
        """Return the user that is wanted, logged in, with as few requests as that takes."""
        arrived = await self._load()
        if (user := want.found_in(arrived)) is not None:
            return user
        effort = self._effort()
        wait, longest = self._store.poll
        while (user := await self.port.finish(self._turn(want, arrived, effort))) is None:
            if self.port.now() + wait >= effort.deadline:
                raise StoreLockTimeoutError(
                    f"Another login has been running for {self._policy.deadline:.0f} seconds.",
                    hint="Try again, or allow more time: RetryPolicy(deadline=...).",
                    advice="allow_more_time",
                )
            await self.port.sleep(wait * (0.5 + self.port.random() / 2))
            wait = min(2 * wait, longest)
        return user

    async def _turn(self, want: Want, arrived: Record, effort: Effort) -> User | None:
        """Take the result of a login that has ended, or log in; `None` while another one is running."""
        locked = False

        def try_lock(key: str) -> None:  # keeps what it got, should its caller be gone by then
            nonlocal locked
            locked = self._store.try_lock(key)

        try:
            await self.port.store(try_lock, self._key)
            base = await self._load()
            if base.generation != arrived.generation:
                raise logged_out()
            landing = want.landed(arrived, base)
            if landing is None:
                if (user := want.found_in(base)) is not None or not locked:
                    return user
                landing = await self._fly(want, base, effort)
        finally:
            if locked:
                await self.port.store(self._store.unlock, self._key)
        if landing.flight is not None:
            await self.listeners.landed(landing.flight, landing.user)
        if landing.unwanted is not None:
            await self._end(landing.unwanted)
        if landing.error is not None:
            raise landing.error
        return landing.user

    async def _fly(self, want: Want, base: Record, effort: Effort) -> Landing:
        """Log in while holding the lock; leave the result, good or bad, for those who wait."""
        device_id = base.device_id or f"python_{new_id()}{new_id()}"
        flight = Flight(number=new_id(), want=want.digest())
        fresh: Session | None = None
        try:
            if (landing := await self._checked(want, base, flight, effort)) is not None:
                return landing
            fresh = await self._log_in(want, device_id, effort)
            return await self._place(want, base, fresh, flight, device_id)
        except CometChatError as error:
            effort.tell(error, self.port.now())
            failed = evolve(flight, error=error.to_json())

            def note(old: Record) -> Record | None:
                same = old.generation == base.generation
                return evolve(old, flight=failed, device_id=device_id) if same else None

            if concerns_all(error):
                with suppress(StoreError):  # those who wait will find out for themselves
                    await self._commit(note)
            # A logout came in between: it could not know of this token, so it is ended here.
            orphan = fresh.auth_token if fresh and isinstance(error, NotLoggedInError) else None
            return Landing(error=error, flight=failed, unwanted=orphan)

    async def _checked(self, want: Want, base: Record, flight: Flight, effort: Effort) -> Landing | None:
        """Have the stored session confirmed where that is all that is wanted; `None` if it takes a login."""
        session = base.session
        if not want.verify or want.force or session is None or not want.means(session):
            return None
        try:
            user = await self._refresh(session, effort, evolve(flight, checked=True))
        except AuthTokenNotFoundError:
            return None
        if user is None:  # overtaken
            now = await self._load()
            if now.generation != base.generation:
                raise logged_out()
            user = evolve(want, verify=False).found_in(now)
        return None if user is None else Landing(user=user)

    async def _log_in(self, want: Want, device_id: str, effort: Effort) -> Session:
        """Make the requests of a login. Nothing is stored here."""
        token = want.token
        if token is None:
            answer = self._send(self._requests.mint(want.uid, want.key, device_id), effort)
            token = requests.minted(await answer, want.uid)
        answer = self._send(self._requests.enter(token, device_id), effort)
        return requests.entered(await answer, token, self.port.wall(), want.uid)

    async def _place(
        self, want: Want, base: Record, fresh: Session, flight: Flight, device_id: str
    ) -> Landing:
        """Store a new session, unless a logout or somebody else's login came first."""
        landing = Landing()

        def place(old: Record) -> Record | None:
            nonlocal landing
            landing = want.placed(base, old, fresh, flight)
            return evolve(old, session=fresh, flight=flight, device_id=device_id) if landing.flight else None

        await self._commit(place)
        return landing

    # Logging out

    async def logout(self) -> LogoutResult:
        """Remove the session here, for good, then tell the server."""
        return await self.port.finish(self._log_out())

    async def _log_out(self) -> LogoutResult:
        # Written even where nobody is logged in: a login may be on its way, and must find this.
        old = await self._take_out(lambda old: Record(generation=new_id(), device_id=old.device_id))
        if old.session is None:
            return LogoutResult(revoked=False)
        await self.listeners.tell(lambda listener: listener.logout_success())
        return await self._revoke(old.session.auth_token)

    async def drop(self, token: Secret) -> None:
        """Forget the session of a token that the server no longer knows, if it still is the session's."""
        await self.port.finish(self._drop(token))

    async def _drop(self, token: Secret) -> None:
        def without(old: Record) -> Record | None:
            is_current = old.session is not None and old.session.auth_token == token
            return evolve(old, session=None) if is_current else None

        if without(await self._take_out(without)) is not None:
            log().warning(_messages.ENDED)
            await self.listeners.tell(lambda listener: listener.logout_success())

    async def _take_out(self, change: Callable[[Record], Record | None]) -> Record:
        """Remove the session from the store; tell the listeners where that cannot be done."""
        try:
            return await self._commit(change)
        except StoreError as problem:
            error = problem
        await self.listeners.tell(lambda listener: listener.logout_failure(error))
        raise error

    async def _end(self, token: Secret) -> None:
        """End a token that no login needs, unless it is stored: the server may hand out one token twice."""
        with suppress(StoreError):
            now = await self.session()
            if now is None or now.auth_token != token:
                await self._revoke(token)

    async def _revoke(self, token: Secret) -> LogoutResult:
        """End a token on the server, within a few seconds, without raising."""
        try:
            await self._send(self._requests.leave(token), self._effort(LOGOUT_SECONDS))
        except CometChatError as error:
            if error.status in (401, 403, 404):
                return LogoutResult(revoked=True)
            log().warning(_messages.NOT_TOLD, error)
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

    async def _send(self, call: Call, effort: Effort) -> dict[str, Any]:
        return await retrying.run(
            lambda seconds: self.port.send(call, seconds, effort.tries),
            policy=self._policy,
            effect=call.effect,
            effort=effort,
            port=self.port,
        )

    def _effort(self, at_most: float = inf) -> Effort:
        return retrying.Effort.begin(self.port.now(), min(at_most, self._policy.deadline))
