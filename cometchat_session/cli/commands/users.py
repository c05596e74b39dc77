"""`users`: a backend's view of an app's people, with the REST API key."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from cometchat_session import CometChatAdmin, UserNotFoundError
from cometchat_session.cli.output import (
    FAILED,
    command,
    confirm,
    dry_run,
    end_with,
    note_case,
    say,
    user_document,
    wants_document,
    warn,
)
from cometchat_session.cli.table import show, show_all
from cometchat_session.cli.text import examples, named
from cometchat_session.cli.user_import.command import import_

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session import User, UsersChanged

COLUMNS = ("uid", "name", "role", "status", "tags")
DETAILS = (*COLUMNS, "avatar", "metadata")


class JSONObject(click.ParamType[Any]):
    """A JSON object as an option's value."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the option's text."""
        try:
            document = value if isinstance(value, dict) else json.loads(value)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            self.fail('is no JSON object, such as {"team": "night"}', param, ctx)
        return document


def fields(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a user's fields."""
    for option in (
        click.option("--avatar", help="Address of a picture."),
        click.option("--link", help="Address of a profile page."),
        click.option("--role", help="A role that exists."),
        click.option("--status-message", help="Free text."),
        click.option("--metadata", type=JSONObject(), help="Your own JSON object."),
        click.option("--tag", "tags", multiple=True, help="A label; may be given often."),
    ):
        function = option(function)
    return function


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that were given."""
    chosen = {name: value for name, value in options.items() if value not in (None, ())}
    if "tags" in chosen:
        chosen["tags"] = list(chosen["tags"])
    return chosen


def _show(found: User, uid: str) -> dict[str, Any]:
    note_case(uid, found.uid)
    show(DETAILS, [[getattr(found, column) for column in DETAILS]])
    return {"user": user_document(found)}


def _look(admin: CometChatAdmin, uid: str) -> User:
    """Return a user, deactivated or not. `get` knows the active ones only, and the lists know both."""
    try:
        return admin.users.get(uid)
    except UserNotFoundError:
        hidden = admin.users.list(search_key=uid, only_deactivated=True)
        for user in hidden:
            if user.uid == uid.lower():
                return user
        raise


@command(epilog=examples("cometchat users create ann 'Ann B.' --tag staff"))
@click.argument("uid")
@click.argument("name")
@fields
def create(uid: str, name: str, **options: Any) -> Any:
    """Create a user."""
    with CometChatAdmin() as admin:
        return _show(admin.users.create(uid, name, **given(options)), uid)


@command(epilog=examples("cometchat users get ann --json"))
@click.argument("uid")
def get(uid: str) -> Any:
    """Show a user."""
    with CometChatAdmin() as admin:
        return _show(admin.users.get(uid), uid)


@command(name="list", epilog=examples("cometchat users list --search an --json"))
@click.option("--search", "search_key", help="Beginning of a uid or a name.")
@click.option("--role", help="Only users of this role.")
@click.option("--tag", "tags", multiple=True, help="Only users with this label; may be given often.")
@click.option("--status", type=click.Choice(["available", "offline"]), help="Only users of this presence.")
@click.option("--deactivated", "only_deactivated", is_flag=True, help="Only users who are deactivated.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
def list_(*, limit: int | None, **options: Any) -> Any:
    """List users, page by page as they come; with --json there is one document, at the end.

    Where no terminal is, each user is a line, its fields are separated by tabs, and the first line has
    their names.
    """
    with CometChatAdmin() as admin:
        found = islice(admin.users.list(**given(options)), limit)
        if wants_document():
            return {"users": [user_document(user) for user in found]}
        some = show_all(COLUMNS, ([getattr(user, column) for column in COLUMNS] for user in found))
    if not some:
        warn("No users.")
    return None


@command(epilog=examples("cometchat users ensure ann 'Ann B.'"))
@click.argument("uid")
@click.argument("name")
@fields
def ensure(uid: str, name: str, **options: Any) -> Any:
    """Create a user, or bring it up to date; says which."""
    with CometChatAdmin() as admin:
        done = admin.users.ensure(uid, name, **given(options))
    note_case(uid, done.user.uid)
    say(f"{done.user.uid}: {done.outcome}")
    return {"user": user_document(done.user), "outcome": done.outcome}


@command(epilog=examples("cometchat users update ann --name 'Ann C.' --unset avatar"))
@click.argument("uid")
@click.option("--name", help="Shown to others.")
@click.option(
    "--unset", multiple=True, type=click.Choice(["avatar", "link", "metadata"]), help="Empty a field."
)
@fields
def update(uid: str, *, unset: tuple[str, ...], **options: Any) -> Any:
    """Change what is given, and nothing else."""
    chosen = given(options)
    if not chosen and not unset:
        raise click.UsageError("Nothing to change: give at least one option.")
    with CometChatAdmin() as admin:
        return _show(admin.users.update(uid, unset=unset, **chosen), uid)


@command(
    epilog=examples("cometchat users deactivate ann bob --dry-run", "cometchat users deactivate ann bob")
)
@click.argument("uids", nargs=-1, required=True)
@dry_run
def deactivate(uids: tuple[str, ...], *, dry_run: bool) -> Any:
    """Deactivate users; reactivate takes it back."""
    with CometChatAdmin() as admin:
        if dry_run:
            return _would_deactivate(admin, uids)
        return _changed("deactivated", admin.users.deactivate(*uids))


@command(epilog=examples("cometchat users reactivate ann bob"))
@click.argument("uids", nargs=-1, required=True)
def reactivate(uids: tuple[str, ...]) -> Any:
    """Reactivate users; their groups and tokens work again."""
    with CometChatAdmin() as admin:
        return _changed("reactivated", admin.users.reactivate(*uids))


@command(epilog=examples("cometchat users delete ann --dry-run", "cometchat users delete ann --yes"))
@click.argument("uid")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run
def delete(uid: str, *, yes: bool, dry_run: bool) -> Any:
    """Erase a user for good; deactivate is the reversible way."""
    if dry_run:
        with CometChatAdmin() as admin:
            found = _look(admin, uid)
        say(f"Would erase: {named(found)}")
        return {"deleted": None, "would_delete": found.uid}
    confirm(f"Erase {uid} with everything of theirs, for good?", yes=yes)
    with CometChatAdmin() as admin:
        admin.users.delete(uid)
    say(f"Erased: {uid}")
    return {"deleted": uid}


def _would_deactivate(admin: CometChatAdmin, uids: tuple[str, ...]) -> dict[str, Any]:
    """Print for each uid what deactivating it would do."""
    active: list[User] = []
    already: list[User] = []
    missing: list[str] = []
    for uid in uids:
        try:
            user = _look(admin, uid)
        except UserNotFoundError:
            missing.append(uid)
        else:
            (already if user.deactivated_at else active).append(user)
    if active:
        say(f"Would deactivate: {', '.join(map(named, active))}")
    if already:
        say(f"Already deactivated: {', '.join(map(named, already))}")
    if missing:
        say(f"Not found: {', '.join(missing)}")
        end_with(FAILED)
    return {
        "deactivated": [],
        "would_deactivate": [user.uid for user in active],
        "already_deactivated": [user.uid for user in already],
        "not_found": missing,
    }


def _changed(what: str, result: UsersChanged) -> dict[str, Any]:
    """Print the result for each uid; one that is nobody's makes the command fail."""
    document = {
        what: list(result.changed),
        f"already {what}": list(result.unchanged),
        "not found": list(result.not_found),
    }
    for label, found in document.items():
        if found:
            say(f"{label.capitalize()}: {', '.join(found)}")
    if result.not_found:
        end_with(FAILED)
    return {label.replace(" ", "_"): found for label, found in document.items()}


users = click.Group(
    "users",
    commands=[create, get, list_, ensure, update, deactivate, reactivate, delete, import_],
    help="Look after an app's users, with the REST API key from COMETCHAT_REST_API_KEY.",
    epilog=examples("cometchat users ensure ann 'Ann B.'"),
)
