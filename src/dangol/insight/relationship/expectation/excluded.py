"""Those we excluded who then complained, against those who were not: counted for each of the last campaigns.

A customer counts once for each campaign. Intervals are Wilson's, widened by how alike the campaigns of one customer are
(the design effect), so that one person who always complains is not taken for many. Who did not get one of these
campaigns and complained after it is marked as a person, too, so that the next plan can say whom it leaves out again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Min

from dangol.insight.analysis.actions import Column
from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.relationship.expectation.gaps import DAYS
from dangol.insight.relationship.expectation.measured import complaints_written
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.service import complaints_since
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Assignment, Withholding

type Array = npt.NDArray[np.float64]
type Words = npt.NDArray[np.str_]

YEAR = timedelta(days=365)
MOST = 5  # campaigns, the latest
CAPPED_REASON = "capped"
TREATED, HELD_OUT, CAPPED, NOT_ALLOWED, NOT_CHOSEN = "treated", "held_out", "capped", "not_allowed", "not_chosen"
GROUPS = (TREATED, HELD_OUT, CAPPED, NOT_CHOSEN, NOT_ALLOWED)
SCORE, COMPLAINED = "left_out", "complained"  # of one person: the score, and its text


@dataclass(frozen=True)
class Complaining:
    """Of how many times somebody was in this group, how often they complained within the days after; 95 % intervals.

    more, more_low, more_high: its share less that of those treated; None where there is nothing to compare.
    """

    group: str
    times: int
    complained: int
    share: float
    low: float
    high: float
    more: float | None = None
    more_low: float | None = None
    more_high: float | None = None

    @property
    def surely_more(self) -> bool:
        """Whether they complain more than those who were treated, beyond chance."""
        return self.more_low is not None and self.more_low > 0


@dataclass(frozen=True)
class Excluded:
    """groups: as they compare, empty where nothing was sent in the year before; times: after how many campaigns that
    they did not get each customer complained.
    """

    groups: list[Complaining]
    times: Array

    @property
    def people(self) -> int:
        """How many complained after they were left out."""
        return int((self.times > 0).sum())

    @property
    def column(self) -> Column:
        """The score of each of them; nobody else has one."""
        upset = self.times > 0
        return Column(SCORE, np.where(upset, self.times, np.nan), texts=np.where(upset, COMPLAINED, "").tolist())


def complaining(lake: Lake, customers: Customers, *, as_of: datetime) -> Excluded:
    """Each group of the last campaigns of the year before, and who complained after they were left out."""
    sent = (
        Assignment.objects.filter(at__gt=as_of - YEAR, at__lt=as_of)
        .values("source_ref").annotate(since=Min("at")).order_by("-since", "source_ref")[:MOST]
    )  # fmt: skip
    campaigns = [(one["source_ref"], one["since"]) for one in sent]
    if not campaigns or not len(customers):
        return Excluded([], np.zeros(len(customers)))
    who, when = _complaints(lake, customers, since=campaigns[-1][1], until=as_of)
    times = {group: np.zeros(len(customers)) for group in GROUPS}
    upset = {group: np.zeros(len(customers)) for group in GROUPS}
    for ref, since in campaigns:
        groups = _groups(customers, ref, since)
        then = (when > _plain(since)) & (when <= _plain(min(since + timedelta(days=DAYS), as_of)))
        complained = np.bincount(who[then], minlength=len(customers)) > 0
        for group in GROUPS:
            times[group] += groups == group
            upset[group] += (groups == group) & complained
    groups_told = compared({group: counted(group, times[group], upset[group]) for group in GROUPS})
    return Excluded(groups_told, sum((upset[group] for group in GROUPS if group != TREATED), np.zeros(len(customers))))


def counted(group: str, times: Array, upset: Array) -> tuple[Complaining, float] | None:
    """One group from what each customer adds to it, with how much its numbers are worth; None where nobody is in it."""
    n, k = float(times.sum()), float(upset.sum())
    if not n:
        return None
    share = k / n
    spread = float(((upset - share * times) ** 2).sum())
    alike = max(spread / (n * share * (1 - share)), 1.0) if 0 < share < 1 else max(float((times**2).sum()) / n, 1.0)
    low, high = wilson(np.array([k / alike]), np.array([n / alike]))
    return Complaining(group, round(n), round(k), share, float(low[0]), float(high[0])), alike


def compared(found: dict[str, tuple[Complaining, float] | None]) -> list[Complaining]:
    """Each group against those treated: the difference with Newcombe's interval."""
    base = found.get(TREATED)
    told: list[Complaining] = []
    for kept in found.values():
        if kept is None:
            continue
        one = kept[0]
        if base is None or one.group == TREATED:
            told.append(one)
            continue
        other, more = base[0], one.share - base[0].share
        low = more - sqrt((one.share - one.low) ** 2 + (other.high - other.share) ** 2)
        high = more + sqrt((one.high - one.share) ** 2 + (other.share - other.low) ** 2)
        told.append(Complaining(**{**asdict(one), "more": more, "more_low": low, "more_high": high}))
    return told


def _groups(customers: Customers, ref: str, since: datetime) -> Words:
    """The group of each customer in one campaign; "" of who came later."""
    groups = np.full(len(customers), NOT_CHOSEN, dtype="U12")
    later = Customer.objects.filter(registered_at__gt=since).values_list("pk", flat=True)
    _mark(customers, groups, later, "")
    withheld = Withholding.objects.filter(source_ref=ref)
    _mark(customers, groups, _people(withheld.exclude(reason=CAPPED_REASON)), NOT_ALLOWED)
    _mark(customers, groups, _people(withheld.filter(reason=CAPPED_REASON)), CAPPED)
    for arm in (HELD_OUT, TREATED):
        _mark(customers, groups, _people(Assignment.objects.filter(source_ref=ref, arm=arm)), arm)
    return groups


def _people(rows: Any) -> Any:
    return rows.values_list("identity__customer", flat=True)


def _mark(customers: Customers, groups: Words, ids: Any, word: str) -> None:
    places = customers.places_of(np.fromiter(ids, dtype=np.int64))
    groups[places[places >= 0]] = word


def _complaints(
    lake: Lake, customers: Customers, *, since: datetime, until: datetime
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.datetime64]]:
    """Whose complaint, and when: from contacts and from what was written."""
    rows, places, _ = customers.known(complaints_since(lake, since=shops_day(since), until=shops_day(until)))
    times = rows.column("at").to_numpy().astype("datetime64[us]")
    written = list(complaints_written(since=since, until=until).values_list("identity__customer", "at"))
    theirs = customers.places_of(np.array([row[0] for row in written], dtype=np.int64))
    moments = np.array([_plain(row[1]) for row in written], dtype="datetime64[us]")
    kept = theirs >= 0
    return np.concatenate([places, theirs[kept]]), np.concatenate([times, moments[kept]])


def _plain(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")
