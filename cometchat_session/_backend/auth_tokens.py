"""`CometChatAdmin.auth_tokens`, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cometchat_session._backend.paging import async_walk, walk
from cometchat_session._client_base import documented_by
from cometchat_session._runtime.port import run_sync
from cometchat_session._secret import Secret
from cometchat_session._validation import check_secret

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cometchat_session._backend.service import BackendService
    from cometchat_session.models.auth_token import AuthToken


class AuthTokens:
    """The auth tokens of an app's users."""

    def __init__(self, backend: BackendService) -> None:
        self._backend = backend

    def create(self, uid: str, *, force: bool = False) -> AuthToken:
        """Make a token for a user; with `force` a new one in any case.

        A user's newest 100 tokens work; one more ends the oldest.

        Raises:
            UserNotFoundError: create the user first.
        """
        return run_sync(self._backend.create_token(uid, force=force))

    def list(self, uid: str) -> Iterator[AuthToken]:
        """Walk over a user's tokens; pages are fetched as they are needed."""
        return walk(lambda page: run_sync(self._backend.tokens_page(uid, page)))

    def get(self, uid: str, token: str) -> AuthToken:
        """Get one token. Raises `AuthTokenNotFoundError` where the user has no such token."""
        return run_sync(self._backend.get_token(uid, check_secret("token", Secret(token))))

    def update(
        self,
        uid: str,
        token: str,
        *,
        platform: str | None = None,
        user_agent: str | None = None,
        app_info: dict[str, Any] | None = None,
    ) -> AuthToken:
        """Say what a token is used on."""
        secret = check_secret("token", Secret(token))
        return run_sync(self._backend.update_token(uid, secret, platform, user_agent, app_info))

    def revoke(self, uid: str, token: str) -> None:
        """End a token; one that is unknown counts as ended."""
        run_sync(self._backend.revoke_token(uid, check_secret("token", Secret(token))))

    def flush(self, uid: str) -> None:
        """End all tokens of a user: logs them out on every device."""
        run_sync(self._backend.flush_tokens(uid))


@documented_by(AuthTokens)
class AsyncAuthTokens:
    def __init__(self, backend: BackendService) -> None:
        self._backend = backend

    async def create(self, uid: str, *, force: bool = False) -> AuthToken:
        return await self._backend.create_token(uid, force=force)

    def list(self, uid: str) -> AsyncIterator[AuthToken]:
        return async_walk(lambda page: self._backend.tokens_page(uid, page))

    async def get(self, uid: str, token: str) -> AuthToken:
        return await self._backend.get_token(uid, check_secret("token", Secret(token)))

    async def update(
        self,
        uid: str,
        token: str,
        *,
        platform: str | None = None,
        user_agent: str | None = None,
        app_info: dict[str, Any] | None = None,
    ) -> AuthToken:
        secret = check_secret("token", Secret(token))
        return await self._backend.update_token(uid, secret, platform, user_agent, app_info)

    async def revoke(self, uid: str, token: str) -> None:
        await self._backend.revoke_token(uid, check_secret("token", Secret(token)))

    async def flush(self, uid: str) -> None:
        await self._backend.flush_tokens(uid)
