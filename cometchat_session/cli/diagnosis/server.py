"""What `doctor` learns by asking the server: is it there, does it know app and keys, what time is it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING

from attrs import define

from cometchat_session import errors
from cometchat_session._runtime.port import run_sync
from cometchat_session._secret import Secret, hide
from cometchat_session._transport.operations import ANY_CLIENT, LIST_USERS
from cometchat_session._transport.request import ApiRequest, CallBudget
from cometchat_session._transport.sync_client import SyncTransport
from cometchat_session.cli.diagnosis.finding import Finding
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
        off: seconds that this machine's clock is ahead of the server's, where it has told the time.
    """

    app: AppConfig
    usable: bool = False
    off: float | None = None

    def reach(self) -> Iterator[Finding]:
        """Ask without a key: what is refused then is the missing key, or the app before it."""
        host = self.app.admin_url.split("/")[2]
        answers = Finding("host", "ok", f"{host} answers")
        try:
            self._ask(Secret(""))
        except (errors.NetworkError, errors.DeadlineExceededError) as error:
            yield Finding("host", "bad", f"{host} cannot be reached. {error.message}", UNREACHABLE)
            return
        except (errors.ServerError, errors.UnexpectedResponseError) as error:
            hint = "Try again later, and see whether a proxy answers in CometChat's place."
            yield Finding("host", "bad", f"{host} answers, but not as it should: {error.message}", hint)
            return
        except errors.CometChatError as error:
            if error.code in UNKNOWN_APP:
                yield Finding("app", "bad", error.message, error.hint)
                yield answers
                return
        self.usable = True
        yield Finding("app", "ok", f"the server knows app {self.app.app_id}")
        yield answers

    def key(self, name: str) -> Finding:
        """Find out a key's scope by asking for what only the full scope may see."""
        names = REST_API_KEYS if name in REST_API_KEYS else (name,)
        given = [os.environ.get(one, "").strip() for one in names]
        value = next(filter(None, [*given, emulated().get(name, "")]), "")
        if not value:
            what = "logging in by uid" if name == "COMETCHAT_AUTH_KEY" else "a backend's commands"
            return Finding(name, "note", f"not set; needed for {what} only")
        full = name == "COMETCHAT_REST_API_KEY"
        try:
            self._ask(hide(value) or Secret(""))
        except errors.PermissionDeniedError:
            if not full:
                return Finding(name, "ok", "known, and an Auth Key")
            hint = "Put the REST API key (scope fullAccess) here; this is the Auth Key."
            return Finding(name, "bad", "known, but without the scope of a REST API key", hint)
        except errors.CometChatError as error:
            return Finding(name, "bad", error.message, error.hint)
        if full:
            return Finding(name, "ok", "known, and a REST API key; keep it on your server")
        hint = "Use the Auth Key here. The REST API key must never ship with a client: it can do everything."
        return Finding(name, "bad", "this is a REST API key, not an Auth Key", hint)

    def clock(self) -> Iterator[Finding]:
        """Compare this machine's clock with the server's, if that has told the time."""
        if self.off is None:
            return
        if abs(self.off) > SKEW:
            hint = "Set the clock: certificates and waits depend on it."
            yield Finding("clock", "warn", f"this machine is {self.off:+.0f} s off the server's", hint)
        else:
            yield Finding("clock", "ok", "agrees with the server's")

    def _ask(self, key: Secret) -> None:
        transport = SyncTransport(self.app, PATIENCE)
        request = ApiRequest(
            call=LIST_USERS(client=ANY_CLIENT, per_page=1),
            url=self.app.admin_url,
            header="apikey",
            credential=key,
            on_headers=lambda headers: self._hear_time(headers.get("date")),
        )
        try:
            run_sync(transport.send(request, CallBudget(monotonic(), PATIENCE)))
        finally:
            run_sync(transport.close())

    def _hear_time(self, date: str | None) -> None:
        with suppress(ValueError):  # best effort
            self.off = time.time() - parsedate_to_datetime(date or "").timestamp()
