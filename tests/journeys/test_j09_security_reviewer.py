"""J9, the security reviewer: greps whatever the story leaves behind, and ends the sessions of a leaver."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journeys.person import Person

STORY = """
    import logging, os, pickle, traceback
    import httpx
    from cometchat_session import CometChat, CometChatAdmin, errors

    logging.basicConfig(level=logging.DEBUG, filename="debug.log")  # httpx and httpcore log here, too
    reports = []

    canary, unknown = "nobody-knows-this-canary-key", "nobody-knows-this-canary-token"
    with (
        CometChatAdmin(store="file:backend") as admin,
        CometChat() as chat,
        CometChat(auth_key=canary, store="memory:") as stranger,
        CometChatAdmin(api_key=canary) as strangers,
    ):
        admin.users.ensure("leaver", "Lee")
        phone = admin.token_for("leaver", device="phone")
        chat.login(auth_token=phone.auth_token)
        chat.login("cometchat-uid-2", switch_user=True)
        with httpx.Client(auth=chat.auth) as http:
            print(phone.auth_token, chat.get_auth_token())
            http.get(os.environ["COMETCHAT_BASE_URL"] + "/v3.0/me")
        admin.auth_tokens.list("leaver")
        admin.users.deactivate("leaver")
        for call in (
            lambda: chat.login("leaver", force=True, switch_user=True),
            lambda: chat.login(auth_token=unknown),
            lambda: stranger.login("cometchat-uid-3"),
            lambda: strangers.users.get("cometchat-uid-3"),
            lambda: chat.login("no uid"),
        ):
            try:
                call()
            except errors.CometChatError as error:
                told = traceback.TracebackException.from_exception(error, capture_locals=True)
                for frame in told.stack:
                    if frame.filename == __file__:
                        frame.locals = None  # this program holds its own secrets
                reports += ["".join(told.format()), repr(error), repr(pickle.dumps(error))]
        reports += map(repr, (admin, chat, phone, chat.get_logged_in_user(), admin.auth_tokens, chat.auth))
        reports.append(repr(chat.logout()))
    with open("reports.txt", "w") as file:
        file.write("\\n".join(reports))
    assert len(reports) == 5 * 3 + 6 + 1
"""
LEAVER = """
    import sys
    from cometchat_session import CometChat, CometChatAdmin, MemoryStore

    with CometChatAdmin(store="file:backend") as admin:
        devices = ("phone", "web")
        tokens = [admin.token_for("leaver", device=name, name="Lee", verify=True) for name in devices]
        if sys.argv[1:] == ["end"]:
            admin.auth_tokens.flush("leaver")
        lives = 0
        for token in tokens:
            with CometChat(store=MemoryStore()) as device:
                try:
                    lives += device.login(auth_token=token.auth_token).uid == "leaver"
                except Exception as problem:
                    print(type(problem).__name__)
        print(lives, "devices are in")
"""
COMMANDS = (
    "cometchat config --json",
    "cometchat config",
    "cometchat doctor --json",
    "cometchat users get cometchat-uid-1 --json",
    "cometchat tokens create cometchat-uid-1 --json",
    "cometchat tokens list cometchat-uid-1 --json",
    "cometchat login cometchat-uid-1 --json",
    "cometchat whoami --json",
    "cometchat tokens list cometchat-uid-1",
    "cometchat logout --json",
)


def test_no_key_and_no_token_is_found_by_grep(person: Person) -> None:
    """I switch every log on, let everything happen that can, and grep for keys and tokens."""
    emulator = person.emulator
    person.writes("story.py", STORY)
    secrets = {
        emulator.auth_key,
        emulator.rest_api_key,
        "nobody-knows-this-canary-token",
        "nobody-knows-this-canary-key",
    }
    secrets.update(person.runs("python story.py").split())
    said = ""
    for command in COMMANDS:
        said += person.runs(command)
        secrets |= _tokens(emulator.state)
    log, reports = ((person.home / name).read_text() for name in ("debug.log", "reports.txt"))
    assert "PUT" in log  # it was on
    assert "httpcore" in log
    assert len(secrets) > 6
    for secret in secrets:
        assert secret not in said + log + reports

    kept = [path for path in (person.home / "backend", person.home / ".local") for path in path.rglob("*")]
    files = [path for path in kept if path.is_file()]
    assert files
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700, path
    assert not [path for path in files if any(secret in path.name for secret in secrets)]


def test_one_call_ends_every_session_of_a_leaver(person: Person) -> None:
    """Somebody leaves: one line ends what they have, on all devices, and I see that it did."""
    person.writes("leaver.py", LEAVER)
    assert person.runs("python leaver.py") == "2 devices are in\n"
    person.runs("cometchat login leaver")
    asked = person.types("cometchat tokens flush leaver")
    assert asked.status != 0  # not by accident: it asks, and here nobody answers
    assert person.runs("cometchat whoami --verify").startswith("leaver")
    person.runs("cometchat tokens flush leaver --yes")
    assert person.types("cometchat whoami --verify").status == 3
    # The tokens that the backend has kept are dead too; asked to be sure, it makes new ones.
    assert person.runs("python leaver.py end").endswith("0 devices are in\n")
    assert person.runs("python leaver.py") == "2 devices are in\n"


def _tokens(state: object) -> set[str]:
    """Return every token in the emulator's state."""
    if isinstance(state, list):
        return {token for item in state for token in _tokens(item)}
    if not isinstance(state, dict):
        return set()
    here = {
        value
        for name, value in state.items()
        if name in ("authToken", "auth_token", "token") and isinstance(value, str) and value
    }
    return here | {token for value in state.values() for token in _tokens(value)}
