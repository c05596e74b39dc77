"""The web application: the service, the control calls, and the page at ``/``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Match, Mount, Route

from cometchat_session.emulator import control, page
from cometchat_session.emulator.endpoint import Endpoint
from cometchat_session.emulator.origin import OwnPagesOnly

if TYPE_CHECKING:
    from starlette.types import Scope

    from cometchat_session.emulator.app import App

EXPOSED = (
    "Retry-After",
    "X-Rate-Limit",
    "X-Rate-Limit-Remaining",
    "X-Rate-Limit-Reset",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
)


class PageRoute(Route):
    """The page; other methods are the service's to answer, which names what it does not have."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Take the call only if path and method fit."""
        match, child = super().matches(scope)
        return (Match.NONE, {}) if match is Match.PARTIAL else (match, child)


def build(app: App) -> Starlette:
    """Put the application together.

    The service's calls are open to every web page, as they are at the service: the SDK in a browser sends
    its own headers (appId, authToken, sdk, resource), for which the browser asks leave first. What steers
    the emulator is not.
    """
    service = CORSMiddleware(
        Endpoint(app),
        allow_origins=["*"],
        # PATCH too, which no route has: a page that asks leave for it shall see the answer that says so.
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"],
        allow_headers=["*"],
        expose_headers=EXPOSED,
        allow_private_network=True,
    )
    own = [Middleware(OwnPagesOnly)]
    routes = [
        PageRoute("/", page.show, methods=["GET"], middleware=own),
        Mount("/_emulator", routes=control.routes(app), middleware=own),
    ]
    web = Starlette(routes=routes)
    # Not a route for any path: to Starlette a path ends at the first line break, and a uid may hold one.
    web.router.default = service
    web.router.redirect_slashes = False
    return web
