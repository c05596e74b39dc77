"""The record of calls: all that a test wants to assert, no secret in it.

Calls are kept as they came and masked when somebody looks, which keeps the common case (nobody looks) fast.
"""

from __future__ import annotations

import functools
import json
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, unquote_plus

from cometchat_session.emulator.model import handle_of

if TYPE_CHECKING:
    from cometchat_session.emulator.call import Call

MASK = "***"
KEPT = 50_000
SECRET_HEADERS = frozenset({"apikey", "authtoken", "authorization", "cookie"})
SECRET_FIELDS = frozenset({"apikey", "authkey", "authtoken", "jwt", "secret", "token"})


@dataclass(slots=True)
class Entry:
    """One call, and what became of it. ``status`` stays empty for a call that got no answer."""

    call: Call
    at: float
    number: int
    status: int | None = None
    code: str | None = None
    message: str | None = None
    reason: str | None = None
    fault: str | None = None
    answered_at: float | None = None

    def public(self) -> dict[str, Any]:
        """The call as tests see it."""
        return {
            "method": self.call.method,
            "path": masked_path(self.call.target),
            "headers": {
                name: MASK if name in SECRET_HEADERS else value for name, value in self.call.headers.items()
            },
            "body": masked_body(self.call.body, self.call.headers.get("content-type", "")),
            "status": self.status,
        }

    def detailed(self) -> dict[str, Any]:
        """The call as a person sees it who asks why it failed."""
        token = self._token
        return {
            "number": self.number,
            **self.public(),
            "at": self.at,
            "seconds": None if self.answered_at is None else self.answered_at - self.at,
            "code": self.code,
            "message": self._masked_message(),
            "reason": self.reason,
            "fault": self.fault,
            "token": handle_of(token) if token else None,
        }

    @property
    def _token(self) -> str:
        """The auth token that came with the call."""
        return self.call.headers.get("authtoken", "").strip()

    def _masked_message(self) -> str | None:
        """The message, without the tokens that it may quote: the one sent, or one in the path."""
        if not self.message:
            return self.message
        named = {part for name, part in pairwise(self.call.segments) if name == "auth_tokens"}
        return functools.reduce(
            lambda text, secret: text.replace(secret, MASK), filter(None, {self._token, *named}), self.message
        )


class Record:
    """The calls in the order they came; of very many, the last ones."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def open(self, call: Call, at: float) -> Entry:
        """Note a call that has just come in."""
        self._count += 1
        entry = Entry(call, at, self._count)
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget them all."""
        self._entries.clear()

    def public(self) -> list[dict[str, Any]]:
        """All calls, masked."""
        return [entry.public() for entry in self._entries]

    def detailed(self, last: int = KEPT) -> list[dict[str, Any]]:
        """The last calls with code, message, fault and times, masked."""
        return [entry.detailed() for entry in tuple(self._entries)[-last:]]


def masked_path(target: str) -> str:
    """A path and query in which auth tokens and keys are hidden, the rest as it was sent."""
    path, mark, query = target.partition("?")
    parts = path.split("/")
    for index, part in enumerate(parts[:-1]):
        if unquote(part) == "auth_tokens" and parts[index + 1]:
            parts[index + 1] = MASK
    return "/".join(parts) + mark + "&".join(_masked_pair(pair) for pair in query.split("&"))


def _masked_pair(pair: str) -> str:
    """One ``name=value`` of a query; nobody should send a secret there, but some do."""
    name, sign, value = pair.partition("=")
    return f"{name}{sign}{MASK}" if value and _is_secret(unquote_plus(name)) else pair


def masked_body(body: bytes, content_type: str) -> Any:
    """The body as JSON, secrets hidden; as text where it is none; nothing where there is none."""
    if not body:
        return None
    if content_type.startswith("application/x-www-form-urlencoded"):
        return _masked(dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)))
    try:
        return _masked(json.loads(body))
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def _masked(value: Any) -> Any:
    """Hide secrets however deep they lie."""
    if isinstance(value, dict):
        return {name: _masked_field(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return value


def _masked_field(name: str, value: Any) -> Any:
    """Hide one field if its name says secret."""
    return MASK if isinstance(value, str) and _is_secret(name) else _masked(value)


def _is_secret(name: str) -> bool:
    """Whether what goes by this name is a secret."""
    return name.replace("_", "").replace("-", "").lower() in SECRET_FIELDS
