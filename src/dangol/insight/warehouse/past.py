"""Rows of a dimension that ended: what somebody was before they were something else, with the days for which it held.

A row that a refresh finds other than before held until that day; what is known first counts since ever. So a sale is
told by the district the customer lived in then, by the category the product stood in then (`Lake.as_it_was`). These
rows stand in no record: they are carried from version to version, also where everything else is read anew. Of a key
that is no longer there, nothing is kept: whoever was forgotten has no past either.
"""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dangol.insight.warehouse.facts import Dimension, Kind
from dangol.insight.warehouse.reading import schema_of
from dangol.insight.warehouse.versions import BrokenLake, must_be_what_was_written
from dangol.insight.warehouse.work import Work

EVER = date(1900, 1, 1)
ALWAYS = date(9999, 12, 31)
SINCE, UNTIL = "since", "until"  # the first day on which it held, and the first on which it did not


def past_schema(dimension: Dimension) -> pa.Schema:
    """The dimension's columns, and the days."""
    return schema_of(dimension).append(pa.field(SINCE, pa.date32())).append(pa.field(UNTIL, pa.date32()))


def ended(work: Work, dimension: Dimension, now: pa.Table, suspects: pa.Table) -> pa.Table:
    """All rows that have ended by today, in the order of key and day; `suspects` are the rows that may be others."""
    past, before = _kept(work, dimension, dimension.past), _kept(work, dimension, dimension.name)
    schema, key = past_schema(dimension), dimension.key
    past = _as_now(past, schema) if past is not None else schema.empty_table()
    if before is not None:
        past = pa.concat_tables([past, _ended_today(work, dimension, _changed(dimension, before, suspects), past)])
    past = past.filter(pc.is_in(past[key], now[key].combine_chunks()))
    return past.sort_by([(key, "ascending"), (SINCE, "ascending")])


def _changed(dimension: Dimension, before: pa.Table, suspects: pa.Table) -> pa.Table:
    """The rows of the version before that are others now. Days are left out: another time zone changes no customer."""
    key = dimension.key
    place = pc.index_in(suspects[key], before[key].combine_chunks())
    met = pc.is_valid(place)
    was, became = before.take(place.filter(met)), suspects.filter(met)
    other = pa.array(np.zeros(was.num_rows, bool))
    for column in dimension.columns[1:]:
        if column.kind is not Kind.LOCAL_DAY and column.name in before.column_names:
            one, two = was[column.name], became[column.name].cast(was[column.name].type)
            same = pc.or_(pc.fill_null(pc.equal(one, two), False), pc.and_(pc.is_null(one), pc.is_null(two)))
            other = pc.or_(other, pc.invert(same))
    return was.filter(other)


def _ended_today(work: Work, dimension: Dimension, changed: pa.Table, past: pa.Table) -> pa.Table:
    key, today = dimension.key, pa.scalar(work.today, pa.date32())
    last = past.group_by(key).aggregate([(UNTIL, "max")])
    since = last[f"{UNTIL}_max"].take(pc.index_in(changed[key], last[key].combine_chunks()))
    rows = _as_now(changed, schema_of(dimension))
    rows = rows.append_column(SINCE, pc.fill_null(since, pa.scalar(EVER, pa.date32())))
    rows = rows.append_column(UNTIL, pa.repeat(today, changed.num_rows))
    # Changed twice on one day: what held for no whole day held for none.
    return rows.filter(pc.less(rows[SINCE], today))


def _as_now(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows of a version that had other columns: those that came later are empty."""
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names
        else pa.array([""] * table.num_rows) if field.type == pa.string()
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]  # fmt: skip
    return pa.table(columns, schema=schema)


def _kept(work: Work, dimension: Dimension, name: str) -> pa.Table | None:
    """A table of the version whose history is carried on. Raises BrokenLake for a damaged one.

    Where everything is read anew, because the lake is damaged, it is lost, and said to be.
    """
    version = work.known.tables.get(name) if work.known else None
    if version is None:
        return None
    try:
        for file in version.files:
            must_be_what_was_written(work.lake, file)
        files = [pq.read_table(work.lake / file.path, partitioning=None) for file in version.files]
        return _without_nulls_in_words(pa.concat_tables(files))
    except (BrokenLake, OSError, pa.ArrowException):
        if work.before is not None:
            raise
        work.lost.add(dimension.name)
        return None


def _without_nulls_in_words(table: pa.Table) -> pa.Table:
    """Lakes written from SQLite by Dangol 0.1 say "(NULL)" where there is no word: that is no history."""
    for place, field in enumerate(table.schema):
        if field.type == pa.string():
            words = pc.if_else(pc.equal(table[field.name], "(NULL)"), "", table[field.name])
            table = table.set_column(place, field, words)
    return table
