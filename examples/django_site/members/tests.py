"""Through Django's own test clients, against an emulator that is stopped and started again."""

from __future__ import annotations

import tempfile
from io import StringIO
from typing import Any
from unittest import mock

from django.core.management import CommandError, call_command
from django.core.signals import setting_changed
from django.db import transaction
from django.dispatch import receiver
from django.test import AsyncClient, Client, SimpleTestCase, TransactionTestCase, override_settings

from cometchat_session.emulator import Emulator
from members import chat
from members.apps import check_chat_settings
from members.models import Member


@receiver(setting_changed)
def start_anew(*, setting: str, **_: Any) -> None:
    """Let the process make new clients where a test changes its settings."""
    if setting.startswith("COMETCHAT_") and chat.blocking.cache_info().currsize:
        chat.blocking().close()
    chat.blocking.cache_clear()
    chat.tasked.cache_clear()  # its connections are closed with their event loop


class ChatTestCase(TransactionTestCase):
    def setUp(self) -> None:
        self.emulator = self.enterContext(Emulator())
        self.enterContext(
            override_settings(
                COMETCHAT_APP_ID=self.emulator.app_id,
                COMETCHAT_REGION=self.emulator.region,
                COMETCHAT_REST_API_KEY=self.emulator.rest_api_key,
                COMETCHAT_BASE_URL=self.emulator.url,
                COMETCHAT_STORE=f"file:{self.enterContext(tempfile.TemporaryDirectory())}",
            )
        )

    def sign_up(self, name: str) -> Member:
        self.assertEqual(Client().post("/sign-up", {"name": name}).status_code, 201)
        return Member.objects.get(name=name)

    def repair(self) -> str:
        said = StringIO()
        call_command("repair_chat", stdout=said, stderr=said)
        return said.getvalue()

    def names_in_chat(self, emulator: Emulator) -> dict[str, str]:
        users = emulator.state["users"]
        return {user["uid"]: user["name"] for user in users if user["uid"].startswith("member-")}


class SignUpTest(ChatTestCase):
    def test_a_member_is_a_chat_user(self) -> None:
        member = self.sign_up("Ann")
        self.assertTrue(member.in_chat)
        self.assertEqual(self.names_in_chat(self.emulator), {member.uid: "Ann"})

    def test_a_new_name_reaches_chat(self) -> None:
        self.client.post("/sign-up", {"name": "Ann"})
        self.client.post("/rename", {"name": "Ann Bell"})
        self.assertEqual([*self.names_in_chat(self.emulator).values()], ["Ann Bell"])
        self.assertTrue(Member.objects.get().in_chat)

    def test_chat_hears_nothing_of_what_was_rolled_back(self) -> None:
        with transaction.atomic():
            self.sign_up("Ann")
            transaction.set_rollback(True)
        self.assertFalse(Member.objects.exists())
        self.assertEqual(self.emulator.requests, [])
        self.sign_up("Bob")
        self.emulator.clear_requests()
        self.assertEqual(self.client.post("/sign-up", {"name": "bob"}).status_code, 409)
        self.assertEqual(self.emulator.requests, [])

    def test_one_client_serves_all_pages(self) -> None:
        clients = []
        for name in ("Ann", "Bob"):
            self.sign_up(name)
            clients.append(chat.blocking())
        self.assertIs(*clients)


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

    def test_not_even_a_mistake_of_ours_fails_the_page(self) -> None:
        with (
            mock.patch.object(chat, "blocking", side_effect=RuntimeError),
            self.assertLogs("django.db.backends.base", "ERROR"),
        ):
            self.sign_up("Ann")
        self.assertEqual(self.repair(), "1 repaired, 0 failed\n")

    def test_a_name_that_changes_during_the_repair_is_repaired_again(self) -> None:
        self.sign_up("Ann")
        Member.objects.update(name="Ann Bell", in_chat=False)
        Member.now_in_chat(Member.objects.get().uid, "Ann")
        self.assertEqual(self.repair(), "1 repaired, 0 failed\n")
        self.assertEqual([*self.names_in_chat(self.emulator).values()], ["Ann Bell"])

    def test_a_member_who_cannot_be_repaired_stops_nobody(self) -> None:
        member = self.sign_up("Ann")
        self.sign_up("Bob")
        self.emulator.remove_user(member.uid, permanent=False)
        Member.objects.update(in_chat=False)
        said = self.repair()
        self.assertIn(f"{member.uid}: User '{member.uid}' exists and is deactivated.", said)
        self.assertIn("1 repaired, 1 failed", said)

    def test_a_wrong_key_is_said_once(self) -> None:
        with override_settings(COMETCHAT_REST_API_KEY="f" * 40):
            with self.assertLogs("members.chat", "WARNING"):
                self.sign_up("Ann")
            with self.assertRaisesMessage(CommandError, "key"):
                self.repair()
        self.assertFalse(Member.objects.get().in_chat)


class TokenTest(ChatTestCase):
    """Asynchronous from end to end: each test has an event loop of its own."""

    async def member(self) -> Member:
        self.browser = AsyncClient()
        answer = await self.browser.post("/sign-up", {"name": "Ann"})
        self.assertEqual(answer.status_code, 201)
        return await Member.objects.select_related("account").aget()

    async def ask(self, device: str = "phone", **more: Any) -> Any:
        return await self.browser.post("/chat/token", headers={"device": device}, **more)

    async def test_a_device_keeps_its_token(self) -> None:
        member = await self.member()
        tokens = [(await self.ask(device)).json()["auth_token"] for device in ("phone", "phone", "web")]
        self.assertEqual(len(set(tokens)), 2)
        self.assertEqual({token["uid"] for token in self.emulator.state["tokens"]}, {member.uid})

    async def test_the_uid_cannot_be_asked_for(self) -> None:
        member = await self.member()
        await self.ask(data={"uid": "cometchat-uid-1"}, query_params={"uid": "cometchat-uid-1"})
        self.assertEqual({token["uid"] for token in self.emulator.state["tokens"]}, {member.uid})

    async def test_a_member_whom_chat_missed_is_made(self) -> None:
        member = await self.member()
        self.emulator.remove_user(member.uid)
        self.assertEqual((await self.ask()).status_code, 200)
        self.assertEqual(self.names_in_chat(self.emulator), {member.uid: "Ann"})

    async def test_trouble_is_told_without_its_text(self) -> None:
        await self.member()
        self.emulator.fault("status", status=403)
        with self.assertLogs("members.chat", "WARNING"):
            answer = await self.ask()
        self.assertEqual(answer.status_code, 503)
        self.assertEqual(answer.json(), {"error": "Chat is not available at the moment."})

    async def test_a_stranger_gets_no_token(self) -> None:
        self.browser = AsyncClient()
        self.assertEqual((await self.ask()).status_code, 401)
        self.assertEqual(self.emulator.requests, [])


class SettingsTest(SimpleTestCase):
    @override_settings(COMETCHAT_APP_ID=None, COMETCHAT_REGION="nowhere", COMETCHAT_BASE_URL=None)
    def test_the_check_names_everything_that_is_wrong(self) -> None:
        (error,) = check_chat_settings()
        self.assertIn("COMETCHAT_APP_ID", error.msg)
        self.assertIn("nowhere", error.msg)

    def test_the_check_is_content(self) -> None:
        self.assertEqual(check_chat_settings(), [])
