"""The user, as callers get it: frozen, and tolerant of new fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cometchat_session.models._frozen import field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the reply to a login says beside the user. None of it belongs on an object that gets logged.
NOT_THE_USER = frozenset(("authToken", "jwt", "fat", "wsChannel", "settings"))


@frozen(kw_only=True)
class User:
    """A CometChat user as the server last described it.

    Times are UNIX seconds. A field that the server left out is `None`. Containers are shared with the
    stored session: copy before you change them.

    Attributes:
        uid: the user's id in your app, always lower case (the server folds it).
        name: the name shown to others.
        avatar: URL of a picture.
        link: URL of a profile page.
        role: id of the user's role; `default` unless you made others.
        status: `available` or `offline` over REST, `online` or `offline` in the SDKs' words.
        status_message: free text.
        metadata: your own JSON object; its key `@private` is for the user and the server only.
        tags: your own labels.
        created_at: when the user was created.
        updated_at: when it was last changed.
        last_active_at: when it was last seen.
        deactivated_at: when it was deactivated; 0 or `None` for an active user.
        has_blocked_me: relative to the user that asked.
        blocked_by_me: relative to the user that asked.
        extra: fields of the reply that this version does not know, unchanged.
    """

    uid: str
    name: str | None = None
    avatar: str | None = None
    link: str | None = None
    role: str | None = None
    status: str | None = None
    status_message: str | None = None
    metadata: dict[str, Any] | None = None
    tags: tuple[str, ...] = ()
    created_at: int | None = None
    updated_at: int | None = None
    last_active_at: int | None = None
    deactivated_at: int | None = None
    has_blocked_me: bool | None = None
    blocked_by_me: bool | None = None
    extra: dict[str, Any] = field(factory=dict, repr=False)

    @classmethod
    def from_api(cls, data: Mapping[str, Any]) -> User:
        """Return the user that JSON of CometChat's REST API describes, as `to_api` writes it.

        Raises:
            KeyError, TypeError: it describes none.
        """
        known: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for name, value in data.items():
            if (ours := _FIELDS.get(name)) is not None:
                known[ours] = value
            else:
                extra[name] = value
        uid = known["uid"]
        if not isinstance(uid, str) or not uid:
            raise TypeError("uid is not a name")
        known["uid"] = uid.lower()
        known["tags"] = tuple(known.get("tags") or ())
        return cls(**known, extra=extra)

    def to_api(self) -> dict[str, Any]:
        """Return the fields that are set, as JSON under the names of CometChat's REST API."""
        values = {theirs: getattr(self, ours) for theirs, ours in _FIELDS.items()}
        values["tags"] = list(self.tags) or None
        return {name: value for name, value in values.items() if value is not None} | self.extra


def _camel(name: str) -> str:
    """Return a field's name as the REST API writes it: `created_at` is `createdAt` there."""
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


_FIELDS = {_camel(name): name for name in User.__annotations__ if name != "extra"}
