"""A server in a few lines, and a port to it that needs no HTTP, no time and no chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from cometchat_session._secret import Secret
from cometchat_session._session.listeners import LoginListener
from cometchat_session._session.login import Want
from cometchat_session._session.manager import SessionManager
from cometchat_session._session.requests import SessionRequests
from cometchat_session.config import AppConfig
from cometchat_session.errors import (
    APIKeyNotFoundError,
    AuthTokenNotFoundError,
    CometChatError,
    UserNotFoundError,
)
from cometchat_session.retry_policy import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from cometchat_session._transport.request import Call
    from cometchat_session.stores import SessionStore

KEY = Secret("a" * 40)
CONFIG = AppConfig("app", "us", None, KEY)


class FakeServer:
    """Users, their tokens, and what was asked, in order."""

    def __init__(self, *uids: str) -> None:
        self.users = set(uids or ("ann", "bob"))
        self.tokens: dict[str, str] = {}
        self.minted = 0
        self.asked: list[str] = []
        self.faults: list[CometChatError | Callable[[Call], dict[str, Any]] | None] = []

    def token(self, uid: str) -> str:
        """Make a token, as a backend would."""
        self.minted += 1
        token = f"{uid}_token_{self.minted}"
        self.tokens[token] = uid
        return token

    def answer(self, call: Call) -> dict[str, Any]:
        """Answer as CometChat would, or with the next fault in the queue."""
        self.asked.append(call.operation)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, CometChatError):
            raise fault
        if fault is not None:
            return fault(call)
        if call.operation == "create_auth_token":
            return self._mint(call)
        return self._own(call)

    def _mint(self, call: Call) -> dict[str, Any]:
        if call.credential != KEY:
            raise APIKeyNotFoundError("no such key", status=401, code="AUTH_ERR_APIKEY_NOT_FOUND")
        uid = call.path["uid"]
        if uid not in self.users:
            raise UserNotFoundError("no such user", status=404, code="ERR_UID_NOT_FOUND")
        return {"data": {"uid": uid, "authToken": self.token(uid)}}

    def _own(self, call: Call) -> dict[str, Any]:
        uid = self.tokens.get(call.credential.reveal())
        if uid is None or uid not in self.users:
            raise AuthTokenNotFoundError("no such token", status=401, code="AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
        if call.operation == "logout":
            del self.tokens[call.credential.reveal()]
            return {"data": {"success": True}}
        return {"data": {"uid": uid, "name": uid.title(), "status": "online"}}


class FakePort:
    """A blocking port on a clock of its own: sleeping moves it on."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.clock = 1000.0
        self.slept: list[float] = []
        self.on_sleep: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self.clock

    def wall(self) -> float:
        return 1_700_000_000.0 + self.clock

    def random(self) -> float:
        return 0.5

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock += seconds
        self.on_sleep()

    async def store(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return method(*args, **kwargs)

    async def finish(self, work: Coroutine[Any, Any, Any]) -> Any:
        return await work

    async def tell(self, call: Callable[[], Any]) -> None:
        assert call() is None

    async def send(self, call: Call, seconds: float, tries: int = 1) -> dict[str, Any]:
        return self.server.answer(call)

    def twin(self) -> Self:
        return self

    async def close(self) -> None:
        """Nothing to release."""


class Recorder(LoginListener):
    """A listener that remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def login_success(self, user: Any) -> None:
        self.heard.append(f"login_success {user.uid}")

    def login_failure(self, error: CometChatError) -> None:
        self.heard.append(f"login_failure {type(error).__name__}")

    def logout_success(self) -> None:
        self.heard.append("logout_success")

    def logout_failure(self, error: CometChatError) -> None:
        self.heard.append(f"logout_failure {type(error).__name__}")


def build(
    port: Any, store: SessionStore, policy: RetryPolicy = RetryPolicy()
) -> tuple[SessionManager, Recorder]:
    """Return a manager over a port and a store, and a listener that hears it."""
    manager = SessionManager(port, store, "key", SessionRequests(CONFIG), policy)
    recorder = Recorder()
    manager.listeners.add("recorder", recorder)
    return manager, recorder


def by_key(uid: str, **options: Any) -> Want:
    """Return what `login(uid, auth_key)` wants."""
    return Want(uid=uid, key=options.pop("key", KEY), **options)


def by_token(token: str, **options: Any) -> Want:
    """Return what `login(auth_token=...)` wants."""
    return Want(token=Secret(token), **options)
