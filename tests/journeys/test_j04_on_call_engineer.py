"""J4, the on-call engineer: it is night, and "chat logs people out"."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journeys.person import Person

MINUTE = 60
APP = """
    # Names the device anew on every visit: the mistake that the engineer is after.
    import itertools, logging, sys
    from cometchat_session import CometChatAdmin

    logging.basicConfig()
    with CometChatAdmin(store="memory:") as chat:
        chat.users.ensure("ann", "Ann")
        for visit in range(int(sys.argv[1])):
            chat.token_for("ann", device=f"{sys.argv[2]}-{visit}")
"""


def test_doctor_and_the_list_of_tokens_tell_why_people_are_logged_out(person: Person) -> None:
    """I type `doctor` and `tokens list`, and read how many tokens there are, what ended mine, and why."""
    emulator = person.emulator
    person.writes("app.py", APP)
    # A little later than that, so that a slow machine still rounds to the same minutes.
    emulator.freeze(time.time() - 120 * MINUTE + 25)
    token = person.runs("cometchat users create ann Ann") and person.runs(
        "cometchat tokens create ann --force --show"
    )
    person.runs("cometchat login --auth-token-stdin", stdin=token)

    emulator.advance(100 * MINUTE)
    quiet = person.types("python app.py 40 morning")
    assert (quiet.status, quiet.err) == (0, "")  # 41 tokens are no trouble yet
    assert person.runs("cometchat whoami --verify").startswith("ann")
    well = person.runs("cometchat doctor --uid ann")
    assert "✓ tokens of ann: 41 of at most 100 tokens" in well

    emulator.advance(17 * MINUTE)
    busy = person.types("python app.py 66 evening")
    assert busy.status == 0
    # The app's own log has said it, once for each device that it logged out, and without a secret.
    assert busy.err.count("the one made now ends the oldest and logs its device out") == 7
    assert "give each device a name that stays" in busy.err
    assert person.emulator.rest_api_key not in busy.err

    # Ann's phone, on which nothing was done wrong:
    found = person.types("cometchat doctor")
    assert found.status == 1
    assert "✗ session: the session of ann was dead; it is removed" in found.out
    said = (
        "! tokens of ann: 100 of at most 100 tokens; the newest was made 3 min ago, the oldest 20 min ago: "
        "whatever was made before has ended.\n"
        "    One more ends the oldest, whose device is logged out with no other sign. Keep one token for "
        "each device, as token_for() does"
    )
    assert said in found.out

    listed = person.runs("cometchat tokens list ann").splitlines()
    assert len(listed) == 100 + 2
    assert listed[100].startswith("100 of at most 100 tokens; the newest was made 3 min ago")
    assert "token_for()" in listed[101]
    assert all(row.startswith("***") for row in listed[:100])
    assert not [row for row in listed if token.strip() in row]
    document = json.loads(person.runs("cometchat tokens list ann --json"))
    assert (document["kept_at_most"], len(document["tokens"])) == (100, 100)

    # At the desk, where nobody is logged in, the engineer names the user; and a name that is none is told.
    at_the_desk = person.runs("cometchat doctor --uid ann")
    assert "· session: nobody is logged in" in at_the_desk
    assert said in at_the_desk
    nobody = person.types("cometchat doctor --uid nobody")
    assert nobody.status == 1
    assert "✗ tokens of nobody: User 'nobody' does not exist" in nobody.out
    del person.environment["COMETCHAT_REST_API_KEY"]
    assert "Set COMETCHAT_REST_API_KEY right first" in person.runs("cometchat doctor --uid ann")
