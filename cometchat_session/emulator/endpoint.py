"""The service as an ASGI application: record, fault, answer."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from cometchat_session.emulator import api, reasons, wire
from cometchat_session.emulator.call import Call

if TYPE_CHECKING:
    from cometchat_session.emulator.app import App
    from cometchat_session.emulator.call import Reply
    from cometchat_session.emulator.faults import Fault
    from cometchat_session.emulator.record import Entry
    from cometchat_session.emulator.wire import Receive, Scope, Send

FAILED = 400


class Endpoint:
    """Takes every call that is not one of the emulator's own."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, or fail as armed."""
        # Cancelled means that the server stops and has closed the connection: nobody is left to answer.
        with contextlib.suppress(asyncio.CancelledError):
            await self._take(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await wire.read_body(receive)
        if body is None:
            return
        call = _call(scope, body)
        entry = self._app.record.open(call, time.time())
        fault = self._app.faults.strike(call.method, call.path)
        if fault is None:
            await self._answer(entry, send)
            return
        entry.fault, entry.reason = fault.kind, reasons.FAULTS.get(fault.kind)
        await self._fail(fault, entry, scope, receive, send)

    async def _answer(self, entry: Entry, send: Send) -> None:
        reply = api.handle(self._app, entry.call)
        _note(entry, reply)
        if reply.status >= FAILED:
            entry.reason = reasons.explain(self._app, entry.call, reply)
        await wire.send_reply(send, reply)

    async def _fail(self, fault: Fault, entry: Entry, scope: Scope, receive: Receive, send: Send) -> None:
        """Do to one call what the fault says.

        The call takes effect under ``delay``, ``truncate`` and ``apply_then_drop``, and under no other.
        """
        match fault.kind:
            case "status" | "html":
                reply = fault.reply()
                _note(entry, reply)
                await wire.send_reply(send, reply)
            case "delay":
                await asyncio.sleep(fault.seconds)
                await self._answer(entry, send)
            case "truncate":
                reply = api.handle(self._app, entry.call)
                _note(entry, reply)
                await wire.send_half(scope, receive, send, reply)
            case "apply_then_drop":
                api.handle(self._app, entry.call)
                await wire.drop(scope, receive)
            case "reset":
                await wire.reset(scope, receive)
            case _:  # hang
                await wire.gone(receive)


def _note(entry: Entry, reply: Reply) -> None:
    """Complete the record before the client can have the answer."""
    entry.status, entry.code, entry.message = reply.status, reply.code, reply.message
    entry.answered_at = time.time()


def _call(scope: Scope, body: bytes) -> Call:
    """The call out of what ASGI says of it. The raw path keeps escaped slashes apart from real ones."""
    target: str = scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Call(scope["method"], target, headers, body)
