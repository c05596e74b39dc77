"""J8, the person who deleted a user and made it anew: the session of the old one must be no dead end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cometchat_session import CometChatAdmin, MemoryStore, errors

if TYPE_CHECKING:
    from support.modes import Mode

    from journeys.person import Person

ADMIN = """
    import sys
    from cometchat_session import CometChatAdmin

    with CometChatAdmin() as admin:
        admin.users.delete("ann")
        if "anew" in sys.argv:
            admin.users.create("ann", "Ann the Second")
"""


def test_a_login_at_the_shell_leads_to_the_new_user_of_the_same_uid(person: Person) -> None:
    """I deleted ann and made her anew. `login ann` must give me the new one, or tell me how to get her."""
    person.writes("anew.py", ADMIN)
    person.runs("cometchat users create ann 'Ann the First'")
    person.runs("cometchat login ann")
    person.runs("python anew.py anew")
    assert "Ann the First" in person.runs("cometchat whoami")  # nobody was asked
    # A login of the same user asks nobody, which is the rule; but it says so, and what to type instead.
    assert "not checked: --verify" in person.runs("cometchat login ann")
    assert "Ann the Second" in person.runs("cometchat login ann --verify")
    assert "Ann the Second" in person.runs("cometchat whoami --verify")


def test_somebody_who_was_deleted_can_log_out_at_the_shell(person: Person) -> None:
    """I deleted ann for good. `logout` must not be stuck on her."""
    person.writes("gone.py", ADMIN)
    person.runs("cometchat users create ann Ann")
    person.runs("cometchat login ann")
    person.runs("python gone.py")
    person.runs("cometchat logout")
    assert person.types("cometchat whoami").status == 3
    missing = person.types("cometchat login ann")
    assert missing.status == 1
    assert "does not exist or is deactivated" in missing.err
    assert "cometchat users" in missing.err or "ensure" in missing.err
    person.runs("cometchat login cometchat-uid-1")


@pytest.mark.parametrize("way", ["verify", "force", "noticed", "logged out"])
def test_in_a_program_there_are_four_ways_and_all_lead_to_the_new_user(mode: Mode, way: str) -> None:
    """A program that holds the old session: asked to be sure, forced, noticed, or logged out."""
    emulator = mode.emulator
    with CometChatAdmin(
        emulator.app_id,
        emulator.region,
        api_key=emulator.rest_api_key,
        base_url=emulator.url,
        store=MemoryStore(),
    ) as admin:
        admin.users.create("ann", "Ann the First")
        chat = mode.client()
        assert chat.login("ann").name == "Ann the First"
        dead = chat.get_auth_token()
        admin.users.delete("ann")
        admin.users.create("ann", "Ann the Second")
        if way == "noticed":
            assert chat.get_logged_in_user(verify=True) is None
        if way == "logged out":
            assert chat.logout().revoked  # a token that is unknown is as good as ended
        user = chat.login("ann", verify=way == "verify", force=way == "force")
        assert user.name == "Ann the Second"
        assert chat.get_auth_token() != dead
        assert chat.get_logged_in_user(verify=True).name == "Ann the Second"
        admin.users.delete("ann")
        with pytest.raises(errors.UserNotFoundError):
            chat.login("ann", force=True)
        chat.logout()
        assert chat.get_logged_in_user() is None
