"""`CometChatAdmin.auth_tokens`, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cometchat_rest import models as rest
from cometchat_rest.types import UNSET

from cometchat_session._backend.paging import iterate
from cometchat_session._backend.user_fields import given
from cometchat_session._client_base import documented_by
from cometchat_session._runtime.port import run_sync
from cometchat_session._secret import Secret
from cometchat_session._transport import operations, replies
from cometchat_session._transport.operations import ANY_CLIENT
from cometchat_session._transport.request import RetrySafety
from cometchat_session._validation import check_secret, check_uid
from cometchat_session.errors import AuthTokenNotFoundError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from cometchat_session._backend.service import BackendService
    from cometchat_session.models.auth_token import AuthToken


class AuthTokens:
    """The auth tokens of an app's users."""

    def __init__(self, backend: BackendService) -> None:
        self._calls = AsyncAuthTokens(backend)

    def create(self, uid: str, *, force: bool = False) -> AuthToken:
        """Make a token for a user; with `force` a new one in any case.

        A user's newest 100 tokens work; one more ends the oldest.

        Raises:
            UserNotFoundError: create the user first.
        """
        return run_sync(self._calls.create(uid, force=force))

    def list(self, uid: str) -> Iterator[AuthToken]:
        """Walk over a user's tokens; pages are fetched as they are needed."""
        return iterate(self._calls.list(uid))

    def get(self, uid: str, token: str) -> AuthToken:
        """Get one token. Raises `AuthTokenNotFoundError` where the user has no such token."""
        return run_sync(self._calls.get(uid, token))

    def update(
        self,
        uid: str,
        token: str,
        *,
        platform: str | None = None,
        user_agent: str | None = None,
        app_info: dict[str, Any] | None = None,
    ) -> AuthToken:
        """Change what is known of where a token is used."""
        return run_sync(
            self._calls.update(uid, token, platform=platform, user_agent=user_agent, app_info=app_info)
        )

    def revoke(self, uid: str, token: str) -> None:
        """End a token; one that is unknown counts as ended."""
        run_sync(self._calls.revoke(uid, token))

    def flush(self, uid: str) -> None:
        """End all tokens of a user: logs them out on every device."""
        run_sync(self._calls.flush(uid))


@documented_by(AuthTokens)
class AsyncAuthTokens:
    def __init__(self, backend: BackendService) -> None:
        self._backend = backend

    async def create(self, uid: str, *, force: bool = False) -> AuthToken:
        uid = check_uid(uid)
        body = rest.CreateAuthTokenRequest(force=force or UNSET)
        call = operations.CREATE_AUTH_TOKEN(uid, client=ANY_CLIENT, body=body)
        # With `force` a repetition makes a second token.
        safety = RetrySafety.NEVER if force else RetrySafety.ONCE
        return _token(await self._backend.send(call, uid, safety=safety))

    def list(self, uid: str) -> AsyncGenerator[AuthToken, None]:
        uid = check_uid(uid)
        call = operations.LIST_AUTH_TOKENS(uid, client=ANY_CLIENT)
        return self._backend.walk(call, replies.auth_tokens, "auth tokens", uid)

    async def get(self, uid: str, token: str) -> AuthToken:
        uid, secret = check_uid(uid), check_secret("token", Secret(token))
        call = operations.GET_AUTH_TOKEN(uid, secret.reveal(), client=ANY_CLIENT)
        return _token(await self._backend.send(call, uid, secret))

    async def update(
        self,
        uid: str,
        token: str,
        *,
        platform: str | None = None,
        user_agent: str | None = None,
        app_info: dict[str, Any] | None = None,
    ) -> AuthToken:
        uid, secret = check_uid(uid), check_secret("token", Secret(token))
        body = rest.UpdateAuthTokenRequest(
            platform=given(platform),
            user_agent=given(user_agent),
            app_info=UNSET if app_info is None else rest.AppInfo.from_dict(app_info),
        )
        call = operations.UPDATE_AUTH_TOKEN(uid, secret.reveal(), client=ANY_CLIENT, body=body)
        return _token(await self._backend.send(call, uid, secret))

    async def revoke(self, uid: str, token: str) -> None:
        uid, secret = check_uid(uid), check_secret("token", Secret(token))
        call = operations.DELETE_AUTH_TOKEN(uid, secret.reveal(), client=ANY_CLIENT)
        try:
            await self._backend.send(call, uid, secret)
        except AuthTokenNotFoundError as error:
            if error.code != "ERR_AUTH_TOKEN_NOT_FOUND":
                raise
        await self._backend.device_tokens.forget(uid, secret)

    async def flush(self, uid: str) -> None:
        uid = check_uid(uid)
        await self._backend.send(operations.FLUSH_AUTH_TOKENS(uid, client=ANY_CLIENT), uid)
        await self._backend.device_tokens.forget(uid)


def _token(reply: rest.AuthTokenReply) -> AuthToken:
    return replies.read(replies.auth_token, reply.data, "an auth token")
