"""A request, described and not yet sent."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cometchat_session._secret import Secret


class Effect(Enum):
    """What repeating a request would do, where nobody knows whether the first one arrived."""

    REPEATABLE = "repeating it changes nothing"
    ONCE = "one repetition does no harm"
    NEVER = "repeating it could do it twice"


@frozen(kw_only=True)
class Call:
    """One request, described and not yet sent.

    Attributes:
        operation: the operation's name in the generated client.
        url: the host and version it goes to.
        header: which header carries the credential.
        credential: an auth token, an Auth Key or a REST API key.
        path: path parameters, by name.
        query: query parameters, by name.
        token: a path parameter that is a secret: the auth token that is looked at, changed or ended.
        body: the JSON body, or `None`.
        effect: what repeating it would do.
        subject: the uid it is about, for messages.
        heard: is told the headers of the answer, be it an error or not.
    """

    operation: str
    url: str
    header: str
    credential: Secret
    path: Mapping[str, str] = field(factory=dict, repr=False)
    query: Mapping[str, Any] = field(factory=dict)
    token: Secret | None = None
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    effect: Effect = Effect.REPEATABLE
    subject: str | None = None
    heard: Callable[[Mapping[str, str]], None] | None = field(default=None, repr=False, eq=False)
