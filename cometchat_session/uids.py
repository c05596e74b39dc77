"""Any text as a uid, and back: for identifiers of other systems, such as e-mail addresses.

    encode_uid("018f4c5e-7c1a-7e0f-9d3b-2f6a1c4b8e21")  # a uid already: stays as it is
    encode_uid("ann.bell@example.com")                  # 'x--ann_2ebell_40example_2ecom'

A text that is a lower-case uid already stays as it is. Any other gets `x--` in front, and each byte of its
UTF-8 that is no lower-case letter, digit or `-` becomes `_` and two hexadecimal digits. So no two texts share
a uid, and nothing hangs on letter case, which the server folds. Nothing is normalised: texts that look
alike and differ in their code points are two identifiers, as they are wherever they come from.
"""

from __future__ import annotations

from typing import Final

from cometchat_session.errors import InvalidUIDError

MARK: Final = "x--"
LONGEST: Final = 100  # characters of a uid, as `check_uid` has it
_PLAIN: Final = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-")
_UNCHANGED: Final = _PLAIN | frozenset(b"_")


def encode_uid(text: str) -> str:
    """Return the uid that stands for an identifier of any form; `decode_uid` gives it back.

    Decide once for an app and encode always: the same person must not have a uid of each kind.

    Raises:
        InvalidUIDError: the text is empty, is no Unicode (a lone surrogate), or its uid would be longer than
            100 characters.
    """
    if not isinstance(text, str):
        raise InvalidUIDError(f"The identifier must be a string, not {type(text).__name__}.")
    if not text:
        raise InvalidUIDError("An empty text cannot stand for a user.")
    try:
        octets = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidUIDError(
            f"The identifier holds a lone surrogate at position {error.start}, which is no character.",
            hint="It was cut or decoded wrongly before it came here.",
        ) from None
    if _UNCHANGED.issuperset(octets) and not text.startswith(MARK):
        uid = text
    else:
        uid = MARK + "".join(chr(octet) if octet in _PLAIN else f"_{octet:02x}" for octet in octets)
    if len(uid) > LONGEST:
        raise InvalidUIDError(
            f"As a uid the identifier takes {len(uid)} characters, and {LONGEST} is the most.",
            hint="Use a shorter identifier of the same user, such as the row's id. Or keep a digest of it, "
            "which cannot be turned back: hashlib.sha256(text.encode()).hexdigest() has 64 characters.",
        )
    return uid


def decode_uid(uid: str) -> str:
    """Return the identifier that a uid stands for.

    Raises:
        InvalidUIDError: `encode_uid` makes no such uid.
    """
    if not isinstance(uid, str):
        raise InvalidUIDError(f"uid must be a string, not {type(uid).__name__}.")
    text = _decoded(uid)
    if text is None:
        shown = repr(uid) if len(uid) <= LONGEST else f"of {len(uid)} characters"
        raise InvalidUIDError(
            f"encode_uid() does not make the uid {shown}.",
            hint="Decode the uids that it made, and leave others as they are.",
        )
    return text


def _decoded(uid: str) -> str | None:
    """Return the text whose uid this is, if there is one: what does not encode to it again is none."""
    head, *rest = uid.removeprefix(MARK).split("_")
    try:
        if uid.startswith(MARK):
            octets = head.encode() + b"".join(bytes.fromhex(part[:2]) + part[2:].encode() for part in rest)
            text = octets.decode()
        else:
            text = uid
        return text if encode_uid(text) == uid else None
    except ValueError:  # no hexadecimal digits, no UTF-8, or no uid
        return None
