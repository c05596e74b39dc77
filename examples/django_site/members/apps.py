"""The application, and a check that its chat settings make sense."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import Error, register

from cometchat_session import ConfigurationError


class MembersConfig(AppConfig):
    """Members."""

    name = "members"

    def ready(self) -> None:
        """Have `manage.py check` and every start look at the settings."""
        register(check_chat_settings)


def check_chat_settings(**_: Any) -> list[Error]:
    """Say what is missing or malformed, before the first member meets it."""
    from members.chat import blocking

    try:
        blocking().close()
    except ConfigurationError as error:
        return [Error(error.message, hint=error.hint, id="members.E001")]
    return []
