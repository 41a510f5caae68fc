"""RFM as a run: everybody's three scores and their cell, with the cut-offs and what each cell brings in."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.transaction import atomic

from dangol.insight.analysis.actions import Column, asked_by, begin_run, finish_run, record_scores
from dangol.insight.analysis.groups.history import one_a_month
from dangol.insight.analysis.groups.names import CELL, NO_PURCHASE, RFM_KIND
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.warehouse.queries import Lake, lake
from dangol.insight.warehouse.rfm import SCORED, SCORES, Rfm, rfm
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

STAGE = "rfm"
STEPS = 3


def score_rfm(
    *, as_of: datetime, at: datetime, by: User | None, bins: int = SCORES, progress: Progress = silent
) -> Run:
    """Score everybody as of the end of the shop's day of `as_of` and return the finished run.

    Reads the current lake. Nothing is visible before all of it is. by: who asked.
    Raises BadBins, NoLake, BrokenLake, RunGone.
    """
    began = perf_counter()
    progress(STAGE, 0, STEPS)
    here, customers = lake(), Customers.on_record(as_of=as_of)
    found = rfm(here, as_of=shops_day(as_of), bins=bins, but=_strangers(here, customers))
    progress(STAGE, 1, STEPS)
    run = begin_run(
        kind=RFM_KIND, as_of=as_of, at=at, parameters={"bins": bins, "by": asked_by(by)}, lake_version=here.version
    )
    columns, told = _columns(found, customers), _summary(found, customers, bins)
    progress(STAGE, 2, STEPS)
    with atomic():
        record_scores(run, customer_ids=customers.ids.tolist(), columns=columns)
        seconds = perf_counter() - began
        finish_run(run, summary={**told, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds))
        one_a_month(run)
    progress(STAGE, STEPS, STEPS)
    return run


def _strangers(here: Lake, customers: Customers) -> pa.Array:
    """Keys of the lake whose customer is not looked at: left out, or forgotten since the lake was built."""
    keys = here.arrow(here.table("customers").select("customer_key"))["customer_key"].to_numpy().astype(np.int64)
    return pa.array(keys[~np.isin(keys, customers.keys)], pa.int64())


def _columns(found: Rfm, customers: Customers) -> list[Column]:
    """The three scores and their cell; who never bought has the cell alone."""
    places = customers.places(found.scored["customer_key"].to_numpy().astype(np.int64))
    scores = {name: found.scored[name].to_numpy() for name in SCORED}
    cells = np.full(len(customers), NO_PURCHASE, dtype=object)
    cells[places] = ["-".join(map(str, three)) for three in zip(*(scores[name] for name in SCORED), strict=True)]
    columns = [Column(name, customers.spread(scores[name], places)) for name in SCORED]
    return [*columns, Column(CELL, texts=cells.tolist())]


def _summary(found: Rfm, customers: Customers, bins: int) -> dict[str, Any]:
    cells = found.scored.group_by(list(SCORED)).aggregate([([], "count_all"), ("net_revenue", "sum")])
    names = [*SCORED, "count_all", "net_revenue_sum"]
    rows = sorted(list(row) for row in zip(*(cells[name].to_pylist() for name in names), strict=True))
    scored = found.scored.num_rows
    return {
        "bins": bins, "customers": scored, "without_purchase": len(customers) - scored, "cells": rows,
        "cuts": found.cuts.to_pylist(), "left_out": len(customers.left_out),
        "objected": len(customers.left_out) - customers.children - customers.helpers,
    }  # fmt: skip
