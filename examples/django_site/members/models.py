"""What is known about a member beside the account."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models


class Member(models.Model):
    """A member; `in_chat` says whether CometChat knows of the latest name."""

    account = models.OneToOneField(User, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    in_chat = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name

    @property
    def uid(self) -> str:
        """The uid in chat: the account's number, for names change."""
        return f"member-{self.account_id}"
