"""`manage.py repair_chat`: make up for whatever did not reach chat. Run it every few minutes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cometchat_session import CometChatAdmin, CometChatError, RowResult
from members.models import Member


class Command(BaseCommand):
    """Ensure the chat users of all members of whom chat does not know, or not under their latest name."""

    help = __doc__

    def handle(self, **_: Any) -> None:
        """Do them all, however many, at the pace that CometChat allows."""
        behind = Member.objects.filter(in_chat=False).order_by("pk")
        rows = ({"uid": member.uid, "name": member.name} for member in behind.iterator())
        try:
            # Nobody waits for a page here: this client has the usual patience.
            with CometChatAdmin.from_settings(settings) as client:
                report = client.users.ensure_many(rows, on_row=self.note)
        except CometChatError as error:  # nothing that concerns one member only
            raise CommandError(str(error)) from None
        for failure in report.failures:
            self.stderr.write(f"{failure.uid}: {failure.message}")
        self.stdout.write(f"{report.done - report.failed} repaired, {report.failed} failed")

    def note(self, result: RowResult) -> None:
        """Note at once what is done, so that a command that is stopped has lost nothing."""
        if result.error is None:
            Member.now_in_chat(result.row["uid"], result.row["name"])
