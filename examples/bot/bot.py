"""A bot that logs in once in its life. Started again, it goes on as who it is, without a login.

COMETCHAT_APP_ID=... COMETCHAT_REGION=us python bot.py    # asks for the token the first time only
"""

from __future__ import annotations

import getpass
import sys

from cometchat_session import CometChat, LoginListener, NotLoggedInError, User


class Watch(LoginListener):
    """Says when the bot's session begins and ends."""

    def login_success(self, user: User) -> None:
        """Say who the bot is now."""
        print(f"logged in as {user.uid}")

    def logout_success(self) -> None:
        """Say that the session is over."""
        print("the session has ended")


def start(chat: CometChat, token: str | None = None) -> User:
    """Return who the bot is: who it was before, or whom its token names.

    The server is asked whether the session still holds, so that a token that was revoked is noticed here
    and not in the middle of work.
    """
    if user := chat.get_logged_in_user(verify=True):
        return user
    if not token:
        raise NotLoggedInError("The bot has no session.", hint="Make it a token: cometchat tokens create UID")
    return chat.login(auth_token=token)


def main() -> int:
    """Start, and say who the bot is."""
    with CometChat(profile="bot") as chat:
        chat.add_login_listener("watch", Watch())
        try:
            user = start(chat)
        except NotLoggedInError as problem:
            print(problem, file=sys.stderr)
            token = getpass.getpass("Auth token: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
            user = start(chat, token)
        print(f"at work as {user.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
