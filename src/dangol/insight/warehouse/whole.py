"""Every row of a fact, with what it leads to: looked up here rather than joined by the store.

To join millions of lines to their receipts and these to their customers is most of what a store does when it is read
whole. Here each table is read once, in its own order; where a row leads is found by its place among the keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa

from dangol.insight.warehouse.facts import Column, Fact, Kind, Lead

KEY = "key of "


class Source(Protocol):
    """A store that hands over what is committed."""

    def read_whole(self, columns: Sequence[Column], table: str, alias: str, beside: str = "") -> Iterator[pa.Table]: ...

    def at_one_moment(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True)
class Rows:
    """What other rows lead to: columns in the order of the ids."""

    ids: np.ndarray
    columns: pa.Table

    def of(self, keys: pa.Array) -> pa.Table:
        """The rows of these keys; null where there is none."""
        wanted = keys.fill_null(-1).to_numpy(zero_copy_only=False)
        places = np.searchsorted(self.ids, wanted)
        known = places < len(self.ids)
        known[known] = self.ids[places[known]] == wanted[known]
        return self.columns.take(pa.array(places, mask=~known))


def rows_with_leads(fact: Fact, source: Source) -> Iterator[pa.Table]:
    """Chunks with the columns of the fact, of one moment; texts that many rows share come as dictionaries."""
    with source.at_one_moment():
        found = _led_to(fact, "r", source)
        for chunk in source.read_whole(_asked(fact, "r"), fact.table, "r", fact.beside):
            yield _with(chunk, found).select([column.name for column in fact.columns])


def _led_to(fact: Fact, alias: str, source: Source) -> dict[str, Rows]:
    """What the rows of an alias lead to, by the column of the key that leads there."""
    return {_key(fact, lead): _rows(fact, lead, source) for lead in _leads_of(fact, alias)}


def _rows(fact: Fact, lead: Lead, source: Source) -> Rows:
    further = _led_to(fact, lead.alias, source)
    wanted = [Column("id", Kind.INTEGER, f"{lead.alias}.id"), *_asked(fact, lead.alias)]
    coming = source.read_whole(wanted, lead.table, lead.alias)
    keys = [key for key in further if key.startswith(KEY)]
    parts = [_with(_shared(part), further).drop_columns(keys) for part in coming]
    whole = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
    ids = whole["id"].to_numpy()
    if np.any(ids[1:] < ids[:-1]):  # PostgreSQL keeps rows in the order in which they were last changed
        order = np.argsort(ids)
        ids, whole = ids[order], whole.take(pa.array(order))
    return Rows(ids, whole.drop_columns("id"))


def _leads_of(fact: Fact, alias: str) -> list[Lead]:
    return [lead for lead in fact.leads if lead.by.startswith(f"{alias}.")]


def _asked(fact: Fact, alias: str) -> list[Column]:
    """The columns that tell of the alias, and the keys that lead on from it and are none of them."""
    columns = [column for column in fact.columns if fact.about(column) == alias]
    keys = {_key(fact, lead): lead.by for lead in _leads_of(fact, alias)}
    told = {column.name for column in columns}
    return [*columns, *(Column(key, Kind.INTEGER, by) for key, by in keys.items() if key not in told)]


def _key(fact: Fact, lead: Lead) -> str:
    """The column that leads there: one of the fact's own, where it has one."""
    return next((column.name for column in fact.columns if column.sql == lead.by), KEY + lead.alias)


def _shared(part: pa.Table) -> pa.Table:
    """Texts as dictionaries: a receipt's channel is one of a few."""
    for place, field in enumerate(part.schema):
        if field.type == pa.string():
            part = part.set_column(place, field.name, part[field.name].dictionary_encode())
    return part


def _with(chunk: pa.Table, found: Mapping[str, Rows]) -> pa.Table:
    """The chunk with the columns of what its rows lead to."""
    for key, rows in found.items():
        led_to = rows.of(chunk[key].combine_chunks())
        for name in led_to.column_names:
            chunk = chunk.append_column(name, led_to[name])
    return chunk
