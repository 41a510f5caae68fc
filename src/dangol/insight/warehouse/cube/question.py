"""What is asked, and whether it can be: names of the registry, which fit each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from dangol.insight.warehouse.metrics import DIMENSIONS, fits, named, split_named
from dangol.lib.errors import WrongUse

MOST_METRICS = 20
MOST_DIMENSIONS = 5
SHARE, BEFORE = "share", "before"

type Compare = Literal["", "share", "before"]


class BadQuestion(WrongUse):
    """It names what is not there, or puts together what does not fit."""


@dataclass(frozen=True)
class Condition:
    """Only rows whose dimension has one of these values, as answers write them ("2026-03", "강남구")."""

    dimension: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """Metrics by dimensions. `until` is exclusive; totals: subtotals at every level and the grand total, too.

    sort: a metric or dimension asked for; falling: the greatest first. top: only so many values of the first dimension,
    by `sort` or else the greatest of the first metric. compare: each metric's share of the whole, or its value in the
    period before with the change since.
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    since: date | None = None
    until: date | None = None
    totals: bool = False
    sort: str = ""
    falling: bool = False
    top: int | None = None
    compare: Compare = ""

    @property
    def leading(self) -> str:
        """What rows are put in order by: a metric, a dimension, or "" for the dimensions as they come."""
        return self.sort or (self.metrics[0] if self.top is not None else "")

    @property
    def descends(self) -> bool:
        """Whether the greatest comes first."""
        return self.falling or (self.top is not None and not self.sort)


def checked(question: Question) -> None:
    """Raises BadQuestion or NoSuchMetric, saying what is wrong and what could be asked instead."""
    _some(question)
    for name in question.metrics:
        named(name)
    for name in (*question.by, *(one.dimension for one in question.where)):
        _must_fit(question.metrics, name)
    if question.sort and question.sort not in (*question.metrics, *question.by):
        raise BadQuestion(
            _("Rows can be sorted by what is asked for: %(known)s, not by '%(name)s'.")
            % {"known": ", ".join((*question.metrics, *question.by)), "name": question.sort}
        )
    if question.compare not in ("", SHARE, BEFORE):
        raise BadQuestion(
            _("What is asked can be compared by share or before, not by '%(name)s'.") % {"name": question.compare}
        )
    if question.compare == SHARE:
        _must_add_up(question.metrics, question.by)


def fitting(metrics: Sequence[str]) -> list[str]:
    """The dimensions that all these metrics can be asked by, in the order of the registry."""
    return [name for name, split in DIMENSIONS.items() if all(fits(named(one), split) for one in metrics)]


def _some(question: Question) -> None:
    if not question.metrics:
        raise BadQuestion(_("Ask for at least one metric."))
    if len(question.metrics) > MOST_METRICS or len(question.by) > MOST_DIMENSIONS:
        raise BadQuestion(
            _("At most %(metrics)s metrics by %(dimensions)s dimensions are answered at once.")
            % {"metrics": MOST_METRICS, "dimensions": MOST_DIMENSIONS}
        )
    for names in (question.metrics, question.by):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise BadQuestion(_("'%(name)s' is asked for twice.") % {"name": twice[0]})
    if question.top is not None and (question.top < 1 or not question.by):
        raise BadQuestion(_("The first few are some of a dimension: name one, and how many (1 or more)."))
    if question.since and question.until and question.since >= question.until:
        raise BadQuestion(_("The period ends before it begins."))


def _must_fit(metrics: Sequence[str], by: str) -> None:
    if other := [name for name in metrics if not fits(named(name), split_named(by))]:
        raise BadQuestion(
            _("'%(metric)s' cannot be split by '%(by)s'. Possible: %(known)s.")
            % {"metric": "', '".join(other), "by": by, "known": ", ".join(fitting(metrics)) or "–"}
        )


def _must_add_up(metrics: Sequence[str], by: Sequence[str]) -> None:
    for name in metrics:
        over = [one for one in by if not named(name).adds_up_over(split_named(one))]
        if over:
            raise BadQuestion(
                _("'%(metric)s' does not add up over '%(by)s', so its parts are no shares of a whole.")
                % {"metric": name, "by": "', '".join(over)}
            )
