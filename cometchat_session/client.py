"""One user's session with one app: `CometChat` and `AsyncCometChat`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar, cast

from cometchat_session import config
from cometchat_session._docstrings import documented_by
from cometchat_session._late_imports import importing
from cometchat_session._secret import Secret, hide
from cometchat_session.errors import ConfigurationError, NotLoggedInError
from cometchat_session.retry_policy import RetryPolicy
from cometchat_session.stores import SessionStore, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    import httpx
    from cometchat_rest import Client

    from cometchat_session._runtime.blocking import BlockingPort
    from cometchat_session._runtime.tasks import AsyncPort
    from cometchat_session._session.listeners import LoginListener
    from cometchat_session._session.login import Want
    from cometchat_session._session.manager import SessionManager
    from cometchat_session.models.auth_token import LogoutResult
    from cometchat_session.models.user import User
    from cometchat_session.stores.record import Session

T = TypeVar("T")


class _Session(ABC):
    """What both colours share: settings, listeners, and all that touches neither store nor network."""

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
        auth_key_ = hide(auth_key)
        del auth_key
        url = None if isinstance(store, SessionStore) else store
        self._config = config.read(
            app_id,
            region,
            base_url,
            key=auth_key_,
            key_names=("COMETCHAT_AUTH_KEY",),
            key_required=False,
            profile=profile,
            store=url,
        )
        if not timeout > 0:
            raise ConfigurationError(f"timeout must be more than 0 seconds, not {timeout!r}.")
        self._store = store if isinstance(store, SessionStore) else open_store(self._config.store)
        self._key = self._config.session_key
        self._retry = retry
        self._timeout = timeout

    @property
    def _manager(self) -> SessionManager:
        return self._core[0]

    @property
    def _port(self) -> AsyncPort | BlockingPort:
        return self._core[1]

    @property
    def _core(self) -> tuple[SessionManager, AsyncPort | BlockingPort]:
        """The core and its port, built when first needed: looking into the store needs neither.

        Of two threads that build them at once, one wins.
        """
        core: tuple[SessionManager, AsyncPort | BlockingPort] | None = vars(self).get("core")
        if core is None:
            with importing:
                from cometchat_session._session.manager import SessionManager
                from cometchat_session._session.requests import SessionRequests

            port, requests = self._open(), SessionRequests(self._config)
            mine = SessionManager(port, self._store, self._key, requests, self._retry), port
            return cast(
                "tuple[SessionManager, AsyncPort | BlockingPort]", vars(self).setdefault("core", mine)
            )
        return core

    @abstractmethod
    def _open(self) -> AsyncPort | BlockingPort:
        """Return the port of this colour."""

    @property
    def has_auth_key(self) -> bool:
        """Whether this client has an Auth Key, so that it can log in by uid."""
        return self._config.key is not None

    def add_login_listener(self, listener_id: str, listener: LoginListener) -> Callable[[], None]:
        """Have a listener told of every login and logout of this client.

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
        with importing:
            from cometchat_session._session.auth import SessionAuth

        return SessionAuth(self._manager, self._config)

    @property
    def api(self) -> Client:
        """The generated client, bound to this session: pass it to the functions of `cometchat_rest.api`.

        An answer that is an error raises the `APIError` it stands for.
        """
        with importing:
            from cometchat_session._session.auth import SessionAuth

        auth = SessionAuth(self._manager, self._config, strict=True)
        return self._port.api(self._config.session_url, auth)

    def _want(
        self,
        uid: str | None,
        auth_key: Secret | None,
        auth_token: Secret | None,
        *,
        switch_user: bool,
        verify: bool,
        force: bool,
    ) -> Want:
        """Check what `login` was given; nothing leaves the machine before this has passed."""
        with importing:
            from cometchat_session._session.login import Want
            from cometchat_session._validation import check_secret, check_uid

        if auth_token is not None:
            if uid is not None or auth_key is not None:
                raise TypeError("login() takes a uid with the Auth Key, or an auth_token, not both")
            token = check_secret("auth_token", auth_token)
            return Want(token=token, switch_user=switch_user, verify=verify, force=force)
        if uid is None:
            raise TypeError("login() needs a uid, or an auth_token")
        uid = check_uid(uid)
        key = self._config.key if auth_key is None else check_secret("auth_key", auth_key)
        if key is None:
            raise ConfigurationError(
                "To log in by uid the Auth Key is needed, and COMETCHAT_AUTH_KEY is not set.",
                hint=" ".join(
                    (
                        "Set it for development.",
                        "In production, log in with an auth token from your backend: login(auth_token=...).",
                        *filter(None, (config.ambiguity(),)),
                    )
                ),
                advice="set_auth_key",
                remark=config.ambiguity(),
            )
        return Want(uid=uid, key=key, switch_user=switch_user, verify=verify, force=force)

    def __repr__(self) -> str:
        if "_config" not in self.__dict__:  # as in a report on a constructor that failed
            return f"{type(self).__name__}(not configured)"
        c = self._config
        return (
            f"{type(self).__name__}({c.app_id!r}, {c.region!r}, profile={c.profile!r}, store={self._store!r})"
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client does not pickle: build one where it is needed")


class CometChat(_Session):
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

    def _open(self) -> BlockingPort:
        with importing:
            from cometchat_session._runtime.blocking import BlockingPort

        return BlockingPort(self._config, self._timeout)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        with importing:
            from cometchat_session._runtime.port import run_sync

        return run_sync(work)

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
        want = self._want(uid, key, token, switch_user=switch_user, verify=verify, force=force)
        return self._run(self._manager.login(want))

    def get_logged_in_user(self, *, verify: bool = False) -> User | None:
        """Return the user whose session is stored, or `None`.

        No network, unless `verify` asks the server: then the fresh user is stored and returned, or, if
        the token is dead, the session is removed and `None` returned.

        Raises:
            APIError, NetworkError, DeadlineExceededError: with `verify` only; the session is kept.
            StoreUnavailableError: the store cannot be reached.
        """
        if verify:
            return self._run(self._manager.verified_user())
        session = self._store.load(self._key).session
        return None if session is None else session.user

    def get_auth_token(self) -> str:
        """Return the session's current auth token.

        Raises:
            NotLoggedInError: there is no session.
            StoreUnavailableError: the store cannot be reached.
        """
        return _token(self._store.load(self._key).session)

    def logout(self) -> LogoutResult:
        """Remove the session from the store, for good, then end its token on the server.

        Does nothing where nobody is logged in. Trouble with the network is reported in the result, not
        raised. A login that began earlier, anywhere, does not write after this.

        Raises:
            StoreError: the session could not be removed.
        """
        return self._run(self._manager.logout())

    def close(self) -> None:
        """Release connections. The stored session stays.

        In the asynchronous client this is `aclose()`.
        """
        if "core" in self.__dict__:
            self._run(self._port.close())
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@documented_by(CometChat)
class AsyncCometChat(_Session):
    def _open(self) -> AsyncPort:
        with importing:
            from cometchat_session._runtime.tasks import AsyncPort

        return AsyncPort(self._config, self._timeout, self._store)

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
        want = self._want(uid, key, token, switch_user=switch_user, verify=verify, force=force)
        return await self._manager.login(want)

    async def get_logged_in_user(self, *, verify: bool = False) -> User | None:
        if verify:
            return await self._manager.verified_user()
        session = await self._manager.session()
        return None if session is None else session.user

    async def get_auth_token(self) -> str:
        return _token(await self._manager.session())

    async def logout(self) -> LogoutResult:
        return await self._manager.logout()

    async def aclose(self) -> None:
        await self._port.close()
        await self._port.store(self._store.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _token(session: Session | None) -> str:
    if session is None:
        raise NotLoggedInError("Not logged in.", hint="Call login() first.", advice="log_in")
    return session.auth_token.reveal()
