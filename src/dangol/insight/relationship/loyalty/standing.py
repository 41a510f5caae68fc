"""What a wave's last day says of what customers did, and of what was expected of them then.

Done (measured): of the customers who bought in the year up to a year before, the share who bought again since; Wilson.
Expected (estimated): the mean commitment of those active then, and, of those on the map, the share in balance (III);
everybody is valued as of that day from nothing but what was known, by the scales and settings of the newest valuation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.satisfaction.measured import Measured, share_of
from dangol.insight.analysis.surveys.figures import FEWEST, told_apart
from dangol.insight.relationship.counted_in import MONEY, USES, is_by_use
from dangol.insight.relationship.fair_line import FAIR, UNKNOWN
from dangol.insight.relationship.frozen_reference import standing_scales
from dangol.insight.relationship.loyalty.index import HIGHEST, People
from dangol.insight.relationship.movement.yardstick import settings_of
from dangol.insight.relationship.validity.past_values import valued_on
from dangol.insight.relationship.valuation import Valuation
from dangol.insight.warehouse.bought_again import YEAR, bought_again, units_of_customers
from dangol.insight.warehouse.holdout import first_and_last_purchase
from dangol.insight.warehouse.queries import Lake

HISTORY = timedelta(days=90)  # of purchases, or nothing can be told
GROUPS = ("line", "unit_code")

type Texts = npt.NDArray[Any]
type Groups = Mapping[str, Texts]


@dataclass(frozen=True)
class Again:
    """Who bought again: of all, and of each group of ten or more by line of business and by shop. since: the first day
    of the year before of which purchases are known.
    """

    all: Measured
    groups: Mapping[str, Mapping[str, Measured]]
    since: date


@dataclass(frozen=True)
class Expected:
    """Figures a customer of those active then (commitment) and of those on the map (balance: 100 in III, else 0)."""

    commitment: People
    balance: People
    groups: Mapping[str, Groups]  # of "commitment" and "balance" the group of each person, by what they are told apart


type ValuedOn = Callable[[date], Valuation]


def again_on(lake: Lake, day: date) -> Again | None:
    """Who bought again by a wave's last day; None where less than 90 days of purchases lie before the year."""
    span = first_and_last_purchase(lake, as_of=day)
    if span is None or day - YEAR - span[0] < HISTORY:
        return None
    rows = bought_again(lake, as_of=day)
    among, again = int(_sum(rows, "among")), int(_sum(rows, "again"))
    if among < FEWEST:
        return None
    return Again(share_of(again, among), {by: _shares(rows, by) for by in GROUPS}, max(span[0], day - 2 * YEAR))


def expected_on(lake: Lake, day: date, *, valued: ValuedOn, first: date | None) -> Expected | None:
    """What was expected of customers on a day; first: of purchases on record. None with less than 90 days before."""
    if first is None or day - first < HISTORY:
        return None
    found = valued(day)
    seen, company = found.seen, found.company
    ids, buying = seen.customers.ids, seen.buying
    kept = seen.active[buying] & ~np.isnan(company.commitment)
    who, placed = buying[kept], found.regions != UNKNOWN
    codes = _units(lake, found)
    lines = seen.customers.lines
    return Expected(
        People(ids[who], company.commitment[kept] * HIGHEST),
        People(ids[placed], np.where(found.regions[placed] == FAIR, HIGHEST, 0.0)),
        {
            "commitment": {"line": lines[who], "unit_code": codes[who]},
            "balance": {"line": lines[placed], "unit_code": codes[placed]},
        },
    )


def as_of_then(lake: Lake, run: Run) -> ValuedOn:
    """Everybody valued as of a day, by the scales and settings of this valuation."""
    settings = replace(settings_of(run), trade=USES if is_by_use(run) else MONEY)
    scales = standing_scales()
    return lambda day: valued_on(lake, day, settings, scales)


def by_group(people: People, names: Texts) -> dict[str, People]:
    """The figures of each group of ten or more, of which none can be worked out of the others."""
    counts = Counter(name for name in names.tolist() if name)
    return {
        name: People(people.keys[names == name], people.figures[names == name])
        for name in told_apart(counts, len(names))
    }


def _units(lake: Lake, found: Valuation) -> Texts:
    rows, at, _strangers = found.seen.customers.known(units_of_customers(lake))
    codes = np.full(len(found.seen.customers), "", dtype=object)
    codes[at] = rows["unit_code"].to_numpy(zero_copy_only=False)
    return codes


def _shares(rows: pa.Table, by: str) -> dict[str, Measured]:
    among: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for name, all_, some in zip(*(rows[column].to_pylist() for column in (by, "among", "again")), strict=True):
        among[name] += all_
        again[name] += some
    named = Counter({name: number for name, number in among.items() if name})
    return {name: share_of(again[name], among[name]) for name in told_apart(named, among.total())}


def _sum(rows: pa.Table, name: str) -> int:
    return sum(rows[name].to_pylist())
