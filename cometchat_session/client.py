"""One user's session with one app: `CometChat` and `AsyncCometChat`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from cometchat_session import config
from cometchat_session._client_base import AsyncContext, ConfiguredClient, SyncContext, documented_by
from cometchat_session._runtime.port import run_sync
from cometchat_session._secret import hide
from cometchat_session._session import start
from cometchat_session.retry_policy import RetryPolicy
from cometchat_session.stores.record import logged_in

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from cometchat_rest import Client

    from cometchat_session._runtime.blocking import SyncRuntime
    from cometchat_session._runtime.tasks import AsyncRuntime
    from cometchat_session._session.listeners import LoginListener
    from cometchat_session._session.manager import SessionManager
    from cometchat_session._transport.async_client import AsyncTransport
    from cometchat_session._transport.sync_client import SyncTransport
    from cometchat_session.models.auth_token import LogoutResult
    from cometchat_session.models.user import User
    from cometchat_session.stores import SessionStore
    from cometchat_session.stores.record import Record

Rt = TypeVar("Rt", bound="SyncRuntime | AsyncRuntime")
T = TypeVar("T")
Tr = TypeVar("Tr", bound="SyncTransport | AsyncTransport")


class _SessionClient(ConfiguredClient, ABC, Generic[Rt, Tr]):
    """What sync and async share: settings, listeners, and all that touches neither store nor network."""

    def __init__(
        self,
        app_id: str | None = None,
        region: str | None = None,
        *,
        auth_key: str | None = None,
        base_url: str | None = None,
        profile: str = config.DEFAULT_PROFILE,
        store: SessionStore | str | None = None,
        retry: RetryPolicy = RetryPolicy(),
        timeout: float = 10.0,
    ) -> None:
        key = hide(auth_key)
        del auth_key
        self._configure(
            app_id,
            region,
            base_url,
            key=key,
            key_names=("COMETCHAT_AUTH_KEY",),
            key_required=False,
            profile=profile,
            store=store,
            retry=retry,
            timeout=timeout,
        )
        self._key = self._config.session_key

    # Built when first needed, for looking into the store needs none of it. Of two threads that build the
    # same at once, one wins.

    def _once(self, name: str, build: Callable[[], T]) -> T:
        return cast("T", vars(self).get(name) or vars(self).setdefault(name, build()))

    @property
    def _runtime(self) -> Rt:
        return self._once("runtime", self._new_runtime)

    @property
    def _transport(self) -> Tr:
        return self._once("transport", self._new_transport)

    @property
    def _manager(self) -> SessionManager:
        return self._once("manager", self._new_manager)

    @abstractmethod
    def _new_runtime(self) -> Rt: ...

    @abstractmethod
    def _new_transport(self) -> Tr: ...

    def _new_manager(self) -> SessionManager:
        return start.session_manager(
            self._config, self._store, self._runtime, self._retry, lambda: self._transport
        )

    @property
    def has_auth_key(self) -> bool:
        """Whether this client has an Auth Key, so that it can log in by uid."""
        return self._config.key is not None

    def add_login_listener(self, listener_id: str, listener: LoginListener) -> Callable[[], None]:
        """Have a listener called with every login and logout of this client.

        A listener with the same id is replaced. Returns a callable that removes this one again.
        """
        return self._manager.listeners.add(listener_id, listener)

    def remove_login_listener(self, listener_id: str) -> None:
        """Remove a listener. An unknown id is no error."""
        self._manager.listeners.remove(listener_id)

    @property
    def auth(self) -> httpx.Auth:
        """Signs requests of any `httpx` client with the session's headers, for this app's host only.

        Other endpoints can so be called as the logged-in user. A request to another host passes
        unsigned; without a session a request to this one raises `NotLoggedInError`.
        """
        return start.session_auth(self._manager, self._config, strict=False)

    @property
    def api(self) -> Client:
        """The generated client, bound to this session: pass it to the functions of `cometchat_rest.api`.

        An answer that is an error raises the `APIError` it stands for.
        """
        auth = start.session_auth(self._manager, self._config, strict=True)
        return self._transport.client("api", self._config.session_url, auth)

    def _described(self) -> str:
        return f"{super()._described()}, profile={self._config.profile!r}, store={self._store!r}"


class CometChat(SyncContext, _SessionClient["SyncRuntime", "SyncTransport"]):
    """One user's session with one CometChat app, kept in a store.

    Log in once; afterwards, also in other threads, processes and after a restart, ask for the
    logged-in user. A client is cheap, may be used from any thread or event loop, and survives a fork.

    What is not passed is read from the environment when the client is built.

    Args:
        app_id: the app's id (`COMETCHAT_APP_ID`).
        region: `us`, `eu` or `in` (`COMETCHAT_REGION`).
        auth_key: the Auth Key, for logging in by uid in development (`COMETCHAT_AUTH_KEY`). Never the
            REST API key.
        base_url: a host in place of CometChat's own, such as an emulator's (`COMETCHAT_BASE_URL`).
        profile: keeps several users of one app apart; `default` if not given (`COMETCHAT_PROFILE`).
        store: a store, or its URL: `memory:`, `file:`, `file:/some/folder`, `keyring:`,
            `redis://host:port/db` (`COMETCHAT_STORE`); by default `file:`.
        retry: how long and how often to try.
        timeout: seconds that one attempt may take.

    Raises:
        ConfigurationError: names every setting that is missing or malformed.
    """

    def _new_runtime(self) -> SyncRuntime:
        return start.sync_runtime()

    def _new_transport(self) -> SyncTransport:
        return start.sync_transport(self._config, self._timeout)

    def login(
        self,
        uid: str | None = None,
        auth_key: str | None = None,
        *,
        auth_token: str | None = None,
        switch_user: bool = False,
        verify: bool = False,
        force: bool = False,
    ) -> User:
        """Log a user in, or return the one who is.

        Where the user is logged in already this costs no request. However many threads, tasks,
        processes or machines that share the store ask at once, one login is made, and all of them get
        its result.

        Args:
            uid: who, in development; letters, digits, `_` and `-`, folded to lower case.
            auth_key: the Auth Key, where not the client's own.
            auth_token: in production: a token that your backend made for the user.
            switch_user: log in even where another user is logged in, and end that user's token.
            verify: have the server confirm a stored session; log in afresh if its token is dead.
            force: log in afresh in any case.

        Raises:
            InvalidUIDError, ConfigurationError, TypeError: before any request.
            AlreadyLoggedInError: another user is logged in.
            UserNotFoundError: create the user first.
            AuthenticationError, PermissionDeniedError: the key or token is not accepted.
            IdentityMismatchError: the server answered for another user; nothing was stored.
            APIError, NetworkError, DeadlineExceededError: a former session is still there.
            NotLoggedInError: `logout()` was called meanwhile.
            StoreError: the session could not be stored.
        """
        key, token = hide(auth_key), hide(auth_token)
        del auth_key, auth_token
        request = start.login_request(
            uid, key, token, self._config.key, switch_user=switch_user, verify=verify, force=force
        )
        stored = request.stored_user(self._store.load(self._key))  # which needs no HTTP library
        return stored or run_sync(self._manager.login(request))

    def get_logged_in_user(self, *, verify: bool = False) -> User | None:
        """Return the user whose session is stored, or `None`.

        No network, unless `verify` asks the server: then the fresh user is stored and returned, or, if
        the token is dead, the session is removed and `None` returned.

        Raises:
            APIError, NetworkError, DeadlineExceededError: with `verify` only; the session is kept.
            StoreUnavailableError: the store cannot be reached.
        """
        if verify:
            return run_sync(self._manager.verified_user())
        session = self._store.load(self._key).session
        return None if session is None else session.user

    def get_auth_token(self) -> str:
        """Return the session's current auth token.

        Raises:
            NotLoggedInError: there is no session.
            StoreUnavailableError: the store cannot be reached.
        """
        return logged_in(self._store.load(self._key).session).auth_token.reveal()

    def logout(self) -> LogoutResult:
        """Remove the session from the store, for good, then end its token on the server.

        Does nothing where nobody is logged in. Trouble with the network is reported in the result, not
        raised. A login that began earlier, anywhere, does not write after this.

        Raises:
            StoreError: the session could not be removed.
        """
        return run_sync(self._manager.logout())

    def close(self) -> None:
        """Release connections. The stored session stays.

        In the async client this is `aclose()`.
        """
        if "transport" in vars(self):
            run_sync(self._transport.close())
        if "runtime" in vars(self):
            self._runtime.close()
        self._store.close()


@documented_by(CometChat)
class AsyncCometChat(AsyncContext, _SessionClient["AsyncRuntime", "AsyncTransport"]):
    def _new_runtime(self) -> AsyncRuntime:
        return start.async_runtime(self._store)

    def _new_transport(self) -> AsyncTransport:
        return start.async_transport(self._config, self._timeout)

    async def login(
        self,
        uid: str | None = None,
        auth_key: str | None = None,
        *,
        auth_token: str | None = None,
        switch_user: bool = False,
        verify: bool = False,
        force: bool = False,
    ) -> User:
        key, token = hide(auth_key), hide(auth_token)
        del auth_key, auth_token
        request = start.login_request(
            uid, key, token, self._config.key, switch_user=switch_user, verify=verify, force=force
        )
        stored = request.stored_user(await self._record())
        return stored or await self._manager.login(request)

    async def get_logged_in_user(self, *, verify: bool = False) -> User | None:
        if verify:
            return await self._manager.verified_user()
        session = (await self._record()).session
        return None if session is None else session.user

    async def get_auth_token(self) -> str:
        return logged_in((await self._record()).session).auth_token.reveal()

    async def _record(self) -> Record:
        return await self._runtime.store(self._store.load, self._key)

    async def logout(self) -> LogoutResult:
        return await self._manager.logout()

    async def aclose(self) -> None:
        if "transport" in vars(self):
            await self._transport.close()
        self._runtime.close()
        await self._runtime.store(self._store.close)
