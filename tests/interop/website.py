"""A web site with one page on it, which holds the official SDK and the actor; an origin of its own."""

from __future__ import annotations

import http.server
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

PAGE = b"""<!doctype html><meta charset="utf-8"><title>A page with a chat</title>
<script src="/sdk.js"></script><script src="/actor.js"></script>
"""


class Site:
    """Serves the page on loopback, in a thread, from ``with`` until its end."""

    def __init__(self, sdk: Path, actor: Path) -> None:
        files = {
            "/": ("text/html", PAGE),
            "/sdk.js": ("text/javascript", sdk.read_bytes()),
            "/actor.js": ("text/javascript", actor.read_bytes()),
        }

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, content = files.get(self.path, ("text/plain", b""))
                self.send_response(200 if content else 404)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name at the base)
                """Log nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
