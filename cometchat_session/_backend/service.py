"""What a backend sends: with the REST API key, on the app's own host, sync or async."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, TypeVar

from cometchat_session._backend.device_tokens import DeviceTokens
from cometchat_session._runtime.retrying import RetryingSender
from cometchat_session._secret import Secret
from cometchat_session._transport import replies
from cometchat_session._transport.request import ApiRequest, RetrySafety
from cometchat_session._transport.signing import REST_API_KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from cometchat_session._runtime.port import Runtime
    from cometchat_session._transport.operations import OperationCall
    from cometchat_session._transport.request import Transport
    from cometchat_session.config import AppConfig
    from cometchat_session.stores import SessionStore

R = TypeVar("R")
T = TypeVar("T")


class BackendService:
    """Sends a backend's calls, and keeps what `token_for` has made."""

    def __init__(
        self, runtime: Runtime, sender: RetryingSender, config: AppConfig, store: SessionStore
    ) -> None:
        self.runtime = runtime
        self.sender = sender
        self._config = config
        self._key = config.key or Secret("")  # the configuration was read with the key required
        self._store = store
        self.device_tokens = DeviceTokens(runtime, store, config)

    def over(self, transport: Transport, sleep: Callable[[float], Awaitable[None]]) -> BackendService:
        """Return this backend over another transport, and with another way to wait between attempts."""
        sender = RetryingSender(transport, self.runtime, self.sender.policy, sleep)
        return BackendService(self.runtime, sender, self._config, self._store)

    async def send(
        self,
        call: OperationCall[R],
        subject: str = "",
        token: Secret | None = None,
        *,
        safety: RetrySafety = RetrySafety.REPEATABLE,
        seconds: float = inf,
    ) -> R:
        """Make a call of the generated client with the REST API key, and return its reply.

        Args:
            call: the operation with its arguments.
            subject: the uid it is about, for messages.
            token: the auth token that it is about, which no message may repeat.
            safety: what repeating it would do.
            seconds: how long it may take, if less than the policy's deadline.
        """
        request = ApiRequest(
            call=call,
            url=self._config.admin_url,
            header=REST_API_KEY_HEADER,
            credential=self._key,
            token=token,
            safety=safety,
            subject=subject,
        )
        return await self.sender.send(request, self.sender.budget(seconds))

    async def walk(
        self, call: OperationCall[R], read: Callable[[R], replies.Page[T]], what: str, uid: str = ""
    ) -> AsyncGenerator[T, None]:
        """Walk over a list that comes in pages, one about `uid` if given; each is fetched when it is needed.

        The totals are advisory: an empty page ends a list whatever they say.
        """
        page, more = 1, True
        while more:
            items, pages = replies.read(read, await self.send(call.on_page(page), uid), what)
            for item in items:
                yield item
            more = bool(items) and (pages is None or page < pages)
            page += 1
