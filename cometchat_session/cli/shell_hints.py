"""What an error says at a shell: the next step that it advises is something to type there, not Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cometchat_session import CometChatError
    from cometchat_session.errors import Advice

SENTENCES: Final[dict[Advice, str]] = {
    "allow_more_time": "Try again.",
    "create_or_reactivate_user": "CometChat uses one code for both. Create the user: "
    "cometchat users ensure UID NAME. Or bring it back: cometchat users reactivate UID.",
    "encode_uid": "A uid has 1 to 100 letters, digits, _ and -, and nothing else. "
    "In Python, encode_uid gives a safe, reversible form.",
    "log_in": "Type: cometchat login UID.",
    "log_in_again": "Log in again.",
    "log_out_or_switch_user": "Log out first (cometchat logout), or add --switch-user to log in as somebody "
    "else.",
    "one_token_for_each_device": "Make one token for each user and device.",
    "reactivate_or_delete_user": "Bring it back: cometchat users reactivate UID. "
    "Or free the uid for good: cometchat users delete UID.",
    "set_auth_key": "Set it for development. In production, log in with an auth token from your backend: "
    "cometchat login --auth-token-stdin.",
    "set_key_or_pass_token": "A key is COMETCHAT_AUTH_KEY or COMETCHAT_REST_API_KEY; a token goes to "
    "cometchat login --auth-token-stdin. Set the environment variables.",
    "set_variables": "Set the environment variables.",
    "update_or_reactivate_user": "To update it: cometchat users ensure UID NAME. "
    "If you cannot see it, it is deactivated: cometchat users reactivate UID.",
}
"""Each step that has a name, in the words of the command line."""


def shell_hint(error: CometChatError) -> str | None:
    """Return what to do next, or `None`: the library's own hint, unless that is in words of Python."""
    sentence = None if error.advice is None else SENTENCES.get(error.advice)  # a newer version knows more
    return error.hint if sentence is None else " ".join(filter(None, (sentence, error.remark)))


def shell_text(error: CometChatError) -> str:
    """Return what `str(error)` does: what happened, what was tried, and what to do next."""
    return " ".join(filter(None, (error.message, error.effort, shell_hint(error))))
