import os
from unittest import mock

from django.contrib.auth.models import User
from django.test import TransactionTestCase

from cometchat_session import CometChatAdmin, UserNotFoundError
from cometchat_session.emulator import Emulator


class ChatTestCase(TransactionTestCase):
    """One emulator for the tests of a class, as new for each of them."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.emulator = cls.enterClassContext(Emulator())
        cls.enterClassContext(mock.patch.dict(os.environ, cls.emulator.environment))

    def setUp(self) -> None:
        self.emulator.reset()


class SignUpTest(ChatTestCase):
    def test_a_member_is_a_chat_user(self) -> None:
        self.assertEqual(self.client.post("/sign-up", {"name": "Ann"}).status_code, 201)
        with CometChatAdmin() as chat:
            self.assertEqual(chat.users.get("ann").name, "Ann")

    def test_nobody_is_made_for_a_member_that_was_not(self) -> None:
        User.objects.create_user("ann")
        with self.assertRaises(Exception):  # the name is taken
            self.client.post("/sign-up", {"name": "Ann"})
        self.assertEqual(self.emulator.requests, [])


class TroubleTest(ChatTestCase):
    def test_sign_up_works_while_chat_does_not(self) -> None:
        self.emulator.fault("status", status=403)
        with self.assertLogs("members", "WARNING"):
            self.assertEqual(self.client.post("/sign-up", {"name": "Bob"}).status_code, 201)
        self.assertTrue(User.objects.filter(username="bob").exists())
        self.emulator.disarm()
        with CometChatAdmin() as chat, self.assertRaises(UserNotFoundError):
            chat.users.get("bob")
