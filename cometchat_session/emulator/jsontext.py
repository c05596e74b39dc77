"""JSON as the service reads it, which is stricter than what Python takes."""

from __future__ import annotations

import json
import math
from typing import Any

DEEPEST = 100


def parse(text: str | bytes) -> Any:
    """Read JSON; raises ``ValueError`` for what is none, for numbers beyond JSON, and for absurd nesting."""
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _depth(value) > DEEPEST:
        raise ValueError("nested too deeply")
    return value


def _refuse(name: str) -> None:
    """NaN and Infinity are Python's idea of JSON."""
    raise ValueError(name)


def _finite(text: str) -> float:
    """A number that can be written back."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _depth(value: Any) -> int:
    """How deep objects and lists lie in each other, counted up to one too many."""
    depth, level = 0, [value]
    while level and depth <= DEEPEST:
        level = [inner for outer in level for inner in _inside(outer)]
        depth += 1
    return depth


def _inside(value: Any) -> list[Any]:
    """What a value holds."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
