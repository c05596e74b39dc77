"""Rules for what callers pass in: bad input never leaves the machine.

Written without regular expressions: every program start would pay for compiling them.
"""

from __future__ import annotations

from cometchat_session._secret import Secret
from cometchat_session.errors import ConfigurationError, InvalidUIDError

_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LEFT_BLANK = frozenset(
    ("app_id", "appid", "region", "auth_key", "authkey", "api_key", "rest_api_key", "changeme", "todo")
)
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def is_made_of(text: str, allowed: str, longest: int) -> bool:
    """Return whether a text has 1 to `longest` characters, all of them letters, digits or `allowed`."""
    return 0 < len(text) <= longest and not text.strip(_WORD + allowed)


def check_uid(uid: str) -> str:
    """Return the uid as the server stores it, in lower case.

    CometChat's REST documentation, "Users": at most 100 characters, no spaces, stored in lower case.
    Its pages differ on the underscore; live uids have it.

    Raises:
        InvalidUIDError: it is not 1 to 100 letters, digits, `_` and `-`.
    """
    if not isinstance(uid, str):
        raise InvalidUIDError(f"uid must be a string, not {type(uid).__name__}.")
    if not is_made_of(uid, "_-", 100):
        shown = repr(uid) if len(uid) <= 100 else f"of {len(uid)} characters"
        raise InvalidUIDError(
            f"The uid {shown} is not allowed.",
            hint="A uid has 1 to 100 letters, digits, _ and -, and nothing else. "
            "encode_uid() gives a safe, reversible form.",
            advice="encode_uid",
        )
    return uid.lower()


def check_secret(name: str, value: Secret) -> Secret:
    """Return a key or a token, stripped, that is known to fit an HTTP header. `name` is the argument's.

    Raises:
        ConfigurationError: it is blank, or has spaces, line ends or characters beyond ASCII.
    """
    if not isinstance(value, Secret):
        raise ConfigurationError(f"{name} must be a string, not {type(value).__name__}.")
    secret = Secret(value.reveal().strip())
    if not secret.reveal():
        raise ConfigurationError(f"{name} is empty.")
    if secret.reveal().strip(_PRINTABLE):
        raise ConfigurationError(f"{name} has spaces, line ends or characters that no HTTP header can carry.")
    return secret


def looks_like_a_key(value: str) -> bool:
    """Return whether a setting that is no key has the form of one: 40 hexadecimal digits."""
    return len(value) == 40 and not value.lower().strip("0123456789abcdef")


def is_placeholder(value: str) -> bool:
    """Return whether a setting was copied from an example and never filled in."""
    text = value.lower().replace("-", "_").replace(" ", "_")
    return (
        text.startswith(("your_", "my_app", "<", "..."))
        or (len(text) > 2 and not text.strip("x"))
        or text in _LEFT_BLANK
    )
