"""Files of a dimension: one of the rows as they stand, and beside it one of those that ended, where they are dated.

Both are in the order of the key, so that the same rows make the same file however they were read.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dangol.insight.warehouse.facts import Dimension, Kind, Known
from dangol.insight.warehouse.months import ROW_GROUP, writer
from dangol.insight.warehouse.past import ended
from dangol.insight.warehouse.reading import count, count_about, rows, schema_of
from dangol.insight.warehouse.versions import LakeFile, TableVersion, sealed
from dangol.insight.warehouse.work import FEW, Work, touched

YEAR = 366


def dimension_files(work: Work, dimension: Dimension) -> dict[str, TableVersion]:
    """The tables of a dimension in the new version; files that would be the same are kept."""
    old = work.old(dimension)
    condition = _condition(work, dimension, old) if old else "TRUE"
    standing = _standing(work, dimension)
    if old is not None and standing is not None and not condition:
        return standing | {dimension.name: old}
    now, suspects = _now(work, dimension, old, condition)
    work.progress(dimension.name, now.num_rows, now.num_rows)
    if old is not None and standing is not None and suspects.num_rows == 0:
        return standing | {dimension.name: work.table_version(dimension, old.files)}  # nobody had a birthday
    tables = {dimension.name: work.table_version(dimension, [_file(work, dimension.name, now)])}
    if dimension.dated:
        gone = ended(work, dimension, now, suspects)
        tables[dimension.past] = work.table_version(dimension, [_file(work, dimension.past, gone)])
    return tables


def known_file(work: Work, known: Known, first: date) -> TableVersion:
    """The table made by a rule, for the years from the first day on."""
    last = date(work.today.year + 1, 12, 31)
    shape = f"{known.edition} {first.year}-{last.year}"
    old = work.before.tables.get(known.name) if work.before else None
    if old is not None and old.shape == shape:
        return old
    return TableVersion(shape, work.today.isoformat(), (_file(work, known.name, known.make(first, last)),))


def _standing(work: Work, dimension: Dimension) -> dict[str, TableVersion] | None:
    """The table of ended rows of the version before; None where there should be one and is not."""
    if not dimension.dated:
        return {}
    found = work.before.tables.get(dimension.past) if work.before else None
    return {dimension.past: found} if found else None


def _condition(work: Work, dimension: Dimension, old: TableVersion) -> str:
    """The SQL of the rows that may be others than in the version before, "" for none."""
    parts = [touched(dimension.watches, work.ranges)]
    if any(column.kind is Kind.AGE_BAND for column in dimension.columns):
        since = date.fromisoformat(old.as_of)
        parts += [_had_a_birthday(column.sql, since, work.today)
                  for column in dimension.columns if column.kind is Kind.AGE_BAND]  # fmt: skip
    return "TRUE" if "TRUE" in parts else " OR ".join(part for part in parts if part)


def _had_a_birthday(birth: str, since: date, today: date) -> str:
    """The SQL of those who grew older after the one day, up to the other; in March, whoever was born on a leap day."""
    days = (today - since).days
    if days == 0:
        return ""
    if not 0 < days < YEAR:
        return "TRUE"
    found = {f"{since + timedelta(days=number):%m-%d}" for number in range(1, days + 1)}
    if "03-01" in found:
        found.add("02-29")
    return f"substr(CAST({birth} AS text), 6, 5) IN ({', '.join(map(repr, sorted(found)))})"


def _now(work: Work, dimension: Dimension, old: TableVersion | None, condition: str) -> tuple[pa.Table, pa.Table]:
    """The rows as they stand, and those among them that were read: what may have changed, or everything.

    Each row of the records is one row here. So where the counts agree nothing is missing and nothing is left of what
    is no longer there; where they do not, everything is read. Where what was read is what stands, nothing has changed.
    """
    if old is not None and condition != "TRUE":
        fresh = _rows(work, dimension, condition)
        rest = pq.read_table(work.lake / old.files[0].path, partitioning=None)
        again = pc.is_in(rest[dimension.key], fresh[dimension.key].combine_chunks())
        both = pa.concat_tables([rest.filter(pc.invert(again)), fresh])
        if both.num_rows == count(dimension):
            if rest.filter(again).equals(fresh.sort_by(dimension.key)):
                return rest, fresh.slice(0, 0)
            return both.sort_by(dimension.key), fresh
    everything = _rows(work, dimension, "").sort_by(dimension.key)
    return everything, everything


def _rows(work: Work, dimension: Dimension, condition: str) -> pa.Table:
    return pa.concat_tables([schema_of(dimension).empty_table(), *_told(work, dimension, condition)])


def _told(work: Work, dimension: Dimension, condition: str) -> Iterator[pa.Table]:
    done = 0
    few = work.few(dimension) if condition else count_about(dimension) < FEW
    for chunk in rows(dimension, condition, today=work.today, zone=work.zone, few=few):
        done += chunk.num_rows
        work.progress(dimension.name, done, 0)
        yield chunk


def _file(work: Work, name: str, table: pa.Table) -> LakeFile:
    path = work.place(name)
    with writer(path, table.schema) as out:
        out.write_table(table, row_group_size=ROW_GROUP)
    return sealed(work.lake, path, month="", rows=table.num_rows)
