"""The backend's core: users and their tokens, written once for both colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cometchat_session import retry
from cometchat_session._call import Call, Effect
from cometchat_session._requests import read
from cometchat_session._secret import Secret
from cometchat_session.checks import check_uid
from cometchat_session.models import User
from cometchat_session.tokens import AuthToken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cometchat_session._io import Port
    from cometchat_session.config import AppConfig
    from cometchat_session.policy import RetryPolicy


class Backend:
    """Makes a backend's calls: with the REST API key, on the app's own host."""

    def __init__(self, port: Port, config: AppConfig, policy: RetryPolicy) -> None:
        self.port = port
        self._config = config
        self._key = config.key or Secret("")  # the configuration was read with the key required
        self._policy = policy

    async def create_user(self, uid: str, name: str, **fields: Any) -> User:
        """Create a user. Never repeated after an answer was lost."""
        body = {"uid": check_uid(uid), "name": name, **_sent(fields)}
        return read(User.from_api, await self._send("create_user", body=body, effect=Effect.NEVER), "a user")

    async def get_user(self, uid: str) -> User:
        """Get a user."""
        return read(User.from_api, await self._send("get_user", uid=check_uid(uid)), "a user")

    async def create_token(self, uid: str, *, force: bool) -> AuthToken:
        """Make a token; with `force` a new one in any case, so never repeated after an answer was lost."""
        effect = Effect.NEVER if force else Effect.ONCE
        body = {"force": True} if force else {}
        answer = self._send("create_auth_token", uid=check_uid(uid), body=body, effect=effect)
        return read(AuthToken.from_api, await answer, "an auth token")

    async def _send(
        self,
        operation: str,
        *,
        uid: str | None = None,
        body: Mapping[str, Any] | None = None,
        effect: Effect = Effect.REPEATABLE,
    ) -> dict[str, Any]:
        call = Call(
            operation=operation,
            url=self._config.admin_url,
            header="apikey",
            credential=self._key,
            path={} if uid is None else {"uid": uid},
            body=body,
            effect=effect,
            subject=uid,
        )
        return await retry.run(
            lambda seconds: self.port.send(call, seconds),
            policy=self._policy,
            effect=effect,
            deadline=self.port.now() + self._policy.deadline,
            port=self.port,
        )


def _sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that were given, under the names they have on the wire."""
    return {_WIRE.get(name, name): value for name, value in fields.items() if value is not None}


_WIRE = {"status_message": "statusMessage", "with_auth_token": "withAuthToken"}
