"""What is known about a member beside the account."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models

PREFIX = "member-"


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
        return f"{PREFIX}{self.account_id}"

    @classmethod
    def now_in_chat(cls, uid: str, name: str) -> None:
        """Note that chat knows of a member under this name; not if the name has changed meanwhile."""
        account_id = int(uid.removeprefix(PREFIX))
        cls.objects.filter(account_id=account_id, name=name).update(in_chat=True)
