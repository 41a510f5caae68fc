"""Taking in a file of one's own: read beside the store, checked, then written all at once or not at all."""

import errno
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.intake import checking, headers, keeping_further, likely, nobodys, rejects, standing
from dangol.contact.intake.checking import Checked, Left
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.kinds.kind import Given, Kept, Kind
from dangol.contact.intake.load import remembering, take_chunk
from dangol.contact.intake.models import Batch
from dangol.contact.intake.nobodys import Same
from dangol.contact.intake.notebook import keeping, one_at_a_time
from dangol.contact.intake.staging import Staging
from dangol.contact.intake.tables import NAMED, Cells, Table, Unreadable, opened
from dangol.contact.intake.taken import Taken
from dangol.contact.intake.whose import SOURCE
from dangol.lib import bulk, money
from dangol.lib.errors import DangolError, WrongUse
from dangol.lib.progress import Progress, silent
from dangol.lib.resident_numbers import masked
from dangol.records.customers.search_index import gathered
from dangol.records.ledger.receipts import lines_that_were_missing
from dangol.records.staff.models import User

EXAMPLES = 5  # rows a dry run shows


class DiskFull(DangolError):
    """There was no room for the file; the store is as it was."""


class StoreBusy(DangolError):
    """Somebody else is writing into the store for long."""


class UnknownKind(WrongUse):
    """Files of this kind are not taken in."""


class OtherCurrency(WrongUse):
    """The file's money cannot be added up with that of the home."""


@dataclass(frozen=True)
class Preview:
    """A file before it is taken in: `mapping` (field → heading) is a guess, `problems` are sentences to act on.

    notes: those of the sentences that are true of the file whatever kind it is.
    """

    columns: Cells
    samples: list[Cells]
    mapping: dict[str, str]
    encoding: str
    headings_at: int
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _DryRun(Exception):
    pass


def kind_named(name: str) -> Kind:
    """The kind of that name. Raises UnknownKind."""
    if name not in KINDS:
        raise UnknownKind(
            _("Files of the kind “%(kind)s” cannot be imported yet; %(kinds)s can.")
            % {"kind": name, "kinds": ", ".join(KINDS)}
        )
    return KINDS[name]


def refuse_other_currency(currency: str) -> None:
    """Raise OtherCurrency for money of another kind than the home's; "" says nothing."""
    home = settings.DANGOL.currency
    if currency and currency != home:
        raise OtherCurrency(
            _(
                "Money is kept in %(home)s here, and sums in %(currency)s are never added to it."
                " Import the file into a home of its own, or convert its amounts."
            )
            % {"home": home, "currency": currency}
        )


def preview(path: Path, *, kind: str = "transactions", at: datetime) -> Preview:
    """What a file looks like and which columns are guessed. Raises CannotRead, UnknownKind."""
    of = kind_named(kind)
    table = opened(path, today=day_of(at), glance=True)
    notes = [*filter(None, [unreadable_in_words(table.unreadable)]), *table.notes()]
    return as_kind(
        Preview(table.headings, table.samples, {}, table.encoding, table.headings_at, notes=notes), kind=of
    )  # fmt: skip


def as_kind(seen: Preview, *, kind: Kind) -> Preview:
    """The same file as one of another kind; it is not opened again."""
    mapping = headers.guessed(kind, seen.columns)
    problems = []
    if gap := kind.missing(mapping):
        fields = ", ".join(str(kind.labels[name]) for name in gap)
        problems.append(_("Say which column is: %(fields)s.") % {"fields": fields})
    spent = likely.spent_in_words(kind, seen.columns)
    doubts = [*filter(None, [spent]), *kind.doubts(mapping)]
    return replace(seen, mapping=mapping, problems=[*problems, *doubts, *seen.notes])


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
    kept: Mapping[str, Kept] | None = None,
    currency: str = "",
    dry_run: bool = False,
    by: User | None,
    at: datetime,
    progress: Progress = silent,
    file_name: str = "",
    claimed: Batch | None = None,
    mended: bool = False,
    same: Same = Same.ASK,
) -> Batch:
    """Take a file of one kind into the records, all its good rows or, when something fails, nothing.

    mapping: field → heading; when it leaves out a field that is needed or wished for, the rest is guessed. kept:
    further columns to keep as details of the customers → what for and on which ground. currency: that of the file,
    where somebody says so.
    at: the clock. claimed: the batch of a file that came by itself, on record since it was seen.
    mended: its rows were left out of an earlier file; of a file that says so itself, it is known. same: what is to
    become of sales of the file that stand already as nobody's.
    The same file again changes nothing; after a kill it is simply taken in again. A dry run tells what would
    happen and returns a batch that is not stored.
    Raises CannotRead, WrongMapping, UnknownKind, OtherCurrency, CountedTwice, CannotUndo, DiskFull, StoreBusy.
    """
    of = kind_named(kind)
    refuse_other_currency(currency)
    began = perf_counter()
    table = opened(path, today=day_of(at), wanted=set((mapping or {}).values()))
    chosen = headers.chosen(of, mapping or {}, table.headings)
    why = keeping_further.sound(of, kept or {}, table.headings, chosen)
    batch = Batch(
        kind=kind, source=SOURCE, file_name=masked(file_name or path.name), digest=table.digest or digest_of(path),
        columns=table.headings, mapping=chosen, by=by, started_at=at,
        kept={heading: [one.purpose, one.basis] for heading, one in why.items()},
    )  # fmt: skip
    if claimed is not None:
        batch.pk, batch.profile, batch.mark = claimed.pk, claimed.profile, claimed.mark
    zone = settings.DANGOL.time_zone
    given = Given(
        {name: heading for name, heading in chosen.items() if heading}, table.headings,
        currency=settings.DANGOL.currency, zone=zone,
        now=at.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(sep=" "), kept=why,
    )  # fmt: skip

    back = mended or likely.comes_back(table.headings) is not None

    def check(stage: Staging) -> Checked:
        if back:
            rejects.as_written(stage, table)
        return checking.check(stage, of, given)

    def first(stage: Staging) -> None:
        twice = nobodys.standing(stage, of, given)
        batch.twice = [one.plain for one in twice]
        nobodys.settle(twice, same, given, dry_run=dry_run, by=by, at=at)

    def write(stage: Staging, found: Checked, told: Progress) -> None:
        with lines_that_were_missing() if back else nullcontext():
            _write(stage, table, batch, of, given, found, began=began, progress=told)

    at_once(path, table, batch, check, write, first=first, dry_run=dry_run, progress=progress)
    if same is Same.INSTEAD and not dry_run:
        nobodys.tidy(batch.twice)
    return batch


def at_once[Found](
    path: Path,
    table: Table,
    batch: Batch,
    check: Callable[[Staging], Found],
    write: Callable[[Staging, Found, Progress], None],
    *,
    first: Callable[[Staging], None] = lambda _stage: None,
    dry_run: bool,
    progress: Progress,
) -> None:
    """Read a file beside the store, check its rows there, and write them in one transaction, or nothing.

    first: what is done in that transaction before, and is not kept as written by the batch.
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
                with bulk.lean(connection), atomic():
                    one_at_a_time()
                    first(stage)
                    with nullcontext() if dry_run else keeping(batch), gathered(forget=dry_run), remembering():
                        write(stage, found, told)
                        stage.close()  # what is left to do, finding people among it, may have its memory
                    if dry_run:
                        batch.refused = list(batch.rejects.order_by("row").values_list("row", "reason")[:EXAMPLES])
                        raise _DryRun
            except _DryRun:
                batch.pk = None
        if not dry_run and batch.rejected:
            rejects.write_file(batch)
    if not dry_run:
        bulk.look_over(connection)


def as_json(batch: Batch) -> dict[str, Any]:
    """A batch as numbers: accepted + rejected = rows, money in major units (0 for what holds none), `seconds` the work
    took.

    A file of a partner's details has no amount; it says whose data they are instead.
    """
    whose = batch.partner_set
    money_in = {"amount_total": money.as_number(batch.amount_total, settings.DANGOL.currency)} if whose is None else {}
    told = {
        "kind": batch.kind, "rows": batch.rows, "accepted": batch.accepted, "rejected": batch.rejected,
        "created": batch.created, "updated": batch.updated, "unchanged": batch.unchanged, **money_in,
        "batch": batch.pk,
        "rejects_file": str(rejects.file_of(batch)) if batch.pk and batch.rejected else None,
        "warnings": batch.warnings, "seconds": round(batch.seconds, 2),
    }  # fmt: skip
    return told if whose is None else told | {"partner": whose.partner, "dataset": whose.dataset}


def _write(
    stage: Staging, table: Table, batch: Batch, kind: Kind, given: Given, found: Checked, *, began: float,
    progress: Progress,
) -> None:  # fmt: skip
    """Write the checked rows and what became of them, inside one database transaction."""
    batch.save()
    batch.rejects.all().delete()
    keeping_further.state(given.kept, by=batch.by, at=batch.started_at)
    kind.ask(stage, given)
    batch.rejected = sum(rejects.refuse(stage, table, kind, batch.mapping, batch))
    batch.called_off = batch.rejects.filter(needs_nothing=True).count() if kind.called_off else 0
    at = batch.started_at
    for feed in kind.aside(stage, given):
        take_chunk(feed, source=SOURCE, at=at)
    taken = Taken()
    for feed in kind.feeds(stage, given):
        taken += take_chunk(feed, source=SOURCE, at=at)
        progress("writing", taken.rows, found.accepted)
    batch.rows, batch.accepted = taken.rows + batch.rejected, taken.rows
    batch.created, batch.updated, batch.unchanged = taken.created, taken.updated, taken.unchanged
    batch.amount_total = taken.amount_total
    told = kind.warnings(found.counts, taken, given)
    batch.wished = [asdict(one) for one in given.wishes]
    batch.warnings = [
        *filter(None, [likely.spent_in_words(kind, table.headings)]), *(one.told for one in given.wishes),
        *filter(None, [unreadable_in_words(table.unreadable)]), *table.notes(), *_warnings(found),
        *given.notes, *told, *map(_left_in_words, found.left), *keeping_further.left_out(kind, given),
    ]  # fmt: skip
    batch.stage, batch.done, batch.total = "", taken.rows, taken.rows
    batch.seconds = perf_counter() - began
    batch.finished_at = at + timedelta(seconds=batch.seconds)
    batch.save()


def _warnings(found: Checked) -> list[str]:
    """What was no row, in words."""
    totals, headings = found.counts["totals"], found.counts["headings"]
    told = (
        (totals, ngettext("%(count)s row of totals was left out.", "%(count)s rows of totals were left out.", totals)),
        (headings, ngettext("%(count)s repeated row of headings was left out.",
                            "%(count)s repeated rows of headings were left out.", headings)),
    )  # fmt: skip
    return [sentence % {"count": f"{count:,}"} for count, sentence in told if count]


def _left_in_words(left: Left) -> str:
    more = "" if left.count <= len(left.rows) else ", …"
    if left.cut:
        words = ngettext(
            "%(count)s text in “%(column)s” was cut to %(most)s letters: row %(rows)s.",
            "%(count)s texts in “%(column)s” were cut to %(most)s letters: rows %(rows)s.",
            left.count,
        )
        return words % {
            "count": f"{left.count:,}", "column": left.column, "most": left.cut,
            "rows": ", ".join(f"{row:,}" for row in left.rows) + more,
        }  # fmt: skip
    told = ngettext(
        "%(count)s cell of “%(column)s” could not be read and was left empty: row %(rows)s, “%(cell)s”.",
        "%(count)s cells of “%(column)s” could not be read and were left empty: rows %(rows)s, such as “%(cell)s”.",
        left.count,
    )
    rows = ", ".join(f"{row:,}" for row in left.rows) + more
    return told % {
        "count": f"{left.count:,}", "column": left.column, "rows": rows, "cell": rejects.short(left.cells[0])
    }  # fmt: skip


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
