from __future__ import annotations

import os
import unittest
from unittest import mock

from job import run

from cometchat_session import CometChatAdmin
from cometchat_session.emulator import Emulator


class JobTest(unittest.TestCase):
    def setUp(self) -> None:
        self.emulator = self.enterContext(Emulator())
        self.enterContext(mock.patch.dict(os.environ, self.emulator.environment))

    def test_it_makes_who_is_missing_and_mends_who_has_changed(self) -> None:
        people = [("ann", "Ann"), ("bob", "Bob")]
        self.assertEqual(run(people), {"created": 2, "updated": 0, "unchanged": 0})
        self.assertEqual(run(people), {"created": 0, "updated": 0, "unchanged": 2})
        self.assertEqual(run([("ann", "Anna")]), {"created": 0, "updated": 1, "unchanged": 0})
        with CometChatAdmin() as chat:
            self.assertEqual(chat.users.get("ann").name, "Anna")

    def test_a_request_that_fails_once_is_made_again(self) -> None:
        self.emulator.fault("status", status=503, times=1, headers={"Retry-After": "0"})
        self.assertEqual(run([("ann", "Ann")])["created"], 1)
        self.assertEqual(next(call["status"] for call in self.emulator.requests), 503)


if __name__ == "__main__":
    unittest.main()
