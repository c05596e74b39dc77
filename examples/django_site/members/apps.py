"""The application, and a check that its chat settings make sense."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, register

from cometchat_session import CometChatAdmin, ConfigurationError


class MembersConfig(AppConfig):
    """Members."""

    name = "members"

    def ready(self) -> None:
        """Have `manage.py check`, and every command that checks first, look at the settings."""
        register(check_chat_settings)


def check_chat_settings(**_: Any) -> list[Error]:
    """Say what is missing or malformed, before the first member meets it. Nothing is sent."""
    try:
        CometChatAdmin.from_settings(settings).close()
    except ConfigurationError as error:
        return [Error(error.message, hint=error.hint, id="members.E001")]
    return []
