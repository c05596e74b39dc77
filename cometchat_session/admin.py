"""A backend's client: `CometChatAdmin` and `AsyncCometChatAdmin`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

from cometchat_session import config
from cometchat_session._admin import Backend
from cometchat_session._async import AsyncPort
from cometchat_session._blocking import BlockingPort
from cometchat_session._colours import documented_by
from cometchat_session._io import run_sync
from cometchat_session._secret import hide
from cometchat_session.policy import RetryPolicy

if TYPE_CHECKING:
    from types import TracebackType

    from cometchat_session.models import User
    from cometchat_session.stores import SessionStore
    from cometchat_session.tokens import AuthToken

_KEYS = ("COMETCHAT_REST_API_KEY", "COMETCHAT_API_KEY")


class _Admin:
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
        self._config = config.read(app_id, region, base_url, key=key, key_names=_KEYS, key_required=True)
        self._backend = Backend(self._open(timeout), self._config, retry)

    def _open(self, timeout: float) -> AsyncPort | BlockingPort:
        raise NotImplementedError

    def __repr__(self) -> str:
        c: config.AppConfig | None = self.__dict__.get("_config")
        return f"{type(self).__name__}({c and c.app_id!r}, {c and c.region!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client does not pickle: build one where it is needed")


class Users:
    """The users of an app."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def create(
        self,
        uid: str,
        name: str,
        *,
        avatar: str | None = None,
        link: str | None = None,
        role: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        status_message: str | None = None,
        with_auth_token: bool = False,
    ) -> User:
        """Create a user. Never repeated after an answer was lost."""
        return run_sync(
            self._backend.create_user(
                uid,
                name,
                avatar=avatar,
                link=link,
                role=role,
                metadata=metadata,
                tags=tags,
                status_message=status_message,
                with_auth_token=with_auth_token or None,
            )
        )

    def get(self, uid: str) -> User:
        """Get a user; a deactivated one counts as missing."""
        return run_sync(self._backend.get_user(uid))


class AuthTokens:
    """The auth tokens of an app's users."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def create(self, uid: str, *, force: bool = False) -> AuthToken:
        """Make a token for a user; with `force` a new one in any case."""
        return run_sync(self._backend.create_token(uid, force=force))


class CometChatAdmin(_Admin):
    """A backend's client, with the REST API key: it must never leave your server.

    Args:
        app_id: the app's id (`COMETCHAT_APP_ID`).
        region: `us`, `eu` or `in` (`COMETCHAT_REGION`).
        api_key: the REST API key (`COMETCHAT_REST_API_KEY`, or `COMETCHAT_API_KEY`).
        base_url: a host in place of CometChat's own, such as an emulator's (`COMETCHAT_BASE_URL`).
        store: where `token_for` keeps its tokens.
        retry: how long and how often to try.
        timeout: seconds that one attempt may take.

    Raises:
        ConfigurationError: names every setting that is missing or malformed.
    """

    def _open(self, timeout: float) -> BlockingPort:
        return BlockingPort(self._config, timeout)

    @property
    def users(self) -> Users:
        """The users of the app."""
        return Users(self._backend)

    @property
    def auth_tokens(self) -> AuthTokens:
        """The auth tokens of the app's users."""
        return AuthTokens(self._backend)

    def close(self) -> None:
        """Release connections."""
        run_sync(self._backend.port.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@documented_by(Users)
class AsyncUsers:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def create(
        self,
        uid: str,
        name: str,
        *,
        avatar: str | None = None,
        link: str | None = None,
        role: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        status_message: str | None = None,
        with_auth_token: bool = False,
    ) -> User:
        return await self._backend.create_user(
            uid,
            name,
            avatar=avatar,
            link=link,
            role=role,
            metadata=metadata,
            tags=tags,
            status_message=status_message,
            with_auth_token=with_auth_token or None,
        )

    async def get(self, uid: str) -> User:
        return await self._backend.get_user(uid)


@documented_by(AuthTokens)
class AsyncAuthTokens:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def create(self, uid: str, *, force: bool = False) -> AuthToken:
        return await self._backend.create_token(uid, force=force)


@documented_by(CometChatAdmin)
class AsyncCometChatAdmin(_Admin):
    def _open(self, timeout: float) -> AsyncPort:
        return AsyncPort(self._config, timeout)

    @property
    def users(self) -> AsyncUsers:
        """The users of the app."""
        return AsyncUsers(self._backend)

    @property
    def auth_tokens(self) -> AsyncAuthTokens:
        """The auth tokens of the app's users."""
        return AsyncAuthTokens(self._backend)

    async def aclose(self) -> None:
        await self._backend.port.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
