"""J2, the FastAPI developer: one endpoint that hands the signed-in user a chat token."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from support.processes import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journeys.person import Person, Running

SERVICE = """
    import logging
    from contextlib import asynccontextmanager

    import uvicorn
    from cometchat_session import AsyncCometChatAdmin, CometChatError
    from fastapi import Depends, FastAPI, Header, HTTPException, Request
    from fastapi.responses import JSONResponse

    SESSIONS = {"cookie-of-ann": ("ann", "Ann"), "cookie-of-bob": ("bob", "Bob")}

    @asynccontextmanager
    async def lifespan(app):
        async with AsyncCometChatAdmin() as app.state.chat:
            yield

    app = FastAPI(lifespan=lifespan)

    def user(authorization: str = Header("")):
        if authorization not in SESSIONS:
            raise HTTPException(401, "Sign in first.")
        return SESSIONS[authorization]

    @app.post("/chat/token")
    async def chat_token(request: Request, user=Depends(user), device: str = Header("web")):
        uid, name = user
        token = await request.app.state.chat.token_for(uid, device=device, name=name)
        return {"uid": uid, "auth_token": token.auth_token}

    @app.get("/health")
    async def health():
        return "well"

    @app.exception_handler(CometChatError)
    async def chat_failed(request, error):
        logging.getLogger("service").warning("chat failed: %s (%s)", error, error.code)
        return JSONResponse({"detail": "Chat is not available at the moment."}, 503)

    if __name__ == "__main__":
        uvicorn.run(app, port=0)
"""
PHONE = {"Authorization": "cookie-of-ann", "Device": "phone-1"}


@contextmanager
def served(person: Person) -> Iterator[tuple[Running, httpx.Client]]:
    """Start the service as on the developer's machine; return it, and a browser that is there."""
    running = person.begins("python service.py")
    try:
        place = re.search(r"http://[\d.:]+", running.says("Uvicorn running on"))
        assert place is not None
        with httpx.Client(base_url=place[0], timeout=PATIENCE) as browser:
            yield running, browser
    finally:
        running.is_killed()


@pytest.fixture
def developer(person: Person) -> Person:
    person.writes("service.py", SERVICE)
    return person


def made(person: Person) -> list[str]:
    """Return whose tokens were made, one entry for each."""
    return [call["path"] for call in person.emulator.requests if call["path"].endswith("/auth_tokens")]


def test_the_endpoint_hands_out_one_token_for_each_phone(developer: Person) -> None:
    """I write one endpoint. It knows the user, is quick, and the same phone gets the same token."""
    emulator = developer.emulator
    with served(developer) as (service, browser):
        answer = browser.post("/chat/token", headers=PHONE)
        assert (answer.status_code, answer.json()["uid"]) == (200, "ann")
        token = answer.json()["auth_token"]
        logged_in = developer.runs("cometchat login --auth-token-stdin", stdin=token)
        assert logged_in.startswith("Logged in as ann")

        # The uid is the session's, whatever the request says; and the same phone costs no request.
        emulator.clear_requests()
        for place in ("/chat/token?uid=bob", "/chat/token"):
            again = browser.post(place, headers=PHONE, json={"uid": "bob", "user": "bob"})
            assert again.json() == answer.json()
        assert browser.post("/chat/token", json={"uid": "bob"}).status_code == 401
        assert emulator.requests == []

        # Two more phones that ask many times at once, while CometChat takes its time, get one each.
        emulator.fault("delay", method="POST", path="/users/ann/auth_tokens", seconds=0.1)
        phones = [PHONE | {"Device": f"phone-{2 + turn % 2}"} for turn in range(10)]
        with ThreadPoolExecutor(len(phones)) as pool:
            answers = pool.map(lambda phone: browser.post("/chat/token", headers=phone).json(), phones)
            got = {(phone["Device"], one["auth_token"]) for phone, one in zip(phones, answers, strict=True)}
        assert len(got) == len({token, *dict(got).values()}) - 1 == 2
        assert made(developer) == ["/v3/users/ann/auth_tokens"] * 2
        assert len([one for one in emulator.state["tokens"] if one["uid"] == "ann"]) == 3

        service.presses_ctrl_c()
        log = service.ends()
    assert "Finished server process" in log.err
    for never in ("Warning", token, emulator.rest_api_key):
        assert never not in log.err + log.out

    # Started again, the service still knows the phone's token.
    emulator.clear_requests()
    with served(developer) as (_, browser):
        assert browser.post("/chat/token", headers=PHONE).json() == answer.json()
    assert emulator.requests == []


def test_nothing_waits_for_a_chat_that_does_not_answer(developer: Person) -> None:
    """While CometChat keeps one call waiting my service answers all others."""
    developer.emulator.fault("hang", method="POST", path="/users/ann/auth_tokens")
    with ThreadPoolExecutor(1) as pool, served(developer) as (_, browser):
        waiting = pool.submit(browser.post, "/chat/token", headers=PHONE)
        until(lambda: bool(made(developer)))
        assert browser.get("/health").json() == "well"
        assert browser.post("/chat/token", headers={"Authorization": "cookie-of-bob"}).json()["uid"] == "bob"
        assert not waiting.done()


def test_what_cometchat_said_is_not_for_the_browser(developer: Person) -> None:
    """When it fails, the page learns that chat is away, and my log learns why."""
    upstream = {"error": {"code": "AUTH_ERR_NO_ACCESS", "message": "upstream text", "details": {}}}
    developer.emulator.fault("status", method="POST", status=403, body=upstream, times=1)
    with served(developer) as (service, browser):
        answer = browser.post("/chat/token", headers=PHONE)
        assert (answer.status_code, answer.json()) == (
            503,
            {"detail": "Chat is not available at the moment."},
        )
        assert browser.post("/chat/token", headers=PHONE).status_code == 200
        service.presses_ctrl_c()
        log = service.ends()
    assert "AUTH_ERR_NO_ACCESS" in log.err
    assert developer.emulator.rest_api_key not in log.err + log.out
