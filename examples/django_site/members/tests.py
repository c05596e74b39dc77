"""Through Django's own test clients, against an emulator that is stopped and started again."""

from __future__ import annotations

import os
import tempfile
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import AsyncClient, SimpleTestCase, TransactionTestCase, override_settings

from cometchat_session.emulator import Emulator
from members import chat
from members.apps import check_chat_settings
from members.models import Member


class ChatTestCase(TransactionTestCase):
    def setUp(self) -> None:
        self.emulator = self.enterContext(Emulator())
        self.point_at(self.emulator)
        os.environ["COMETCHAT_STORE"] = f"file:{self.enterContext(tempfile.TemporaryDirectory())}"
        self.addCleanup(os.environ.pop, "COMETCHAT_STORE")

    def point_at(self, emulator: Emulator) -> None:
        settings = {
            "COMETCHAT_APP_ID": emulator.app_id,
            "COMETCHAT_REGION": emulator.region,
            "COMETCHAT_REST_API_KEY": emulator.rest_api_key,
            "COMETCHAT_BASE_URL": emulator.url,
        }
        self.enterContext(override_settings(**settings))

    def sign_up(self, name: str) -> Member:
        self.assertEqual(self.client.post("/sign-up", {"name": name}).status_code, 201)
        return Member.objects.get(name=name)

    def names_in_chat(self, emulator: Emulator) -> dict[str, str]:
        users = emulator.state["users"]
        return {user["uid"]: user["name"] for user in users if user["uid"].startswith("member-")}


class SignUpTest(ChatTestCase):
    def test_a_member_is_a_chat_user(self) -> None:
        member = self.sign_up("Ann")
        self.assertTrue(member.in_chat)
        self.assertEqual(self.names_in_chat(self.emulator), {member.uid: "Ann"})

    def test_chat_hears_nothing_of_a_member_that_was_rolled_back(self) -> None:
        with transaction.atomic():
            self.sign_up("Ann")
            transaction.set_rollback(True)
        self.assertEqual(self.emulator.requests, [])
        self.assertFalse(Member.objects.exists())


class RepairTest(ChatTestCase):
    def test_sign_up_works_while_chat_is_down_and_is_repaired(self) -> None:
        port = int(self.emulator.url.rpartition(":")[2])
        self.emulator.stop()
        with self.assertLogs("members.chat", "WARNING"):
            members = [self.sign_up(name) for name in ("Ann", "Bob", "Cid")]
        self.assertEqual([member.in_chat for member in members], [False] * 3)
        with Emulator(port=port) as back:
            self.assertEqual(self.repair(), "3 repaired, 0 failed\n")
            self.assertEqual(sorted(self.names_in_chat(back).values()), ["Ann", "Bob", "Cid"])
            self.assertEqual(Member.objects.filter(in_chat=True).count(), 3)
            back.clear_requests()
            self.assertEqual(self.repair(), "0 repaired, 0 failed\n")
            self.assertEqual(back.requests, [])

    def test_a_wrong_key_is_said_once(self) -> None:
        with override_settings(COMETCHAT_REST_API_KEY="f" * 40):
            with self.assertLogs("members.chat", "WARNING"):
                self.sign_up("Ann")
            with self.assertRaisesMessage(CommandError, "key"):
                self.repair()
        self.assertFalse(Member.objects.get().in_chat)

    def repair(self) -> str:
        said = StringIO()
        call_command("repair_chat", stdout=said)
        return said.getvalue()


class TokenTest(ChatTestCase):
    async def ask(self, account: str, device: str = "phone") -> Any:
        return await AsyncClient().get("/chat/token", headers={"x-account": account, "device": device})

    async def test_a_device_keeps_its_token(self) -> None:
        member = await self.member("Ann")
        tokens = [
            (await self.ask("ann", device)).json()["auth_token"] for device in ("phone", "phone", "web")
        ]
        self.assertEqual(len(set(tokens)), 2)
        self.assertEqual({token["uid"] for token in self.emulator.state["tokens"]}, {member.uid})

    async def test_a_member_whom_chat_missed_is_made(self) -> None:
        member = await self.member("Ann")
        self.emulator.remove_user(member.uid)
        self.assertEqual((await self.ask("ann")).status_code, 200)
        self.assertEqual(self.names_in_chat(self.emulator), {member.uid: "Ann"})

    async def test_trouble_is_told_without_its_text(self) -> None:
        await self.member("Ann")
        self.emulator.fault("status", status=403)
        with self.assertLogs("members.chat", "WARNING"):
            answer = await self.ask("ann")
        self.assertEqual(
            (answer.status_code, answer.json()["error"]), (503, "Chat is not available at the moment.")
        )

    async def test_a_stranger_gets_no_token(self) -> None:
        self.assertEqual((await self.ask("nobody")).status_code, 401)
        self.assertEqual(self.emulator.requests, [])

    async def member(self, name: str) -> Member:
        answer = await AsyncClient().post("/sign-up", {"name": name})
        self.assertEqual(answer.status_code, 201)
        return await Member.objects.select_related("account").aget(name=name)


class SettingsTest(SimpleTestCase):
    @override_settings(COMETCHAT_APP_ID=None, COMETCHAT_REGION="nowhere", COMETCHAT_BASE_URL=None)
    def test_the_check_names_everything_that_is_wrong(self) -> None:
        (error,) = check_chat_settings()
        self.assertIn("COMETCHAT_APP_ID", error.msg)
        self.assertIn("nowhere", error.msg)

    @override_settings(COMETCHAT_APP_ID="app", COMETCHAT_REGION="us", COMETCHAT_REST_API_KEY="k" * 40)
    def test_the_check_is_content(self) -> None:
        self.assertEqual(check_chat_settings(), [])
        chat.blocking().close()
