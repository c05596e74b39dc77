"""A FastAPI service that hands its signed-in users their CometChat auth token."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse

from cometchat_session import AsyncCometChatAdmin, CometChatError, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

log = logging.getLogger(__name__)

# Our own accounts. A real service has a table, and a cookie or a signed token in the place of the header.
ACCOUNTS = {"session-of-ann": ("ann", "Ann"), "session-of-bob": ("bob", "Bob")}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep one client for the life of the service: its connections are used again and again.

    A browser waits for the answer, so the client gives up after five seconds instead of thirty.
    """
    async with AsyncCometChatAdmin(retry=RetryPolicy(deadline=5.0)) as chat:
        app.state.chat = chat
        yield


app = FastAPI(lifespan=lifespan)


def account(authorization: Annotated[str, Header()] = "") -> tuple[str, str]:
    """Return who is signed in, uid and name. Never take the uid from the request itself."""
    try:
        return ACCOUNTS[authorization.removeprefix("Bearer ")]
    except KeyError:
        raise HTTPException(401, "Sign in first.") from None


def chat_client(request: Request) -> AsyncCometChatAdmin:
    """Return the service's client."""
    client: AsyncCometChatAdmin = request.app.state.chat
    return client


@app.post("/chat/token")
async def chat_token(
    who: Annotated[tuple[str, str], Depends(account)],
    chat: Annotated[AsyncCometChatAdmin, Depends(chat_client)],
    device: Annotated[str, Header(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] = "web",
    *,
    refused: bool = False,
) -> dict[str, str]:
    """Hand out the token of this user on this device: made once, then kept.

    A device whose token was refused, for it was revoked, says so. Its word is not taken for it: the server
    is asked, and only a dead token is replaced.
    """
    uid, name = who
    token = await chat.token_for(uid, device=device, name=name, verify=refused)
    return {"uid": uid, "auth_token": token.auth_token}


@app.exception_handler(CometChatError)
async def chat_failed(_: Request, error: CometChatError) -> JSONResponse:
    """Tell the browser that chat is away; what CometChat said is for our log."""
    log.warning("chat failed: %s (%s)", error, error.code or error.status)
    headers = {} if error.retry_after is None else {"Retry-After": str(round(error.retry_after))}
    return JSONResponse({"detail": "Chat is not available at the moment."}, 503, headers)
