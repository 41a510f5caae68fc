"""The customers whom the asker sees, as arrays: one entry each, in the order of their numbers.

crowd = Crowd(viewer(request), Asked(clock.as_of()))
crowd.number("spent_year"), crowd.group("line:club"), crowd.group("segment:12")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dangol.decisions.segments.models import Segment
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.who_counts import places_among
from dangol.insight.relationship.core.names import HEARD
from dangol.insight.relationship.value_columns import run_of
from dangol.lib.errors import DangolError
from dangol.lib.plain_rows import plain_rows
from dangol.records.customers.columns import RANGES, WORDS, Asked, Column, Kind, column_of, known
from dangol.records.customers.selecting import Selected, Selection
from dangol.records.staff.roles import May
from dangol.web.customers.cells import Words
from dangol.web.customers.criteria import may_see
from dangol.web.insight.statistics.made_of import sources_of, sources_of_rule
from dangol.web.shell.viewer import Viewer

ZERO = frozenset({"purchases_year", "spent_year", "fees_year", "points_left", HEARD})  # of whom nothing is told: none
SEGMENT, CUSTOMER = "segment", "customer"
MOST_WORDS = 12  # of a column that are offered
YEAR = 365.25

type Array = npt.NDArray[np.float64]
type Flags = npt.NDArray[np.bool_]


class NoSuchThing(DangolError):
    """Nothing of that name is known of customers, or the asker may not see it."""


@dataclass(frozen=True)
class Number:
    """A number of each customer, NaN where it is not known. unit: money, share, points, days, years or number."""

    name: str
    label: str
    unit: str
    values: Array
    sources: frozenset[str]


@dataclass(frozen=True)
class Group:
    """Who is in it, and of whom that is known at all."""

    spec: str
    label: str
    inside: Flags
    known: Flags
    sources: frozenset[str]


@dataclass(frozen=True)
class Choice:
    """A word of each customer as people call it, "" where it is not known."""

    name: str
    label: str
    words: npt.NDArray[np.object_]
    sources: frozenset[str]


@dataclass(frozen=True)
class Option:
    """One entry of a form's list."""

    value: str
    label: str


type Options = list[tuple[str, list[Option]]]  # heading → entries


@dataclass
class Crowd:
    """Everybody on record within the scope of whoever asks."""

    mine: Viewer
    asked: Asked

    @cached_property
    def ids(self) -> npt.NDArray[np.int64]:
        """Their numbers, rising."""
        return self._known[0]

    @property
    def keys(self) -> npt.NDArray[np.int64]:
        """Their keys in the lake, in the same order."""
        return self._known[1]

    def places(self, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        """Where the customer of each key of the lake stands; −1: not among them."""
        return places_among(self._known[1], keys, order=self._by_key)

    def placed(
        self, parts: Iterable[tuple[Any, ...]], columns: int = 0
    ) -> tuple[npt.NDArray[np.intp], list[npt.NDArray[Any]]]:
        """Of rows that begin with a customer's number: the places of those among the crowd, and so many columns of
        theirs.
        """
        read = [[np.array(column) for column in part] for part in parts]
        keys = np.concatenate([np.empty(0, np.int64), *(part[0] for part in read)])
        told = [np.concatenate([np.empty(0), *(part[1 + at] for part in read)]) for at in range(columns)]
        places = places_among(self.ids, keys)
        return places[places >= 0], [column[places >= 0] for column in told]

    @cached_property
    def _known(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        rows = plain_rows(self.mine.customers.order_by("pk").values_list("pk", "lake_key"))
        read = [[np.array(column, np.int64) for column in part] for part in rows]
        ids, keys = (np.concatenate([np.empty(0, np.int64), *(part[at] for part in read)]) for at in range(2))
        return ids, keys

    @cached_property
    def _by_key(self) -> npt.NDArray[np.intp]:
        return np.argsort(self._known[1])

    def is_number(self, name: str) -> bool:
        """Whether the column of that name holds numbers or days. Raises NoSuchThing."""
        return self.column(name).kind in RANGES

    def column(self, name: str) -> Column:
        """The column of that name. Raises NoSuchThing."""
        column = column_of(name, self.asked)
        if column is None or not self._usable(column):
            raise NoSuchThing(_("Nothing called “%(name)s” is known of customers here.") % {"name": name[:60]})
        return column

    def number(self, name: str) -> Number:
        """A number of each. Raises NoSuchThing."""
        column = self.column(name)
        if column.kind not in RANGES:
            raise NoSuchThing(_("“%(name)s” is no number.") % {"name": column.label})
        empty = 0.0 if name in ZERO else np.nan
        values = np.full(len(self.ids), empty)
        places, told = self._told(column)
        if len(told):
            values[places] = self._days(told, name) if column.kind is Kind.DAY else np.array(told, np.float64)
        return Number(name, number_label(column), _unit(column), values, sources_of(column))

    def choice(self, name: str) -> Choice:
        """A word of each. Raises NoSuchThing."""
        column = self.column(name)
        if column.kind not in {Kind.CHOICE, Kind.YES_NO}:
            raise NoSuchThing(_("“%(name)s” is not one word of each customer.") % {"name": column.label})
        called = Words.of(column)
        words = np.full(len(self.ids), called("no") if column.kind is Kind.YES_NO else "", dtype=object)
        places, told = self._told(column)
        for place, code in zip(places, told, strict=True):
            words[place] = called(code)
        return Choice(name, str(column.label), words, sources_of(column))

    def group(self, spec: str) -> Group:
        """Those of one word of a column ("line:club"), in a saved segment ("segment:12"), or one ("customer:7").

        Raises NoSuchThing, and NotValuedYet where the segment asks for values.
        """
        name, _colon, word = spec.partition(":")
        if name == CUSTOMER:
            return self._one(spec, word)
        return self._segment(spec, word) if name == SEGMENT else self._with_word(spec, self.column(name), word)

    @cached_property
    def numbers(self) -> list[Option]:
        """What numbers can be asked about: those that anybody has."""
        columns = [one for one in known(self.asked).values() if one.kind in RANGES and self._usable(one)]
        return [Option(one.name, number_label(one)) for one in columns if self._filled(one)]

    @cached_property
    def choices(self) -> list[Option]:
        """What words can be asked about."""
        columns = [one for one in known(self.asked).values() if self._usable(one)]
        wanted = [one for one in columns if one.kind in {Kind.CHOICE, Kind.YES_NO}]
        return [Option(one.name, str(one.label)) for one in wanted if self._filled(one)]

    @cached_property
    def groups(self) -> Options:
        """What groups can be asked about: saved segments, and the most frequent words of each column."""
        segments = [Option(f"{SEGMENT}:{one.pk}", one.name) for one in Segment.objects.order_by("name", "pk")]
        found: Options = [(_("Saved segments"), segments)] if segments else []
        everybody = Selected(Selection(), self.mine.scope, self.asked)
        for column in known(self.asked).values():
            if column.kind not in WORDS or not self._usable(column):
                continue
            counts = {word: n for word, n in everybody.words(column).items() if word and n}
            most, called = sorted(counts, key=lambda word: (-counts[word], word))[:MOST_WORDS], Words.of(column)
            if most:
                entries = [Option(f"{column.name}:{word}", f"{called(word)} ({counts[word]:,})") for word in most]
                found.append((str(column.label), entries))
        return found

    def _usable(self, column: Column) -> bool:
        """Whether the asker sees what stands in it: of what they see in part nothing may be guessed."""
        return (
            column.kind is not Kind.TEXT and may_see(column, self.mine)
            and (column.masked is None or self.mine.knows_people)
        )  # fmt: skip

    def _filled(self, column: Column) -> bool:
        if not column.filters:  # to see whether anybody has any, everything they bought would have to be summed
            return True
        return column.rows(self.asked).filter(column.filled).exists()

    def _told(self, column: Column) -> tuple[npt.NDArray[np.intp], list[Any]]:
        """Places and values of those among the crowd of whom it is known."""
        pairs = list(column.told(self.asked))
        if not pairs or not len(self.ids):
            return np.empty(0, np.intp), []
        places = places_among(self.ids, np.array([one[0] for one in pairs], np.int64))
        here = places >= 0
        return places[here], [pair[1] for pair, mine in zip(pairs, here, strict=True) if mine]

    def _days(self, told: list[Any], name: str) -> Array:
        ordinals = np.array([_day(one).toordinal() for one in told], np.float64)
        passed: Array = self.asked.day.toordinal() - ordinals
        return passed / YEAR if name == "birth_date" else passed

    def _with_word(self, spec: str, column: Column, word: str) -> Group:
        if column.kind not in WORDS:
            raise NoSuchThing(_("“%(name)s” is not one word of each customer.") % {"name": column.label})
        inside, told_of = np.zeros(len(self.ids), bool), np.zeros(len(self.ids), bool)
        places, told = self._told(column)
        mine = np.array([str(one) == word for one in told], bool)
        inside[places[mine]], told_of[places] = True, True
        if column.kind is Kind.YES_NO:
            inside = ~told_of if word == "no" else told_of
        if column.kind is not Kind.CHOICE:  # whoever has none of many has none
            told_of[:] = True
        called = Words.of(column)(word)
        label = called if column.kind is Kind.CHOICE else f"{column.label}: {called}"
        return Group(spec, label, inside, told_of, sources_of(column))

    def _one(self, spec: str, number: str) -> Group:
        """One customer, whom the asker then saw."""
        inside = self.ids == (int(number) if number.isascii() and number.isdigit() and len(number) < 19 else -1)
        if not inside.any() or not self.mine.may(May.SEE_CUSTOMERS):
            raise NoSuchThing(_("There is no such customer here."))
        self.mine.saw(self.ids[inside].tolist())
        known = np.ones(len(self.ids), bool)
        return Group(spec, _("customer %(number)s") % {"number": number}, inside, known, frozenset({CUSTOMER}))

    def _segment(self, spec: str, number: str) -> Group:
        found = Segment.objects.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
        if found is None:
            raise NoSuchThing(_("This segment is not there any more."))
        inside = np.zeros(len(self.ids), bool)
        places, _values = self.placed(plain_rows(select(found.rule, run=run_of(self.asked)).values_list("pk")))
        inside[places] = True
        return Group(spec, found.name, inside, np.ones(len(self.ids), bool), sources_of_rule(found.rule))


def number_label(column: Column) -> str:
    """What a number is called; of days how many have passed."""
    if column.name == "birth_date":
        return pgettext("of a person", "Age")
    return _("Days since: %(what)s") % {"what": column.label} if column.kind is Kind.DAY else str(column.label)


def _unit(column: Column) -> str:
    if column.name == "birth_date":
        return "years"
    return {Kind.MONEY: "money", Kind.SHARE: "share", Kind.POINTS: "points", Kind.DAY: "days"}.get(
        column.kind, "number"
    )


def _day(value: Any) -> date:
    return localtime(value).date() if isinstance(value, datetime) else value
