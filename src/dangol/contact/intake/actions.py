"""Taking in a file of one's own: read beside the store, checked, then written all at once or not at all."""

import errno
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.intake import checking, headers, rejects, standing
from dangol.contact.intake.checking import Checked
from dangol.contact.intake.load import Taken, take_chunk
from dangol.contact.intake.models import Batch
from dangol.contact.intake.staging import Staging
from dangol.contact.intake.tables import NAMED, Cells, Table, Unreadable, opened
from dangol.lib import money
from dangol.lib.errors import DangolError, WrongUse
from dangol.lib.progress import Progress, silent
from dangol.lib.resident_numbers import masked
from dangol.records.staff.models import User

# Everything that comes by file shares one source, so that the next file finds the customers of the last.
SOURCE = "own"
KINDS = ("transactions",)


class DiskFull(DangolError):
    """There was no room for the file; the store is as it was."""


class StoreBusy(DangolError):
    """Somebody else is writing into the store for long."""


class UnknownKind(WrongUse):
    """Files of this kind are not taken in."""


@dataclass(frozen=True)
class Preview:
    """A file before it is taken in: `mapping` (field → heading) is a guess, `problems` are sentences to act on."""

    columns: Cells
    samples: list[Cells]
    mapping: dict[str, str]
    encoding: str
    headings_at: int
    problems: list[str] = field(default_factory=list)


class _DryRun(Exception):
    pass


def preview(path: Path, *, at: datetime) -> Preview:
    """What a file looks like and which columns are guessed. Raises CannotRead."""
    table = opened(path, today=day_of(at), glance=True)
    mapping = headers.guessed(table.headings)
    problems = []
    if gap := headers.missing(mapping):
        fields = ", ".join(str(headers.FIELDS[name]) for name in gap)
        problems.append(_("Say which column is: %(fields)s.") % {"fields": fields})
    if "name" in mapping and mapping["customer"] == mapping["name"]:
        problems.append(_("Customers are told apart by name alone: people of the same name become one customer."))
    if told := unreadable_in_words(table.unreadable):
        problems.append(told)
    return Preview(table.headings, table.samples, mapping, table.encoding, table.headings_at, problems)


def unreadable_in_words(seen: Unreadable) -> str:
    """How many resident numbers were made unreadable and in which rows; "" for none."""
    if not seen.count:
        return ""
    more = "" if len(seen.rows) < NAMED else ", …"
    told = ngettext(
        "%(count)s resident number was made unreadable: it may not be kept (row %(rows)s).",
        "%(count)s resident numbers were made unreadable: they may not be kept (rows %(rows)s).",
        seen.count,
    )
    return told % {"count": f"{seen.count:,}", "rows": ", ".join(f"{row:,}" for row in seen.rows) + more}


def import_file(
    path: Path,
    *,
    kind: str = "transactions",
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    by: User | None,
    at: datetime,
    progress: Progress = silent,
    file_name: str = "",
) -> Batch:
    """Take a file of transaction lines into the records, all its good rows or, when something fails, nothing.

    mapping: field → heading; when it leaves out a field that is needed, the rest is guessed. at: the clock.
    The same file again changes nothing; after a kill it is simply taken in again. A dry run tells what would
    happen and returns a batch that is not stored.
    Raises CannotRead, WrongMapping, UnknownKind, DiskFull, StoreBusy.
    """
    if kind not in KINDS:
        raise UnknownKind(
            _("Files of the kind “%(kind)s” cannot be imported yet; %(kinds)s can.")
            % {"kind": kind, "kinds": ", ".join(KINDS)}
        )
    began = perf_counter()
    table = opened(path, today=day_of(at), wanted=set((mapping or {}).values()))
    chosen = headers.chosen(mapping or {}, table.headings)
    batch = Batch(
        kind=kind, source=SOURCE, file_name=masked(file_name or path.name), digest=table.digest or digest_of(path),
        columns=table.headings, mapping=chosen, by=by, started_at=at,
    )  # fmt: skip
    zone = settings.DANGOL.time_zone
    now = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(sep=" ")

    def check(stage: Staging) -> Checked:
        return checking.check(stage, chosen, table.headings, currency=settings.DANGOL.currency, zone=zone, now=now)

    def write(stage: Staging, found: Checked, told: Progress) -> None:
        _write(stage, table, batch, found, began=began, progress=told)

    at_once(path, table, batch, check, write, dry_run=dry_run, progress=progress)
    return batch


def at_once[Found](
    path: Path,
    table: Table,
    batch: Batch,
    check: Callable[[Staging], Found],
    write: Callable[[Staging, Found, Progress], None],
    *,
    dry_run: bool,
    progress: Progress,
) -> None:
    """Read a file beside the store, check its rows there, and write them in one transaction, or nothing.

    Raises CannotRead, DiskFull, StoreBusy, and whatever `write` refuses with; why it failed stands with the batch.
    """
    with _trouble_in_words(path), _account_given(batch):
        if not dry_run:
            standing.begin(batch)
        told = standing.watched(batch, progress)
        with Staging(settings.DANGOL_HOME / "imports") as stage:
            stage.read(table, told)
            told("checking", 0, 1)
            found = check(stage)
            try:
                with atomic():
                    write(stage, found, told)
                    if dry_run:
                        raise _DryRun
            except _DryRun:
                batch.pk = None
        if not dry_run and batch.rejected:
            rejects.write_file(batch)


def as_json(batch: Batch) -> dict[str, Any]:
    """A batch as numbers: accepted + rejected = rows, money in major units, `seconds` the work took.

    A file of a partner's details has no amount; it says whose data they are instead.
    """
    told = {
        "kind": batch.kind, "rows": batch.rows, "accepted": batch.accepted, "rejected": batch.rejected,
        "created": batch.created, "updated": batch.updated, "unchanged": batch.unchanged,
        "batch": batch.pk,
        "rejects_file": str(rejects.file_of(batch)) if batch.pk and batch.rejected else None,
        "warnings": batch.warnings, "seconds": round(batch.seconds, 2),
    }  # fmt: skip
    if batch.partner_set is not None:
        return told | {"partner": batch.partner_set.partner, "dataset": batch.partner_set.dataset}
    return told | {"amount_total": money.as_number(batch.amount_total, settings.DANGOL.currency)}


def _write(stage: Staging, table: Table, batch: Batch, found: Checked, *, began: float, progress: Progress) -> None:
    """Write the checked rows and what became of them, inside one database transaction."""
    batch.save()
    batch.rejects.all().delete()
    batch.rejected = sum(rejects.refuse(stage, table, batch.mapping, batch))
    at = batch.started_at
    for people in checking.customers(stage):
        take_chunk(people, source=SOURCE, at=at)
    taken = Taken()
    for feed in checking.transactions(stage):
        taken += take_chunk(feed, source=SOURCE, at=at)
        progress("writing", taken.rows, found.accepted)
    batch.rows, batch.accepted = taken.rows + batch.rejected, taken.rows
    batch.created, batch.updated, batch.unchanged = taken.created, taken.updated, taken.unchanged
    batch.amount_total, batch.warnings = taken.amount_total, _warnings(found, taken, table.unreadable)
    batch.stage, batch.done, batch.total = "", taken.rows, taken.rows
    batch.seconds = perf_counter() - began
    batch.finished_at = at + timedelta(seconds=batch.seconds)
    batch.save()


def _warnings(found: Checked, taken: Taken, unreadable: Unreadable) -> list[str]:
    """What was decided on the way, in words, each with its count."""
    told = (
        (found.totals, ngettext("%(count)s row of totals was left out.", "%(count)s rows of totals were left out.",
                                found.totals)),
        (found.headings, ngettext("%(count)s repeated row of headings was left out.",
                                  "%(count)s repeated rows of headings were left out.", found.headings)),
        (found.anonymous, ngettext("%(count)s row names no customer: it counts in revenue only.",
                                   "%(count)s rows name no customer: they count in revenue only.", found.anonymous)),
        (found.rounded, ngettext("%(count)s amount had more places than the currency and was rounded.",
                                 "%(count)s amounts had more places than the currency and were rounded.",
                                 found.rounded)),
        (found.turned, ngettext("%(count)s amount was taken as a return because its quantity is negative.",
                                "%(count)s amounts were taken as returns because their quantity is negative.",
                                found.turned)),
        (found.future, ngettext("%(count)s row lies in the future.", "%(count)s rows lie in the future.",
                                found.future)),
        (taken.differing, ngettext("%(count)s receipt was there already with another sum: the first was kept.",
                                   "%(count)s receipts were there already with other sums: the first were kept.",
                                   taken.differing)),
    )  # fmt: skip
    sentences = [sentence % {"count": f"{count:,}"} for count, sentence in told if count]
    return [*filter(None, [unreadable_in_words(unreadable)]), *sentences]


def day_of(at: datetime) -> date:
    """The day in shop time."""
    return at.astimezone(ZoneInfo(settings.DANGOL.time_zone)).date()


def digest_of(path: Path) -> str:
    """What tells the file from every other."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _account_given(batch: Batch) -> Iterator[None]:
    """Leave on the batch why it failed, as far as the store can still be written."""
    try:
        yield
    except BaseException as error:
        with suppress(DatabaseError):
            standing.end(batch, problem=masked(str(error)), at=batch.started_at)
        raise
    standing.end(batch)


@contextmanager
def _trouble_in_words(path: Path) -> Iterator[None]:
    """Turn what the engines say of a full disk or of somebody else writing into one sentence."""
    import duckdb

    try:
        yield
    except (OSError, DatabaseError, duckdb.Error) as error:
        if "database is locked" in str(error):
            raise StoreBusy(
                _("Another import is being written. %(file)s was not taken in; import it again when that is done.")
                % {"file": path.name}
            ) from error
        if not _says_full(error):
            raise
        needed = 6 * path.stat().st_size / 1_000_000
        raise DiskFull(
            _(
                "The disk is full: nothing of %(file)s was taken in. Free about %(megabytes)s MB in %(folder)s"
                " and import it again."
            )
            % {"file": path.name, "megabytes": f"{needed:,.0f}", "folder": settings.DANGOL_HOME}
        ) from error


def _says_full(error: BaseException) -> bool:
    said = str(error).lower()
    return getattr(error, "errno", None) == errno.ENOSPC or any(
        words in said for words in ("disk is full", "no space left", "max_temp_directory_size")
    )
