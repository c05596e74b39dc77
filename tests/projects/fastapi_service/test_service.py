from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cometchat_session import errors

if TYPE_CHECKING:
    import httpx

    from cometchat_session import AsyncCometChat, AsyncCometChatAdmin
    from cometchat_session.emulator import Emulator

pytestmark = pytest.mark.asyncio
ANN = {"Authorization": "Session ann", "Device": "phone"}


async def test_the_token_logs_in(service: httpx.AsyncClient, async_cometchat: AsyncCometChat) -> None:
    answer = await service.post("/chat/token", headers=ANN)
    user = await async_cometchat.login(auth_token=answer.json()["auth_token"])
    assert (user.uid, user.name) == ("ann", "Ann")


async def test_twenty_requests_at_once_make_one_token(
    service: httpx.AsyncClient, cometchat_emulator: Emulator
) -> None:
    answers = await asyncio.gather(*(service.post("/chat/token", headers=ANN) for _ in range(20)))
    assert len({answer.json()["auth_token"] for answer in answers}) == 1
    made = [call["path"] for call in cometchat_emulator.requests if call["status"] == 200]
    assert made.count("/v3/users/ann/auth_tokens") == 1


async def test_nobody_gets_nothing(service: httpx.AsyncClient, cometchat_emulator: Emulator) -> None:
    assert (await service.post("/chat/token")).status_code == 401
    assert cometchat_emulator.requests == []


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 403}, {"kind": "html", "status": 404}])
async def test_trouble_is_told_without_its_text(
    service: httpx.AsyncClient, cometchat_emulator: Emulator, fault: dict[str, object]
) -> None:
    cometchat_emulator.fault(**fault)
    answer = await service.post("/chat/token", headers=ANN)
    assert (answer.status_code, answer.json()) == (503, {"error": "chat is not available at present"})


async def test_a_rate_limit_is_passed_on(service: httpx.AsyncClient, cometchat_emulator: Emulator) -> None:
    cometchat_emulator.fault("status", status=429, headers={"Retry-After": "90"})
    answer = await service.post("/chat/token", headers=ANN)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "90")


async def test_a_leaver_s_tokens_end(
    service: httpx.AsyncClient, async_cometchat: AsyncCometChat, async_cometchat_admin: AsyncCometChatAdmin
) -> None:
    answer = await service.post("/chat/token", headers=ANN)
    await async_cometchat.login(auth_token=answer.json()["auth_token"])
    await async_cometchat_admin.auth_tokens.flush("ann")
    assert await async_cometchat.get_logged_in_user(verify=True) is None
    with pytest.raises(errors.NotLoggedInError):
        await async_cometchat.get_auth_token()
