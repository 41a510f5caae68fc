"""Looking for groups once, whole, and keeping what was found as a run: scores of everybody, the groups in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db.transaction import atomic

from dangol.insight.analysis.actions import Column, asked_by, begin_run, finish_run, record_scores
from dangol.insight.analysis.groups.features import Habits
from dangol.insight.analysis.groups.finding import FEWEST_CUSTOMERS, Search, search
from dangol.insight.analysis.groups.history import one_a_month
from dangol.insight.analysis.groups.names import GROUPS_KIND
from dangol.insight.analysis.groups.naming import codes
from dangol.insight.analysis.groups.sensitivity import Split, split
from dangol.insight.analysis.groups.standing import Bought, long_standing, standings
from dangol.insight.analysis.groups.telling import Members, side_by_side
from dangol.insight.analysis.groups.voices import voices
from dangol.insight.analysis.groups.words import BEST, LONG_STANDING, PRICE, RELATIONSHIP, STANDINGS, STOPPED
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.warehouse.habits import described, habits, since_when
from dangol.insight.warehouse.queries import lake
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

STAGE = "habits"
STEPS = 4
YES = "yes"

type Array = npt.NDArray[np.float64]
type Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Everybody:
    """How each customer buys, a column a fact, in one order; NaN in the days of who never bought."""

    customers: Customers
    facts: Mapping[str, Array]
    last_day: pa.Array

    def __getitem__(self, name: str) -> Array:
        return self.facts[name]

    @property
    def lately(self) -> Marks:
        """Who bought within the last year."""
        return self["purchases"] > 0

    def habits(self) -> Habits:
        """Those who bought within the last year, for the search."""
        names = ("days_since_last", "purchases", "revenue", "off_days")
        return Habits(*(self[name][self.lately] for name in names))

    def bought(self) -> Bought:
        """What standings are told from."""
        names = ("days_since_first", "days_since_last", "purchases_ever", "revenue")
        return Bought(*(self[name] for name in names))


def look_for_groups(*, as_of: datetime, at: datetime, by: User | None, progress: Progress = silent) -> Run:
    """Look for groups as of the end of the shop's day of `as_of` and return the finished run.

    Reads the current lake. Nothing is visible before all of it is. by: who asked.
    Raises NoLake, BrokenLake, RunGone.
    """
    began = perf_counter()
    progress(STAGE, 0, STEPS)
    here, day = lake(), shops_day(as_of)
    everybody = _everybody(as_of, day)
    first = since_when(here, as_of=day)
    progress(STAGE, 1, STEPS)
    found = search(everybody.habits(), progress=progress)
    run = begin_run(kind=GROUPS_KIND, as_of=as_of, at=at, parameters={"by": asked_by(by)}, lake_version=here.version)
    progress(STAGE, 2, STEPS)
    with described(here, _alone(everybody), as_of=day) as asked:
        spoken = voices(everybody.customers, asked.said(), everybody["days_since_last"], as_of=as_of)
    on_record = (day - first).days + 1 if first else 0
    parts = _Parts.of(everybody, found)
    told = side_by_side(here, parts.members(everybody), spoken, as_of=day)
    progress(STAGE, 3, STEPS)
    summary = {**parts.summary(everybody), "side_by_side": told, "on_record": on_record, "found": _found(found, parts)}
    with atomic():
        record_scores(run, customer_ids=everybody.customers.ids.tolist(), columns=parts.columns())
        seconds = perf_counter() - began
        finish_run(run, summary={**summary, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds))
        one_a_month(run)
    progress(STAGE, STEPS, STEPS)
    return run


def _everybody(as_of: datetime, day: date) -> Everybody:
    customers = Customers.on_record(as_of=as_of)
    table, at, _strangers = customers.known(habits(lake(), as_of=day))
    order = np.argsort(at)
    table, at = table.take(pa.array(order)), at[order]
    facts = {}
    for name in table.column_names:
        if name not in {"customer_key", "line", "first_day", "last_day"}:
            column = customers.spread(table[name].cast(pa.float64()).to_numpy(), at)
            facts[name] = column if name.startswith("days") else np.nan_to_num(column)
    return Everybody(customers, facts, table["last_day"].combine_chunks())


def _alone(everybody: Everybody) -> pa.Table:
    """Everybody who ever bought, as one group."""
    return Members(everybody.customers, everybody.bought().ever, everybody.last_day, {}).table()


@dataclass(frozen=True)
class _Parts:
    """What everybody is told to be, each in one order."""

    standing: npt.NDArray[np.object_]
    long_standing: Marks
    split: Split
    group: npt.NDArray[np.object_]
    codes: list[str]

    @classmethod
    def of(cls, everybody: Everybody, found: Search) -> _Parts:
        bought = everybody.bought()
        group, names = np.full(len(everybody.customers), "", dtype=object), []
        if found.found is not None:
            names = codes(found.found.profile, found.found.scale.names)
            group[everybody.lately] = np.array(names, dtype=object)[found.found.placed(everybody.habits())]
        return cls(
            standings(bought), long_standing(bought),
            split(everybody["purchases"], everybody["off_days"], bought.lately & ~bought.leaving),
            group, names,
        )  # fmt: skip

    def members(self, everybody: Everybody) -> Members:
        """The groups that are set side by side."""
        groups = {BEST: self.standing == BEST, STOPPED: self.standing == STOPPED, LONG_STANDING: self.long_standing}
        groups |= {kind: self.split.texts == kind for kind in (PRICE, RELATIONSHIP)}
        groups |= {code: self.group == code for code in self.codes}
        return Members(everybody.customers, everybody.bought().ever, everybody.last_day, groups)

    def columns(self) -> list[Column]:
        """As scores: a word where there is one."""
        return [
            Column("standing", texts=self.standing.tolist()), Column("sensitive", texts=self.split.texts.tolist()),
            Column("group", texts=self.group.tolist()), Column(LONG_STANDING, texts=_yes(self.long_standing)),
        ]  # fmt: skip

    def summary(self, everybody: Everybody) -> dict[str, Any]:
        """Counts, and net revenue of the last year in minor units."""
        revenue = everybody["revenue"]
        return {
            "customers": len(everybody.customers), "lately": int(everybody.lately.sum()),
            "revenue": float(revenue.sum()),
            "standing": {word: _counted(self.standing == word, revenue) for word in STANDINGS},
            "long_standing": _counted(self.long_standing, revenue),
            "sensitive": {word: _counted(self.split.texts == word, revenue) for word in set(self.split.texts) if word},
            "sensitive_told": self.split.told, "off_share": self.split.share,
            "groups": {code: _counted(self.group == code, revenue) for code in self.codes},
        }  # fmt: skip


def _found(found: Search, parts: _Parts) -> dict[str, Any]:
    """What was tried and found, as plain values."""
    told: dict[str, Any] = {"tried": [asdict(one) for one in found.tried], "customers": found.customers,
                            "fewest": FEWEST_CUSTOMERS, "features": [], "groups": []}  # fmt: skip
    if found.found is not None:
        division = found.found
        told |= {"method": division.method, "features": list(division.scale.names), "by": list(division.features)}
        told["groups"] = [
            {"code": code, "stability": float(stable), "profile": [float(one) for one in row]}
            for code, stable, row in zip(parts.codes, division.stability, division.profile, strict=True)
        ]
    return told


def _counted(marks: Marks, revenue: Array) -> list[float]:
    return [int(marks.sum()), float(revenue[marks].sum())]


def _yes(marks: Marks) -> list[str]:
    return [YES if one else "" for one in marks.tolist()]
