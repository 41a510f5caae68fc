"""Refresh: bring the lake up to the records, rewriting only the months that the change feed touches."""

import errno
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.conf import settings
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.warehouse.dimension_files import dimension_files, known_file
from dangol.insight.warehouse.facts import DIMENSIONS, FACTS, KNOWN, Fact
from dangol.insight.warehouse.months import Join, MonthFiles, joined, writer
from dangol.insight.warehouse.reading import count_about, in_one_go, rows, schema_of
from dangol.insight.warehouse.stage_names import of_lake
from dangol.insight.warehouse.versions import (
    BrokenLake,
    LakeFile,
    Manifest,
    TableVersion,
    current,
    forget,
    last_readable,
    move_pointer,
    next_version,
    one_writer,
    pointed,
    sealed,
    sweep,
    write_manifest,
    written_before,
)
from dangol.insight.warehouse.work import FEW, Ranges, Work, merged, touched
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.records.changes.actions import mark_read
from dangol.records.changes.models import Change
from dangol.records.changes.queries import unread

READER = "warehouse"
NO_MONTH = "none"  # the file that gives an empty table its columns
FORGOTTEN = "rights_destruction"  # a change of this table says that somebody was forgotten


class CannotRefresh(DangolError):
    """The lake could not be written; the version before still stands."""


@dataclass(frozen=True)
class Refreshed:
    """The version that now stands, how many months of facts were written, how many facts were read."""

    version: str
    months: int
    rows: int
    lost: tuple[str, ...] = ()  # dimensions of which nobody knows any more what they were before


def refresh(*, at: datetime, progress: Progress = silent, rebuild: bool = False) -> Refreshed:
    """Bring the lake up to what was committed when the refresh began; `rebuild` reads all records anew.

    Raises BrokenLake where the version that stands is damaged (a rebuild mends it), CannotRefresh when
    the disk refuses. Until the pointer moves, readers see the version before.
    """
    lake: Path = settings.DANGOL_LAKE
    with one_writer(lake):
        # The order makes a kill at any point harmless: files, manifest, pointer, and only then the mark
        # in the feed. Killed before the pointer, nothing has happened. Killed between pointer and mark,
        # the next refresh reads the same changes again, and rows take the place of rows with their key.
        # Marked first, a kill would leave changes that no refresh ever reads.
        changes = list(unread(READER))
        work = _begin(lake, None if rebuild else current(lake), changes, at, progress)
        manifest = _published(work, changes, at)
        if any(change.table == FORGOTTEN for change in changes):
            # What led back to the person stands in the version before: it goes, and before the mark, so that a kill
            # in between is made good by the next refresh. Whoever reads it this moment is told to read again.
            sweep(lake, manifest, alone=True)
        with atomic():
            mark_read(READER, changes, at=at)
        progress(of_lake("sweep"), 0, 1)
        sweep(lake, manifest)
        progress(of_lake("sweep"), 1, 1)
        return Refreshed(manifest.version, work.months, work.rows, tuple(sorted(work.lost)))


def behind(*tables: str) -> bool:
    """Whether anything of these tables of the records changed since the lake was brought up to them."""
    return unread(READER).filter(table__in=tables).exists()


def _begin(lake: Path, before: Manifest | None, changes: Sequence[Change], at: datetime, progress: Progress) -> Work:
    zone = ZoneInfo(settings.DANGOL.time_zone)
    known = before or last_readable(lake)
    work = Work(lake, next_version(lake), before, known, _ranges(changes), at.astimezone(zone).date(), zone, progress)
    if known is None and written_before(lake):
        work.lost |= {dimension.name for dimension in DIMENSIONS.values() if dimension.dated}
    return work


def _published(work: Work, changes: Sequence[Change], at: datetime) -> Manifest:
    """The version that now stands: a new one, or the one before where nothing has changed."""
    try:
        with in_one_go():
            tables = _tables(work)
        if work.before is not None and tables == work.before.tables:
            return work.before
        last = max((change.pk for change in changes), default=work.before.last_change if work.before else 0)
        manifest = Manifest(work.version, _previous(work), at.isoformat(), last, tables)
        work.progress("manifest", 0, 1)
        write_manifest(work.lake, manifest)
        work.progress("pointer", 0, 1)
        move_pointer(work.lake, manifest.version)
        work.progress("pointer", 1, 1)
    except (OSError, pa.ArrowException) as error:
        forget(work.lake, work.version)
        raise _refusal(error) from error
    return manifest


def _previous(work: Work) -> str:
    with suppress(BrokenLake):
        return pointed(work.lake) or ""
    return ""


def _tables(work: Work) -> dict[str, TableVersion]:
    """Write the files of the new version; facts before dimensions, so that every key of a fact is known."""
    tables = {fact.name: _fact(work, fact) for fact in FACTS.values()}
    first = _first_day(work, tables)
    for dimension in DIMENSIONS.values():
        tables |= dimension_files(work, dimension)
    return tables | {known.name: known_file(work, known, first) for known in KNOWN.values()}


def _first_day(work: Work, facts: Mapping[str, TableVersion]) -> date:
    """A day of the first month of which there is a fact; today where there is none."""
    months = {file.month for table in facts.values() for file in table.files} - {NO_MONTH}
    return date.fromisoformat(f"{min(months)}-01") if months else work.today


def _fact(work: Work, fact: Fact) -> TableVersion:
    old = work.old(fact)
    if old is None:
        return work.table_version(fact, _months(work, fact, "", {}) or [_empty(work, fact)])
    condition = touched(fact.watches, work.ranges)
    if not condition:
        return old
    standing: dict[str, list[LakeFile]] = {}
    for file in old.files:
        standing.setdefault(file.month, []).append(file)
    written = _months(work, fact, condition, standing)
    filled = [file for file in written if file.rows]
    replaced = {file.month for file in written} | ({NO_MONTH} if filled else set())
    files = [*(file for file in old.files if file.month not in replaced), *filled]
    return work.table_version(fact, files or [_empty(work, fact)])


def _months(work: Work, fact: Fact, condition: str, standing: dict[str, list[LakeFile]]) -> list[LakeFile]:
    files = MonthFiles(work.lake, fact.name, work.version, schema_of(fact), join=_join())
    total = 0 if condition else count_about(fact)
    few = work.few(fact) if condition else total < FEW
    done = 0
    try:
        for chunk in rows(fact, condition, today=work.today, zone=work.zone, few=few):
            files.add(chunk)
            done += chunk.num_rows
            work.progress(fact.name, done, max(total, done) if total else 0)
        written = files.close(standing, key=fact.key, touched=_columns(fact, work.ranges) if condition else {})
    except BaseException:
        files.abandon()
        raise
    work.progress(fact.name, done, done)
    work.months += len({file.month for file in written})
    work.rows += done
    return written


def _join() -> Join:
    """Where months get their new rows: on the cluster, where there is one."""
    if not settings.DANGOL_ENGINE.startswith("spark://"):
        return joined
    from dangol.insight.warehouse.months_on_cluster import join_on

    return join_on(settings.DANGOL_ENGINE)


def _empty(work: Work, fact: Fact) -> LakeFile:
    path = work.lake / fact.name / f"empty-{work.version}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    writer(path, schema_of(fact)).close()
    return sealed(work.lake, path, month=NO_MONTH, rows=0)


def _ranges(changes: Iterable[Change]) -> Ranges:
    found: Ranges = {}
    for change in changes:
        found.setdefault(change.table, []).append((change.first_key, change.last_key))
    return {table: merged(ranges) for table, ranges in found.items()}


def _columns(fact: Fact, ranges: Ranges) -> Ranges:
    """The touched ranges by the column of the lake that holds the key: rows of it that did not come again are gone."""
    columns = {column.sql: column.name for column in fact.columns}
    return {columns[sql]: ranges[table] for table, sql in fact.watches.items() if table in ranges and sql in columns}


def _refusal(error: Exception) -> DangolError:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return CannotRefresh(
            _("The disk is full: the warehouse was not refreshed and stands as before. Make room, then: dangol refresh")
        )
    if isinstance(error, OSError) and error.errno is not None:
        return CannotRefresh(
            _("The warehouse could not be written (%(error)s). It stands as before.")
            % {"error": os.strerror(error.errno)}
        )
    return BrokenLake(_("one of its files cannot be read (%(error)s).") % {"error": str(error).splitlines()[0]})
