"""An answer as a table: rows down with their subtotals, columns across, every number with a way to who is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube import Answer
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS, Family, Form
from dangol.web.insight.cube.adding import added_up
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.written import Names, Number, change, number, share

MOST_ROWS, MOST_COLUMNS = 500, 36
BEGAN = frozenset({"registered_year", "registered_month", "cohort_year", "cohort"})  # texts, yet spans of time

type Place = tuple[str | None, ...]  # a value of each dimension; None where it is summed over


@dataclass(frozen=True)
class Head:
    """What a row or a column is called, and the address one step down into it."""

    text: str
    into: str = ""


@dataclass(frozen=True)
class Cell:
    """A number in words, what stands below it, and which values it is of."""

    text: str
    below: str = ""
    whom: str = ""


@dataclass(frozen=True)
class Row:
    """One line: its head, how deep it stands (0 the total), its cells."""

    head: Head
    depth: int
    cells: tuple[Cell, ...]
    values: tuple[Number, ...]


@dataclass(frozen=True)
class Column:
    """One column of numbers: a metric, of one value across or of all (None)."""

    metric: str
    of: str | None
    text: str
    sort: str = ""
    sorted: str = ""  # ascending, descending, ""
    into: str = ""  # one step down into the value across, where it heads its column by itself


@dataclass(frozen=True)
class Pivot:
    """groups: heads above the columns with how many they span. rows_left_out, columns_left_out: not shown."""

    groups: tuple[tuple[Head, int], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    rows_left_out: int = 0
    columns_left_out: int = 0

    @property
    def lines(self) -> tuple[Row, ...]:
        """The rows below the total."""
        return tuple(row for row in self.rows if row.depth)


class Numbers:
    """An answer, to be looked up by place."""

    def __init__(self, asked: Asked, found: Answer) -> None:
        self.asked = asked
        width = len(asked.by)
        self._rows: dict[Place, Mapping[str, Any]] = {
            tuple(row[:width]): dict(zip(found.columns[width:], row[width:], strict=True)) for row in found.rows
        }
        self._known: dict[tuple[int, Place], list[str]] = {}
        for place in self._rows:
            for at, value in enumerate(place):
                if value is not None:
                    self._known.setdefault((at, (*place[:at], None, *place[at + 1 :])), []).append(value)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def places(self) -> list[Place]:
        """Every place, subtotals above what they are of."""
        return [()] if not self.asked.by else list(self._below((), (None,) * len(self.asked.by)))

    def _below(self, begun: Place, whole: Place) -> Iterable[Place]:
        at = len(begun)
        if at == len(whole):
            if begun in self._rows:
                yield begun
            return
        for value in (None, *self.values(at, (*begun, *whole[at:]))):
            yield from self._below((*begun, value), whole)

    def share(self, place: Place, metric: str) -> Number:
        """What part of the whole it is; None where parts make no whole, such as means or people counted once."""
        whole, part = self.at((None,) * len(place), metric), self.at(place, metric)
        return part / whole if whole and part is not None and added_up(metric, self.asked.by) else None

    def at(self, place: Place, column: str) -> Number:
        """The number of a column at a place."""
        return self._rows.get(place, {}).get(column)

    def values(self, dimension: int, within: Place) -> list[str]:
        """The values of a dimension where all others are as told, in the order rows are shown."""
        return self._ordered(self._known.get((dimension, within), []), dimension, within)

    def shown(self, dimension: int, within: Place, most: int) -> list[str]:
        """As many values as can be shown: the latest of what goes on in time, the first of all else."""
        values = self.values(dimension, within)
        return values[-most:] if self.ends_late(dimension) else values[:most]

    def ends_late(self, dimension: int) -> bool:
        """Whether its last values are those that matter most: of what goes on in time, where no figure leads."""
        return goes_on(self.asked.by[dimension]) and not self._leads(dimension)

    def _leads(self, dimension: int) -> bool:
        """Whether a figure was asked to lead: its greatest or least stand first."""
        return dimension < len(self.asked.down) and bool(self.asked.sort or self.asked.top)

    def _ordered(self, values: list[str], dimension: int, within: Place) -> list[str]:
        """As time or age goes on, unless a figure was asked to lead; all else the greatest first."""
        across = dimension == len(self.asked.down)
        if in_order(self.asked.by[dimension]) and not self._leads(dimension):
            return sorted(values, key=lambda value: (value == "", _natural(value)))
        metric = self.asked.metrics[0] if across else self.asked.sort or self.asked.metrics[0]
        falling = True if across or not self.asked.sort else self.asked.falling

        def size(value: str) -> tuple[bool, float, str]:
            amount = self.at((*within[:dimension], value, *within[dimension + 1 :]), metric)
            return amount is None, -(amount or 0) if falling else amount or 0, _text(value)

        return sorted(values, key=size)


def pivot(asked: Asked, found: Answer, names: Names, *, whom: str = "") -> Pivot:
    """The table of an answer. whom: the address that tells who is behind a number, "" where nobody may ask."""
    return _Table(asked, Numbers(asked, found), names, whom).made()


class _Table:
    def __init__(self, asked: Asked, numbers: Numbers, names: Names, whom: str) -> None:
        self.asked, self.numbers, self.names, self.whom = asked, numbers, names, whom
        self.all: Place = (None,) * len(asked.by)

    def made(self) -> Pivot:
        shown, columns_left = self._across()
        columns = self._columns(shown)
        rows = [self._row(self.all, Head(""), 0, columns)]
        every = list(self._places())
        kept = every[-MOST_ROWS:] if self.asked.down and self.numbers.ends_late(0) else every[:MOST_ROWS]
        while kept and kept[0][2] > 1:  # what it is a part of is not shown
            kept = kept[1:]
        rows += [self._row(place, head, depth, columns) for head, place, depth in kept]
        return Pivot(self._groups(shown), columns, tuple(rows), len(every) - len(kept), columns_left)

    def _across(self) -> tuple[list[str], int]:
        if not self.asked.across:
            return [], 0
        dimension = len(self.asked.down)
        kept = self.numbers.shown(dimension, self.all, MOST_COLUMNS)
        return kept, len(self.numbers.values(dimension, self.all)) - len(kept)

    def _columns(self, across: Iterable[str]) -> tuple[Column, ...]:
        if len(self.asked.metrics) > 1:
            names = {name: str(METRICS[name].label) for name in self.asked.metrics}
            found = [Column(name, value, label) for value in across for name, label in names.items()]
        else:
            heads = [(value, self._head(self.asked.across, value)) for value in across]
            found = [Column(self.asked.metrics[0], value, head.text, into=head.into) for value, head in heads]
        return (*found, *(self._total(name) for name in self.asked.metrics))

    def _total(self, name: str) -> Column:
        order = "descending" if self.asked.falling else "ascending"
        return Column(
            name, None, _("Total") if self.asked.across and len(self.asked.metrics) == 1 else str(METRICS[name].label),
            self.asked.sorted_by(name).address() if self.asked.down else "",
            order if self.asked.sort == name else "",
        )  # fmt: skip

    def _groups(self, across: list[str]) -> tuple[tuple[Head, int], ...]:
        width = len(self.asked.metrics)
        return tuple((self._head(self.asked.across, value), width) for value in across)

    def _places(self) -> Iterable[tuple[Head, Place, int]]:
        down = self.asked.down
        if not down:
            return
        for first in self._kept(0, self.all):
            place: Place = (first, *self.all[1:])
            yield self._head(down[0], first), place, 1
            if len(down) > 1:
                for second in self._kept(1, place):
                    yield self._head(down[1], second), (first, second, *self.all[2:]), 2

    def _kept(self, dimension: int, within: Place) -> list[str]:
        values = self.numbers.values(dimension, within)
        return values[: self.asked.top] if self.asked.top else values

    def _head(self, dimension: str, value: str) -> Head:
        into = self.asked.into(dimension, _text(value))
        return Head(self.names.of(dimension, value), into.address() if into else "")

    def _row(self, place: Place, head: Head, depth: int, columns: tuple[Column, ...]) -> Row:
        places = [place if column.of is None else (*place[:-1], column.of) for column in columns]
        cells = [self._cell(at, column) for at, column in zip(places, columns, strict=True)]
        values = [self.numbers.at(at, column.metric) for at, column in zip(places, columns, strict=True)]
        return Row(head, depth, tuple(cells), tuple(values))

    def _cell(self, place: Place, column: Column) -> Cell:
        value = self.numbers.at(place, column.metric)
        return Cell(
            number(column.metric, value), self._below(place, column.metric), self._whom(place, column.metric, value)
        )

    def _below(self, place: Place, metric: str) -> str:
        if self.asked.compare == "share":
            return share(self.numbers.share(place, metric))
        return change(self.numbers.at(place, f"{metric}_change")) if self.asked.compare == "before" else ""

    def _whom(self, place: Place, metric: str, value: Number) -> str:
        if not self.whom or not value:
            return ""
        return self.whom + cell_address(self.asked, metric, place)


def cell_address(asked: Asked, metric: str, place: Place) -> str:
    """What of an address names one number: its metric, and the values it is of."""
    from urllib.parse import urlencode

    at = [("at", f"{name}:{_text(value)}") for name, value in zip(asked.by, place, strict=True) if value is not None]
    return urlencode([("of", metric), *at])


def goes_on(dimension: str) -> bool:
    """Whether what comes last is what is asked about first, as of time."""
    one = DIMENSIONS[dimension]
    return dimension in BEGAN or (one.family is Family.TIME and one.form is not Form.NUMBER)


def in_order(dimension: str) -> bool:
    """Whether its values have an order of their own: time, numbers, ages."""
    return DIMENSIONS[dimension].form is not Form.TEXT or dimension in BEGAN or dimension == "age_band"


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _natural(value: object) -> tuple[int, str]:
    text = _text(value)
    return (int(text), "") if text.isdigit() else (0, text)
