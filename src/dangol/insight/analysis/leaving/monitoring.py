"""What was foretold earlier, held against what then happened: each earlier run whose days are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from dangol.insight.analysis.actions import begin_run, finish_run
from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.leaving.names import CHANCE, CHECK, KIND
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.prediction.quality import Quality, quality_of
from dangol.insight.analysis.queries import finished_runs, latest_run, scores
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.warehouse.features import bought_between
from dangol.insight.warehouse.queries import Lake, lake

MOST = 6  # runs


@dataclass(frozen=True)
class Review:
    """An earlier run against what happened. said: the mean chance; share: of customers who bought, with its interval.

    quality: None where all or nobody bought. promised: the skill it had when it was judged first.
    """

    run: int
    day: date
    days: int
    customers: int
    said: float
    share: float
    low: float
    high: float
    quality: Quality | None
    promised: float

    @property
    def off(self) -> bool:
        """Whether the share lies outside what was said by more than chance, and by more than two in a hundred."""
        return not self.low <= self.said <= self.high and abs(self.said - self.share) > 0.02

    @property
    def worthless(self) -> bool:
        """Whether it told no more than the share of all would have."""
        return self.quality is not None and self.quality.skill.high <= 0

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be kept with the run that looked back."""
        skill = self.quality.skill.value if self.quality else None
        auc = self.quality.auc.value if self.quality else None
        return {
            "run": self.run, "day": self.day.isoformat(), "days": self.days, "customers": self.customers,
            "said": self.said, "share": self.share, "low": self.low, "high": self.high, "skill": skill, "auc": auc,
            "promised": self.promised, "off": self.off, "worthless": self.worthless,
        }  # fmt: skip


def check_foretold(*, as_of: datetime, at: datetime) -> Run | None:
    """Hold the latest forecast whose days are over against what came, and keep it as a run.

    None where there is none. The same forecast is not looked at twice in the same state of the warehouse: what was
    bought may come late. Reads the current lake.
    """
    over = _over(shops_day(as_of))
    if not over:
        return None
    day, earlier = over[0]
    here, known = lake(), latest_run(CHECK)
    if known and (known.summary["run"], known.lake_version) == (earlier.pk, here.version):
        return known
    found = _review(here, earlier, day, Customers.on_record(as_of=as_of))
    if found is None:
        return None
    run = begin_run(kind=CHECK, as_of=as_of, at=at, parameters={"of": earlier.pk}, lake_version=here.version)
    return finish_run(run, summary=found.as_json(), at=at)


def reviews(lake: Lake, *, today: date, customers: Customers) -> list[Review]:
    """The newest run of each day whose days are over by today, the latest day first."""
    latest = _over(today)[:MOST]
    return [found for day, run in latest if (found := _review(lake, run, day, customers)) is not None]


def _over(today: date) -> list[tuple[date, Run]]:
    over: dict[date, Run] = {}
    for run in finished_runs(KIND):
        day = shops_day(run.as_of)
        if day + timedelta(days=run.parameters["days"]) <= today:
            over.setdefault(day, run)
    return sorted(over.items(), key=lambda one: one[0], reverse=True)


def _review(lake: Lake, run: Run, day: date, customers: Customers) -> Review | None:
    rows = list(scores(run, names=[CHANCE]).order_by("customer_id").values_list("customer_id", "value"))
    if not rows:
        return None
    ids, chance = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    days = int(run.parameters["days"])
    bought = bought_between(lake, after=day, until=day + timedelta(days=days))
    _rows, at, _strangers = customers.known(bought)
    counted = np.isin(ids, customers.ids)  # who objected meanwhile is not looked at again
    ids, chance = ids[counted], chance[counted]
    if not len(ids):
        return None
    happened = np.isin(ids, customers.ids[at])
    yes = int(happened.sum())
    low, high = wilson(yes, len(ids))
    quality = quality_of(chance, happened) if 0 < yes < len(ids) else None
    return Review(
        run.pk, day, days, len(ids), float(chance.mean()), yes / len(ids), low, high, quality,
        float(run.summary["quality"][run.summary["chosen"]]["skill"]["value"]),
    )  # fmt: skip
