"""``/_emulator/...``: how tests steer the emulator over HTTP, in whatever language they are written."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from cometchat_session.emulator.clock import FARTHEST, ClockError
from cometchat_session.emulator.document import DocumentError
from cometchat_session.emulator.faults import FaultError
from cometchat_session.emulator.jsontext import parse
from cometchat_session.emulator.overview import overview

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from cometchat_session.emulator.app import App

    Action = Callable[[App, Mapping[str, Any]], Any]

DONE = {"ok": True}


class UnusableError(ValueError):
    """A control call that cannot be carried out; the text says why."""


def routes(app: App) -> list[Route]:
    """The control calls, bound to one app."""
    return [_route(app, method, path, action) for (method, path), action in ACTIONS.items()]


def _route(app: App, method: str, path: str, action: Action) -> Route:
    """One control call as a route."""
    return Route(path, functools.partial(_run, app, action), methods=[method])


async def _run(app: App, action: Action, request: Request) -> Response:
    """Carry out one control call; what is wrong with it is said with status 400."""
    try:
        document = _object(await request.body()) | dict(request.query_params)
        return JSONResponse(action(app, document))
    except (UnusableError, ClockError, DocumentError, FaultError) as error:
        return JSONResponse({"error": str(error)}, status_code=400)


def _object(body: bytes) -> dict[str, Any]:
    """The body as an object; an absent body is an empty one."""
    try:
        document = parse(body or b"{}")
    except ValueError:
        raise UnusableError("The body is not valid JSON.") from None
    if not isinstance(document, dict):
        raise UnusableError("The body is not a JSON object.")
    return document


def health(app: App, _: Mapping[str, Any]) -> dict[str, Any]:
    """Say that all is well, and which app is served."""
    return {"status": "ok", "app_id": app.app_id, "region": app.region}


def reset(app: App, _: Mapping[str, Any]) -> dict[str, Any]:
    """Back to the seed."""
    app.reset()
    return DONE


def requests(app: App, _: Mapping[str, Any]) -> dict[str, Any]:
    """The recorded calls."""
    return {"requests": app.record.public()}


def forget(app: App, _: Mapping[str, Any]) -> dict[str, Any]:
    """Empty the record."""
    app.record.clear()
    return DONE


def log(app: App, document: Mapping[str, Any]) -> dict[str, Any]:
    """The last calls with error code, message, fault and times."""
    last = str(document.get("last", "100"))
    if not re.fullmatch("[1-9][0-9]{0,8}", last):
        raise UnusableError("last is a number of calls, 1 or more.")
    return {"requests": app.record.detailed(int(last))}


def look_over(app: App, document: Mapping[str, Any]) -> dict[str, Any]:
    """Who is there, with which tokens, and what is armed; no secrets, and no more than a page can show."""
    return overview(app, str(document.get("find", "")))


def read_state(app: App, _: Mapping[str, Any]) -> dict[str, Any]:
    """The whole state."""
    return app.dump()


def write_state(app: App, document: Mapping[str, Any]) -> dict[str, Any]:
    """Take up a state, or parts of one."""
    app.load(document)
    return app.dump()


def armed(app: App, _: Mapping[str, Any]) -> dict[str, Any]:
    """The faults that still wait."""
    return {"faults": app.faults.armed()}


def arm(app: App, document: Mapping[str, Any]) -> dict[str, Any]:
    """Arm one fault."""
    return app.faults.arm(document).document()


def disarm(app: App, _: Mapping[str, Any]) -> dict[str, Any]:
    """Disarm all faults."""
    app.faults.disarm()
    return DONE


def revoke(app: App, document: Mapping[str, Any]) -> dict[str, Any]:
    """End a token, one that the overview calls by its handle, or all tokens of a user."""
    token, uid, handle = document.get("auth_token"), document.get("uid"), document.get("handle")
    if not (isinstance(token, str) or isinstance(uid, str)):
        raise UnusableError('Name what to revoke: {"auth_token": ...} or {"uid": ...}.')
    if handle is not None:
        if not (isinstance(uid, str) and isinstance(handle, str)):
            raise UnusableError('A handle goes with its user: {"uid": ..., "handle": ...}.')
        return {"revoked": app.revoke_handle(uid, handle)}
    return {"revoked": app.revoke(token, uid)}


def remove(app: App, document: Mapping[str, Any]) -> dict[str, Any]:
    """Delete or deactivate a user."""
    uid, permanent = document.get("uid"), document.get("permanent", True)
    if not isinstance(uid, str) or not isinstance(permanent, bool):
        raise UnusableError('Name whom to remove: {"uid": ..., "permanent": true or false}.')
    return {"removed": app.remove(uid, permanent=permanent)}


def restore(app: App, document: Mapping[str, Any]) -> dict[str, Any]:
    """Take a deactivated user back."""
    uid = document.get("uid")
    if not isinstance(uid, str):
        raise UnusableError('Name whom to restore: {"uid": ...}.')
    return {"restored": app.restore(uid)}


def move_clock(app: App, document: Mapping[str, Any]) -> dict[str, Any]:
    """Stop, move or release the clock."""
    freeze, advance = document.get("freeze"), document.get("advance", 0)
    if not _is_number(advance) or not (freeze is None or freeze is True or _is_number(freeze)):
        raise UnusableError(
            'The clock takes {"freeze": seconds or true}, {"advance": seconds} and {"run": true}.'
        )
    if document.get("run"):
        app.clock.run()
    if freeze is not None:
        app.clock.freeze(None if freeze is True else freeze)
    app.clock.advance(advance)
    return {"now": app.clock.now(), **app.clock.document()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < FARTHEST


ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "/health"): health,
    ("POST", "/reset"): reset,
    ("GET", "/requests"): requests,
    ("DELETE", "/requests"): forget,
    ("GET", "/log"): log,
    ("GET", "/overview"): look_over,
    ("GET", "/state"): read_state,
    ("PUT", "/state"): write_state,
    ("GET", "/faults"): armed,
    ("POST", "/faults"): arm,
    ("DELETE", "/faults"): disarm,
    ("POST", "/revoke"): revoke,
    ("POST", "/remove"): remove,
    ("POST", "/restore"): restore,
    ("POST", "/clock"): move_clock,
}
