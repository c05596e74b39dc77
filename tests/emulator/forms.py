"""Comparing an answer with what is documented: fixed values by value, changing ones by their form."""

from __future__ import annotations

import re
from typing import Any


class Form:
    """Equals every text that a pattern matches."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and re.fullmatch(self._pattern, other, re.DOTALL) is not None

    def __hash__(self) -> int:
        return hash(self._pattern)

    def __repr__(self) -> str:
        return f"<text like {self._pattern}>"


TEXT = Form(r"\S.*")
"""Any text: what is written for people, and secrets of which nothing is to be read."""


def token(uid: str, created_at: int) -> Form:
    """An auth token in the form of every published one: uid, time, 30 hexadecimal digits."""
    return Form(f"{re.escape(uid)}_{created_at:010d}[0-9a-f]{{30}}")


def shared(answer: Any, documented: Any) -> Any:
    """The part of an answer of which the document speaks: compare it with the document.

    Documents show the fields that matter to them; what an answer has besides is not theirs to judge. Lists
    are compared whole.
    """
    if isinstance(answer, dict) and isinstance(documented, dict):
        return {name: shared(answer[name], inner) for name, inner in documented.items() if name in answer}
    if isinstance(answer, list) and isinstance(documented, list) and len(answer) == len(documented):
        return [shared(one, other) for one, other in zip(answer, documented, strict=True)]
    return answer
