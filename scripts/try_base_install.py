"""Try what an installation without any extra promises: import, typing marks, a look-up, a clear word.

Run by the interpreter of an environment that holds the wheel alone. It makes no request.
"""

from __future__ import annotations

import importlib.util
from importlib.resources import files

from cometchat_session import CometChat, MemoryStore, NotLoggedInError, errors

EXTRAS = ("click", "keyring", "redis", "rich", "starlette", "uvicorn")


def main() -> None:
    """Stop with an error at the first promise that does not hold."""
    present = [name for name in EXTRAS if importlib.util.find_spec(name)]
    if present:
        raise SystemExit(f"not a base install, it has {', '.join(present)}")
    for package in ("cometchat_session", "cometchat_rest"):
        if not (files(package) / "py.typed").is_file():
            raise SystemExit(f"{package} has no py.typed")
    with CometChat("app", "us", store=MemoryStore()) as chat:
        if chat.get_logged_in_user() is not None:
            raise SystemExit("a new memory store knows a user")
        try:
            chat.get_auth_token()
        except NotLoggedInError as error:
            if not isinstance(error, errors.CometChatError):
                raise
        else:
            raise SystemExit("a token without a session")
    print("the base install imports, is typed, and looks a session up")


if __name__ == "__main__":
    main()
