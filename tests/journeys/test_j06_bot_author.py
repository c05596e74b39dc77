"""J6, the author of a bot: logs in once in its life, and is started again for ever after."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journeys.person import Person

BOT = """
    import sys
    from cometchat_session import CometChat

    with CometChat() as chat:
        user = chat.get_logged_in_user()
        if user is None:
            sys.exit("nobody is logged in: cometchat login --auth-token-stdin")
        print("at work as", user.name, flush=True)
        sys.stdin.read()  # the bot's work
"""
CHECKED = """
    from cometchat_session import CometChat, errors

    with CometChat() as chat:
        try:
            chat.login(auth_token=input())
        except errors.AuthTokenNotFoundError as problem:
            print(problem, problem.hint)
"""


def test_a_bot_logs_in_once_and_is_still_logged_in_after_a_restart_and_a_kill(person: Person) -> None:
    """I hand it a token once. Whatever becomes of the process, it is logged in, with no second login."""
    emulator = person.emulator
    bot_uid = "cometchat-uid-1"
    made = person.runs(f"cometchat tokens create {bot_uid} --force --show").strip()
    for name in ("COMETCHAT_REST_API_KEY", "COMETCHAT_AUTH_KEY"):
        del person.environment[name]  # the bot's machine has no key
    person.writes("bot.py", BOT)
    early = person.types("python bot.py")
    assert (early.status, early.err) == (1, "nobody is logged in: cometchat login --auth-token-stdin\n")
    assert person.types("cometchat whoami").status == 3

    emulator.clear_requests()
    said = person.runs("cometchat login --auth-token-stdin", stdin=made + "\n")
    assert bot_uid in said
    assert [(call["method"], call["path"]) for call in emulator.requests] == [("PUT", "/v3.0/me")]

    emulator.clear_requests()
    bot = person.begins("python bot.py")
    assert bot.process.stdout is not None
    assert bot.process.stdout.readline() == "at work as Andrew Joseph\n"
    bot.process.kill()
    assert bot.ends().status < 0
    for _ in range(3):
        assert person.runs("python bot.py", stdin="") == "at work as Andrew Joseph\n"
    said += person.runs("cometchat whoami")
    assert bot_uid in said
    assert emulator.requests == []  # neither a login nor a look
    assert made not in said


def test_a_bot_whose_token_was_revoked_is_told_so_and_takes_a_new_one(person: Person) -> None:
    """If somebody ended its token I want to read that, and to log in again with a new one."""
    old, new = (
        person.runs("cometchat tokens create cometchat-uid-1 --force --show").strip() for _ in range(2)
    )
    person.runs("cometchat login --auth-token-stdin", stdin=old)
    person.emulator.revoke(old)
    assert "cometchat-uid-1" in person.runs("cometchat whoami")  # what is stored; nobody was asked
    gone = person.types("cometchat whoami --verify")
    assert gone.status == 3
    assert "no longer valid" in gone.out + gone.err
    assert person.types("cometchat whoami").status == 3  # and it stays that way

    person.writes("checked.py", CHECKED)
    refused = person.runs("python checked.py", stdin=old)
    assert "auth token" in refused.lower()
    assert old not in refused
    person.runs("cometchat login --auth-token-stdin", stdin=new)
    assert "cometchat-uid-1" in person.runs("cometchat whoami --verify")
