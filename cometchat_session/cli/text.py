"""Text that others wrote, made safe to print: names, statuses, the server's messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cometchat_session import User

# Line ends and control characters break rows, and a terminal obeys them; the rest turns lines around.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    r"""Return a text with each character that is more than a mark on the screen spelled out, such as `\n`."""
    return _UNSAFE.sub(_spelled_out, text)


def named(user: User) -> str:
    """Return who somebody is: the uid, and the name where there is one."""
    return f"{user.uid} ({one_line(user.name)})" if user.name else user.uid


def _spelled_out(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def examples(*lines: str) -> str:
    """Return the last part of a help page: an example a line, which no width of a terminal joins."""
    title = "Example" if len(lines) == 1 else "Examples"
    return "\n".join(["\b", f"{title}:", *(f"  {line}" for line in lines)])
