"""A shop. Who signs up can chat; a chat that is down stops nobody from signing up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, request, session

from cometchat_session import CometChatAdmin, CometChatError

if TYPE_CHECKING:
    from collections.abc import Mapping


def create_app(config: Mapping[str, Any]) -> Flask:
    """Build the shop; chat settings come from the configuration, or from the environment."""
    app = Flask(__name__)
    app.config.update({"SECRET_KEY": "shop", "CHAT": {}, **config})
    chat = CometChatAdmin(**app.config["CHAT"])
    app.extensions["chat"] = chat
    missing: set[str] = set()  # a real shop has a table for this

    @app.post("/sign-up")
    def sign_up() -> tuple[dict[str, Any], int]:
        uid = request.form["name"].lower()
        session["uid"] = uid
        try:
            chat.users.ensure(uid, request.form["name"])
        except CometChatError as error:
            app.logger.warning("no chat for %s yet: %s", uid, error)
            missing.add(uid)
        return {"uid": uid, "chat": uid not in missing}, 201

    @app.get("/chat-token")
    def chat_token() -> tuple[dict[str, str], int]:
        if "uid" not in session:
            return {"error": "sign up first"}, 401
        device = request.headers.get("User-Agent", "browser")[:40]
        token = chat.token_for(session["uid"], device=device)
        return {"auth_token": token.auth_token}, 200

    return app
