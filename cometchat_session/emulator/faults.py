"""Faults on demand: what a bad day at the service looks like, one call each to arm."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from cometchat_session.emulator.call import Reply, is_version
from cometchat_session.emulator.errors import envelope

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["status", "html", "delay", "reset", "truncate", "hang", "apply_then_drop"]
KINDS: tuple[str, ...] = get_args(Kind)

TOO_MANY = 429
# The code a bare status comes with. Others come with the code for "something went wrong here".
CODES = {
    400: ("ERR_BAD_REQUEST", "Failed to validate the data sent with the request."),
    401: ("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", "The auth token does not exist."),
    403: ("AUTH_ERR_NO_ACCESS", "The key cannot be used to perform this operation."),
    404: ("ERR_UID_NOT_FOUND", "The UID does not exist."),
    TOO_MANY: ("ERR_TOO_MANY_REQUESTS", "Too many requests."),
}
RETRY_AFTER = {"Retry-After": "15"}
FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})
WITHOUT_BODY = frozenset({204, 304})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
PAGE = "<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>cloudfront</body></html>\n"


class FaultError(ValueError):
    """A fault that cannot be armed as described."""


@dataclass(slots=True)
class Fault:
    """One armed fault. ``times`` counts down; without it the fault stays until disarmed."""

    kind: Kind
    method: str = "*"
    path: str = "*"
    times: int | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 0.0

    def hits(self, method: str, path: str) -> bool:
        """Whether a call is one that this fault waits for."""
        wanted = self.method.upper()
        return wanted in ("*", method) and re.fullmatch(_pattern(self.path), path) is not None

    def reply(self) -> Reply:
        """The answer of the kinds ``status`` and ``html``."""
        if self.kind == "html":
            status = self.status or 502
            text = self.body if isinstance(self.body, str) else PAGE.format(status=status)
            return Reply(status, text.encode(), dict(self.headers), "text/html; charset=utf-8")
        status = self.status or 500
        code, message = CODES.get(status, ("ERR_EXCEPTION", "Something went wrong."))
        headers = (RETRY_AFTER if status == TOO_MANY else {}) | self.headers
        if status in WITHOUT_BODY:
            return Reply(status, b"", headers)
        if self.body is not None:
            body = self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()
            return Reply(status, body, headers)
        return Reply(
            status, json.dumps(envelope(code, message)).encode(), headers, code=code, message=message
        )

    def document(self) -> dict[str, Any]:
        """The fault as it was armed, with the calls it still waits for."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = ("kind", "method", "path", "times", "status", "headers", "body", "seconds")


def _pattern(path: str) -> str:
    """A path in which ``*`` stands for anything, as a regular expression."""
    return ".*".join(re.escape(part) for part in path.split("*"))


class Faults:
    """The armed faults in order; the first that fits a call strikes."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, document: Mapping[str, Any]) -> Fault:
        """Arm the fault that a JSON document describes."""
        fault = read(document)
        self._armed.append(fault)
        return fault

    def disarm(self) -> None:
        """Disarm all."""
        self._armed.clear()

    def armed(self) -> list[dict[str, Any]]:
        """The faults that still wait."""
        return [fault.document() for fault in self._armed]

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault for a call, if one waits for it; counts it down."""
        for fault in self._armed:
            if fault.hits(method, path):
                if fault.times is not None:
                    fault.times -= 1
                    if not fault.times:
                        self._armed.remove(fault)
                return fault
        return None


def read(document: Mapping[str, Any]) -> Fault:
    """Check a description and make a fault of it."""
    strange = sorted(set(document) - set(FIELDS))
    if strange:
        raise FaultError(f"A fault has {', '.join(FIELDS)}; not {', '.join(strange)}.")
    kind = document.get("kind")
    if kind not in KINDS:
        raise FaultError(f"The kind of a fault is one of {', '.join(KINDS)}; not {kind!r}.")
    method, path = document.get("method", "*"), document.get("path", "*")
    if not isinstance(method, str) or not isinstance(path, str):
        raise FaultError("method and path of a fault are texts.")
    _check_path(path)
    return Fault(
        kind=cast("Kind", kind),
        method=method,
        path=path,
        times=_number(document, "times", least=1),
        status=_number(document, "status", least=200, most=599),
        headers=_headers(document.get("headers")),
        body=document.get("body"),
        seconds=_seconds(document.get("seconds", 0.0)),
    )


def _check_path(path: str) -> None:
    """Refuse a path that no call can have: the fault would wait for ever, and its test pass for nothing."""
    if not path.startswith(("/", "*")) or "?" in path or is_version(path.partition("/")[2].partition("/")[0]):
        raise FaultError(
            "The path of a fault begins with / or *, and has neither the version in front nor a query: "
            f"/me, /users/*; not {path!r}."
        )


def _headers(value: Any) -> dict[str, str]:
    """Headers that can be sent; those that frame the answer are the server's own business."""
    headers = value or {}
    if not isinstance(headers, dict):
        raise FaultError("The headers of a fault are an object.")
    for name, text in headers.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in FRAMING:
            raise FaultError(f"A fault cannot send headers named {name!r}.")
        if not isinstance(text, str) or not _HEADER_VALUE.fullmatch(text):
            raise FaultError(f"A fault's headers {name} cannot have the value {text!r}.")
    return dict(headers)


def _number(document: Mapping[str, Any], name: str, *, least: int, most: int | None = None) -> int | None:
    """A whole number within bounds, or none."""
    value = document.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < least or (most and value > most):
        raise FaultError(f"{name} of a fault is a whole number from {least}{f' to {most}' if most else ''}.")
    return value


def _seconds(value: Any) -> float:
    """A length of time."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < float("inf"):
        raise FaultError("seconds of a fault is a number, 0 or more.")
    return float(value)
