"""What both sides get, in money, before any ranking."""

from dataclasses import dataclass

from django.db.models import Avg, Q, Sum

from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.models import Parts


@dataclass(frozen=True)
class Totals:
    """received: minor units a year over all customers; heart: mean social value 0–1 of those who answered, None when
    nobody did; answered: their share of the active; equity: minor units with its 95 % interval.
    """

    received: float
    heart: float | None
    answered: float | None
    equity: float
    low: float
    high: float


def totals(run: Run) -> Totals:
    """One query, and what the run says of itself."""
    of_parts = Parts.objects.filter(run=run).aggregate(
        received=Sum("economic_value"),
        heart=Avg("social_value", filter=Q(social_estimated=0)),
    )
    equity = relationship.equity_total(run)
    return Totals(
        received=of_parts["received"] or 0.0,
        heart=of_parts["heart"],
        answered=(run.summary.get("social") or {}).get("share_answered"),
        equity=equity.value,
        low=equity.low,
        high=equity.high,
    )
