"""A bot. It logs in once in its life; after a restart it goes on where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from cometchat_session import AsyncCometChat, NotLoggedInError

if TYPE_CHECKING:
    from cometchat_session import User


class Bot:
    """Logs in with the token it was given, and only if it has to.

    Args:
        settings: those of the client; by default the environment's.
    """

    def __init__(self, **settings: Any) -> None:
        self.chat = AsyncCometChat(**settings)

    async def start(self, token: str | None = None) -> User:
        """Be logged in. A token is needed the first time, and after it was revoked."""
        user = await self.chat.get_logged_in_user(verify=True)
        if user is None and token is None:
            raise NotLoggedInError("The bot has no session.", hint="Give it a token of its own.")
        return user or await self.chat.login(auth_token=token)

    async def people(self, server: str) -> list[str]:
        """Call another endpoint, as the user that the bot is."""
        async with httpx.AsyncClient(auth=self.chat.auth, base_url=server) as http:
            answer = await http.get("/v3.0/me")
            return [answer.raise_for_status().json()["data"]["name"]]

    async def stop(self) -> None:
        """End; the session stays."""
        await self.chat.aclose()
