"""Go some weeks back, value everybody as of then, hold it against what came, and keep the answer as a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from time import perf_counter

import numpy as np
from django.utils.translation import gettext as _

from dangol.insight.analysis.actions import asked_by, begin_run, finish_run
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.rhythm.actions import NothingBought
from dangol.insight.analysis.rhythm.history import Split, split
from dangol.insight.analysis.rhythm.names import KIND as RHYTHM
from dangol.insight.analysis.rhythm.queries import rhythm_of
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.back_test.foretelling import Foretold, foretold
from dangol.insight.relationship.back_test.names import KIND
from dangol.insight.relationship.back_test.outcome import Outcome, outcome
from dangol.insight.relationship.back_test.past import Past, past
from dangol.insight.relationship.counted_in import MONEY, TRADE, USES
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.trade import applied, counted
from dangol.insight.relationship.valued_models import Models, models_of
from dangol.insight.warehouse.holdout import first_and_last_purchase
from dangol.insight.warehouse.queries import Lake, lake
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

STAGE = "back_test"


def back_test(
    *,
    settings: ValueSettings,
    as_of: datetime,
    at: datetime,
    by: User | None,
    weeks: int | None = None,
    progress: Progress = silent,
) -> Run:
    """Test values on the last weeks, a quarter of the history unless told, and return the finished run.

    Reads the current lake: refresh it first. Customers keep no score of it. by: who asked.
    Raises NothingBought, TooShort, NoLake, BrokenLake, RunGone.
    """
    began, today = perf_counter(), shops_day(as_of)
    here = counted(lake(), settings, as_of=today)
    span = _span(here, today, weeks)
    parameters = {
        **settings.as_parameters(), "cut_off": span.cut_off.isoformat(), "until": span.until.isoformat(),
        "weeks": span.weeks, "asked": weeks, "by": asked_by(by),
    }  # fmt: skip
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=parameters, lake_version=here.version)
    settings = applied(settings, by_use=here.by_use)
    models, notes = _models(as_of), list[Note]()
    known = past(here, span, as_of=as_of, gaps=models.need_gaps)
    said = foretold(known, settings, notes, _told_to(progress, known), models)
    summary = {
        "first": span.first.isoformat(),
        TRADE: USES if here.by_use else MONEY,
        "all": asdict(outcome("", known, said, margin_rate=settings.margin_rate)),
        "lines": [asdict(one) for one in _lines(known, said, settings)],
        "notes": [note.as_json() for note in notes],
        "picked": sorted({one.model.TITLE for one in models.by_line.values() if not one.is_plain}),
    }
    seconds = perf_counter() - began
    return finish_run(run, summary={**summary, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds))


def _span(here: Lake, today: date, weeks: int | None) -> Split:
    known = first_and_last_purchase(here, as_of=today)
    if known is None:
        raise NothingBought(_("Nobody has bought anything yet. Import sales first."))
    return split(known[0], today, weeks=weeks)


def _models(as_of: datetime) -> Models:
    """Those that values come from now. Insight may have judged them on weeks that are held back here, too."""
    asked = latest_run(RHYTHM, as_of=as_of)
    return models_of(rhythm_of(asked) if asked else None)


def _told_to(progress: Progress, known: Past) -> Callable[[int], None]:
    lines = len(np.unique(known.buyers.line))
    progress(STAGE, 0, lines)
    return lambda done: progress(STAGE, done, lines)


def _lines(known: Past, said: Foretold, settings: ValueSettings) -> Iterator[Outcome]:
    lines = known.buyers.line
    for line in np.unique(lines).tolist():
        who = lines == line
        yield outcome(line, known.of(who), said.of(who), margin_rate=settings.margin_rate)
