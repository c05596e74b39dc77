"""`users import`: any number of users from a file, with the REST API key."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import asdict

from cometchat_session import CometChatAdmin
from cometchat_session.cli.output import FAILED, command, end_with, leave, say
from cometchat_session.cli.text import examples
from cometchat_session.cli.user_import.checkpoint import Checkpoint
from cometchat_session.cli.user_import.failures_file import FailuresFile
from cometchat_session.cli.user_import.journal import REMEMBERED, SHOWN, Journal, tell
from cometchat_session.cli.user_import.progress import progress
from cometchat_session.cli.user_import.signals import like_ctrl_c
from cometchat_session.cli.user_import.source import Source

if TYPE_CHECKING:
    from cometchat_session import RowFailure


@command(
    name="import",
    epilog=examples(
        "cometchat users import people.csv --dry-run",
        "export-people | cometchat users import - --format jsonl",
    ),
)
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option(
    "--format", "kind", type=click.Choice(["csv", "jsonl"]), help="Where the file's name does not say."
)
@click.option("--dry-run", is_flag=True, help="Check and count the rows; nothing is sent.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 100),
    default=16,
    show_default=True,
    help="Users at a time, at most.",
)
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to keep how far it is.  [default: FILE.progress; none for -]",
)
@click.option("--restart", is_flag=True, help="Begin anew, whatever the checkpoint says.")
@click.option(
    "--failures",
    "failed",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to put rows that fail.  [default: FILE.failures.jsonl; none for -]",
)
@click.option("--ignore-others", is_flag=True, help="Pass over columns that are no field of a user.")
def import_(
    path: Path,
    *,
    kind: str | None,
    ignore_others: bool,
    dry_run: bool,
    kept: Path | None,
    failed: Path | None,
    restart: bool,
    concurrency: int,
) -> Any:
    """Create the users in a file, or bring them up to date: CSV, JSON Lines, or standard input (-).

    Columns: uid, name, avatar, link, role, metadata (JSON), tags (separated by ; or JSON), status_message.
    Stopped by whatever, the same command goes on where it was.
    """
    source = Source(path, kind, ignore_others=ignore_others)
    failed = failed or (None if dry_run else source.beside(".failures.jsonl"))
    kept = None if dry_run else kept or source.beside(".progress")
    for other in (kept, failed):
        if other is not None and source.is_file and other.resolve() == path.resolve():
            raise click.UsageError(f"{other} is the input itself.")
    if dry_run:
        return _rehearse(source, FailuresFile(failed, go_on=False))
    return _import(source, kept, failed, restart=restart, concurrency=concurrency)


def _rehearse(source: Source, failures: FailuresFile) -> Any:
    """Check every row as the import would before it sends anything."""
    counts = dict.fromkeys(("rows", "valid", "failed"), 0)
    found: list[RowFailure] = []
    with source.open() as text:
        for line in source.reader.read(text):
            failure = line.failure()
            counts["rows"] += 1
            counts["valid" if failure is None else "failed"] += 1
            if failure is not None:
                failures.add(line, failure)
                if len(found) < REMEMBERED:
                    found.append(failure)
                if counts["failed"] <= SHOWN:
                    tell(failure)
    failures.close()
    say(f"{counts['rows']} rows, {counts['failed']} of them not as they should be. Nothing was sent.")
    end_with(FAILED if counts["failed"] else 0)
    document: dict[str, Any] = {"dry_run": True, **counts}
    if not source.is_file and failures.path is None:
        document["failures"] = [asdict(failure) for failure in found]
    return document


def _import(
    source: Source, kept: Path | None, failed: Path | None, *, restart: bool, concurrency: int
) -> Any:
    began = time.monotonic()
    journal = None
    with CometChatAdmin(store="memory:") as admin, like_ctrl_c():
        about = {"input": source.identity(), "app": repr(admin)}
        total = source.total()
        checkpoint = Checkpoint(kept, about, restart=restart)
        failures = FailuresFile(failed, go_on=checkpoint.before > 0)
        finished = False
        try:
            with source.open() as text, progress(total, checkpoint.before) as show:
                rows = (line for line in source.reader.read(text) if not checkpoint.is_done(line.number))
                journal = Journal(checkpoint, failures, show)
                admin.users.ensure_many(
                    rows, concurrency=concurrency, on_row=journal.note, on_progress=journal.note_wait
                )
            finished = True
        except KeyboardInterrupt:
            pass  # said below: what was done is kept
        finally:
            failures.close()
            checkpoint.close(finished=finished)
    counts = checkpoint.counts
    document: dict[str, Any] = {"finished": finished, **counts, "before": checkpoint.before, "total": total}
    document["failures_file"] = str(failed) if counts["failed"] and failed is not None else None
    if failed is None and journal is not None:
        document["failures"] = [asdict(failure) for failure in journal.failures]
    if not finished:
        again = " The same command goes on from there." if kept is not None else ""
        leave(FAILED, document, f"Stopped after {sum(counts.values())} rows.{again}")
    became = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    say(f"{became}, in {time.monotonic() - began:.0f} s.")
    if document["failures_file"]:
        say(f"The rows that failed are in {failed}: mend them and import that file.")
    end_with(FAILED if counts["failed"] else 0)
    return document
