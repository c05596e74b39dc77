"""Listeners: who is told when somebody logs in or out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cometchat_session._log import log

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session.errors import CometChatError
    from cometchat_session.models import User


class LoginListener:
    """Base class of listeners: override what you need; the rest does nothing.

    Exactly one method is called for each transition, after the store holds the result and with no
    lock held, so a listener may call the client again. What it raises is logged and changes nothing.
    """

    def login_success(self, user: User) -> None:
        """A user has logged in. Not called when a stored session is found again."""

    def login_failure(self, error: CometChatError) -> None:
        """A login has failed; a session that was stored before is still there."""

    def logout_success(self) -> None:
        """The session is gone from the store: by `logout()`, or because its token is dead."""

    def logout_failure(self, error: CometChatError) -> None:
        """The session could not be removed from the store."""


class Listeners:
    """The listeners of one client, by id."""

    def __init__(self) -> None:
        self._listeners: dict[str, LoginListener] = {}

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

    def tell(self, call: Callable[[LoginListener], None]) -> None:
        """Make one call on every listener that is registered now, in the order of registration."""
        for listener_id, listener in tuple(self._listeners.items()):
            try:
                call(listener)
            except Exception:  # noqa: BLE001 - a listener is somebody else's code: whatever it raises must not count
                log().exception(
                    "login listener %r raised; the call it was told of is not affected", listener_id
                )
