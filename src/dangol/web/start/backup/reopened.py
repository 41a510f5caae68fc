"""What is done to a restored home before anybody can open it: its tables made and filled, and what has happened since
the backup honoured where it can be.
"""

from collections.abc import Iterable
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.transaction import atomic
from django.tasks import TaskResultStatus
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from dangol.contact.delivery.restored import withhold_what_waited
from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.versions import current
from dangol.lib import sealing
from dangol.lib.progress import Progress, silent
from dangol.lib.schema import apply, brought_up_to_date, with_replaced
from dangol.lib.store_copies import STORE
from dangol.lib.store_filling import empty, fill, refuse_filled
from dangol.records.changes.models import Change
from dangol.records.customers.search_index import index_missing
from dangol.records.permission import refusals
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry, Verb
from dangol.web import clock
from dangol.web.start.backup.archive import CannotRead, Contents
from dangol.web.start.backup.making import keys_mark
from dangol.web.start.backup.other_process import Reopened
from dangol.web.start.backup.restoring import DESTRUCTIONS

DESTRUCTION = "dangol.records.rights.destruction"
ALLIANCE = "dangol.contact.intake.alliance"
UNDER_WAY, FINISHED = "dangol restores ", "dangol restored "  # said in a comment on a table of a PostgreSQL store


class NewerSchema(CannotRead):
    """The records went through a migration that this version of Dangol does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("The backup was made by a newer Dangol (it has %(name)s). Update Dangol first; nothing was restored.")
            % {"name": name}
        )


class KeysNeeded(CannotRead):
    """Who was forgotten is told by marks that nobody can read without the keys."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "People of this business were forgotten, and without its keys nobody can tell who must not come back."
                " Name your copy of keys.json with --keys."
            )
        )


def open_again(contents: Contents, *, at: datetime, progress: Progress = silent) -> Reopened:
    """Open the restored home for the first time. On PostgreSQL, call `undo` where this or what follows fails.

    Raises NewerSchema, NotEmpty, NotTaken, KeysNeeded, BrokenLake, CannotRefresh.
    """
    refuse_newer_schema(contents.records.migrations)
    keys = _keys(contents)
    to_forget = (settings.DANGOL_HOME / DESTRUCTIONS).exists()
    if to_forget and keys != "here":
        raise KeysNeeded
    if connection.vendor == "postgresql":
        _wait_for_others()
        with atomic():
            _fill(contents, progress)
        # Where the records came in a file, they must not stand in two places: nobody would be forgotten in this one.
        (settings.DANGOL_HOME / STORE).unlink(missing_ok=True)
    progress("migrations", 0, 1)
    if brought_up_to_date():
        index_missing()
    progress("migrations", 1, 1)
    erased = import_module(DESTRUCTION).replay(at=at) if to_forget else 0
    if to_forget:
        import_module(ALLIANCE).end_again(at=at)
    progress("forgetting", 1, 1)
    refused = refusals.replay(at=at)
    withheld, dropped = withhold_what_waited(at=at), drop_work()
    # Somebody who was let go since, or whose sessions were ended, is not to come in by an old one.
    Session.objects.all().delete()
    if contents.lake:
        current(settings.DANGOL_LAKE)
        if erased:  # what leads to them stands in the lake of the backup: not a day longer
            refresh(at=clock.as_of())
    spool.append(
        Entry(
            at=at, verb=Verb.CHANGED.value, page="dangol restore", role="owner", place="terminal",
            reason=_("Restored from the backup of %(at)s") % {"at": contents.made_at},
        )
    )  # fmt: skip
    lost = sum(sealing.unreadable()) if keys == "here" else 0
    progress("opened", 1, 1)
    return Reopened(
        erased=erased, refused=refused, withheld=withheld, dropped=dropped, keys=keys, unreadable=lost
    )  # fmt: skip


def refuse_newer_schema(migrations: Iterable[tuple[str, str]]) -> None:
    """Raise NewerSchema unless every migration the records went through is known here."""
    known = MigrationLoader(None).disk_migrations
    replaced = {name for change in known.values() for name in change.replaces}
    for app, name in migrations:
        if (app, name) not in known and (app, name) not in replaced:
            raise NewerSchema(f"{app}.{name}")


def drop_work() -> int:
    """Let go of background work that was waiting or under way: it was asked for in another life of this home."""
    unfinished = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    return int(DBTaskResult.objects.filter(status__in=unfinished).delete()[0])


def is_finished(ident: str) -> bool:
    """Whether the PostgreSQL store holds just this backup, everything done."""
    return _comment() == f"{FINISHED}{ident}"


def finish(contents: Contents) -> None:
    """Say in the PostgreSQL store that nothing is left to be done; an SQLite store says so by its place."""
    if connection.vendor == "postgresql":
        _say(f"{FINISHED}{contents.ident}")


def undo() -> None:
    """Leave an empty PostgreSQL store behind, as it was, unless it holds anything but a restore that went wrong."""
    if connection.vendor == "postgresql" and _comment().startswith(UNDER_WAY):
        empty(connection)


def _wait_for_others() -> None:
    """One restore into a PostgreSQL store at a time, until this process ends: one that was killed still tidies up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('dangol restore'))")


def _fill(contents: Contents, progress: Progress) -> None:
    """Make the tables as they were when the backup was made, and fill them; in one transaction."""
    undo()  # what a restore left that was killed
    refuse_filled(connection)
    progress("tables", 0, 1)
    executor = MigrationExecutor(connection)
    wanted = with_replaced(contents.records.migrations)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    apply([one for one, _back in plan if (one.app_label, one.name) in wanted], executor)
    _say(f"{UNDER_WAY}{contents.ident}")
    progress("tables", 1, 1)
    tables = {name: table for name, table in contents.records.tables.items() if name != "django_migrations"}
    fill(connection, contents.records.of(tables), settings.DANGOL_HOME, progress=progress)
    # Transactions of this server are counted anew: whatever the backup holds had been committed where it was made.
    Change.objects.update(xid=None)


def _say(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE django_migrations IS '{text}'")


def _comment() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(obj_description(to_regclass('django_migrations'), 'pg_class'), '')")
        return str(cursor.fetchone()[0])


def _keys(contents: Contents) -> str:
    """Whether the keys that the home was sealed with are here."""
    mark = keys_mark()
    if not contents.keys_mark or mark == contents.keys_mark:
        return "here" if mark else ""
    return "other" if mark else "missing"
