"""Value every customer from both sides, and freeze or re-base the scales they are ranked on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.analysis.actions import Wide, asked_by, begin_run, finish_run, record_scores, very_many
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.rhythm import names as rhythm_names
from dangol.insight.analysis.rhythm.queries import rhythm_of
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship import frozen_reference, model_changes
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.expectation import gaps
from dangol.insight.relationship.expectation.excluded import Excluded, complaining
from dangol.insight.relationship.expectation.measured import served
from dangol.insight.relationship.expectation.queries import KEPT
from dangol.insight.relationship.frozen_reference import Scales, standing_scales
from dangol.insight.relationship.models import Parts
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.observed import Observed, observe
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.summary import summary_of
from dangol.insight.relationship.trade import OTHER_TRADE
from dangol.insight.relationship.valuation import value
from dangol.insight.relationship.value_columns import VALUATION
from dangol.insight.relationship.valued_models import models_of
from dangol.insight.warehouse.queries import lake
from dangol.lib.errors import WrongUse
from dangol.lib.progress import Progress, silent
from dangol.records.customers.fields import Feeds, fed
from dangol.records.customers.using import Use, used
from dangol.records.staff.models import User

KIND = VALUATION
STAGE = "relationship"
STEPS = 4
MOVE_NO_SCALE = {"tolerance", "best_share", "trade"}  # the last is told by a note of its own


class NoReason(WrongUse):
    """Re-basing changes everybody's values at once; say why."""


def value_customers(
    *,
    settings: ValueSettings,
    as_of: datetime,
    at: datetime,
    by: User | None,
    filling: bool = False,
    progress: Progress = silent,
) -> Run:
    """Value every customer as of a day, against the frozen reference, and return the finished run.

    Each line of business by the model that Insight found closest by that day, or the BG/NBD (`valued_models`). Reads
    the current lake: refresh it first. The first valuation freezes the reference. Nothing is visible before all of it
    is. by: who asked; filling: the records of that day are still being taken in, so that what was frozen as of it is
    frozen anew. Raises NoLake, BrokenLake, RunGone.
    """
    but_of = as_of if filling else None
    return _run(settings, as_of=as_of, at=at, by=by, reason="", but_of=but_of, progress=progress)


def rebase(
    *, settings: ValueSettings, as_of: datetime, at: datetime, by: User | None, reason: str, progress: Progress = silent
) -> Run:
    """Value every customer and make those active now the new reference; the reason stands in the log.

    Values before and after are not comparable. Raises NoReason, and what `value_customers` raises.
    """
    if not reason.strip():
        raise NoReason(_("Say why the scales are to be re-based: values before and after cannot be compared."))
    return _run(settings, as_of=as_of, at=at, by=by, reason=reason.strip()[:200], progress=progress)


def _run(
    settings: ValueSettings,
    *,
    as_of: datetime,
    at: datetime,
    by: User | None,
    reason: str,
    progress: Progress,
    but_of: datetime | None = None,
) -> Run:
    began = perf_counter()
    progress(STAGE, 0, STEPS)
    here = lake()
    parameters = {**settings.as_parameters(), "by": asked_by(by), "rebase": reason}
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=parameters, lake_version=here.version)
    asked = latest_run(rhythm_names.KIND, as_of=as_of)
    models = models_of(rhythm_of(asked) if asked else None)
    seen = observe(here, settings=settings, as_of=as_of, gaps=models.need_gaps)
    progress(STAGE, 1, STEPS)
    under = _frozen_under(reason, but_of)
    moved = _other_trade(seen, under)
    if moved:
        reason, under = OTHER_TRADE, None
    scales = Scales(standing_scales(but_of=but_of), reason)
    found = value(seen, scales, settings, [*moved, *_changed(settings, under)], models, by=here.shared_out)
    progress(STAGE, 2, STEPS)
    found.notes.extend(model_changes.changed(found.company.fits, under))
    fits = model_changes.dated(found.company.fits, latest_run(KIND, as_of=as_of), day=shops_day(as_of).isoformat())
    expected = served(here, seen.customers, equity=found.of_all(found.company.equity), active=seen.active, as_of=as_of)
    excluded = complaining(here, seen.customers, as_of=as_of)
    told = {**summary_of(found), "fits": fits, KEPT: _expectation(expected, excluded, settings)}
    with very_many(), atomic():
        columns = [*found.columns(), *gaps.columns(expected, settings.best_share), excluded.column]
        wide = Wide(Parts, found.worked_out_from())
        record_scores(run, customer_ids=seen.customers.ids.tolist(), columns=columns, wide=wide)
        progress(STAGE, 3, STEPS)
        frozen_reference.keep(found.scales, run, at=at)
        seconds = perf_counter() - began
        finish_run(run, summary={**told, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds))
        used([*fed(Feeds.CUSTOMER_VALUE), *fed(Feeds.CUSTOMER_EQUITY), "birth_date"], Use.VALUATION, at=at)
    progress(STAGE, STEPS, STEPS)
    return run


def _expectation(expected: gaps.Served, excluded: Excluded, settings: ValueSettings) -> dict[str, Any]:
    """What the run keeps of expectations."""
    share = settings.best_share
    return {
        "share": share, "counts": gaps.summary(expected, share),
        "excluded": [asdict(one) for one in excluded.groups], "left_out": excluded.people,
    }  # fmt: skip


def _other_trade(seen: Observed, under: Run | None) -> list[Note]:
    """Say that the standing scales are of money where values are now counted in uses, or the other way round.

    No use has a place on a scale of money, so the scales are frozen anew. under: the run that froze them.
    """
    if under is None or is_by_use(under) == seen.by_use:
        return []
    return [Note("now_by_use" if seen.by_use else "now_by_money")]


def _changed(settings: ValueSettings, under: Run | None) -> Iterable[Note]:
    """Say which settings differ from those that the standing scales were frozen under."""
    frozen_under = under.parameters if under else {}
    names = [
        name
        for name, now in settings.as_parameters().items()
        if name in frozen_under and name not in MOVE_NO_SCALE and frozen_under[name] != now
    ]
    return [Note("settings_changed", {"names": names})] if names else []


def _frozen_under(reason: str, but_of: datetime | None) -> Run | None:
    """The run that froze the scales last; None where there are none yet, or they are frozen anew."""
    references = [] if reason else frozen_reference.standing_references(but_of=but_of)
    return references[-1].run if references else None
