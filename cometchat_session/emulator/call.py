"""One call and its answer, free of any web framework."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from cometchat_session.emulator.errors import Refusal, bad_request
from cometchat_session.emulator.jsontext import parse


@dataclass(slots=True)
class Call:
    """What a client sent. Header names are in lower case; ``target`` is path and query as sent."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    segments: tuple[str, ...] = field(init=False)
    query: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        path, _, query = self.target.partition("?")
        # Split before unquoting: an escaped slash belongs to its segment.
        # A target without a slash (OPTIONS *) is a segment by itself.
        self.segments = tuple(unquote(part) for part in path.split("/")[1:] or [path])
        self.query = dict(parse_qsl(query, keep_blank_values=True)) if query else {}

    @property
    def path(self) -> str:
        """The path without query and without the version in front."""
        parts = self.segments[1:] if is_version(self.segments[0]) else self.segments
        return "/" + "/".join(parts)

    def json(self) -> dict[str, Any]:
        """The body as an object; an absent body is an empty one. Form fields count, as Android sends them."""
        if not self.body:
            return {}
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))
        try:
            parsed = parse(self.body)
        except ValueError:
            raise Refusal("ERR_BAD_REQUEST", message="The body of the request is not valid JSON.") from None
        # PHP writes an empty object as [] and reads it back as one.
        if parsed in ([], None):
            return {}
        if not isinstance(parsed, dict):
            raise bad_request({"body": ["The body must be a JSON object."]})
        return parsed


@dataclass(slots=True)
class Reply:
    """What goes back."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    code: str | None = None
    message: str | None = None
    words: dict[str, object] = field(default_factory=dict)  # that the message was made of


def json_reply(status: int, payload: Any) -> Reply:
    """Wrap a JSON answer."""
    return Reply(status, json.dumps(payload, separators=(",", ":")).encode())


def is_version(segment: str) -> bool:
    """Whether a path segment looks like ``v3`` or ``v3.0``."""
    return segment[:1] == "v" and segment[1:].replace(".", "", 1).isdecimal()
