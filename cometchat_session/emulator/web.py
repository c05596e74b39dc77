"""The web application: the service, the control calls, and the page at ``/``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from cometchat_session.emulator import control
from cometchat_session.emulator.endpoint import Endpoint

if TYPE_CHECKING:
    from starlette.requests import Request

    from cometchat_session.emulator.app import App

PAGE = Path(__file__).parent / "static" / "index.html"
EXPOSED = (
    "Retry-After",
    "X-Rate-Limit",
    "X-Rate-Limit-Remaining",
    "X-Rate-Limit-Reset",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
)


def build(app: App) -> Starlette:
    """Put the application together.

    Cross-origin calls are open to every page, as they are at the service: the SDK in a browser sends its own
    headers (appId, authToken, sdk, resource), for which the browser asks leave first.
    """
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"],
        allow_headers=["*"],
        expose_headers=EXPOSED,
        allow_private_network=True,
    )
    routes = [Route("/", page, methods=["GET"]), Mount("/_emulator", routes=control.routes(app))]
    web = Starlette(routes=routes, middleware=[cors])
    # Not a route for any path: to Starlette a path ends at the first line break, and a uid may hold one.
    web.router.default = Endpoint(app)
    web.router.redirect_slashes = False
    return web


async def page(_: Request) -> HTMLResponse:
    """The window to look in: one static file."""
    return HTMLResponse(PAGE.read_bytes())
