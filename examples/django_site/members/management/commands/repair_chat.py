"""`manage.py repair_chat`: make up for whatever did not reach chat. Run it every few minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cometchat_session import CometChatError, RowResult
from members import chat
from members.models import Member


class Command(BaseCommand):
    """Ensure the chat users of all members of whom chat does not know."""

    help = __doc__

    def handle(self, **_: Any) -> None:
        """Do them all, however many, at the pace that CometChat allows."""
        missing = Member.objects.filter(in_chat=False).order_by("pk")
        done: list[str] = []

        def note(row: RowResult) -> None:
            if row.error is None and row.uid:
                done.append(row.uid)

        try:
            with chat.blocking() as client:
                report = client.users.ensure_many(
                    ({"uid": member.uid, "name": member.name} for member in missing.iterator()), on_row=note
                )
        except CometChatError as error:
            raise CommandError(str(error)) from None
        finally:
            numbers = [int(uid.removeprefix("member-")) for uid in done]
            Member.objects.filter(account_id__in=numbers).update(in_chat=True)
        for failure in report.failures:
            self.stderr.write(f"{failure.uid}: {failure.message}")
        self.stdout.write(f"{len(done)} repaired, {report.failed} failed")
