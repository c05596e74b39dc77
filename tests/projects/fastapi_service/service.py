"""A token endpoint: who is signed in gets the auth token of the device in hand."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse

from cometchat_session import AsyncCometChatAdmin, CometChatError, RateLimitedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client for as long as the service runs; its settings are in the environment."""
    async with AsyncCometChatAdmin() as chat:
        app.state.chat = chat
        yield


app = FastAPI(lifespan=lifespan)


def signed_in(authorization: Annotated[str, Header()] = "") -> str:
    """Return who asks. A real service checks a cookie or a token of its own here."""
    kind, _, name = authorization.partition(" ")
    if kind != "Session" or not name:
        raise HTTPException(401, "sign in first")
    return name


@app.post("/chat/token")
async def chat_token(
    request: Request, uid: Annotated[str, Depends(signed_in)], device: Annotated[str, Header()] = "web"
) -> dict[str, str]:
    """Hand out the token; a user that chat does not know yet is made on the way."""
    chat: AsyncCometChatAdmin = request.app.state.chat
    token = await chat.token_for(uid, device=device, name=uid.title())
    return {"uid": uid, "auth_token": token.auth_token}


@app.exception_handler(CometChatError)
async def chat_trouble(request: Request, error: CometChatError) -> JSONResponse:
    """Answer that chat is away, and repeat nothing of what CometChat answered."""
    headers = {}
    if isinstance(error, RateLimitedError) and error.retry_after is not None:
        headers["Retry-After"] = str(round(error.retry_after))
    return JSONResponse({"error": "chat is not available at present"}, 503, headers)
