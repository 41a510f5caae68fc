"""Why one customer's values are what they are, from one run; and how they moved from run to run."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from dangol.insight.analysis.models import Provenance, Run, Score
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.fair_line import UNKNOWN
from dangol.insight.relationship.models import Parts
from dangol.insight.relationship.parts import explained_scores
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.value_columns import VALUATION
from dangol.insight.relationship.why.ours import CompanySide, ours
from dangol.insight.relationship.why.placing import stood_for
from dangol.insight.relationship.why.theirs import CustomerSide, theirs

MOST_RUNS = 60
KEPT = ("customer_value", "customer_equity", "region")


@dataclass(frozen=True)
class Why:
    """Both sides of one customer, every step of them. settings: those the run was made under."""

    run: Run
    settings: ValueSettings
    region: str
    distance: float | None
    customer: CustomerSide
    company: CompanySide

    @property
    def agrees(self) -> bool:
        """Whether what is on record now still comes to every number that the run kept."""
        parts = all(part.agrees for part in self.customer.parts if part.rank is not None)
        return parts and self.customer.agrees and self.company.agrees


@dataclass(frozen=True)
class Moment:
    """The values of one run; equity in minor units, or in uses; None where unknown."""

    run: int
    as_of: datetime
    customer_value: float | None
    customer_equity: float | None
    equity: float | None
    region: str
    estimated: bool
    by_use: bool = False


def why(customer: int, run: Run, *, line: str) -> Why:
    """Go down from the values of this run to the rows on record; line: of business of the customer.

    The rows are read from the records of today: what came in, changed or was merged since is told by `agrees`.
    """
    scores, settings = explained_scores(customer, run), settings_of(run)
    scales = stood_for(run)
    region = scores.get("region")
    return Why(
        run=run, settings=settings, region=region.text if region else UNKNOWN,
        distance=region.value if region else None,
        customer=theirs(customer, run, scores, scales, settings),
        company=ours(customer, line, run, scores, scales, settings),
    )  # fmt: skip


def settings_of(run: Run) -> ValueSettings:
    """The settings a run was made under; what it did not write down is as it is by itself."""
    known = {field.name for field in fields(ValueSettings)}
    return ValueSettings(**{name: value for name, value in run.parameters.items() if name in known})


def moments(customer: int) -> list[Moment]:
    """The customer's values of the last valuations, the oldest first: two queries."""
    valued = {"customer": customer, "run__kind": VALUATION, "run__finished_at__isnull": False}
    scores = Score.objects.filter(name__in=KEPT, **valued).select_related("run")
    equities = dict(Parts.objects.filter(**valued).values_list("run", "equity"))
    by_run: dict[int, dict[str, Score]] = {}
    for score in scores.order_by("-run_id"):
        by_run.setdefault(score.run_id, {})[score.name] = score
    return [_moment(told, equities.get(run)) for run, told in sorted(by_run.items())[-MOST_RUNS:]]


def _moment(told: dict[str, Score], equity: float | None) -> Moment:
    run = next(iter(told.values())).run
    theirs_, ours_ = (told[name].value if name in told else None for name in KEPT[:2])
    region = told["region"].text if "region" in told else UNKNOWN
    value = told.get("customer_value")
    estimated = value is not None and value.provenance == Provenance.ESTIMATED.value
    return Moment(run.pk, run.as_of, theirs_, ours_, equity, region, estimated, is_by_use(run))
