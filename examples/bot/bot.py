"""A bot that logs in once in its life. Started again, it goes on as who it is, without a login.

COMETCHAT_APP_ID=... COMETCHAT_REGION=us python bot.py    # asks for the token the first time only
"""

from __future__ import annotations

import getpass
import sys

from cometchat_session import CometChat, CometChatError, LoginListener, NotLoggedInError, User, errors


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
    and not in the middle of work. While chat is away the bot goes on with the session that it has kept.
    """
    try:
        user = chat.get_logged_in_user(verify=True)
    except errors.TEMPORARY as problem:
        user = chat.get_logged_in_user()
        if user is None:
            raise
        print(f"{problem.message} Going on with the session that is kept.", file=sys.stderr)
    if user is not None:
        return user
    if not token:
        raise NotLoggedInError(
            "The bot has no session.", hint="Make it a token: cometchat tokens create UID --show"
        )
    return chat.login(auth_token=token)


def start_or_ask(chat: CometChat) -> User:
    """Start, with a token that is asked for where there is no session."""
    try:
        return start(chat)
    except NotLoggedInError as problem:
        print(problem, file=sys.stderr)
    token = getpass.getpass("Auth token: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    return start(chat, token)


def main() -> int:
    """Start, and say who the bot is."""
    with CometChat(profile="bot") as chat:
        chat.add_login_listener("watch", Watch())
        try:
            user = start_or_ask(chat)
        except CometChatError as problem:
            print(problem, file=sys.stderr)
            return 1
        print(f"at work as {user.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
