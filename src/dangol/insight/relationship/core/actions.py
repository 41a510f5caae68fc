"""Find the core customers and how unevenly everybody contributes, and keep the answer as a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.transaction import atomic

from dangol.insight.analysis.actions import Column, asked_by, begin_run, finish_run, record_scores
from dangol.insight.analysis.groups.history import one_a_month
from dangol.insight.analysis.groups.telling import Members, side_by_side
from dangol.insight.analysis.groups.voices import voices
from dangol.insight.analysis.models import Provenance, Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.relationship.core import parts
from dangol.insight.relationship.core.contributions import (
    Contributions,
    contributions,
    equities,
    in_categories,
    last_days,
)
from dangol.insight.relationship.core.criteria import Criteria, criteria, met, sets
from dangol.insight.relationship.core.frequent import frequent_users
from dangol.insight.relationship.core.heard import Heard, heard
from dangol.insight.relationship.core.keeping import keep_shares
from dangol.insight.relationship.core.names import (
    CONTRIBUTION,
    EQUITY,
    FREQUENT,
    HEARD,
    KIND,
    LOSS,
    MET,
    MONTHS,
    NEED_SHARE,
    NEED_YEAR,
    REVENUE,
    REVENUE_YEAR,
    SET,
    SETS,
    TENTH,
    TENTHS,
    YES,
)
from dangol.insight.relationship.core.needs import Shares, in_all, shares
from dangol.insight.relationship.core.needs import summary as needs_told
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.core.spread import spread_of, tenths_of
from dangol.insight.relationship.counted_in import MONEY, TRADE, USES
from dangol.insight.relationship.trade import as_valued
from dangol.insight.relationship.value_columns import VALUATION
from dangol.insight.warehouse.habits import described
from dangol.insight.warehouse.queries import Lake, lake
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

STAGE = "core"
STEPS = 4

type Array = npt.NDArray[np.float64]


def find_core(
    *,
    settings: CoreSettings,
    margin_rate: float,
    as_of: datetime,
    at: datetime,
    by: User | None,
    trade: str = "",
    progress: Progress = silent,
) -> Run:
    """Find them as of the end of the shop's day of `as_of` and return the finished run.

    Reads the current lake, and the newest valuation for equity. Nothing is visible before all of it is. by: who asked.
    trade: what the home counts values in, where nobody is valued yet. Raises NoLake, BrokenLake, RunGone.
    """
    began, day = perf_counter(), shops_day(as_of)
    sold = lake()
    here = as_valued(sold, as_of=day, trade=trade)
    margin_rate = 1.0 if here.by_use else margin_rate
    progress(STAGE, 0, STEPS)
    valued = latest_run(VALUATION, as_of=as_of)
    told_to = {**settings.as_parameters(), "margin_rate": margin_rate, "by": asked_by(by),
               "valuation": valued.pk if valued else None}  # fmt: skip
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=told_to, lake_version=here.version)
    customers = Customers.on_record(as_of=as_of)
    known = contributions(here, customers, as_of=day, margin_rate=margin_rate)
    progress(STAGE, 1, STEPS)
    bought = in_categories(here, customers, as_of=day)
    paid = in_categories(sold, customers, as_of=day) if here.by_use else bought  # needs are said in money
    needs = shares(sold, customers, paid, as_of=day)
    found = _Found.of(here, known, equities(customers, valued), needs, settings, as_of)
    progress(STAGE, 2, STEPS)
    frequent = frequent_users(here, customers, valued, least=settings.use_days, as_of=day) if here.by_use else None
    summary = {
        **found.summary(),
        TRADE: USES if here.by_use else MONEY,
        FREQUENT: frequent.summary() if frequent else None,
        "categories": parts.by_category(bought, margin_rate),
    }
    progress(STAGE, 3, STEPS)
    with atomic():
        columns = [*found.columns(), *([frequent.column()] if frequent else [])]
        record_scores(run, customer_ids=customers.ids.tolist(), columns=columns)
        keep_shares(run, customers, needs)
        seconds = perf_counter() - began
        finish_run(run, summary={**summary, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds))
        one_a_month(run)
    progress(STAGE, STEPS, STEPS)
    return run


@dataclass(frozen=True)
class _Found:
    """Who is what, in the order of the customers, and what each group is like."""

    known: Contributions
    equity: Array
    heard: Heard
    needs: Shares
    criteria: Criteria
    on_record: int
    described: dict[str, Any]

    @classmethod
    def of(
        cls, here: Lake, known: Contributions, equity: Array, needs: Shares, settings: CoreSettings, as_of: datetime
    ) -> _Found:
        customers, day = known.customers, shops_day(as_of)
        ever, last, on_record = last_days(here, customers, as_of=day)
        spoke = heard(customers, known.referrals, as_of=as_of)
        worth = known.contribution if settings.profit_by == CONTRIBUTION else equity
        found = criteria(worth, known.months, spoke.times, days_on_record=on_record, settings=settings)
        groups = {name: marks for name, marks in found.items() if marks is not None}
        placed = _tenths(known)
        groups |= {f"{TENTH}_{word}": placed == word for word in TENTHS if (placed == word).any()}
        members = Members(customers, ever, last, groups)
        since = np.full(len(customers), np.nan)
        since[ever] = (np.datetime64(day) - last.to_numpy(zero_copy_only=False).astype("datetime64[D]")).astype(
            np.float64
        )
        with described(here, Members(customers, ever, last, {}).table(), as_of=day) as asked:
            said = voices(customers, asked.said(), since, as_of=as_of)
        return cls(known, equity, spoke, needs, found, on_record, side_by_side(here, members, said, as_of=day))

    def columns(self) -> list[Column]:
        """As scores: of those with anything to tell alone."""
        known, size = self.known, len(self.known.customers)
        number = met(self.criteria) if any(marks is not None for marks in self.criteria.values()) else np.zeros(size)
        heard = self.heard.times if self.heard.times is not None else np.zeros(size)
        columns = [
            Column(MET, np.where(known.here | (number > 0), number, np.nan)),
            Column(SET, texts=sets(self.criteria, size)),
            Column(CONTRIBUTION, np.where(known.here, known.contribution, np.nan), provenance=Provenance.ESTIMATED),
            Column(REVENUE_YEAR, np.where(known.here, known.revenue, np.nan)),
            Column(TENTH, texts=_tenths(known).tolist(), provenance=Provenance.ESTIMATED),
            Column(MONTHS, np.where(known.here, known.months, np.nan)),
            Column(HEARD, np.where(heard > 0, heard, np.nan)),
        ]
        if len(self.needs.said):
            share, need = in_all(self.needs, size)
            columns += [
                Column(NEED_SHARE, share, provenance=Provenance.ESTIMATED),
                Column(NEED_YEAR, need, provenance=Provenance.ESTIMATED),
            ]
        told = {name: marks for name, marks in self.criteria.items() if marks is not None}
        return columns + [Column(name, texts=[YES if one else "" for one in marks]) for name, marks in told.items()]

    def summary(self) -> dict[str, Any]:
        """Counts, sums in minor units, curves."""
        known = self.known
        number, size = met(self.criteria), len(known.customers)
        together = np.array(sets(self.criteria, size), dtype=object)
        measures = {CONTRIBUTION: known.contribution[known.here], REVENUE: known.revenue[known.here],
                    EQUITY: self.equity[~np.isnan(self.equity)]}  # fmt: skip
        spreads = {name: spread_of(values) for name, values in measures.items()}
        return {
            "customers": size, "here": int(known.here.sum()), "on_record": self.on_record, "whole": parts.whole(known),
            "core": {name: None if marks is None else self._counted(marks) for name, marks in self.criteria.items()},
            "least": self._least(),
            "met": [int((number == n).sum()) for n in range(4)] if len(number) else [size, 0, 0, 0],
            "sets": {word: self._counted(together == word) for word in SETS},
            "heard": self.heard.kinds,
            "spread": {name: asdict(one) if one else None for name, one in spreads.items()},
            "lines": parts.by_line(known), "described": self.described,
            "needs": needs_told(self.needs, size),
        }  # fmt: skip

    def _counted(self, marks: npt.NDArray[np.bool_]) -> list[float]:
        known = self.known
        return [int(marks.sum()), float(known.revenue[marks].sum()), float(known.contribution[marks].sum())]

    def _least(self) -> float | None:
        """The least contribution of those who are core by profit."""
        marks = self.criteria["core_profit"]
        return float(self.known.contribution[marks].min()) if marks is not None else None


def _tenths(known: Contributions) -> npt.NDArray[np.object_]:
    """The tenth of each by contribution, as a word; "" where nothing happened in the year."""
    words = np.full(len(known.customers), "", dtype=object)
    placed = tenths_of(known.contribution[known.here])
    words[known.here] = np.where(placed == 0, LOSS, placed.astype(str))
    return words
