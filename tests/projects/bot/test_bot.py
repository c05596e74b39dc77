from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bot import Bot

from cometchat_session import FileStore, NotLoggedInError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cometchat_session import AsyncCometChatAdmin, CometChat
    from cometchat_session.emulator import Emulator

pytestmark = pytest.mark.anyio
UID = "cometchat-uid-3"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def new_bot(cometchat_emulator: Emulator, tmp_path: Path) -> Callable[[], Bot]:
    """A bot as it is after each restart: a new object, the same folder."""
    return lambda: Bot(
        app_id=cometchat_emulator.app_id,
        region=cometchat_emulator.region,
        base_url=cometchat_emulator.url,
        store=FileStore(tmp_path),
    )


async def test_it_logs_in_once_however_often_it_restarts(
    new_bot: Callable[[], Bot], async_cometchat_admin: AsyncCometChatAdmin, cometchat_emulator: Emulator
) -> None:
    token = await async_cometchat_admin.auth_tokens.create(UID)
    bot = new_bot()
    await bot.start(token.auth_token)
    await bot.stop()
    for _ in range(3):
        bot = new_bot()
        assert (await bot.start()).uid == UID
        await bot.stop()
    logins = [call for call in cometchat_emulator.requests if call["method"] == "PUT"]
    assert len(logins) == 1


async def test_it_says_when_its_token_was_revoked(
    new_bot: Callable[[], Bot], async_cometchat_admin: AsyncCometChatAdmin, cometchat_emulator: Emulator
) -> None:
    bot = new_bot()
    await bot.start((await async_cometchat_admin.auth_tokens.create(UID)).auth_token)
    cometchat_emulator.revoke(uid=UID)
    with pytest.raises(NotLoggedInError, match="token of its own"):
        await bot.start()
    assert (await bot.start((await async_cometchat_admin.auth_tokens.create(UID)).auth_token)).uid == UID
    await bot.stop()


async def test_it_asks_other_endpoints_as_itself(
    new_bot: Callable[[], Bot], async_cometchat_admin: AsyncCometChatAdmin, cometchat_emulator: Emulator
) -> None:
    bot = new_bot()
    user = await bot.start((await async_cometchat_admin.auth_tokens.create(UID)).auth_token)
    assert await bot.people(cometchat_emulator.url) == [user.name]
    await bot.stop()


async def test_two_people_are_two_people(cometchat: CometChat, cometchat_emulator: Emulator) -> None:
    """The sync client works in the same test, beside a loop."""
    assert cometchat.login(UID).uid == UID
    assert cometchat.logout().revoked
    assert [call["method"] for call in cometchat_emulator.requests] == ["POST", "PUT", "DELETE"]
