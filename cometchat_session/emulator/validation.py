"""What a request may hold. Each rule adds to ``details`` what the service would say of the field."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cometchat_session.emulator.errors import Details, Refusal, bad_request
from cometchat_session.emulator.jsontext import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cometchat_session.emulator.settings import Settings

NAME_LIMIT = 100
URL_LIMIT = 3000
TAG_COUNT = 25
TAG_LIMIT = 100
BASIC_PLANE = 0xFFFF
UNSETTABLE = ("avatar", "link", "metadata")
_UID = re.compile(r"[A-Za-z0-9_-]+")
# A page far beyond the last one is an empty page; numbers of thousands of digits are no numbers to Python.
_NUMBER = re.compile(r"[0-9]{1,100}")


class Checker:
    """Collects complaints about one request and raises them together."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.details: Details = {}

    def complain(self, field: str, text: str) -> None:
        """Note one complaint."""
        self.details.setdefault(field, []).append(text)

    def done(self) -> None:
        """Refuse the request if there was anything to complain about."""
        if self.details:
            raise bad_request(self.details)

    def text(self, field: str, value: Any, limit: int, *, wide: bool = False) -> bool:
        """A string that is not too long."""
        if not isinstance(value, str):
            self.complain(field, f"The {field} must be a string.")
            return False
        length = len(value) + (sum(ord(char) > BASIC_PLANE for char in value) if wide else 0)
        if length > limit:
            self.complain(field, f"The {field} may not be greater than {limit} characters.")
            return False
        return True

    def uid(self, body: Mapping[str, Any]) -> None:
        """The uid of a user to be created."""
        value = body.get("uid")
        if value is None or value == "":
            self.complain("uid", "The uid field is required.")
        elif self.text("uid", value, self.settings.uid_max_length):
            allowed = _UID.fullmatch(value) and (self.settings.uid_underscore or "_" not in value)
            if not allowed and self.settings.invalid_uid_code == "ERR_INVALID_UID":
                raise Refusal("ERR_INVALID_UID", uid=value)
            if not allowed:
                self.complain("uid", "The uid format is invalid.")

    def name(self, body: Mapping[str, Any], *, creating: bool) -> None:
        """The display name: needed on create, never empty."""
        value = body.get("name")
        if value is None or (isinstance(value, str) and not value.strip()):
            if creating and ("name" not in body or self.settings.empty_field_on_create == "required"):
                self.complain("name", "The name field is required.")
            elif creating or "name" in body:
                self.complain("name", "The name field must have a value.")
        else:
            self.text("name", value, NAME_LIMIT, wide=self.settings.emoji_counts_two)

    def urls(self, body: Mapping[str, Any]) -> None:
        """Avatar and link."""
        for field in ("avatar", "link"):
            if field not in body:
                continue
            value = body[field]
            if value is None:
                self.complain(field, f"The {field} must have a value")
            elif self.text(field, value, URL_LIMIT) and not is_url(value):
                self.complain(field, f"The {field} must be a valid URL.")

    def role(self, body: Mapping[str, Any], roles: Collection[str]) -> None:
        """The role, which somebody must have created before."""
        choice = self.settings.unknown_role_code
        if "role" not in body or not self.text("role", body["role"], NAME_LIMIT):
            return
        if body["role"].lower() in roles or choice == "accept":
            return
        if choice == "ERR_ROLE_NOT_FOUND":
            raise Refusal("ERR_ROLE_NOT_FOUND", role=body["role"])
        self.complain("role", "The selected role is invalid.")

    def tags(self, body: Mapping[str, Any]) -> None:
        """The tags, each complaint under its own index."""
        value = body.get("tags", [])
        if not isinstance(value, list):
            self.complain("tags", "The tags must be an array.")
            return
        if len(value) > TAG_COUNT:
            self.complain("tags", f"The tags may not have more than {TAG_COUNT} items.")
        for index, tag in enumerate(value):
            if tag is None or tag == "":
                self.complain(f"tags.{index}", f"The tags.{index} field is required.")
            else:
                self.text(f"tags.{index}", tag, TAG_LIMIT)

    def metadata(self, body: Mapping[str, Any]) -> None:
        """The metadata: an object (or one written out as a string) of limited size."""
        if "metadata" not in body:
            return
        parsed = as_object(body["metadata"], text=self.settings.metadata_as_string)
        if parsed is None:
            self.complain("metadata", "The metadata must be a JSON object.")
        elif len(json.dumps(parsed, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")) > (
            self.settings.metadata_limit
        ):
            limit = self.settings.metadata_limit
            self.complain("metadata", f"The metadata may not be greater than {limit} bytes.")

    def flag(self, body: Mapping[str, Any], field: str) -> bool:
        """A boolean that may be absent; a query or form spells it as text."""
        value = body.get(field, False)
        if value in (True, "true", "1"):
            return True
        if value not in (False, "false", "0", ""):
            self.complain(field, f"The {field} field must be true or false.")
        return False

    def status_message(self, body: Mapping[str, Any]) -> None:
        """The status message; no limit is documented."""
        if "statusMessage" in body and not isinstance(body["statusMessage"], str):
            self.complain("statusMessage", "The statusMessage must be a string.")

    def unset(self, body: Mapping[str, Any]) -> None:
        """The fields an update wants emptied."""
        value = body.get("unset", [])
        if not isinstance(value, list):
            self.complain("unset", "The unset must be an array.")
            return
        for index, field in enumerate(value):
            if field not in UNSETTABLE:
                self.complain(f"unset.{index}", f"The selected unset.{index} is invalid.")

    def uids(self, body: Mapping[str, Any], field: str) -> None:
        """The list of uids of a bulk request."""
        value, limit = body.get(field), self.settings.bulk_limit
        if value is None or value == []:
            self.complain(field, f"The {field} field is required.")
        elif not isinstance(value, list):
            self.complain(field, f"The {field} must be an array.")
        elif len(value) > limit:
            self.complain(field, f"The {field} may not have more than {limit} items.")
        else:
            for index, uid in enumerate(value):
                if not isinstance(uid, str) or not uid:
                    self.complain(f"{field}.{index}", f"The {field}.{index} must be a string.")

    def whole(self, query: Mapping[str, str], field: str, default: int, most: int | None = None) -> int:
        """A positive whole number in the query."""
        raw = query.get(field, "")
        if not raw:
            return default
        if not _NUMBER.fullmatch(raw):
            self.complain(field, f"The {field} must be an integer.")
            return default
        number = int(raw)
        if number < 1:
            self.complain(field, f"The {field} must be at least 1.")
        elif most is not None and number > most:
            if self.settings.per_page_over_limit == "clamp":
                return most
            self.complain(field, f"The {field} may not be greater than {most}.")
        return number


def is_url(text: str) -> bool:
    """Whether a text is an absolute http(s) address without blanks."""
    if any(char.isspace() for char in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def as_object(value: Any, *, text: bool) -> dict[str, Any] | None:
    """The object that ``value`` is, or spells; nothing if it is neither."""
    if text and isinstance(value, str):
        try:
            value = parse(value)
        except ValueError:
            return None
    if value == []:
        return {}
    return value if isinstance(value, dict) else None
