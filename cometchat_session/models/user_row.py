"""Which fields a row of users may have, and whether one of them can be done at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from cometchat_session._validation import check_uid
from cometchat_session.errors import ConfigurationError

USER_FIELDS: Final[dict[str, tuple[type, ...]]] = {
    "uid": (str,),
    "name": (str,),
    "avatar": (str,),
    "link": (str,),
    "role": (str,),
    "metadata": (dict,),
    "tags": (list, tuple),
    "status_message": (str,),
}
"""The fields of a user that `users.ensure_many` takes, and the types of their values."""

_WORDS = {
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


@frozen
class UserRow:
    """A row that can be done.

    Attributes:
        uid: the uid as the server stores it.
        name: the name.
        fields: what else is to be set, by name.
    """

    uid: str
    name: str
    fields: Mapping[str, Any] = field(factory=dict)


def check_row(row: Any) -> UserRow:
    """Return what a row asks for. Nothing is sent.

    Raises:
        InvalidUIDError: its uid is not allowed.
        ConfigurationError: it is no mapping, has no name, or has a field or a value that no user has.
    """
    if not isinstance(row, Mapping):
        raise ConfigurationError(f"A row is a mapping of fields, not {type(row).__name__}.")
    given = {name: value for name, value in row.items() if value is not None}
    if odd := [str(name) for name in given if name not in USER_FIELDS]:
        raise ConfigurationError(
            f"A user has no field {', '.join(odd)}.", hint=f"It has {', '.join(USER_FIELDS)}."
        )
    for name, value in given.items():
        if not isinstance(value, USER_FIELDS[name]):
            raise ConfigurationError(_type_error(name, value))
    uid = check_uid(given.pop("uid", ""))
    if not (name := given.pop("name", "")):
        raise ConfigurationError("name is missing: a user needs one.")
    if "tags" in given:
        given["tags"] = list(given["tags"])
    return UserRow(uid, name, given)


def _type_error(name: str, value: Any) -> str:
    """Return what a field must be, in the words of whoever wrote the file."""
    kind = USER_FIELDS[name]
    what = "text" if str in kind else "an object" if dict in kind else "a list of texts"
    if str in kind and type(value) in (int, float):
        return f'{name} must be {what}, written "{value}".'
    return f"{name} must be {what}, not {_WORDS.get(type(value), type(value).__name__)}."
