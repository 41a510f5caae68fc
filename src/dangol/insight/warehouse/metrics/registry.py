"""What a metric and a dimension are, which fit together, and where parts may be added up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from dangol.insight.warehouse.queries import Lake
from dangol.lib.errors import WrongUse

NEAR = 5  # names told to somebody who mistook one


class Unit(StrEnum):
    """What a metric is counted in."""

    MONEY = "money"  # minor units
    COUNT = "count"
    SHARE = "share"  # 0–1, a change below and above
    POINTS = "points"  # of an index from 0 to 100, or from −100
    NUMBER = "number"  # a plain number, such as days or minutes


class Additivity(StrEnum):
    """Whether parts of a metric make the whole when they are added up."""

    ADDITIVE = "additive"
    SEMI_ADDITIVE = "semi-additive"  # over some dimensions
    NON_ADDITIVE = "non-additive"


class Family(StrEnum):
    """What a dimension is about: a metric adds up over all dimensions of a family, or over none."""

    TIME = "time"
    PERSON = "person"  # what a customer is: each has one value
    SALE = "sale"  # what a receipt is: each has one value
    GOODS = "goods"  # what a line of a receipt is
    OCCASION = "occasion"  # what one contact, loan, answer or entry is


EVERYTHING = frozenset(Family)
NOTHING: frozenset[Family] = frozenset()
PEOPLE = frozenset({Family.PERSON})


class Form(StrEnum):
    """What the values of a dimension look like. Of a span of time the value is its first day."""

    TEXT = "text"
    NUMBER = "number"
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True)
class Metric:
    """One number over the rows of one fact. `formula` is for people, `expression` for the engines.

    about_customers: counts customers, so rows without one are left out.
    adds_over: the families of dimensions over which parts make the whole.
    each: makes one row a customer of the rows of a group first; `expression` is then worked out over these.
    stock: what stands at the end of the period, whenever it began.
    """

    name: str
    fact: str
    unit: Unit
    label: Promise
    formula: Promise
    expression: Callable[[Any], Any]
    about_customers: bool = False
    adds_over: frozenset[Family] = EVERYTHING
    each: "Callable[[Any, Sequence[str]], Any] | None" = None
    stock: bool = False

    @property
    def additivity(self) -> Additivity:
        if self.adds_over == EVERYTHING:
            return Additivity.ADDITIVE
        return Additivity.SEMI_ADDITIVE if self.adds_over else Additivity.NON_ADDITIVE

    def adds_up_over(self, split: "Split") -> bool:
        """Whether the parts by this dimension make the whole when they are added up."""
        return split.family in self.adds_over


@dataclass(frozen=True)
class Split:
    """What a metric can be split by: a column made from the fact's rows. Unknown is "".

    hierarchy: the name of the way down it stands in, level: how far down (0 is the coarsest).
    of_day: whether the row's `day` alone says it.
    """

    name: str
    label: Promise
    column: Callable[[Lake, Any], Any]  # the fact's rows with a column of this name, and no row more or less
    facts: frozenset[str] | None = None  # None: any fact
    family: Family = Family.OCCASION
    form: Form = Form.TEXT
    hierarchy: str = ""
    level: int = 0
    meaning: "Promise | str" = ""
    of_day: bool = False


class NoSuchMetric(WrongUse):
    """The registry has no such metric or dimension, or the metric cannot be split that way."""


class NotAdditive(WrongUse):
    """The parts of the metric do not make the whole: one customer may be in several, a ratio has its own."""


METRICS: dict[str, Metric] = {}
DIMENSIONS: dict[str, Split] = {}


def enter(*entries: Metric | Split) -> None:
    """Put these into the registry, in their order."""
    for one in entries:
        known: dict[str, Any] = METRICS if isinstance(one, Metric) else DIMENSIONS
        if one.name in known:
            raise ValueError(f"The registry has '{one.name}' already.")
        known[one.name] = one


def named(metric: str) -> Metric:
    """The metric of that name. Raises NoSuchMetric, which tells the nearest names."""
    if metric not in METRICS:
        raise NoSuchMetric(
            gettext("There is no metric '%(name)s'. Near it: %(known)s.")
            % {"name": metric, "known": near(metric, METRICS)}
        )
    return METRICS[metric]


def split_named(dimension: str) -> Split:
    """The dimension of that name. Raises NoSuchMetric, which tells the nearest names."""
    if dimension not in DIMENSIONS:
        raise NoSuchMetric(
            gettext("There is no dimension '%(name)s'. Near it: %(known)s.")
            % {"name": dimension, "known": near(dimension, DIMENSIONS)}
        )
    return DIMENSIONS[dimension]


def fits(metric: Metric, split: Split) -> bool:
    """Whether the metric can be split by the dimension."""
    if metric.stock and split.family is Family.TIME:
        return False
    return split.facts is None or metric.fact in split.facts


def fitting(metric: Metric, dimension: str) -> Split:
    """The dimension of that name, for this metric. Raises NoSuchMetric."""
    split = split_named(dimension)
    if not fits(metric, split):
        possible = ", ".join(name for name, one in DIMENSIONS.items() if fits(metric, one))
        raise NoSuchMetric(
            gettext("'%(metric)s' cannot be split by '%(by)s'. Possible: %(known)s.")
            % {"metric": metric.name, "by": dimension, "known": possible}
        )
    return split


def added_up(metric: Metric, split: Split, parts: Iterable[float]) -> float:
    """The whole of a metric from its parts by a dimension. Raises NotAdditive where it is no sum of them."""
    if not metric.adds_up_over(split):
        raise NotAdditive(
            gettext("'%(metric)s' by '%(by)s' cannot be added up: the whole is worked out from the rows.")
            % {"metric": metric.label, "by": split.label}
        )
    return sum(parts)


def levels(hierarchy: str) -> tuple[Split, ...]:
    """The dimensions of a way down, the coarsest first."""
    return tuple(sorted((one for one in DIMENSIONS.values() if hierarchy and one.hierarchy == hierarchy), key=_level))


def finer(split: Split) -> Split | None:
    """The next dimension down its hierarchy."""
    return next((one for one in levels(split.hierarchy) if one.level > split.level), None)


def coarser(split: Split) -> Split | None:
    """The next dimension up its hierarchy."""
    return next((one for one in reversed(levels(split.hierarchy)) if one.level < split.level), None)


def _level(split: Split) -> int:
    return split.level


def near(name: str, known: Iterable[str]) -> str:
    """The names most like it, the nearest first."""
    return ", ".join(get_close_matches(name, list(known), n=NEAR, cutoff=0.0))
