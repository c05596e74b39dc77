from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest_asyncio
from service import app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from cometchat_session.emulator import Emulator


@pytest_asyncio.fixture
async def service(
    cometchat_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    for name, value in {**cometchat_emulator.environment, "COMETCHAT_STORE": "memory:"}.items():
        monkeypatch.setenv(name, value)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            yield client
