"""J7, the QA engineer: two users with fresh sessions for each test, and nothing left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journeys.person import Person

FIXTURES = """
    import os
    import uuid

    import pytest
    from cometchat_session import CometChat, CometChatAdmin, MemoryStore

    PREFIX = f"qa-{uuid.uuid4().hex[:8]}-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


    @pytest.fixture(scope="session")
    def admin():
        with CometChatAdmin(store="memory:") as admin:
            yield admin


    @pytest.fixture
    def two_users(admin):
        # The uids are this run's and this worker's own, so that runs do not meet.
        uids = [f"{PREFIX}-{name}" for name in ("ann", "bob")]
        clients = []
        try:
            for uid in uids:
                admin.users.create(uid, uid)
                client = CometChat(store=MemoryStore())
                clients.append(client)
                client.login(auth_token=admin.auth_tokens.create(uid, force=True).auth_token)
            yield clients
        finally:
            for client in clients:
                client.close()
            for uid in uids:
                admin.users.delete(uid)
"""
SUITE = """
    import httpx
    import pytest
    from cometchat_session import CometChat, MemoryStore, errors


    @pytest.mark.parametrize("again", range(4))
    def test_the_token_is_dead_after_a_logout(two_users, admin, again):
        ann, bob = two_users
        uid, token = ann.get_logged_in_user().uid, ann.get_auth_token()
        assert ann.logout().revoked
        assert ann.get_logged_in_user() is None
        with CometChat(store=MemoryStore()) as device, pytest.raises(errors.AuthTokenNotFoundError):
            device.login(auth_token=token)
        with pytest.raises(errors.APIError):
            admin.auth_tokens.get(uid, token)
        assert bob.get_logged_in_user(verify=True) is not None  # nobody else's ended


    def test_nobody_else_is_there(two_users, admin):
        mine = sorted(client.get_logged_in_user().uid for client in two_users)
        prefix = mine[0].removesuffix("ann")
        assert sorted(user.uid for user in admin.users.list() if user.uid.startswith(prefix)) == mine


    def test_a_bug_is_found(two_users):
        assert two_users[0].get_logged_in_user().name == "somebody else"
"""


def test_users_with_sessions_come_and_go_with_the_test_even_if_it_fails(person: Person) -> None:
    """Two people of my team run the suite at once, against one service; what fails leaves nothing either."""
    before = _uids(person)
    person.writes("conftest.py", FIXTURES)
    person.writes("test_sessions.py", SUITE)
    colleagues = [person.begins(f"pytest -q -p no:cacheprovider -n {workers}") for workers in (2, 0)]
    for done in [run.ends() for run in colleagues]:
        assert done.status == 1, done.out + done.err
        assert "1 failed, 5 passed" in done.out, done.out + done.err
        assert "test_a_bug_is_found" in done.out
    assert _uids(person) == before
    made = {
        call["path"].split("/")[3]
        for call in person.emulator.requests
        if call["method"] == "DELETE" and "/users/qa-" in call["path"]
    }
    # Each run had its own, and in the parallel one each worker that got a test.
    assert len({uid.rsplit("-", 1)[0] for uid in made}) in (2, 3)
    assert all(uid.endswith(("-ann", "-bob")) for uid in made)


def _uids(person: Person) -> list[str]:
    return sorted(app_user["uid"] for app_user in _users(person.emulator.state))


def _users(state: object) -> list[dict[str, str]]:
    """Return all users in the emulator's state, wherever it keeps them."""
    found: list[dict[str, str]] = []
    if isinstance(state, dict):
        if "uid" in state and "name" in state:
            found.append(state)
        else:
            found += [user for value in state.values() for user in _users(value)]
    elif isinstance(state, list):
        found += [user for value in state for user in _users(value)]
    return found
