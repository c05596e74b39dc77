"""Listeners: who is told when somebody logs in or out."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, TypeAlias, cast

from cometchat_session._log import log
from cometchat_session.errors import from_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator

    from cometchat_session.errors import CometChatError
    from cometchat_session.models.user import User
    from cometchat_session.stores.record import LoginAttempt

    Answer: TypeAlias = Awaitable[None] | None
    CallListener: TypeAlias = Callable[[Callable[[], Coroutine[None, None, None] | None]], Awaitable[None]]


REMEMBERED = 256  # logins; a record holds the last one only, so callers of older ones are hardly about


class LoginListener:
    """Base class of listeners: override what you need; the rest does nothing.

    Exactly one method is called for each transition, after the store holds the result and with no
    lock held, so a listener may call the client again. What it raises is logged and changes nothing.
    Listeners are called one after the other, in the order in which they were added.

    The sync client calls each in a thread of its own and waits for it, for one second at most.
    The async client calls it on the thread of the event loop, so it must not block; an
    `async def` method becomes a task of its own, which nobody waits for.
    """

    def login_success(self, user: User) -> Answer:
        """A user has logged in. Not called when a stored session is found again."""

    def login_failure(self, error: CometChatError) -> Answer:
        """A login has failed; a session that was stored before is still there."""

    def logout_success(self) -> Answer:
        """The session is gone from the store: by `logout()`, or because its token is dead."""

    def logout_failure(self, error: CometChatError) -> Answer:
        """The session could not be removed from the store."""


class Listeners:
    """The listeners of one client, by id.

    Args:
        call: calls one listener, as the client's runtime does it.
    """

    def __init__(self, call: CallListener) -> None:
        self._call = call
        self._listeners: dict[str, LoginListener] = {}
        self._ended: dict[str, object] = {}
        self._order: deque[str] = deque()

    def add(self, listener_id: str, listener: LoginListener) -> Callable[[], None]:
        """Register a listener, in the place of one with the same id; return what removes it again."""
        self._listeners[listener_id] = listener

        def remove() -> None:
            if self._listeners.get(listener_id) is listener:
                self.remove(listener_id)

        return remove

    def remove(self, listener_id: str) -> None:
        """Forget a listener. An unknown id is no error."""
        self._listeners.pop(listener_id, None)

    async def login_ended(self, attempt: LoginAttempt, user: User | None) -> None:
        """Call the listeners with how a login ended, once, whoever of its callers comes by first."""
        if attempt.checked or self._ended.setdefault(attempt.number, me := object()) is not me:
            return
        self._order.append(attempt.number)
        if len(self._order) > REMEMBERED:
            self._ended.pop(self._order.popleft(), None)
        if attempt.error is not None:
            error = from_json(attempt.error)
            await self.notify(lambda listener: listener.login_failure(error))
        else:
            there = cast("User", user)  # a login that did not fail has one
            await self.notify(lambda listener: listener.login_success(there))

    async def notify(self, call: Callable[[LoginListener], Answer]) -> None:
        """Make one call of every listener that is registered now."""
        for listener_id, listener in tuple(self._listeners.items()):
            await self._call(partial(_call_one, listener_id, partial(call, listener)))


def _call_one(listener_id: str, call: Callable[[], Answer]) -> Coroutine[None, None, None] | None:
    """Make the call of one listener; return what is left to await, if anything is. Raises nothing."""
    with _logged(listener_id):
        answer = call()
        return _await_rest(listener_id, answer) if isawaitable(answer) else None
    return None


async def _await_rest(listener_id: str, answer: Awaitable[None]) -> None:
    with _logged(listener_id):
        await answer


@contextmanager
def _logged(listener_id: str) -> Iterator[None]:
    try:
        yield
    except Exception:  # noqa: BLE001 - a listener is somebody else's code: whatever it raises must not count
        log().exception("login listener %r raised; the call it was told of is not affected", listener_id)
