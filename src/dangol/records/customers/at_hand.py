"""The columns of lists for very many customers, kept at hand in this process as arrays: any filter, order and count of
a million in milliseconds, whatever is combined with whatever.

A column is read whole when it is first used (a second or two a million). From then on each look takes what the change
feed tells: those customers alone are read again, so what somebody changed a moment ago is on the list. Nothing is shown
from here: who is on a page is read from the records as they stand. Small stores are asked in SQL (selecting.py), which
says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import RLock
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Max, Q

from dangol.lib.plain_rows import columns_of, plain_rows
from dangol.records.changes.models import Change
from dangol.records.customers.columns import AT_ONCE, Asked, Column, Wish
from dangol.records.customers.kept_columns import Kept, Numbers, in_order, nothing, ranked
from dangol.records.customers.models import Customer
from dangol.records.staff.scope import Scope

MANY_AT_ONCE = 20_000  # changed customers above which everything is read anew
FEW = 200  # changed texts above which their order is read anew
OVERTAKEN = 10_000  # changes back that a transaction still open may yet come before
NEXT = 20  # names behind one that are looked at for somebody who is here


class AtHand:
    """What is kept of the store this process works with. One look at a time."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.clear()

    def clear(self) -> None:
        """Let everything go; it is read again when it is next asked for."""
        self.store: Any = None
        self.ids: Numbers = np.empty(0, np.int64)
        self.units: Numbers = np.empty(0, np.int64)
        self.kept: dict[str, Kept] = {}
        self.position, self.horizon = 0, 0
        self.taken: set[int] = set()  # changes taken already that are seen again while a write before them is open

    def prepare(self, columns: Iterable[Column], asked: Asked) -> None:
        """Have these columns as they stand now; what was written is asked for once a look."""
        if self.store != _store() or not len(self.ids):
            asked.known.pop("at_hand", None)
        asked.once("at_hand", lambda: self._freshen(asked))
        lacking = (column for column in columns if not self._stands(column, asked))
        for some in in_one_go(lacking):
            self._read(some, asked)

    def stands(self, columns: Iterable[Column], asked: Asked) -> bool:
        """Whether these columns are read already: nobody who looks waits for them."""
        return self.store == _store() and all(self._stands(one, asked) for one in columns)

    def _stands(self, column: Column, asked: Asked) -> bool:
        kept = self.kept.get(column.name)
        return kept is not None and kept.version == column.version(asked)

    def chosen(self, wishes: Sequence[tuple[Column, Wish]], scope: Scope, *, but: Iterable[int] = ()) -> Numbers:
        """Whether each customer is among those asked for; `but` are left out."""
        found = np.ones(len(self.ids), bool)
        if scope.units is not None:
            found &= self._of(scope.units)
        for column, wish in wishes:
            found &= self.kept[column.name].fulfilled(wish)
        if left_out := sorted(but):
            found[self._places(np.array(left_out, np.int64))[0]] = False
        return found

    def among(self, keys: Iterable[Sequence[int]]) -> Numbers:
        """Whether each customer is among these, told a part at a time."""
        found = np.zeros(len(self.ids), bool)
        for part in keys:
            found[self._places(np.array(part, np.int64))[0]] = True
        return found

    def numbers(self, column: Column) -> Numbers:
        """What a column of numbers tells of each customer, NaN where it is not known."""
        return self.kept[column.name].values

    def first(self, chosen: Numbers, column: Column, *, falling: bool, start: int, length: int) -> list[int]:
        """A stretch of the chosen in order: those of whom it is not known last, equals by their number."""
        kept = self.kept[column.name]
        places = np.flatnonzero(kept.outermost(chosen, falling=falling, enough=start + length))
        if start >= len(places):
            return []
        wanted = in_order(kept.keys(places, falling=falling), start, min(start + length, len(places)))
        return [int(one) for one in self.ids[places[wanted]]]

    def counts(self, chosen: Numbers, column: Column) -> dict[str, int]:
        """How many of the chosen have each word of a column; "" for those of whom it is not known."""
        return self.kept[column.name].counts(chosen)

    def present(self, column: Column) -> set[str]:
        """The words of a column that somebody has: looked up once as long as nothing is written."""
        kept = self.kept[column.name]
        if kept.present is None:
            told = self.counts(np.ones(len(self.ids), bool), column)
            kept.present = {word for word, number in told.items() if word and number}
        return kept.present

    def by_word(self, chosen: Numbers, column: Column, number: Column) -> dict[str, Numbers]:
        """The numbers of the chosen who have each word of a column; whoever is not known in either is in none."""
        kept, told = self.kept[column.name], self.kept[number.name]
        if not kept.words:
            return {}
        here = chosen & (kept.values >= 0) & ~np.isnan(told.values)
        codes, values = kept.values[here], told.values[here]
        ends = np.cumsum(np.bincount(codes, minlength=len(kept.words)))[:-1]
        parts = zip(kept.words, np.split(values[np.argsort(codes, kind="stable")], ends), strict=True)
        return {word: numbers for word, numbers in parts if len(numbers)}

    def _of(self, units: Iterable[int]) -> Numbers:
        """Whether each customer belongs to one of these units: looked up by the unit's number, for there are few."""
        asked = np.fromiter(units, np.int64)
        among = np.zeros(max(self.units.max(initial=0), asked.max(initial=0)) + 1, bool)
        among[asked] = True
        return among[self.units]

    # What follows reads from the store.

    def _freshen(self, asked: Asked) -> None:
        store = _store()
        if self.store != store or not len(self.ids):
            self.clear()
            self._begin(store)
            return
        changes, horizon = self._changes()
        touched = self._touched(changes)
        if touched is None:
            self.clear()
            self._begin(store)
            return
        if len(touched):
            self._renew(touched, asked)
        self.position, self.horizon = max([self.position, *(row[0] for row in changes)]), horizon
        if horizon:
            self.taken.update(row[0] for row in changes)
            self.taken = {pk for pk in self.taken if pk > self.position - OVERTAKEN}

    def _begin(self, store: str) -> None:
        self.horizon = _horizon()
        self.position = Change.objects.aggregate(last=Max("pk"))["last"] or 0
        if self.horizon:
            above = Change.objects.filter(xid__gte=self.horizon, pk__gt=self.position - OVERTAKEN)
            self.taken = set(above.values_list("pk", flat=True))
        ids, owners = [self.ids], [self.units]
        for keys, units in plain_rows(Customer.objects.known().order_by("pk").values_list("pk", "unit_id")):
            ids.append(np.array(keys, np.int64))
            owners.append(np.array([unit or 0 for unit in units], np.int64))
        self.store, self.ids, self.units = store, np.concatenate(ids), np.concatenate(owners)

    def _changes(self) -> tuple[list[tuple[int, str, int, int]], int]:
        """What was written since the last look, and by transactions that were open then."""
        since = Q(pk__gt=self.position)
        if self.horizon:
            since |= Q(xid__gte=self.horizon, pk__gt=self.position - OVERTAKEN)
        horizon = _horizon()
        rows = Change.objects.filter(since, pk__gt=self.position - OVERTAKEN)
        told = rows.values_list("pk", "table", "first_key", "last_key")
        return [row for row in told if row[0] not in self.taken], horizon

    def _touched(self, changes: Iterable[tuple[int, str, int, int]]) -> Numbers | None:
        """The customers whom changes are about; None where they are too many to be read one by one."""
        watched: dict[str, tuple[Any, str]] = {Customer._meta.db_table: (Customer, "pk")}
        for kept in self.kept.values():
            watched |= {table._meta.db_table: (table, path) for table, path in kept.column.watched.items()}
        found: set[int] = set()
        for _pk, table, first, last in changes:
            if table not in watched:
                continue
            if last - first > MANY_AT_ONCE:
                return None
            model, path = watched[table]
            owners = dict(model.objects.filter(pk__range=(first, last)).values_list("pk", path))
            found.update(owners.values())
            if model is Customer:
                start, end = np.searchsorted(self.ids, [first, last + 1])
                found.update(int(one) for one in self.ids[start:end])
            elif len(owners) <= last - first:
                self._drop(model)
            if len(found) > MANY_AT_ONCE:
                return None
        return np.array(sorted(one for one in found if one is not None), np.int64)

    def _drop(self, table: Any) -> None:
        """Have read anew what hangs on a table of which rows are gone: whose they were is not on record."""
        self.kept = {name: kept for name, kept in self.kept.items() if table not in kept.column.watched}

    def _renew(self, touched: Numbers, asked: Asked) -> None:
        """Read these customers again: those who are new come in, those who were forgotten go."""
        units: dict[int, int] = {}
        for start in range(0, len(touched), AT_ONCE):
            part = [int(one) for one in touched[start : start + AT_ONCE]]
            mine = Customer.objects.known().filter(pk__in=part).values_list("pk", "unit_id")
            units |= {pk: unit or 0 for pk, unit in mine}
        here = np.array(sorted(units), np.int64)
        self._leave(np.setdiff1d(touched, here))
        self._come(np.setdiff1d(here, self.ids))
        places = np.searchsorted(self.ids, here)
        self.units[places] = [units[int(one)] for one in here]
        for name, kept in list(self.kept.items()):
            kept.present = None
            if kept.version != kept.column.version(asked):
                del self.kept[name]  # of another run or day: these changes would pass it by
            elif not ranked(kept.column):
                kept.values[..., places] = nothing(kept.column)
                pairs = list(kept.column.pairs(asked, map(int, here)))
                self._put(kept, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
            elif not self._place(kept, here, asked):
                del self.kept[name]

    def _place(self, kept: Kept, here: Numbers, asked: Asked) -> bool:
        """Put customers into an order of texts: each before whoever the store says comes next. Whether that could be
        told; else it is read whole when it is next asked for.
        """
        if len(here) > FEW:
            return False
        kept.values[self._places(here)[0]] = np.nan
        name = kept.column.value
        people = kept.column.rows(asked).filter(kept.column.filled).order_by(name, "pk")
        told = list(people.filter(pk__in=[int(one) for one in here]).values_list("pk", name))
        for pk, text in reversed(told):
            after = people.filter(Q(**{f"{name}__gt": text}) | Q(pk__gt=pk), **{f"{name}__gte": text})
            following = list(after.values_list("pk", flat=True)[:NEXT])
            ranks = kept.values
            # Whoever came a moment ago is not here yet, and stands nowhere.
            stand = ranks[self._places(np.array(following, np.int64))[0]]
            stand = stand[~np.isnan(stand)]
            if not len(stand) and len(following) == NEXT:
                return False
            above = stand[0] if len(stand) else np.inf
            below = np.nanmax(np.where(ranks < above, ranks, -1.0), initial=-1.0)
            rank = below + 1 if above == np.inf else (below + above) / 2
            if not below < rank < above:  # halved too often
                return False
            ranks[self._places(np.array([pk], np.int64))[0]] = rank
        return True

    def _leave(self, gone: Numbers) -> None:
        places = np.flatnonzero(np.isin(self.ids, gone, assume_unique=True))
        if len(places):
            self.ids, self.units = np.delete(self.ids, places), np.delete(self.units, places)
            for kept in self.kept.values():
                kept.values = np.delete(kept.values, places, axis=-1)

    def _come(self, new: Numbers) -> None:
        places = np.searchsorted(self.ids, new)
        if len(places):
            self.ids, self.units = np.insert(self.ids, places, new), np.insert(self.units, places, 0)
            for kept in self.kept.values():
                kept.values = np.insert(kept.values, places, nothing(kept.column), axis=-1)

    def _read(self, columns: Sequence[Column], asked: Asked) -> None:
        """Read columns that are read in one go, or one."""
        found = {one.name: Kept.empty(one, one.version(asked), len(self.ids)) for one in columns}
        if (together := columns[0].together) is None:
            self._fill(found[columns[0].name], asked)
        else:
            for column, keys, values in together(asked, columns):
                self._put(found[column.name], keys, values)
        for kept in found.values():
            kept.find_edges()
        self.kept |= found

    def _fill(self, kept: Kept, asked: Asked) -> None:
        column = kept.column
        if ranked(column):
            rows = column.rows(asked).filter(column.filled).order_by(column.value, "pk")
            (ids,) = columns_of(rows.values_list("pk"), np.int64)
            places, _here = self._places(ids)
            kept.values[places] = np.arange(len(places))
        else:
            told = column.of_everybody(asked, self.ids) if column.of_everybody else plain_rows(column.told(asked))
            for keys, values in told:
                self._put(kept, keys, values)

    def _put(self, kept: Kept, keys: Sequence[int], told: Sequence[Any]) -> None:
        """Write down what is told of these customers, as far as they are here."""
        places, here = self._places(np.array(keys, np.int64))
        kept.put(places, here, told)

    def _places(self, keys: Numbers) -> tuple[Numbers, Numbers]:
        """Where these customers stand, of those who are here; and which of them are."""
        places = np.searchsorted(self.ids, keys)
        here = (places < len(self.ids)) & (self.ids[np.minimum(places, len(self.ids) - 1)] == keys)
        return places[here], here


def in_one_go(columns: Iterable[Column]) -> list[list[Column]]:
    """Which of these are read at once: those that one function reads together; each other one alone."""
    found: dict[Any, list[Column]] = {}
    for column in {column.name: column for column in columns}.values():
        found.setdefault(column.together or column.name, []).append(column)
    return list(found.values())


AT_HAND = AtHand()


def _store() -> str:
    return str(connection.settings_dict["NAME"])


def _horizon() -> int:
    """The oldest transaction still open: on PostgreSQL it may yet commit changes with earlier numbers."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
