"""What was known on the cut-off of everybody who had bought by then, and what they did in the weeks held back.

Without leak: purchases, spend and the shares of the period before are read as of the cut-off; only `purchases`,
`revenue` look beyond it. Who is left out is asked of today, for an objection holds for the past, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.conf import settings as django_settings

from dangol.insight.analysis.rhythm.history import Split
from dangol.insight.analysis.who_counts import Customers
from dangol.insight.relationship.fits import Buyers
from dangol.insight.relationship.observed import buyers_of, numbers
from dangol.insight.warehouse.holdout import held_back
from dangol.insight.warehouse.outcomes import net_revenue_by_customer
from dangol.insight.warehouse.purchases import purchase_summary
from dangol.insight.warehouse.queries import Lake

type Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Past:
    """One entry a customer. keys: in the lake; buyers: as of the cut-off.

    purchases, revenue: in the weeks held back; purchases_before, revenue_before: in as many days up to the cut-off,
    known at it. Revenue is net of returns, in minor units; purchases are days with net revenue.
    """

    keys: npt.NDArray[np.int64]
    buyers: Buyers
    days: int
    purchases: Array
    revenue: Array
    purchases_before: Array
    revenue_before: Array

    def __len__(self) -> int:
        return len(self.keys)

    def of(self, who: npt.NDArray[np.bool_]) -> Past:
        """Some of them."""
        return Past(
            self.keys[who], self.buyers.of(who), self.days, self.purchases[who], self.revenue[who],
            self.purchases_before[who], self.revenue_before[who],
        )  # fmt: skip

    @property
    def share_before(self) -> float | None:
        """Of those who were customers before the period before, the part that bought in it; None where nobody was."""
        then = self.days <= self.buyers.T
        return float((self.purchases_before[then] > 0).mean()) if then.any() else None


def past(lake: Lake, span: Split, *, as_of: datetime, gaps: bool = False) -> Past:
    """Read the warehouse as of the cut-off, and what came after it; gaps: how regularly customers buy, too."""
    customers = Customers.on_record(as_of=as_of)
    summary, at, _ = customers.known(purchase_summary(lake, as_of=span.cut_off, gaps=gaps))
    counts, counted_at, _ = customers.known(held_back(lake, cut_off=span.cut_off, until=span.until))

    def counted(name: str) -> Array:
        return np.nan_to_num(customers.spread(numbers(counts, name), counted_at))[at]

    def revenue(since: date, until: date) -> Array:
        rows, places, _ = customers.known(net_revenue_by_customer(lake, since=_end_of(since), until=_end_of(until)))
        return np.nan_to_num(customers.spread(numbers(rows, "amount"), places))[at]

    return Past(
        keys=customers.keys[at],
        buyers=buyers_of(summary),
        days=span.days,
        purchases=counted("held"),
        revenue=revenue(span.cut_off, span.until),
        purchases_before=counted("previous"),
        revenue_before=revenue(span.cut_off - timedelta(days=span.days), span.cut_off),
    )


def _end_of(day: date) -> datetime:
    """The end of the shop's day."""
    zone = ZoneInfo(django_settings.DANGOL.time_zone)
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
