"""Tell the course of every relationship anew, and write what is different."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from time import perf_counter

import numpy as np
import pyarrow as pa
from django.db.transaction import atomic

from dangol.insight.analysis.actions import asked_by, begin_run, finish_run
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.relationship.stages import queries
from dangol.insight.relationship.stages.courses import Steps, courses
from dangol.insight.relationship.stages.keeping import keep
from dangol.insight.relationship.stages.movement import standing
from dangol.insight.relationship.stages.names import KIND, MONTH
from dangol.insight.relationship.stages.rules import StageRules
from dangol.insight.relationship.stages.seen import NEVER, Bought, Ints
from dangol.insight.relationship.trade import as_valued
from dangol.insight.warehouse.purchase_days import purchase_days, registered_days
from dangol.insight.warehouse.queries import Lake, lake
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

STAGE = "stages"
STEPS = 3


def evaluate(
    *,
    rules: StageRules,
    as_of: datetime,
    at: datetime,
    by: User | None,
    trade: str = "",
    progress: Progress = silent,
) -> Run:
    """Tell everybody's course up to the shop's day of `as_of` and return the finished run.

    Reads the current lake: refresh it first. Only rows that differ are written, so doing it again writes none; who may
    not be scored has none. by: who asked. trade: what the home counts values in, where nobody is valued yet. Raises
    NoLake, BrokenLake, RunGone.
    """
    began, today = perf_counter(), shops_day(as_of)
    here = as_valued(lake(), as_of=today, trade=trade)
    progress(STAGE, 0, STEPS)
    parameters = {**rules.as_parameters(), "by": asked_by(by)}
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=parameters, lake_version=here.version)
    customers = Customers.on_record(as_of=as_of)
    bought = _bought(here, customers, today)
    progress(STAGE, 1, STEPS)
    steps = courses(bought, _registered(here, customers), rules, today=_number(today))
    told = standing(steps, today=_number(today), then=_number(today - timedelta(days=MONTH)), customers=len(customers))
    progress(STAGE, 2, STEPS)
    with atomic():
        written = keep(steps, customers.ids, run)
        seconds = perf_counter() - began
        summary = {**told, **_about(bought, steps, customers), "written": asdict(written), "seconds": round(seconds, 2)}
        finish_run(run, summary=summary, at=at + timedelta(seconds=seconds))
    progress(STAGE, STEPS, STEPS)
    return run


def evaluate_if_due(
    *,
    rules: StageRules,
    as_of: datetime,
    at: datetime,
    by: User | None,
    trade: str = "",
    progress: Progress = silent,
) -> Run:
    """The same, unless the newest run tells of this moment, this lake and these rules already."""
    known = latest_run(KIND)
    same = known is not None and (known.as_of, known.lake_version) == (as_of, lake().version)
    if known is not None and same and queries.rules_of(known) == rules:
        return known
    return evaluate(rules=rules, as_of=as_of, at=at, by=by, trade=trade, progress=progress)


def _about(bought: Bought, steps: Steps, customers: Customers) -> dict[str, object]:
    return {
        "customers": len(customers), "purchases": len(bought), "steps": len(steps),
        "categories_known": bool(bought.fresh.any()), "children": customers.children, "helpers": customers.helpers,
    }  # fmt: skip


def _bought(here: Lake, customers: Customers, today: date) -> Bought:
    rows, places, _ = customers.known(purchase_days(here, as_of=today))
    order = np.argsort(places, kind="stable")  # the table is in order of keys, not of ids
    net, fresh = (rows.column(name).cast(pa.int64()).to_numpy() for name in ("net", "fresh"))
    return Bought(places[order].astype(np.int64), _days(rows, "day")[order], net[order], fresh[order])


def _registered(here: Lake, customers: Customers) -> Ints:
    rows, places, _ = customers.known(registered_days(here))
    since = np.full(len(customers), NEVER, np.int64)
    since[places] = _days(rows, "registered_on")
    return since


def _days(rows: pa.Table, name: str) -> Ints:
    days: Ints = rows.column(name).cast(pa.date32()).cast(pa.int32()).fill_null(2**30).to_numpy().astype(np.int64)
    return days


def _number(day: date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))
