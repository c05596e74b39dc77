"""What went wrong, and what to do next, in words: for each of the server's codes. Pure.

The server's own texts name no way out and repeat keys. Ours say which user, which app and which key (by its
last characters) the request was about, as far as that is known; else the server's text stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import asdict, frozen

if TYPE_CHECKING:
    from cometchat_session.errors import Advice

_APP: Final = "Check app id and region: the dashboard shows both, and a region is us, eu or in."
_KEY: Final = "A key belongs to one app: check the key and the app id."
_LOG_IN: Final = (
    "Log in again. A token ends when it is revoked, logged out elsewhere or pushed out by 100 newer ones, "
    "and with its user."
)
_ONE_EACH: Final = "Make one token for each user and device, as token_for() does."

MOST_DETAILS = 400  # characters of them in a message; all are in the error's `.details`

# What only a message tells; the code that comes with it says nothing.
BOT: Final = "bot"

# The server's code, or that code with one kind of key: the next step, then our messages, of which the first
# is taken whose every word is known.
_TEXTS: Final[dict[str, tuple[str | None, *tuple[str, ...]]]] = {
    "AUTH_ERR_EMPTY_APPID": (_APP,),
    "AUTH_ERR_INVALID_APPID": (_APP, "There is no app {app_id!r} in region {region!r}."),
    "AUTH_ERR_EMPTY_APIKEY": (_KEY,),
    "AUTH_ERR_APIKEY_NOT_FOUND": (
        _KEY,
        "CometChat does not know this {key} (ends …{key_end}).",
        "CometChat does not know this {key}.",
    ),
    "AUTH_ERR_NO_ACCESS": (
        "A session client takes the Auth Key, a backend the REST API key (scope fullAccess).",
        'This key lacks the scope for "{what}".',
    ),
    "AUTH_ERR_NO_ACCESS of REST API key": (
        "It is probably the Auth Key. Use the REST API key (scope fullAccess), and on your server only.",
        'This key lacks the scope for "{what}".',
    ),
    "AUTH_ERR_EMPTY_AUTH_TOKEN": (_LOG_IN,),
    "AUTH_ERR_AUTH_TOKEN_NOT_FOUND": (
        _LOG_IN,
        "The saved session of {session!r} is no longer valid; it is removed here.",
        "CometChat does not know this auth token.",
    ),
    "ERR_AUTH_TOKEN_NOT_FOUND": ("It may be revoked already.", "User {uid!r} has no such auth token."),
    "ERR_AUTHTOKEN_UNAVAILABLE": (_ONE_EACH, "This auth token is tied to another device already."),
    "ERR_AUTHTOKEN_NOT_ACCESSIBLE": (_ONE_EACH, "This auth token is tied to another user already."),
    "ERR_UID_NOT_FOUND": (
        "CometChat uses one code for both. Create the user first, with users.ensure(), or reactivate it.",
        "User {uid!r} does not exist or is deactivated.",
    ),
    "ERR_UID_ALREADY_EXISTS": (
        "To update it use users.ensure(). If you cannot see it, it is deactivated: reactivate it.",
        "User {uid!r} already exists.",
    ),
    "ERR_INVALID_UID": ("A uid has 1 to 100 letters, digits, _ and -.",),
    "ERR_ROLE_NOT_FOUND": ("Create the role in the dashboard first.",),
    "ERR_PLAN_RESTRICTION": ("It is not repeated.", "The plan of app {app_id!r} does not allow this."),
    "ERR_PLAN_QUOTA_RESTRICTION": (
        "It is not repeated.",
        "The quota that the plan of app {app_id!r} sets for this is used up.",
    ),
    "ERR_SUBSCRIPTION_EXPIRED": (
        "Renew it in the dashboard.",
        "The subscription of app {app_id!r} has ended.",
    ),
    "ERR_API_NOT_FOUND": ("Check the base URL.",),
    BOT: (
        "Clear the bot flag in the dashboard, or use another uid.",
        "User {uid!r} is a bot, and bots cannot log in.",
    ),
}


# The same steps by name, where their text is of Python.
_ADVICE: Final[dict[str, Advice]] = {
    "ERR_AUTHTOKEN_UNAVAILABLE": "one_token_for_each_device",
    "ERR_AUTHTOKEN_NOT_ACCESSIBLE": "one_token_for_each_device",
    "ERR_UID_NOT_FOUND": "create_or_reactivate_user",
    "ERR_UID_ALREADY_EXISTS": "update_or_reactivate_user",
}


@frozen
class About:
    """What a request was about, for messages; what is not known is empty. It holds no secret.

    Attributes:
        asked: method and path template.
        what: the same in words, such as "update user".
        app_id: the app it went to.
        region: where that app is said to be.
        uid: the user it was about.
        session: the user whose saved session it was made with.
        key: the kind of key it was made with.
        key_end: the last characters of that key.
    """

    asked: str
    what: str = ""
    app_id: str = ""
    region: str = ""
    uid: str = ""
    session: str = ""
    key: str = ""
    key_end: str = ""


def worded(code: str, about: About) -> tuple[str | None, str | None]:
    """Return our message for a code, and the next step; `None` where there is none."""
    hint, *messages = _TEXTS.get(f"{code} of {about.key}") or _TEXTS.get(code) or (None,)
    known = {name: value for name, value in asdict(about).items() if value}
    for message in messages:
        try:
            return message.format_map(known), hint
        except KeyError:
            continue
    return None, hint


def advice(code: str) -> Advice | None:
    """Return the name of the next step for a code, where its text is of Python."""
    return _ADVICE.get(code)


def by_field(details: Any) -> str:
    """Return which fields the server refused and why, in a few lines of its own words."""
    if not isinstance(details, dict):
        return ""
    said = []
    for name, texts in details.items():
        known = [text for text in (texts if isinstance(texts, list) else [texts]) if isinstance(text, str)]
        said.append(": ".join(filter(None, (name, " ".join(known)))))
    text = " ".join(" ".join(said).split())
    return text if len(text) <= MOST_DETAILS else f"{text[:MOST_DETAILS]}…"


ENDED = (
    "the saved session is no longer valid and is removed: its token was revoked, logged out elsewhere or "
    "pushed out by 100 newer ones, or its user is gone; log in again"
)

NOT_TOLD = "the server could not be told of the logout, the token may still be valid: %s"


def kept(uid: str, seconds: float) -> str:
    """Return what becomes of a session that could not be checked, and how long ago it last was."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            ago = f"{seconds // length:.0f} {unit} ago"
            break
    else:
        ago = "just now" if seconds < 2 else f"{seconds:.0f} seconds ago"  # noqa: PLR2004 - one would be "1 seconds"
    return f"The saved session of {uid!r} is kept; the server last confirmed it {ago}."
