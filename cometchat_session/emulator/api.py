"""The service itself: one call in, one answer out, in the order in which the real one must look at things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cometchat_session.emulator import access, limits, routes
from cometchat_session.emulator.call import Reply, is_version, json_reply
from cometchat_session.emulator.errors import Refusal, envelope
from cometchat_session.emulator.operations.context import Context

if TYPE_CHECKING:
    from cometchat_session.emulator.app import App
    from cometchat_session.emulator.call import Call
    from cometchat_session.emulator.routes import Route
    from cometchat_session.emulator.settings import Settings

CREATING = ("create user", "create token")
GROUPS = ("core", "standard")
SUBSCRIPTIONS = {"expired": "ERR_SUBSCRIPTION_EXPIRED", "restricted": "ERR_PLAN_RESTRICTION"}


def handle(app: App, call: Call) -> Reply:
    """Answer a call: version, route, app, subscription, rate limit, key or token, and then the operation."""
    settings = app.settings
    told: dict[str, str] = {}
    try:
        route = _route(call, settings)
        if route is None:
            return _unknown(call)
        access.check_app(call, app.app_id, app.region, settings)
        _check_subscription(settings)
        told = _count(app, route)
        context = _context(app, call, route)
        status = settings.create_status if route.scope in CREATING else 200
        reply = json_reply(status, route.run(context))
    except Limited as limited:
        told = limited.headers
        reply = _refused(limited, settings)
    except Refusal as refusal:
        reply = _refused(refusal, settings)
    reply.headers.update(told)
    return reply


class Limited(Refusal):
    """Too many calls; carries the headers that say until when."""

    def __init__(self, headers: dict[str, str], limit: int, window: int) -> None:
        super().__init__("ERR_TOO_MANY_REQUESTS", limit=limit, window=window)
        self.headers = headers


def _route(call: Call, settings: Settings) -> Route | None:
    """The route of a call, nothing for one that is not known here."""
    version = call.segments[0]
    if version not in routes.VERSIONS:
        if is_version(version):
            raise Refusal("ERR_INVALID_API_VERSION", version=version)
        route = None
    else:
        route = routes.find(call.method, call.segments[1:])
    if route is None and settings.unknown_route == "404":
        raise Refusal("ERR_API_NOT_FOUND")
    return route


def _check_subscription(settings: Settings) -> None:
    """Refuse everything where the plan has run out."""
    if settings.subscription != "active":
        raise Refusal(SUBSCRIPTIONS[settings.subscription])


def _unknown(call: Call) -> Reply:
    """Say plainly that the emulator lacks a route, so that nobody takes the gap for an answer."""
    message = f"The emulator has no route {call.method} {call.path}."
    reply = json_reply(501, envelope("EMULATOR_ROUTE_UNKNOWN", message))
    reply.code, reply.message = "EMULATOR_ROUTE_UNKNOWN", message
    return reply


def _count(app: App, route: Route) -> dict[str, str]:
    """Count the call against its rate limit."""
    group = route.group
    if group not in GROUPS:
        group = getattr(app.settings, f"rate_limit_{group}")
    verdict = app.limiter.take(group, app.clock.now(), app.settings)
    if verdict is None:
        return {}
    told = limits.headers(verdict, app.settings)
    if verdict.refused:
        raise Limited(told, verdict.limit, app.settings.rate_limit_window)
    return told


def _context(app: App, call: Call, route: Route) -> Context:
    """Check key or token, and put together what the operation needs."""
    context = Context(call, routes.params(call.segments[1:]), app.state)
    # An SDK sends its token where a backend sends its key, and says who it is in the header "sdk".
    from_sdk = "apikey" not in call.headers and ("authtoken" in call.headers or "sdk" in call.headers)
    if route.access == "token" or (route.access == "either" and from_sdk):
        context.token, context.viewer = access.check_token(call, app.state)
    else:
        access.check_key(call, route.scope, app.state)
    return context


def _refused(refusal: Refusal, settings: Settings) -> Reply:
    """Write a refusal out."""
    body: Any = refusal.body(origin=settings.error_origin)
    reply = json_reply(settings.status_of(refusal.code), body)
    reply.code, reply.message, reply.words = refusal.code, refusal.message, refusal.words
    return reply
