"""Read what was foretold last: the run in words and numbers, and the customers most at risk with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from dangol.insight.analysis.leaving.names import AT_STAKE, CHANCE, CHECK, KIND, LEAF, REASONS, fact_name, reason_name
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.prediction.drawn_tree import Condition, Node
from dangol.insight.analysis.prediction.drawn_tree import path_to as _path_to
from dangol.insight.analysis.prediction.profit import Ranking
from dangol.insight.analysis.prediction.quality import Bin, Quality, Span
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.who_counts import shops_day
from dangol.records.customers.models import Customer

TRIED = 10  # times as many as are asked for


@dataclass(frozen=True)
class Reason:
    """One thing that moves the chance: what it is, what is known of it, and by how much it moves the chance."""

    thing: str
    fact: float
    change: float


@dataclass(frozen=True)
class AtRisk:
    """One customer: chance to buy within the days of the run, what is at stake (minor units), the way through the
    tree, what moves the chance.
    """

    customer: Customer
    chance: float
    at_stake: float
    path: tuple[Condition, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Foretold:
    """The last run. Everything but single customers stands in its summary."""

    run: Run

    @property
    def days(self) -> int:
        return int(self.run.parameters["days"])

    @property
    def told(self) -> dict[str, Any]:
        summary: dict[str, Any] = self.run.summary
        return summary

    @property
    def chosen(self) -> str:
        return str(self.told["chosen"])

    @property
    def qualities(self) -> dict[str, Quality]:
        """Of each learner, on the customers of the period held back."""
        return {name: _quality(kept) for name, kept in self.told["quality"].items()}

    @property
    def quality(self) -> Quality:
        """Of the chosen learner."""
        return self.qualities[self.chosen]

    @property
    def ahead(self) -> Span:
        """By how much the best other learner lies ahead of the tree."""
        kept = self.told["ahead"]
        return Span(kept["value"], kept["low"], kept["high"])

    @property
    def tree(self) -> list[Node]:
        return [_node(kept) for kept in self.told["tree"]]

    @property
    def ranking(self) -> Ranking:
        return Ranking(*(tuple(self.told["ranking"][name]) for name in ("treated", "left", "risk")))

    @cached_property
    def reviews(self) -> list[dict[str, Any]]:
        """What became of earlier forecasts, and of this one as soon as its days are over; the latest first."""
        told: list[dict[str, Any]] = self.told["reviews"]
        check = last_check()
        return told if check is None or any(one["day"] >= check["day"] for one in told) else [check, *told]

    @property
    def away(self) -> float:
        """How many are expected to stay away."""
        return float(self.told["customers"] - self.told["likely_to_return"])

    @property
    def over(self) -> date:
        """The day on which it can be said what became of it."""
        return shops_day(self.run.as_of) + timedelta(days=self.days)

    @property
    def useful(self) -> bool:
        """Whether it tells more than saying the share of all of everybody, by more than chance."""
        return self.quality.skill.low > 0


def foretold() -> Foretold | None:
    """What was foretold last; None where nobody has asked yet."""
    run = latest_run(KIND)
    return Foretold(run) if run is not None else None


def last_check() -> dict[str, Any] | None:
    """What became of the latest forecast whose days are over, as `Review` tells it; None before the first."""
    run = latest_run(CHECK)
    return dict(run.summary) if run is not None else None


def asked_again(check: dict[str, Any]) -> bool:
    """Whether there is a forecast newer than the one that was looked back on."""
    run = latest_run(KIND)
    return run is not None and run.pk > check["run"]


def at_risk(found: Foretold, *, among: QuerySet[Customer], most: int, by: str = AT_STAKE) -> list[AtRisk]:
    """Those with the most at stake, or by CHANCE those least likely to buy again, among whom one may see."""
    order = ("-value", "customer_id") if by == AT_STAKE else ("value", "customer_id")
    rows = Score.objects.filter(run=found.run, name=by).order_by(*order).values_list("customer_id", flat=True)
    # who sees everybody finds enough among the first; to ask for all whom one may see takes longer
    first = list(rows[: TRIED * most])
    mine = set(among.filter(pk__in=first).values_list("pk", flat=True))
    ids = [pk for pk in first if pk in mine][:most]
    return _told(found, ids if len(ids) == most else list(rows.filter(customer__in=among)[:most]))


def _told(found: Foretold, ids: list[int]) -> list[AtRisk]:
    kept: dict[int, dict[str, Score]] = {pk: {} for pk in ids}
    for score in Score.objects.filter(run=found.run, customer__in=ids):
        kept[score.customer_id][score.name] = score
    people, nodes = Customer.objects.in_bulk(ids), found.tree
    return [
        AtRisk(
            people[pk], _number(mine, CHANCE), _number(mine, AT_STAKE), _path(mine, nodes), tuple(_reasons(mine))
        )
        for pk, mine in kept.items()
        if CHANCE in mine
    ]  # fmt: skip


def _number(kept: dict[str, Score], name: str) -> float:
    return kept[name].value or 0.0 if name in kept else 0.0


def _path(kept: dict[str, Score], nodes: list[Node]) -> tuple[Condition, ...]:
    leaf = kept.get(LEAF)
    return tuple(_path_to(int(leaf.value), nodes)) if leaf is not None and leaf.value is not None else ()


def _reasons(kept: dict[str, Score]) -> Iterable[Reason]:
    for place in range(1, REASONS + 1):
        why, fact = kept.get(reason_name(place)), kept.get(fact_name(place))
        if why is not None and fact is not None and why.value is not None and fact.value is not None:
            yield Reason(why.text, fact.value, why.value)


def _quality(kept: dict[str, Any]) -> Quality:
    spans = {name: Span(**kept[name]) for name in ("brier", "skill", "auc")}
    bins = tuple(Bin(**one) for one in kept["bins"])
    return Quality(kept["customers"], kept["happened"], kept["said"], bins=bins, **spans)


def _node(kept: dict[str, Any]) -> Node:
    step = Condition(**kept["step"]) if kept["step"] else None
    return Node(**{**kept, "step": step})
