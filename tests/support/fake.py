"""A server in a few lines, and a runtime and a transport to it that need no HTTP, no time and no chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from cometchat_session._runtime.port import Runtime
from cometchat_session._runtime.retrying import RetryingSender
from cometchat_session._secret import Secret
from cometchat_session._session.listeners import LoginListener
from cometchat_session._session.login import LoginRequest
from cometchat_session._session.manager import SessionManager
from cometchat_session._session.requests import SessionRequests
from cometchat_session.config import AppConfig
from cometchat_session.errors import (
    APIKeyNotFoundError,
    AuthTokenNotFoundError,
    CometChatError,
    UnexpectedResponseError,
    UserNotFoundError,
)
from cometchat_session.retry_policy import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from cometchat_session._transport.request import ApiRequest, CallBudget
    from cometchat_session.stores import SessionStore

R = TypeVar("R")

KEY = Secret("a" * 40)
CONFIG = AppConfig("app", "us", None, KEY)


class FakeServer:
    """Users, their tokens, and what was asked, in order."""

    def __init__(self, *uids: str) -> None:
        self.users = set(uids or ("ann", "bob"))
        self.tokens: dict[str, str] = {}
        self.minted = 0
        self.asked: list[str] = []
        self.faults: list[CometChatError | Callable[[ApiRequest[Any]], dict[str, Any]] | None] = []

    def token(self, uid: str) -> str:
        """Make a token, as a backend would."""
        self.minted += 1
        token = f"{uid}_token_{self.minted}"
        self.tokens[token] = uid
        return token

    def answer(self, request: ApiRequest[Any]) -> dict[str, Any]:
        """Answer as CometChat would, or with the next fault in the queue."""
        self.asked.append(operation_of(request))
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, CometChatError):
            raise fault
        if fault is not None:
            return fault(request)
        if operation_of(request) == "create_auth_token":
            return self._mint(request)
        return self._own(request)

    def _mint(self, request: ApiRequest[Any]) -> dict[str, Any]:
        if request.credential != KEY:
            raise APIKeyNotFoundError("no such key", status=401, code="AUTH_ERR_APIKEY_NOT_FOUND")
        uid = request.subject
        if uid not in self.users:
            raise UserNotFoundError("no such user", status=404, code="ERR_UID_NOT_FOUND")
        return {"data": {"uid": uid, "authToken": self.token(uid)}}

    def _own(self, request: ApiRequest[Any]) -> dict[str, Any]:
        uid = self.tokens.get(request.credential.reveal())
        if uid is None or uid not in self.users:
            raise AuthTokenNotFoundError("no such token", status=401, code="AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
        if operation_of(request) == "logout":
            del self.tokens[request.credential.reveal()]
            return {"data": {"success": True}}
        return {"data": {"uid": uid, "name": uid.title(), "status": "online"}}


class FakeTransport:
    """Makes models of what a server answers, as the generated client does of JSON."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server

    async def send(self, request: ApiRequest[R], budget: CallBudget) -> R:
        return self.parsed(request, self.server.answer(request))

    def parsed(self, request: ApiRequest[R], reply: dict[str, Any]) -> R:
        """Return the reply as its model; refuse one that is none."""
        model: Any = request.call.operation.reply
        try:
            parsed: R = model.from_dict(reply)
        except (KeyError, TypeError, AttributeError, ValueError):
            raise UnexpectedResponseError("an answer of another kind", sent="yes") from None
        return parsed

    def clone(self) -> Self:
        return self

    async def close(self) -> None:
        """Nothing to release."""


class FakeRuntime(Runtime):
    """A sync runtime on a clock of its own: sleeping moves it on."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.clock = 1000.0
        self.slept: list[float] = []
        self.on_sleep: Callable[[], None] = lambda: None

    def transport(self) -> FakeTransport:
        """Return what sends to this runtime's server."""
        return FakeTransport(self.server)

    def now(self) -> float:
        return self.clock

    def time(self) -> float:
        return 1_700_000_000.0 + self.clock

    def random(self) -> float:
        return 0.5

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock += seconds
        self.on_sleep()

    async def store(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return method(*args, **kwargs)

    async def shield(self, work: Coroutine[Any, Any, Any]) -> Any:
        return await work

    async def notify(self, call: Callable[[], Any]) -> None:
        assert call() is None

    def close(self) -> None:
        """Nothing to end."""


class Recorder(LoginListener):
    """A listener that remembers what it was told."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def login_success(self, user: Any) -> None:
        self.events.append(f"login_success {user.uid}")

    def login_failure(self, error: CometChatError) -> None:
        self.events.append(f"login_failure {type(error).__name__}")

    def logout_success(self) -> None:
        self.events.append("logout_success")

    def logout_failure(self, error: CometChatError) -> None:
        self.events.append(f"logout_failure {type(error).__name__}")


def operation_of(request: ApiRequest[Any]) -> str:
    """Return the name of the generated function that a request calls."""
    return request.call.operation.name.replace(" ", "_")


def build(
    runtime: Any, store: SessionStore, policy: RetryPolicy = RetryPolicy()
) -> tuple[SessionManager, Recorder]:
    """Return a manager over a runtime, its transport and a store, and a listener that hears it."""
    requests = SessionRequests(CONFIG, RetryingSender(runtime.transport(), runtime, policy))
    manager = SessionManager(runtime, store, "key", policy, lambda: requests)
    recorder = Recorder()
    manager.listeners.add("recorder", recorder)
    return manager, recorder


def by_key(uid: str, **options: Any) -> LoginRequest:
    """Return what `login(uid, auth_key)` wants."""
    return LoginRequest(uid=uid, key=options.pop("key", KEY), **options)


def by_token(token: str, **options: Any) -> LoginRequest:
    """Return what `login(auth_token=...)` wants."""
    return LoginRequest(token=Secret(token), **options)
