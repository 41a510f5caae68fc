"""Ask whether the line holds: foretelling, stability, sensitivity; keep the answer as a run."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from dangol.insight.analysis.actions import asked_by, begin_run, finish_run
from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.rhythm.actions import NothingBought
from dangol.insight.analysis.rhythm.history import Split, split
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.counted_in import MONEY, TRADE, USES
from dangol.insight.relationship.frozen_reference import standing_scales
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.trade import counted
from dangol.insight.relationship.validity.foretelling import Foretold, foretold
from dangol.insight.relationship.validity.names import KIND
from dangol.insight.relationship.validity.past_values import valued_on
from dangol.insight.relationship.validity.sensitivity import Sensitivity, sensitivity
from dangol.insight.relationship.validity.stability import Stability, month_ends, stability
from dangol.insight.relationship.valuation import Valuation
from dangol.insight.warehouse.holdout import days_held_back, first_and_last_purchase
from dangol.insight.warehouse.queries import Lake, lake
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

STAGE = "validity"

type Month = tuple[date, npt.NDArray[np.int64], npt.NDArray[np.str_]]


def ask_validity(
    *,
    settings: ValueSettings,
    as_of: datetime,
    at: datetime,
    by: User | None,
    weeks: int | None = None,
    progress: Progress = silent,
) -> Run:
    """Test the fair-value line, leaving on the last weeks (a quarter of the history unless told); the finished run.

    Reads the current lake: refresh it first. Nobody's value changes and nobody gets a score of it. by: who asked.
    Raises NothingBought, TooShort, NoLake, BrokenLake, RunGone.
    """
    began, today = perf_counter(), shops_day(as_of)
    here = counted(lake(), settings, as_of=today)
    span = _span(here, today, weeks)
    months = month_ends(span.first, today)
    parameters = {
        **settings.as_parameters(), "cut_off": span.cut_off.isoformat(), "until": span.until.isoformat(),
        "weeks": span.weeks, "asked": weeks, "by": asked_by(by),
    }  # fmt: skip
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=parameters, lake_version=here.version)
    steps = len(months) + 3
    progress(STAGE, 0, steps)
    told = _foretold(here, span, settings)
    progress(STAGE, 1, steps)
    newest = valued_on(here, today, settings, standing_scales())
    tried = _sensitivity(newest)
    progress(STAGE, 2, steps)
    lasting = _stability(here, months, settings, _scales(newest), lambda n: progress(STAGE, n + 2, steps))
    progress(STAGE, steps, steps)
    trade = {TRADE: USES if here.by_use else MONEY}
    summary = {"first": span.first.isoformat(), **trade, **_kept(told, tried, lasting)}
    seconds = perf_counter() - began
    return finish_run(run, summary={**summary, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds))


def _span(here: Lake, today: date, weeks: int | None) -> Split:
    known = first_and_last_purchase(here, as_of=today)
    if known is None:
        raise NothingBought(_("Nobody has bought anything yet. Import sales first."))
    return split(known[0], today, weeks=weeks)


def _foretold(here: Lake, span: Split, settings: ValueSettings) -> Foretold:
    """Against scales of the cut-off itself: the standing ones may know what came after it."""
    came = days_held_back(here, cut_off=span.cut_off, until=span.until)
    since = pa.scalar(span.cut_off, type=pa.date32())
    after = pc.days_between(since, came.column("day").cast(pa.date32()))
    return foretold(valued_on(here, span.cut_off, settings, {}), came.append_column("after", after), days=span.days)


def _scales(newest: Valuation) -> dict[str, FrozenScale]:
    """Those that stand, and those that this valuation would have frozen."""
    return {**newest.scales.standing, **{part: scale for part, (scale, _why) in newest.scales.frozen.items()}}


def _sensitivity(newest: Valuation) -> Sensitivity | None:
    parts = newest.parts
    return sensitivity(
        np.stack((parts.economic, parts.social, 100.0 - parts.cost)), newest.customer_equity.rank,
        weights=newest.settings.weights, tolerance=newest.settings.tolerance,
    )  # fmt: skip


def _stability(
    here: Lake, months: list[date], settings: ValueSettings, scales: dict[str, FrozenScale], done: Any
) -> Stability:
    found: list[Month] = []
    for number, day in enumerate(months, 1):
        valued = valued_on(here, day, settings, scales)
        found.append((day, valued.seen.customers.ids, valued.regions))
        done(number)
    return stability(found)


def _kept(told: Foretold, tried: Sensitivity | None, lasting: Stability) -> dict[str, Any]:
    pairs = [{**asdict(one), "since": one.since.isoformat(), "until": one.until.isoformat()} for one in lasting.pairs]
    return {
        "foretold": asdict(told),
        "sensitivity": asdict(tried) if tried else None,
        "stability": {"pairs": pairs, "moves": lasting.moves},
    }
