"""The library tells what to call; at a shell a person has to hear what to type."""

from __future__ import annotations

# A part of a message as the library has it, and what takes its place here.
AT_A_SHELL = {
    "Create the user first, with users.ensure(), or reactivate it.": "Create the user: "
    "cometchat users ensure UID NAME. Or bring it back: cometchat users reactivate UID.",
    "To update it use users.ensure(). If you cannot see it, it is deactivated: reactivate it.": "To update "
    "it: cometchat users ensure UID NAME. If you cannot see it, it is deactivated: "
    "cometchat users reactivate UID.",
    "users.reactivate() brings it back; users.delete() frees the uid for good.": "Bring it back: "
    "cometchat users reactivate UID. Or free the uid for good: cometchat users delete UID.",
    "Log out first, or pass switch_user=True to log in as somebody else.": "Log out first "
    "(cometchat logout), or add --switch-user to log in as somebody else.",
    "logout() was called while this login was running.": "A logout came while this login was running.",
    "Call login() first.": "Type: cometchat login UID.",
    "Call login() again.": "Log in again.",
    "Try again, or allow more time: RetryPolicy(deadline=...).": "Try again.",
    "Set the environment variables, or pass the arguments.": "Set the environment variables.",
    "a token goes to login(auth_token=...)": "a token goes to cometchat login --auth-token-stdin",
    "one token for each user and device, as token_for() does.": "one token for each user and device.",
    "encode_uid() gives a safe, reversible form.": "In Python, encode_uid gives a safe, reversible form.",
    "; the beginning is in .body.": ".",
}


def at_a_shell(text: str) -> str:
    """Return a message of the library's in the words of the command line."""
    for python, shell in AT_A_SHELL.items():
        text = text.replace(python, shell)
    return text
