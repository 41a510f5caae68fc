"""What both sides get, in money, before any ranking."""

from dataclasses import dataclass

from django.db.models import Avg, Q, Sum

from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.models import Parts


@dataclass(frozen=True)
class Totals:
    """received: minor units a year over all customers, None where nothing is on record; heart: mean social value 0–1 of
    those who answered, None when nobody did; answered: their share of the active; equity: None where nobody's is known.
    """

    received: float | None
    heart: float | None
    answered: float | None
    equity: relationship.Total | None


def totals(run: Run) -> Totals:
    """One query, and what the run says of itself."""
    of_parts = Parts.objects.filter(run=run).aggregate(
        received=Sum("economic_value"),
        heart=Avg("social_value", filter=Q(social_estimated=0)),
    )
    return Totals(
        received=of_parts["received"],
        heart=of_parts["heart"],
        answered=(run.summary.get("social") or {}).get("share_answered"),
        equity=relationship.known_equity(run),
    )
