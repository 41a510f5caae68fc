"""Read the current values: counts, totals, groups, the map, and the customers a brush picked. Money in minor units.

A run never changes once it is finished, so what concerns everybody was counted when it was made and stands in its
summary; what concerns single customers is read from the scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db.models import Avg, Count, F, FilteredRelation, Q, QuerySet, Sum

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run, scored
from dangol.insight.relationship import card as cards
from dangol.insight.relationship import notes as kept_notes
from dangol.insight.relationship.actions import KIND
from dangol.insight.relationship.card import Card
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.fair_line import FAIR, MORE_TO_OFFER, REGIONS, SHORT_CHANGED
from dangol.insight.relationship.frozen_reference import standing_references
from dangol.insight.relationship.model_words import LineModel, line_model
from dangol.insight.relationship.models import Reference
from dangol.records.customers.models import Customer

type Span = tuple[float, float]

WHOLE: Span = (0.0, 100.0)
MOST_POINTS = 5_000


@dataclass(frozen=True)
class Total:
    """Money with its 95 % interval, minor units."""

    value: float
    low: float
    high: float

    def __float__(self) -> float:
        return self.value


@dataclass(frozen=True)
class Point:
    """One customer on the map."""

    id: int
    name: str
    line: str
    customer_value: float
    customer_equity: float
    region: str


@dataclass(frozen=True)
class Bin:
    """A square of 5 points: its lower edges and the customers of each region in it. The last holds 100 too."""

    customer_equity: int
    customer_value: int
    regions: dict[str, int]

    @property
    def customers(self) -> int:
        """All in the square."""
        return sum(self.regions.values())


@dataclass(frozen=True)
class Picked:
    """The customers a brush picked. Means are None when it picked nobody."""

    customers: int
    regions: dict[str, int]
    customer_value: float | None
    customer_equity: float | None
    equity: Total


def current_run() -> Run | None:
    """The newest finished valuation, None before the first."""
    return latest_run(KIND)


def regions(run: Run) -> dict[str, int]:
    """Customers in each region, unknown among them; they add up to all customers on record."""
    return {name: int(run.summary["regions"][name]) for name in REGIONS}


def equity_total(run: Run) -> Total:
    """Equity of all customers. The interval holds the margin rate fixed, not the fits."""
    return Total(**run.summary["equity_total"])


def known_equity(run: Run) -> Total | None:
    """The same as it may be shown: None where no rhythm could be fitted, so that nobody's equity is known. A sum of
    nothing is no zero.
    """
    total = equity_total(run)
    return total if total.value or run.summary["fits"] else None


def groups(run: Run) -> dict[str, dict[str, Any]]:
    """Where each line of business stands: the fields of `ellipses.Group`, by line."""
    return dict(run.summary["groups"])


def notes(run: Run) -> list[str]:
    """What the run has to say for itself, in sentences: fall-backs, unknown parts, customer value that is spending."""
    by_use = is_by_use(run)
    return [kept_notes.from_json(kept).told(by_use=by_use) for kept in run.summary["notes"]]


def models(run: Run) -> list[LineModel]:
    """Which model the values of each line of business come from, since when and why."""
    return [line_model(kept) for kept in run.summary["fits"]]


def bins(run: Run, *, line: str | None = None) -> list[Bin]:
    """The map as squares, those that hold anybody; of one line of business or of all."""
    placed = (MORE_TO_OFFER, SHORT_CHANGED, FAIR)
    return [
        Bin(x, y, dict(zip(placed, counts, strict=True))) for x, y, *counts in run.summary["bins"].get(line or "", [])
    ]


def means(run: Run, *, line: str | None = None) -> dict[str, tuple[int, float, float]]:
    """Of each region that holds anybody: customers, mean values to the customer and to the company.

    Runs from before this was counted are asked of their scores: one query.
    """
    if "means" in run.summary:
        told = run.summary["means"].get(line or "", {})
        return {region: (int(number), value, equity) for region, (number, value, equity) in told.items()}
    found: Any = placed(run, line=line)
    rows = found.values("region_").annotate(n=Count("pk"), cv=Avg("value_"), ce=Avg("equity_"))
    return {row["region_"]: (row["n"], row["cv"], row["ce"]) for row in rows}


def rug(run: Run) -> list[int]:
    """Customers whose customer value is unknown, counted at each point of customer equity: 100 counts."""
    return [int(count) for count in run.summary["rug"]]


def references() -> list[Reference]:
    """The standing frozen scales, with who was in them, when and why: one query."""
    return standing_references()


def placed(
    run: Run, *, customer_value: Span = WHOLE, customer_equity: Span = WHOLE, line: str | None = None
) -> QuerySet[Customer, Any]:
    """Customers on the map within these ranges, both ends included; nothing read yet.

    Annotated `value_`, `equity_`, `region_` and `distance_` (customer value less customer equity).
    """
    # One filter for all three: each further one would join the scores once more.
    within = _within("cv", customer_value) & _within("ce", customer_equity) & _within("region_score", WHOLE)
    return (
        Customer.objects.annotate(
            cv=scored(run, "customer_value"),
            ce=scored(run, "customer_equity"),
            region_score=scored(run, "region"),
        )
        .filter(within & (Q() if line is None else Q(line=line)))
        .annotate(
            value_=F("cv__value"),
            equity_=F("ce__value"),
            region_=F("region_score__text"),
            distance_=F("region_score__value"),
        )
    )


def points(run: Run, *, limit: int = MOST_POINTS, line: str | None = None) -> list[Point]:
    """Customers on the map as points, by id, at most `limit`: above it show `bins` instead. One query."""
    return _points(placed(run, line=line).order_by("pk")[:limit])


def picked(run: Run, *, customer_value: Span = WHOLE, customer_equity: Span = WHOLE, line: str | None = None) -> Picked:
    """Counts, means and total equity of those within the ranges. One query.

    The interval of the total adds up the customers' own and that of the fits, in proportion.
    """
    found = placed(run, customer_value=customer_value, customer_equity=customer_equity, line=line)
    spread = (F("money__equity_high") - F("money__equity_low")) / (2 * NORMAL_975)
    sums = found.annotate(money=worked_out(run)).aggregate(
        customers=Count("pk"),
        mean_value=Avg("cv__value"),
        mean_equity=Avg("ce__value"),
        equity=Sum("money__equity"),
        variance=Sum(spread * spread),
        **{f"in_{name}": Count("pk", filter=Q(region_score__text=name)) for name in REGIONS},
    )
    return Picked(
        customers=sums["customers"],
        regions={name: sums[f"in_{name}"] for name in REGIONS},
        customer_value=sums["mean_value"],
        customer_equity=sums["mean_equity"],
        equity=total_of(run, sums["equity"] or 0.0, sums["variance"] or 0.0),
    )


def total_of(run: Run, value: float, variance: float) -> Total:
    """A sum of equities with its interval, `variance` being the sum of their own; the fits' enters in proportion."""
    fits = sum(sd**2 for sd in run.summary["equity_parameter_sd"].values())
    whole = run.summary["equity_total"]["value"]
    share = value / whole if whole else 0.0
    reach = NORMAL_975 * sqrt(variance + fits * share**2)
    return Total(value, max(0.0, value - reach), value + reach)


def card(customer_id: int, run: Run) -> Card:
    """Both sides of one customer, every part with value, interval, provenance and where it came from. One query."""
    return cards.card(customer_id, run)


def worked_out(run: Run) -> FilteredRelation:
    """What both sides of a customer were worked out from, to annotate customers with; equity is in it."""
    return FilteredRelation("worked_out", condition=Q(worked_out__run=run))


def _within(relation: str, span: Span) -> Q:
    # A range that leaves nobody out would tempt the planner to begin with it.
    return Q(**{f"{relation}__value__isnull": False} if span == WHOLE else {f"{relation}__value__range": span})


def _points(found: QuerySet[Customer, Any]) -> list[Point]:
    columns = ("pk", "full_name", "line", "value_", "equity_", "region_")
    return [Point(*row) for row in found.values_list(*columns)]
