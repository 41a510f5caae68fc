"""Frequent users of a business that sells nothing: who came on enough different days of the last 365.

Days and not uses are counted: a bag of books borrowed on one day is one visit. How they are served is what the newest
valuation says of their expectation, so that those who come most and are served short are found first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.actions import Column
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.who_counts import Customers
from dangol.insight.relationship.core.names import FREQUENT, YES
from dangol.insight.relationship.expectation.gaps import BELOW, BEST
from dangol.insight.relationship.observed import numbers
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.uses import uses_of_the_year

type Array = npt.NDArray[np.float64]

EXPECTATION = "expectation"  # the score of the valuation


@dataclass(frozen=True)
class Frequent:
    """One entry a customer. days, uses: of the last 365 days; below: served below expectation; least: days needed."""

    days: Array
    uses: Array
    below: npt.NDArray[np.bool_]
    least: int

    @property
    def marks(self) -> npt.NDArray[np.bool_]:
        """Who is one."""
        found: npt.NDArray[np.bool_] = self.days >= self.least
        return found

    def column(self) -> Column:
        """As a score: yes, with the days beside it."""
        marks = self.marks
        return Column(FREQUENT, np.where(marks, self.days, np.nan), texts=[YES if one else "" for one in marks])

    def summary(self) -> dict[str, Any]:
        """How many, what share of all uses is theirs, how many of them are served below expectation."""
        marks = self.marks
        return {
            "customers": int(marks.sum()), "users": int((self.uses > 0).sum()), "least": self.least,
            "uses": float(self.uses[marks].sum()), "all_uses": float(self.uses.sum()),
            "below": int((marks & self.below).sum()),
        }  # fmt: skip


def frequent_users(lake: Lake, customers: Customers, valued: Run | None, *, least: int, as_of: date) -> Frequent:
    """Read the warehouse as of a day; least: days of use in a year."""
    rows, at, _strangers = customers.known(uses_of_the_year(lake, as_of=as_of))
    days, uses = (np.nan_to_num(customers.spread(numbers(rows, name), at)) for name in ("days", "uses"))
    return Frequent(days, uses, _below(customers, valued), least)


def _below(customers: Customers, valued: Run | None) -> npt.NDArray[np.bool_]:
    """Whom the newest valuation finds below what they expect."""
    marks = np.zeros(len(customers), np.bool_)
    if valued is not None:
        found = Score.objects.filter(run=valued, name=EXPECTATION, text__in=(BELOW, BEST))
        places = customers.places_of(np.fromiter(found.values_list("customer_id", flat=True), dtype=np.int64))
        marks[places[places >= 0]] = True
    return marks
