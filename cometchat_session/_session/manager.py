"""The one stateful core: who is logged in, and how that changes.

The rules, in one place:

1. The store is the only memory. Every look is a `load`, every change a compare-and-swap on what was
   loaded; nothing about the session is kept here.
2. The store's lock keeps logins apart, so that one does the work. It saves requests; it is rule 1 that
   keeps the result right when a lock breaks.
3. A login writes only under the generation it began in. `logout` changes the generation, so it wins.
4. Whoever waits for a login gets its result, success or failure, from the record's `attempt`.
5. Nothing is stored before the server has confirmed it, uid and token in one write.
6. A dead token ends the session only while it still is the session's token.
7. Listeners are told once per transition, after the write, with no lock held.
8. From the moment the lock is held, work is finished even if its caller is cancelled.
"""

from __future__ import annotations

from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING

from attrs import evolve

from cometchat_session import _messages
from cometchat_session._log import log
from cometchat_session._runtime.turns import SharedRecords
from cometchat_session._session.listeners import Listeners
from cometchat_session._session.login import LoginOutcome, concerns_all, logged_out
from cometchat_session._transport.request import CallBudget
from cometchat_session.errors import AuthTokenNotFoundError, CometChatError, NotLoggedInError, StoreError
from cometchat_session.models.auth_token import LogoutResult
from cometchat_session.stores.record import LoginAttempt, Record, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session._runtime.port import Runtime
    from cometchat_session._secret import Secret
    from cometchat_session._session.login import LoginRequest
    from cometchat_session._session.requests import SessionRequests
    from cometchat_session.models.user import User
    from cometchat_session.retry_policy import RetryPolicy
    from cometchat_session.stores.base import SessionStore
    from cometchat_session.stores.record import Session

LOGOUT_SECONDS = 5.0  # for telling the server; the local session is gone before that


class SessionManager:
    """One user's session with one app, over any store, sync or async."""

    def __init__(
        self,
        runtime: Runtime,
        store: SessionStore,
        key: str,
        policy: RetryPolicy,
        requests: Callable[[], SessionRequests],
    ) -> None:
        self._runtime = runtime
        self._records = SharedRecords(runtime, store)
        self._key = key
        self._policy = policy
        self._requests = requests  # made when first needed: who takes the result of another login needs none
        self.listeners = Listeners(runtime.notify)

    # Looking, where looking into the store is not enough

    async def session(self) -> Session | None:
        """Return what is stored, without the network."""
        return (await self._load()).session

    async def verified_user(self) -> User | None:
        """Return who is logged in, by the server's word; a session whose token is dead is removed."""
        session = await self.session()
        return None if session is None else await self._runtime.shield(self._verify(session))

    async def _verify(self, session: Session) -> User | None:
        budget = self._budget()
        try:
            if (user := await self._refresh(session, budget)) is not None:
                return user
        except AuthTokenNotFoundError:
            await self._drop(session.auth_token)
        except CometChatError as error:
            budget.record(error, self._runtime.now())
            seconds = self._runtime.time() - session.verified_at
            error.add_remark(_messages.kept(session.uid, seconds))
            raise
        now = await self.session()
        return None if now is None else now.user

    async def _refresh(
        self, session: Session, budget: CallBudget, attempt: LoginAttempt | None = None
    ) -> User | None:
        """Have the server confirm a session and store what it says; `None` if that is not the current one."""
        now = self._runtime.time()
        fresh = await self._requests().get_me(session.auth_token, session.uid, now, budget)

        def refreshed(old: Record) -> Record | None:
            if old.session is None or old.session.auth_token != session.auth_token:
                return None
            settings = fresh.settings or old.session.settings
            kept = evolve(fresh, created_at=old.session.created_at, settings=settings)
            return evolve(old, session=kept, attempt=attempt or old.attempt)

        _, new = await self._records.change(self._key, refreshed)
        return None if new is None else fresh.user

    # Logging in

    async def login(self, request: LoginRequest) -> User:
        """Return the user that is asked for, logged in, with as few requests as that takes."""
        arrived = await self._load()
        if (user := request.stored_user(arrived)) is not None:
            return user
        budget = self._budget()
        return await self._records.take_turns(
            lambda: self._take_turn(request, arrived, budget),
            budget,
            f"Another login has been running for {self._policy.deadline:.0f} seconds.",
        )

    async def _take_turn(self, request: LoginRequest, arrived: Record, budget: CallBudget) -> User | None:
        """Return the result of a login that has ended, or log in; `None` while another one is running."""
        async with self._records.locked(self._key) as locked:
            outcome = await self._outcome(request, arrived, budget, locked=locked)
        if outcome is None:
            return None
        if outcome.attempt is not None:
            await self.listeners.login_ended(outcome.attempt, outcome.user)
        if outcome.unwanted is not None:
            await self._end_unless_stored(outcome.unwanted)
        if outcome.error is not None:
            raise outcome.error
        return outcome.user

    async def _outcome(
        self, request: LoginRequest, arrived: Record, budget: CallBudget, *, locked: bool
    ) -> LoginOutcome | None:
        base = await self._load()
        if base.generation != arrived.generation:
            raise logged_out()
        if (shared := request.shared_result(arrived, base)) is not None:
            return shared
        if (user := request.stored_user(base)) is not None:
            return LoginOutcome(user=user)
        return await self._run_login(request, base, budget) if locked else None

    async def _run_login(self, request: LoginRequest, base: Record, budget: CallBudget) -> LoginOutcome:
        """Log in while holding the lock; leave the result, good or bad, for those who wait."""
        device_id = base.device_id or f"python_{new_id()}{new_id()}"
        attempt = LoginAttempt(number=new_id(), want=request.digest())
        fresh: Session | None = None
        try:
            if (outcome := await self._verify_instead(request, base, attempt, budget)) is not None:
                return outcome
            fresh = await self._log_in(request, device_id, budget)
            return await self._store_login(request, base, fresh, attempt, device_id)
        except CometChatError as error:
            budget.record(error, self._runtime.now())
            failed = evolve(attempt, error=error.to_json())

            def noted(old: Record) -> Record | None:
                same = old.generation == base.generation
                return evolve(old, attempt=failed, device_id=device_id) if same else None

            if concerns_all(error):
                with suppress(StoreError):  # those who wait will find out for themselves
                    await self._records.change(self._key, noted)
            # A logout came in between: it could not know of this token, so it is ended here.
            orphan = fresh.auth_token if fresh and isinstance(error, NotLoggedInError) else None
            return LoginOutcome(error=error, attempt=failed, unwanted=orphan)

    async def _verify_instead(
        self, request: LoginRequest, base: Record, attempt: LoginAttempt, budget: CallBudget
    ) -> LoginOutcome | None:
        """Have the stored session confirmed where that is all that is asked; `None` if it takes a login."""
        session = base.session
        if not request.verify or request.force or session is None or not request.wants(session):
            return None
        try:
            user = await self._refresh(session, budget, evolve(attempt, checked=True))
        except AuthTokenNotFoundError:
            return None
        if user is None:  # overtaken
            now = await self._load()
            if now.generation != base.generation:
                raise logged_out()
            user = evolve(request, verify=False).stored_user(now)
        return None if user is None else LoginOutcome(user=user)

    async def _log_in(self, request: LoginRequest, device_id: str, budget: CallBudget) -> Session:
        """Make the requests of a login. Nothing is stored here."""
        token = request.token
        if token is None:
            token = await self._requests().create_auth_token(request.uid, request.key, device_id, budget)
        return await self._requests().login(token, device_id, request.uid, self._runtime.time(), budget)

    async def _store_login(
        self, request: LoginRequest, base: Record, fresh: Session, attempt: LoginAttempt, device_id: str
    ) -> LoginOutcome:
        """Store a new session, unless a logout or somebody else's login came first."""
        outcome = LoginOutcome()

        def resolved(old: Record) -> Record | None:
            nonlocal outcome
            outcome = request.resolve_write(base, old, fresh, attempt)
            if outcome.attempt is None:
                return None
            return evolve(old, session=fresh, attempt=attempt, device_id=device_id)

        await self._records.change(self._key, resolved)
        return outcome

    # Logging out

    async def logout(self) -> LogoutResult:
        """Remove the session here, for good, then tell the server."""
        return await self._runtime.shield(self._log_out())

    async def _log_out(self) -> LogoutResult:
        # Written even where nobody is logged in: a login may be on its way, and must find this.
        old, _ = await self._remove(lambda old: Record(generation=new_id(), device_id=old.device_id))
        if old.session is None:
            return LogoutResult(revoked=False)
        await self.listeners.notify(lambda listener: listener.logout_success())
        return await self._revoke(old.session.auth_token)

    async def drop(self, token: Secret) -> None:
        """Forget the session of a token that the server no longer knows, if it still is the session's."""
        await self._runtime.shield(self._drop(token))

    async def _drop(self, token: Secret) -> None:
        def without(old: Record) -> Record | None:
            is_current = old.session is not None and old.session.auth_token == token
            return evolve(old, session=None) if is_current else None

        _, new = await self._remove(without)
        if new is not None:
            log().warning(_messages.ENDED)
            await self.listeners.notify(lambda listener: listener.logout_success())

    async def _remove(self, decide: Callable[[Record], Record | None]) -> tuple[Record, Record | None]:
        """Remove the session from the store; tell the listeners where that cannot be done."""
        try:
            return await self._records.change(self._key, decide)
        except StoreError as problem:
            error = problem
        await self.listeners.notify(lambda listener: listener.logout_failure(error))
        raise error

    async def _end_unless_stored(self, token: Secret) -> None:
        """End a token that no login needs, unless it is stored: the server may hand out one token twice."""
        with suppress(StoreError):
            now = await self.session()
            if now is None or now.auth_token != token:
                await self._revoke(token)

    async def _revoke(self, token: Secret) -> LogoutResult:
        """End a token on the server, within a few seconds, without raising."""
        try:
            await self._requests().logout(token, self._budget(LOGOUT_SECONDS))
        except CometChatError as error:
            if error.status in (401, 403, 404):
                return LogoutResult(revoked=True)
            log().warning(_messages.NOT_TOLD, error)
            return LogoutResult(revoked=False, error=error)
        return LogoutResult(revoked=True)

    def _budget(self, seconds: float = inf) -> CallBudget:
        return CallBudget(self._runtime.now(), min(seconds, self._policy.deadline))

    async def _load(self) -> Record:
        return await self._records.load(self._key)
