"""Choose a model for each line of business, foresee with it, and keep all of it as one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from time import perf_counter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.analysis.actions import Column, asked_by, begin_run, finish_run, record_scores
from dangol.insight.analysis.models import Provenance, Run
from dangol.insight.analysis.rhythm import tracking
from dangol.insight.analysis.rhythm.history import HALF_LIVES, Split, by_line, split
from dangol.insight.analysis.rhythm.judging import FAMILY
from dangol.insight.analysis.rhythm.learning import Learned, Seen, learned
from dangol.insight.analysis.rhythm.names import KIND, SCORE
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.warehouse.holdout import first_and_last_purchase, held_back, repeat_purchases
from dangol.insight.warehouse.queries import Lake, lake
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

STAGE = "rhythm"


class NothingBought(DangolError):
    """Nobody has bought anything yet, so there is nothing to learn from."""


def learn_rhythm(
    *, as_of: datetime, at: datetime, by: User | None, weeks: int | None = None, progress: Progress = silent
) -> Run:
    """Hold back the last weeks, fit and judge the family, take one model a line, and foresee as many weeks.

    Reads the current lake: refresh it first. Nothing is visible before all of it is. by: who asked.
    Raises NothingBought, TooShort, NoLake, BrokenLake, RunGone.
    """
    began, here, today = perf_counter(), lake(), shops_day(as_of)
    span = _span(here, today, weeks)
    parameters = {
        "cut_off": span.cut_off.isoformat(), "until": span.until.isoformat(), "weeks": span.weeks, "asked": weeks,
        "by": asked_by(by),
    }  # fmt: skip
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=parameters, lake_version=here.version)
    found = list(_lines(here, span, progress))
    customers = Customers.on_record(as_of=as_of)
    with atomic():
        record_scores(run, customer_ids=customers.ids.tolist(), columns=[_column(found, customers)])
        seconds = perf_counter() - began
        summary = {"first": span.first.isoformat(), "lines": [one.told for one in found], "seconds": round(seconds, 2)}
        finish_run(run, summary=summary, at=at + timedelta(seconds=seconds))
    return run


def _span(here: Lake, today: date, weeks: int | None) -> Split:
    known = first_and_last_purchase(here, as_of=today)
    if known is None:
        raise NothingBought(_("Nobody has bought anything yet. Import sales first."))
    return split(known[0], today, weeks=weeks)


def _lines(here: Lake, span: Split, progress: Progress) -> Iterator[Learned]:
    before, now = (
        by_line(held_back(here, cut_off=day, until=day + timedelta(days=span.days), half_lives=HALF_LIVES))
        for day in (span.cut_off, span.until)
    )
    bought = repeat_purchases(here, began_by=span.cut_off, until=span.until)
    steps = len(now) * len(FAMILY)
    for place, (line, everything) in enumerate(now.items()):
        yield learned(
            Seen(line, span, before.get(line), everything, _bought(bought, line, span)),
            progress=_part(progress, place, steps),
        )


def _part(progress: Progress, place: int, steps: int) -> Callable[[int], None]:
    return lambda fits: progress(STAGE, place * len(FAMILY) + fits, steps)


def _bought(table: pa.Table, line: str, span: Split) -> npt.NDArray[np.int64]:
    """Repeat purchases of the line on each day since the first."""
    rows = [row for row in table.to_pylist() if (row["line"] or "") == line]
    days = [(row["day"] - span.first).days for row in rows]
    return tracking.daily(days, [row["purchases"] for row in rows], (span.until - span.first).days + 1)


def _column(found: list[Learned], customers: Customers) -> Column:
    """Expected purchases of those who may be scored."""
    keys = np.concatenate([one.keys for one in found])
    table = pa.table({"customer_key": keys, "expected": np.concatenate([one.expected for one in found])})
    rows, at, _strangers = customers.known(table)
    values = customers.spread(rows.column("expected").to_numpy(), at)
    return Column(SCORE, values, provenance=Provenance.ESTIMATED)
