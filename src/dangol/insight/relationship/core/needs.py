"""What part of their need customers cover with us: what they bought, as measured, beside what they said they need.

Both over the same days: the last 365, or since the first purchase of who came later; of who never bought, since they
came on record. Nobody's need is guessed from others: who said nothing is unknown, and so is who said it more than a
year ago or has been with us for less than a month. What comes to more than the need counts as all of it, and is marked:
more was bought than was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.conf import settings as django_settings
from django.db.models.functions import TruncDate

from dangol.insight.analysis.who_counts import Customers
from dangol.insight.relationship.core.contributions import InCategory, first_days
from dangol.insight.relationship.core.names import BINS, EVERYTHING, LEVEL
from dangol.insight.warehouse.queries import Lake
from dangol.records.catalog.models import Category
from dangol.records.customers.models import Customer
from dangol.records.voices.models import StatedNeed
from dangol.records.voices.needs import standing

type Array = npt.NDArray[np.float64]
type Marks = npt.NDArray[np.bool_]
type Whole = npt.NDArray[np.int64]

YEAR, MONTHS = 365, 12
FRESH = 365  # days after which what was said is too old
LEAST_DAYS = 30  # with us, before a share is told
SMALL = 0.5  # a share below this is small
TOLD, OVER, STALE, NEW = "told", "over", "stale", "new"


@dataclass(frozen=True)
class Said:
    """Needs as they stand, one entry each: the statement, whose (place among the customers), of what, a year, when."""

    keys: Whole
    at: npt.NDArray[np.intp]
    about: npt.NDArray[np.str_]
    need: Array
    on: npt.NDArray[np.datetime64]
    paths: Mapping[str, str]

    @classmethod
    def of(cls, customers: Customers, *, on: date) -> Said:
        """What stands by a day, of those who may be scored; `paths`: what of → its path, "" for everything."""
        rows = list(standing(on=on).order_by("pk").values_list(
            "pk", "identity__customer", "category", "amount", "period", "on"
        ))  # fmt: skip
        keys, who, about, amount, period, day = zip(*rows, strict=True) if rows else ((), (), (), (), (), ())
        at = customers.places_of(np.array(who, np.int64))
        known = at >= 0
        times = np.where(np.array(period, dtype=np.str_) == StatedNeed.Period.MONTH, MONTHS, 1)
        codes = np.array([str(one or EVERYTHING) for one in about], dtype=np.str_)
        paths = {str(key): path for key, path in Category.objects.filter(pk__in=set(about)).values_list("pk", "path")}
        return cls(
            np.array(keys, np.int64)[known], at[known], codes[known], (np.array(amount, np.float64) * times)[known],
            np.array(day, "datetime64[D]")[known], {EVERYTHING: "", **paths},
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True)
class Shares:
    """A share for each need said, in the same order. spent: minor units in the last `days`; share, room: NaN where
    `state` says that they cannot be told.
    """

    said: Said
    spent: Array
    days: Array
    share: Array
    state: npt.NDArray[np.str_]
    room: Array
    raises: Marks
    whole: Marks  # counts for the customer's share of all needs: no wider need of theirs is told

    @property
    def told(self) -> Marks:
        """Those whose share is told."""
        return ~np.isnan(self.share)

    @property
    def needed(self) -> Array:
        """The need over the same days."""
        return self.said.need * self.days / YEAR


def shares(lake: Lake, customers: Customers, categories: Iterable[InCategory], *, as_of: date) -> Shares:
    """What part each covers, as of a day."""
    said = Said.of(customers, on=as_of)
    with_us = _with_us(lake, customers, as_of=as_of) if len(said) else np.zeros(len(customers))
    return shared(said, _spent(said, list(categories), len(customers)), with_us[said.at], as_of=as_of)


def _with_us(lake: Lake, customers: Customers, *, as_of: date) -> Array:
    """Days since the first purchase; of who said a need and never bought: since they came on record and sales were."""
    from dangol.insight.warehouse.habits import since_when

    began = np.full(len(customers), since_when(lake, as_of=as_of) or as_of, "datetime64[D]")
    asked = Customer.objects.filter(pk__in=StatedNeed.objects.values("identity__customer"))
    days = asked.values_list("pk", TruncDate("registered_at", tzinfo=ZoneInfo(django_settings.DANGOL.time_zone)))
    ids, came = zip(*days, strict=True)
    at = customers.places_of(np.array(ids, np.int64))
    began[at[at >= 0]] = np.maximum(began[at[at >= 0]], np.array(came, "datetime64[D]")[at >= 0])
    ever, first = first_days(lake, customers, as_of=as_of)
    began[ever] = first.astype("datetime64[D]")
    with_us: Array = (np.datetime64(as_of) - began).astype(np.float64) + 1
    return with_us


def shared(said: Said, spent: Array, with_us: Array, *, as_of: date) -> Shares:
    """The rule. spent: net revenue of the year in what each need is about; with_us: days with us."""
    days = np.minimum(with_us, YEAR)
    ratio = np.maximum(spent, 0) / (said.need * days / YEAR)
    old = (np.datetime64(as_of) - said.on).astype(np.int64) > FRESH
    state = np.select([old, days < LEAST_DAYS, ratio > 1], [STALE, NEW, OVER], TOLD)
    known = (state == TOLD) | (state == OVER)
    share = np.where(known, np.minimum(ratio, 1), np.nan)
    room = np.where(known, said.need * (1 - share), np.nan)
    large = np.zeros(len(said), bool)
    for about in np.unique(said.about[known]):
        mine = known & (said.about == about)
        large[mine] = said.need[mine] >= np.median(said.need[mine])
    return Shares(said, spent, days, share, state, room, large & known & (share < SMALL), _widest(said, known))


def in_all(found: Shares, size: int) -> tuple[Array, Array]:
    """Of each customer: the part of all told needs that is covered, and those needs a year; NaN where none is told."""
    which = found.whole & found.told
    at = found.said.at[which]
    needed, covered, year = (
        np.bincount(at, weights=part[which], minlength=size)
        for part in (found.needed, np.nan_to_num(found.share) * found.needed, found.said.need)
    )
    known = needed > 0
    share = np.divide(covered, needed, out=np.full(size, np.nan), where=known)
    return np.minimum(share, 1), np.where(known, year, np.nan)


def summary(found: Shares, size: int) -> dict[str, Any]:
    """Counts and sums for each thing needs are about, the one with the most customers first; and over all."""
    abouts = sorted(set(found.said.about.tolist()), key=lambda one: (-int((found.said.about == one).sum()), one))
    share, year = in_all(found, size)
    known = ~np.isnan(share)
    return {
        "customers": len(np.unique(found.said.at)), "told": int(known.sum()),
        "share": float(np.average(share[known], weights=year[known])) if known.any() else None,
        "histogram": _histogram(share[known], 0), "raises": len(np.unique(found.said.at[found.raises])),
        "about": [_about(found, one, found.said.about == one) for one in abouts],
    }  # fmt: skip


def _about(found: Shares, about: str, mine: Marks) -> dict[str, Any]:
    told = mine & found.told
    needed = float(found.needed[told].sum())
    covered = float((np.nan_to_num(found.share) * found.needed)[told].sum())
    over = int((mine & (found.state == OVER)).sum())
    return {
        "about": about, "path": found.said.paths.get(about, ""), "customers": int(mine.sum()),
        "told": int(told.sum()), "stale": int((mine & (found.state == STALE)).sum()),
        "new": int((mine & (found.state == NEW)).sum()), "over": over, "need": float(found.said.need[told].sum()),
        "spent": float(found.spent[told].sum()), "share": covered / needed if needed else None,
        "room": float(found.room[told].sum()), "raises": int((mine & found.raises).sum()),
        "large": float(np.median(found.said.need[told])) if told.any() else None,
        "histogram": _histogram(found.share[told & (found.state != OVER)], over),
    }  # fmt: skip


def _histogram(share: Array, over: int) -> list[int]:
    """Customers in each tenth of shares, and those who bought more than they said."""
    bins = np.minimum((share * BINS).astype(np.int64), BINS - 1)
    return [*np.bincount(bins, minlength=BINS).tolist(), over]


def _spent(said: Said, categories: Sequence[InCategory], size: int) -> Array:
    """What each bought in what their need is about, with everything below it."""
    spent = np.zeros(len(said))
    for about in np.unique(said.about):
        path, mine = said.paths[str(about)], said.about == about
        bought = np.zeros(size)
        for one in categories:
            if not path or one.category == path or one.category.startswith(path + LEVEL):
                bought[one.at] += one.revenue
        spent[mine] = bought[said.at[mine]]
    return spent


def _widest(said: Said, known: Marks) -> Marks:
    """Needs that no other told need of the same customer holds within it."""
    widest = known.copy()
    for about in np.unique(said.about):
        path = said.paths[str(about)]
        above = [
            code for code, other in said.paths.items()
            if code != about and (not other or path.startswith(other + LEVEL))
        ]  # fmt: skip
        mine, wider = said.about == about, known & np.isin(said.about, above)
        widest &= ~(mine & np.isin(said.at, said.at[wider]))
    return widest
