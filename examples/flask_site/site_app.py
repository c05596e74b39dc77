"""A Flask site with an application factory. Sign-up works whether or not chat does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, request, session

from cometchat_session import CometChatAdmin, CometChatError, RetryPolicy, encode_uid

if TYPE_CHECKING:
    from collections.abc import Mapping


class Chat:
    """The extension: one client for each application, for any thread, also without a request."""

    def __init__(self, app: Flask) -> None:
        self.client = CometChatAdmin.from_settings(app.config, retry=RetryPolicy(deadline=5.0))
        app.extensions["chat"] = self

    def welcome(self, email: str) -> bool:
        """Make the chat user of a member; tell whether that worked."""
        try:
            self.client.users.ensure(encode_uid(email), email.partition("@")[0])
        except CometChatError:
            return False
        return True

    def token(self, email: str, device: str) -> str:
        """Return the token of a member on a device; a member whom chat has missed is made now."""
        name = email.partition("@")[0]
        return self.client.token_for(encode_uid(email), device=device, name=name).auth_token


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the site. What the configuration lacks of the `COMETCHAT_...` settings, the environment has."""
    app = Flask(__name__)
    app.config.from_mapping({"SECRET_KEY": "change me", **(config or {})})
    Chat(app)
    members: set[str] = set()  # a real site has a table, and passwords

    @app.post("/sign-up")
    def sign_up() -> tuple[dict[str, Any], int]:
        email = request.form["email"].strip().lower()
        members.add(email)
        session["email"] = email
        ready = chat().welcome(email)
        if not ready:
            app.logger.warning("a member has no chat yet; the first token will make up for it")
        return {"email": email, "chat": ready}, 201

    @app.post("/chat/token")
    def chat_token() -> tuple[dict[str, str], int]:
        if session.get("email") not in members:
            return {"error": "Sign in first."}, 401
        return {"auth_token": chat().token(session["email"], request.headers.get("Device", "web"))}, 200

    @app.errorhandler(CometChatError)
    def chat_failed(error: CometChatError) -> tuple[dict[str, str], int]:
        app.logger.warning("chat failed: %s", error)
        return {"error": "Chat is not available at the moment."}, 503

    return app


def chat() -> Chat:
    """Return the extension of the application in hand."""
    extension: Chat = current_app.extensions["chat"]
    return extension
