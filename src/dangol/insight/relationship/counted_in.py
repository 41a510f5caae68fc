"""What values are counted in, money or uses, and what a run says of it. `trade` has the rule."""

from __future__ import annotations

from django.db.models import Q

from dangol.insight.analysis.models import Run
from dangol.records.ledger.models import Loan, Transaction

MONEY, USES = "money", "uses"
TRADES = ("", MONEY, USES)  # "": as the records tell
TRADE = "trade"  # of a run's summary


def is_by_use(run: Run | None) -> bool:
    """Whether a run counted in uses; runs of before there was a choice counted in money."""
    return run is not None and (run.summary or {}).get(TRADE, MONEY) == USES


def counts_in_uses(run: Run | None, *, trade: str) -> bool:
    """Whether a run counted in uses; before there is one, whether the home says so (`trade`), or else its records."""
    if run is not None:
        return is_by_use(run)
    return trade == USES or (not trade and lends() and not Transaction.objects.exclude(identity=None).exists())


def lends() -> bool:
    """Whether anything was ever lent."""
    return Loan.objects.exists()


def by_use(run: str) -> Q:
    """The same as a condition on rows; run: the look-up that leads to their run."""
    return Q(**{f"{run}__summary__{TRADE}": USES})
