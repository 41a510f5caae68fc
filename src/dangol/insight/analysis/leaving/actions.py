"""Foretell for every customer whether they buy again within some days, and keep it as a run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import numpy as np
from django.db.transaction import atomic

from dangol.insight.analysis.actions import Column, asked_by, begin_run, finish_run, record_scores
from dangol.insight.analysis.leaving import looked_at, monitoring
from dangol.insight.analysis.leaving.looked_at import NAMES, Looked
from dangol.insight.analysis.leaving.names import AT_STAKE, CHANCE, KIND, LEAF, REASONS, fact_name, reason_name
from dangol.insight.analysis.leaving.settings import LeavingSettings
from dangol.insight.analysis.leaving.things import things
from dangol.insight.analysis.models import Provenance, Run
from dangol.insight.analysis.prediction import drawn_tree
from dangol.insight.analysis.prediction.examples import refuse_unfit
from dangol.insight.analysis.prediction.fitting import Fit, fit
from dangol.insight.analysis.prediction.profit import ranked
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.warehouse.queries import lake
from dangol.lib.progress import Progress, silent
from dangol.records.customers.fields import Feeds, fed
from dangol.records.customers.using import Use, used
from dangol.records.staff.models import User

STAGE = "foretelling"
STEPS = 8
PERCENT = np.linspace(0, 1, 101)


def foretell(
    *, settings: LeavingSettings, as_of: datetime, at: datetime, by: User | None, progress: Progress = silent
) -> Run:
    """Learn at the day 2 × days ago, judge at the day `days` ago, foretell for now, and return the finished run.

    Reads the current lake: refresh it first. Nothing is visible before all of it is. by: who asked.
    Raises CannotLearn, LeakFound, NoLake, BrokenLake, RunGone.
    """
    began, done = perf_counter(), iter(range(1, STEPS))
    progress(STAGE, 0, STEPS)
    here, today = lake(), shops_day(as_of)
    cuts = looked_at.cuts(here, settings=settings, today=today)
    parameters = {"days": settings.days, "back": cuts[0].back, "by": asked_by(by)}
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=parameters, lake_version=here.version)
    customers = Customers.on_record(as_of=as_of)
    learned, judged, now = (
        looked_at.look(here, cut, customers=customers, after=after)
        for cut, after in zip(cuts, (settings.days, settings.days, 0), strict=True)
    )
    progress(STAGE, next(done), STEPS)
    for seen in (learned, judged):
        refuse_unfit(seen.examples)
    looked_at.refuse_known_later(here, learned, customers=customers)
    progress(STAGE, next(done), STEPS)
    found = fit(learned.examples, judged.examples, told=lambda _name: progress(STAGE, next(done), STEPS))
    told = _summary(found, learned, judged, now)
    told["reviews"] = [one.as_json() for one in monitoring.reviews(here, today=today, customers=customers)]
    progress(STAGE, next(done), STEPS)
    with atomic():
        record_scores(run, customer_ids=customers.ids[now.places].tolist(), columns=_columns(found, now))
        progress(STAGE, next(done), STEPS)
        seconds = perf_counter() - began
        finish_run(run, summary={**told, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds))
        used(fed(Feeds.CUSTOMER_EQUITY), Use.VALUATION, at=at)
    progress(STAGE, STEPS, STEPS)
    return run


def _columns(found: Fit, now: Looked) -> Iterator[Column]:
    """The scores as they are kept: the chance, the place in the tree, and what moves the chance most."""
    chance, spent = found.chance(now.values), now.values[:, NAMES.index("spent")]
    yield Column(CHANCE, chance, provenance=Provenance.ESTIMATED)
    usual = spent * now.cut.recent / now.cut.back
    yield Column(AT_STAKE, (1 - chance) * usual, provenance=Provenance.ESTIMATED)
    leaves = drawn_tree.leaves_of(found.tree.learned, found.picked(now.values, found.tree))
    yield Column(LEAF, leaves.astype(np.float64), provenance=Provenance.ESTIMATED)
    why = found.reasons(now.values, things())
    middle = _middle(found, now)
    for place in range(min(REASONS, why.thing.shape[1])):
        thing, change = why.thing[:, place], why.change[:, place]
        told = [why.things[one] if one >= 0 else "" for one in thing.tolist()]
        yield Column(
            reason_name(place + 1), np.where(thing >= 0, change, np.nan), texts=told, provenance=Provenance.ESTIMATED
        )
        columns = np.array([NAMES.index(name) for name in why.things])[thing]
        facts = np.take_along_axis(middle, columns[:, None], axis=1)[:, 0]
        yield Column(fact_name(place + 1), np.where(thing >= 0, facts, np.nan))


def _middle(found: Fit, now: Looked) -> np.ndarray:
    """What is known of each customer; the median where it is not, as the learner took it."""
    medians = np.nan_to_num(np.array([_median(found, name) for name in NAMES]))
    return np.where(np.isnan(now.values), medians, now.values)


def _median(found: Fit, name: str) -> float:
    learned = found.chosen.learned
    return float(learned.medians[learned.names.index(name)]) if name in learned.names else np.nan


def _summary(found: Fit, learned: Looked, judged: Looked, now: Looked) -> dict[str, Any]:
    """What the run says of itself, as plain values; money in minor units."""
    chance = found.chance(now.values)
    tree, ranking = found.tree, ranked(1 - found.chosen.held_back, ~judged.happened)
    bought = judged.amounts[judged.happened]
    return {
        "customers": len(now),
        "at_stake": float(((1 - chance) * now.values[:, NAMES.index("spent")]).sum() * now.cut.recent / now.cut.back),
        "likely_to_return": float(chance.sum()),
        "spread": np.quantile(chance, PERCENT).tolist() if len(chance) else [],
        "learned": {"day": learned.cut.as_of.isoformat(), **_counted(learned)},
        "judged": {"day": judged.cut.as_of.isoformat(), **_counted(judged)},
        "quality": {name: one.quality.as_json() for name, one in found.candidates.items()},
        "calibration": {name: one.calibration.method for name, one in found.candidates.items()},
        "chosen": found.chosen.name,
        "ahead": {
            "name": found.ahead_name, "value": found.ahead.value, "low": found.ahead.low, "high": found.ahead.high
        },
        "tree": [node.as_json() for node in drawn_tree.drawn(tree.learned, tree.calibration)],
        "ranking": {"treated": ranking.treated, "left": ranking.left, "risk": ranking.risk},
        "spent_by_who_returned": float(bought.mean()),
        "middle": {name: float(value) for name, value in zip(
            found.chosen.learned.names, found.chosen.learned.medians, strict=True)},
        "left_out": [name for name in NAMES if name not in found.chosen.learned.names],
    }  # fmt: skip


def _counted(seen: Looked) -> dict[str, int]:
    return {"customers": len(seen), "returned": int(seen.happened.sum())}
