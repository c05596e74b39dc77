"""What `doctor` asks the server: is it there, does it know app and keys, what time is it."""

from __future__ import annotations

import os
import time
from secrets import token_hex
from typing import TYPE_CHECKING

from attrs import define

from cometchat_session import CometChatAdmin, RetryPolicy, errors
from cometchat_session.cli.diagnosis.finding import Finding, failure
from cometchat_session.config import emulated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cometchat_session.config import AppConfig

REST_API_KEYS = ("COMETCHAT_REST_API_KEY", "COMETCHAT_API_KEY")
PATIENCE = 10.0  # seconds for an answer
SKEW = 120.0  # seconds between this clock and the server's beyond which waiting and certificates go wrong
UNKNOWN_APP = ("AUTH_ERR_INVALID_APPID", "AUTH_ERR_EMPTY_APPID")
UNREACHABLE = "Check the network, and that app id and region belong together: they make the host's name."


@define
class Server:
    """The server of an app.

    Attributes:
        app: which app, and where.
        usable: whether it is there and knows the app: else there is no use in asking it more.
        offset: seconds that this machine's clock is ahead of the server's; `None` where it did not say.
    """

    app: AppConfig
    usable: bool = False
    offset: float | None = None

    def reach(self) -> Iterator[Finding]:
        """Send a request with a key of nobody: what is refused then is the key, or the app before it."""
        host = self.app.admin_url.split("/")[2]
        answers = Finding("host", "ok", f"{host} answers")
        try:
            self._list_users(token_hex(20))
        except (errors.NetworkError, errors.DeadlineExceededError) as error:
            yield Finding("host", "bad", f"{host} cannot be reached. {error.message}", UNREACHABLE)
            return
        except (errors.ServerError, errors.UnexpectedResponseError) as error:
            hint = "Try again later, and see whether a proxy answers in CometChat's place."
            yield Finding("host", "bad", f"{host} answers, but not as it should: {error.message}", hint)
            return
        except errors.CometChatError as error:
            if error.code in UNKNOWN_APP:
                yield failure("app", error)
                yield answers
                return
        self.usable = True
        yield Finding("app", "ok", f"the server knows app {self.app.app_id}")
        yield answers

    def key(self, name: str) -> Finding:
        """Return a key's scope, by asking for what only the full scope may see."""
        names = REST_API_KEYS if name in REST_API_KEYS else (name,)
        given = [os.environ.get(one, "").strip() for one in names]
        value = next(filter(None, [*given, emulated().get(name, "")]), "")
        if not value:
            what = "logging in by uid" if name == "COMETCHAT_AUTH_KEY" else "a backend's commands"
            return Finding(name, "note", f"not set; needed for {what} only")
        full = name == "COMETCHAT_REST_API_KEY"
        try:
            self._list_users(value)
        except errors.PermissionDeniedError:
            if not full:
                return Finding(name, "ok", "known, and an Auth Key")
            hint = "Put the REST API key (scope fullAccess) here; this is the Auth Key."
            return Finding(name, "bad", "known, but without the scope of a REST API key", hint)
        except errors.CometChatError as error:
            return failure(name, error)
        if full:
            return Finding(name, "ok", "known, and a REST API key; keep it on your server")
        hint = "Use the Auth Key here. The REST API key must never ship with a client: it can do everything."
        return Finding(name, "bad", "this is a REST API key, not an Auth Key", hint)

    def clock(self) -> Iterator[Finding]:
        """Compare this machine's clock with the server's, where that has said what time it is."""
        if self.offset is None:
            return
        if abs(self.offset) > SKEW:
            hint = "Set the clock: certificates and waits depend on it."
            yield Finding("clock", "warn", f"this machine is {self.offset:+.0f} s off the server's", hint)
        else:
            yield Finding("clock", "ok", "agrees with the server's")

    def _list_users(self, key: str) -> None:
        """List one user; a refusal is an error, which also holds the server's time."""
        app = self.app
        try:
            with CometChatAdmin(
                app.app_id,
                app.region,
                api_key=key,
                base_url=app.base_url,
                store="memory:",
                retry=RetryPolicy(attempts=1),
                timeout=PATIENCE,
            ) as admin:
                next(iter(admin.users.list(per_page=1)), None)
        except errors.CometChatError as error:
            if error.server_time is not None:
                self.offset = time.time() - error.server_time
            raise
