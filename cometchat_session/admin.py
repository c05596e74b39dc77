"""A backend's client: `CometChatAdmin` and `AsyncCometChatAdmin`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from cometchat_session._backend.auth_tokens import AsyncAuthTokens, AuthTokens
from cometchat_session._backend.service import BackendService
from cometchat_session._backend.token_for import token_for
from cometchat_session._backend.users import AsyncUsers, Users
from cometchat_session._client_base import AsyncContext, ConfiguredClient, SyncContext, documented_by
from cometchat_session._runtime.blocking import SyncRuntime
from cometchat_session._runtime.port import run_sync
from cometchat_session._runtime.retrying import RetryingSender
from cometchat_session._runtime.tasks import AsyncRuntime
from cometchat_session._secret import hide
from cometchat_session._transport.async_client import AsyncTransport
from cometchat_session._transport.sync_client import SyncTransport
from cometchat_session._validation import is_made_of
from cometchat_session.errors import ConfigurationError
from cometchat_session.retry_policy import RetryPolicy

if TYPE_CHECKING:
    from cometchat_session.models.auth_token import AuthToken
    from cometchat_session.stores import SessionStore

_KEYS = ("COMETCHAT_REST_API_KEY", "COMETCHAT_API_KEY")


class _BackendClient(ConfiguredClient, ABC):
    def __init__(
        self,
        app_id: str | None = None,
        region: str | None = None,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        store: SessionStore | str | None = None,
        retry: RetryPolicy = RetryPolicy(),
        timeout: float = 10.0,
    ) -> None:
        key = hide(api_key)
        del api_key
        self._configure(
            app_id,
            region,
            base_url,
            key=key,
            key_names=_KEYS,
            key_required=True,
            store=store,
            retry=retry,
            timeout=timeout,
        )
        self._open()

    @abstractmethod
    def _open(self) -> None: ...

    def _serve(self, runtime: SyncRuntime | AsyncRuntime, transport: SyncTransport | AsyncTransport) -> None:
        sender = RetryingSender(transport, runtime, self._retry)
        self._backend = BackendService(runtime, sender, self._config, self._store)

    @classmethod
    def from_settings(
        cls, settings: object, *, retry: RetryPolicy = RetryPolicy(), timeout: float = 10.0
    ) -> Self:
        """Build a client from a framework's settings, under the names that the environment has for them.

        Args:
            settings: Django's `settings`, Flask's `app.config`, or any object or mapping with
                `COMETCHAT_APP_ID`, `COMETCHAT_REGION`, `COMETCHAT_REST_API_KEY` (or `COMETCHAT_API_KEY`),
                `COMETCHAT_BASE_URL`, `COMETCHAT_STORE`. What is absent or `None` is read from the
                environment.
            retry: how long and how often to try.
            timeout: seconds that one attempt may take.

        Raises:
            ConfigurationError: names every setting that is missing or malformed.
        """
        find = settings.get if isinstance(settings, Mapping) else partial(_attribute, settings)
        # The key goes through no variable here, so that no traceback shows it.
        return cls(
            find("COMETCHAT_APP_ID"),
            find("COMETCHAT_REGION"),
            api_key=next(filter(None, map(find, _KEYS)), None),
            base_url=find("COMETCHAT_BASE_URL"),
            store=find("COMETCHAT_STORE"),
            retry=retry,
            timeout=timeout,
        )


class CometChatAdmin(SyncContext, _BackendClient):
    """A backend's client, with the REST API key: it must never leave your server.

    Args:
        app_id: the app's id (`COMETCHAT_APP_ID`).
        region: `us`, `eu` or `in` (`COMETCHAT_REGION`).
        api_key: the REST API key (`COMETCHAT_REST_API_KEY`, or `COMETCHAT_API_KEY`).
        base_url: a host in place of CometChat's own, such as an emulator's (`COMETCHAT_BASE_URL`).
        store: where `token_for` keeps its tokens; a store or its URL (`COMETCHAT_STORE`).
        retry: how long and how often to try.
        timeout: seconds that one attempt may take.

    Raises:
        ConfigurationError: names every setting that is missing or malformed.
    """

    def _open(self) -> None:
        self._runtime = SyncRuntime()
        self._transport = SyncTransport(self._config, self._timeout)
        self._serve(self._runtime, self._transport)

    @property
    def users(self) -> Users:
        """The users of the app."""
        return Users(self._backend)

    @property
    def auth_tokens(self) -> AuthTokens:
        """The auth tokens of the app's users."""
        return AuthTokens(self._backend)

    def token_for(
        self, uid: str, *, device: str = "default", name: str | None = None, verify: bool = False
    ) -> AuthToken:
        """Return the token of a user on a device: the stored one, or a new one; two at once make one.

        One that this library has ended, from any process that shares the store, is not returned again.

        Args:
            uid: the signed-in user; take it from your session, never from the request.
            device: names the device, so that each has a token of its own.
            name: creates a missing user under this name first.
            verify: ask the server whether the stored token still holds; replace one that ended elsewhere.

        Raises:
            UserNotFoundError: there is no such user, and no `name` was given.
        """
        return run_sync(token_for(self._backend, uid, _device(device), name, verify=verify))

    def close(self) -> None:
        """Release connections. What is stored stays. In the async client this is `aclose()`."""
        run_sync(self._transport.close())
        self._runtime.close()
        self._store.close()


def _attribute(settings: object, name: str) -> Any:
    return getattr(settings, name, None)


def _device(device: str) -> str:
    if not is_made_of(device, "_.-", 64):
        raise ConfigurationError("device must be 1 to 64 letters, digits, '_', '.' and '-'.")
    return device


@documented_by(CometChatAdmin)
class AsyncCometChatAdmin(AsyncContext, _BackendClient):
    def _open(self) -> None:
        self._runtime = AsyncRuntime(self._store)
        self._transport = AsyncTransport(self._config, self._timeout)
        self._serve(self._runtime, self._transport)

    @property
    def users(self) -> AsyncUsers:
        """The users of the app."""
        return AsyncUsers(self._backend)

    @property
    def auth_tokens(self) -> AsyncAuthTokens:
        """The auth tokens of the app's users."""
        return AsyncAuthTokens(self._backend)

    async def token_for(
        self, uid: str, *, device: str = "default", name: str | None = None, verify: bool = False
    ) -> AuthToken:
        return await token_for(self._backend, uid, _device(device), name, verify=verify)

    async def aclose(self) -> None:
        await self._transport.close()
        self._runtime.close()
        await self._runtime.store(self._store.close)
