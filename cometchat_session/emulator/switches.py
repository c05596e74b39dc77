"""How a switch is declared, checked, read from text and explained."""

from __future__ import annotations

from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

Value = bool | int | str
# More than any test counts up to, and little enough for every calculation.
MOST = 10**9


class SettingsError(ValueError):
    """A switch that does not exist, or a value it does not take."""


class Switch(NamedTuple):
    """One row of the table, as ``cometchat emulator --explain`` lists it."""

    name: str
    default: Value
    choices: tuple[str, ...]
    about: str
    least: int = 0
    most: int = MOST

    def check(self, value: Any) -> None:
        """Refuse a value of the wrong kind."""
        if type(value) is not type(self.default):
            kind = type(self.default).__name__
            raise SettingsError(f"The switch {self.name} takes a value of type {kind}, not {value!r}.")
        if self.choices and value not in self.choices:
            raise SettingsError(
                f"The switch {self.name} takes one of {', '.join(self.choices)}; not {value!r}."
            )
        if isinstance(value, str) and not value.isprintable():
            raise SettingsError(f"The switch {self.name} cannot hold {value!r}.")
        if type(value) is int and not self.least <= value <= self.most:
            wrong = "cannot be negative" if value < 0 else f"takes {self.least} to {self.most}; not {value}"
            raise SettingsError(f"The switch {self.name} {wrong}.")

    def read(self, text: str) -> Value:
        """Read a value as a person types it, by the type of the default."""
        value: Value = text
        if isinstance(self.default, bool):
            value = {"true": True, "false": False}.get(text.lower(), text)
        elif isinstance(self.default, int) and text.isascii() and text.isdigit():
            value = int(text)
        self.check(value)
        return value

    def explain(self) -> str:
        """The row as text for a terminal."""
        lines = [f"{self.name} = {_show(self.default)}"]
        if self.choices:
            lines.append("    one of: " + ", ".join(self.choices))
        if (self.least, self.most) != (0, MOST):
            lines.append(
                f"    at least {self.least}" + (f", at most {self.most}" if self.most < MOST else "")
            )
        lines.append(f"    {self.about}")
        return "\n".join(lines)


def switch(default: Any, about: str, *choices: str, least: int = 0, most: int = MOST) -> Any:
    """Declare one switch; ``choices`` only where the value is one of a few words, bounds for numbers."""
    return field(default=default, metadata={"about": about, "choices": choices, "least": least, "most": most})


def status(default: int, when: str, doubt: str = "The code is documented, its status is not.") -> Any:
    """Declare the HTTP status of a code whose status nobody has published."""
    return switch(default, f"HTTP status when {when}. {doubt}", least=400, most=599)


def table_of(settings: type[Any]) -> dict[str, Switch]:
    """The switches that a class declares, by name."""
    return {
        entry.name: Switch(entry.name, cast("Value", entry.default), **entry.metadata)
        for entry in fields(settings)
    }


def find(table: dict[str, Switch], name: str) -> Switch:
    """One switch by its name."""
    if name not in table:
        raise SettingsError(f"There is no switch {name!r}; --explain lists them all.")
    return table[name]


def parse_assignments(table: dict[str, Switch], texts: Iterable[str]) -> dict[str, Value]:
    """Read ``name=value`` as a command option gives it."""
    values: dict[str, Value] = {}
    for text in texts:
        name, _, raw = text.partition("=")
        values[name] = find(table, name).read(raw)
    return values


def _show(value: Value) -> str:
    """A value as a person would type it after ``name=``."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) or '""'
