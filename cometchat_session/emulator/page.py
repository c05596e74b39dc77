"""The window to look in: one static file, under a policy that lets in only what the file itself holds."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from pathlib import Path

from starlette.responses import Response

FILE = Path(__file__).parent / "static" / "index.html"
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'; "
    "img-src data:; script-src {script}; style-src {style}"
)


def show(_: object) -> Response:
    """Answer with the page."""
    content, policy = _load()
    headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
    return Response(content, media_type="text/html", headers=headers)


@functools.cache
def _load() -> tuple[bytes, str]:
    """The page, and the policy that names its script and its style by their hashes."""
    content = FILE.read_bytes()
    hashes = {}
    for kind in ("script", "style"):
        inside = re.findall(f"<{kind}>(.*?)</{kind}>".encode(), content, re.DOTALL)
        digests = (base64.b64encode(hashlib.sha256(text).digest()).decode() for text in inside)
        hashes[kind] = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return content, POLICY.format(**hashes)
