"""What is asked, as the address says it: figures, by what, of which part, over which time, shown how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS, fits, named, split_named
from dangol.insight.warehouse.metrics.registry import finer
from dangol.lib.errors import WrongUse
from dangol.web.insight.cube.periods import DATES, PERIODS, STANDARD, Span, span_of

MOST_METRICS, MOST_DOWN, MOST_VALUES = 6, 2, 200
COMPARISONS = ("share", "before")
PICTURES = ("line", "bar", "heat", "tree", "cohort", "lorenz", "none")
TOPS = (5, 10, 20, 50)


class NoDay(WrongUse):
    """An address names a day that no calendar has."""


type Part = tuple[str, tuple[str, ...]]  # a dimension, and which of its values are looked at


@dataclass(frozen=True)
class Asked:
    """One state of the page. What an address says that nobody knows is left out, so that an old bookmark still opens
    the form; what is missing of it `refuse_unknown` says.

    sort: a metric by which rows are ordered, "" as they come; filtering: a dimension whose values are being chosen.
    """

    metrics: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    across: str = ""
    parts: tuple[Part, ...] = ()
    period: str = STANDARD
    since: date | None = None  # of one's own dates: the first day
    last: date | None = None  # and the last
    compare: str = ""
    top: int | None = None
    sort: str = ""
    falling: bool = True
    picture: str = ""
    filtering: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """From an address."""
        metrics = _known(query.getlist("metric"), METRICS)[:MOST_METRICS]
        down = _known(query.getlist("down"), DIMENSIONS)[:MOST_DOWN]
        across = next(iter(_known(query.getlist("across"), DIMENSIONS)), "")
        top, period = query.get("top", ""), query.get("period", "")
        sort = query.get("sort", "")
        return cls(
            metrics, down, "" if across in down else across, _parts(query.getlist("in")),
            period if period in PERIODS or period == DATES else STANDARD,
            _day(query.get("from", "")), _day(query.get("to", "")),
            _one_of(query.get("compare", ""), COMPARISONS),
            int(top) if top in map(str, TOPS) else None,
            sort if sort in metrics else "", query.get("order") != "rising",
            _one_of(query.get("picture", ""), PICTURES),
            next(iter(_known([query.get("filter", "")], DIMENSIONS)), ""),
        )  # fmt: skip

    @property
    def by(self) -> tuple[str, ...]:
        """Everything it is split by: down the page, then across."""
        return (*self.down, self.across) if self.across else self.down

    def span(self, today: date) -> Span:
        """The days that are looked at."""
        return span_of(self.period, today, self.since, self.last)

    def words(self) -> list[tuple[str, str]]:
        """The parts of the address."""
        said = [("metric", name) for name in self.metrics] + [("down", name) for name in self.down]
        said += [("across", self.across)] if self.across else []
        said += [("in", f"{name}:{value}") for name, values in self.parts for value in values]
        said += [("period", self.period)] if self.period != STANDARD else []
        if self.period == DATES:
            said += [(word, day.isoformat()) for word, day in (("from", self.since), ("to", self.last)) if day]
        for word, value in (("compare", self.compare), ("top", self.top), ("sort", self.sort)):
            said += [(word, str(value))] if value else []
        said += [("order", "rising")] if self.sort and not self.falling else []
        return said + ([("picture", self.picture)] if self.picture else [])

    def query(self) -> str:
        """What asks for this, as it is kept under a name."""
        query = QueryDict(mutable=True)
        for word, value in self.words():
            query.appendlist(word, value)
        return query.urlencode()

    def address(self) -> str:
        """The same, with its question mark."""
        return f"?{self.query()}"

    def on(self, day: date) -> Self:
        """The same as it is asked on a day: its period by its own two dates, which stay what they are."""
        span = self.span(day)
        return replace(self, period=DATES, since=span.since, last=span.last)

    def values_of(self, dimension: str) -> tuple[str, ...]:
        """Which values of a dimension are looked at; none where all are."""
        return dict(self.parts).get(dimension, ())

    def only(self, dimension: str, values: Iterable[str]) -> Self:
        """The same of these values alone; of all where there are none."""
        rest = tuple(part for part in self.parts if part[0] != dimension)
        chosen = tuple(dict.fromkeys(values))
        return replace(self, parts=(*rest, (dimension, chosen)) if chosen else rest)

    def instead(self, dimension: str, other: str) -> Self:
        """The same with one dimension in the place of another."""
        if other in self.by:
            return self
        down = tuple(other if name == dimension else name for name in self.down)
        return replace(self, down=down, across=other if self.across == dimension else self.across)

    def into(self, dimension: str, value: str) -> Self | None:
        """One step down into a value: of it alone, by what is finer. None where nothing is."""
        below = finer(DIMENSIONS[dimension])
        if below is None or below.name in self.by or any(not fits(METRICS[one], below) for one in self.metrics):
            return None
        return self.instead(dimension, below.name).only(dimension, [value])

    def out_of(self, dimension: str, coarser: str) -> Self:
        """One step up: by what is coarser, and of all of it again."""
        return self.instead(dimension, coarser).only(coarser, ()).only(dimension, ())

    def sorted_by(self, metric: str) -> Self:
        """Ordered by a metric; the other way round where it is already."""
        falling = not self.falling if self.sort == metric else True
        return replace(self, sort=metric, falling=falling)


def refuse_unknown(query: QueryDict) -> None:
    """Raise for a figure, a dimension or a day of an address that is none: without it the answer would be another."""
    for word in filter(None, query.getlist("metric")):
        named(word)
    parts = [word.partition(":")[0] for word in query.getlist("in")]
    for word in filter(None, (*query.getlist("down"), *query.getlist("across"), *parts)):
        split_named(word)
    for word in filter(None, (query.get("from", ""), query.get("to", ""))):
        try:
            date.fromisoformat(word)
        except ValueError:
            raise NoDay(_("“%(word)s” is no day. Write it as 2026-01-31.") % {"word": word}) from None


def _known(words: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    known = set(names)
    return tuple(dict.fromkeys(word for word in words if word in known))


def _one_of(word: str, words: Iterable[str]) -> str:
    return word if word in words else ""


def _parts(words: Iterable[str]) -> tuple[Part, ...]:
    """From "category:Milk": every dimension once, in the order it was first named."""
    found: dict[str, list[str]] = {}
    for word in words:
        name, colon, value = word.partition(":")
        if colon and name in DIMENSIONS and len(values := found.setdefault(name, [])) < MOST_VALUES:
            values.append(value)
    return tuple((name, tuple(dict.fromkeys(values))) for name, values in found.items())


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day <= date(2200, 1, 1) else None
