"""Learn how long contracts last, take a model, foretell who ends soon, and keep all of it as one run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from time import perf_counter
from typing import Any

import numpy as np
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.actions import Column, asked_by, begin_run, finish_run, record_scores
from dangol.insight.analysis.contracts import learning
from dangol.insight.analysis.contracts.judging import NotLearned
from dangol.insight.analysis.contracts.lives import Array, Known, Lives, late_curve
from dangol.insight.analysis.contracts.names import COMMITMENT, KIND, MONTHS, STAYS
from dangol.insight.analysis.models import Provenance, Run
from dangol.insight.analysis.survival import commitment_of
from dangol.insight.analysis.who_counts import Customers, shops_day
from dangol.insight.warehouse.contracts import OPEN, asked_of_many_days, contracts_begun, day_number, held, told_wrong
from dangol.insight.warehouse.queries import Lake, lake
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

STAGE = "contracts"
STEPS = 6
FEWEST = 20  # contracts


class NoContracts(DangolError):
    """There are no contracts, or too few, or none of them has ended; the message says what is missing."""


def learn_contracts(
    *,
    as_of: datetime,
    at: datetime,
    by: User | None,
    horizon: int = 36,
    discount: float = 0.10,
    progress: Progress = silent,
) -> Run:
    """Draw the curves, judge two models on the last months, and foretell with the better one.

    horizon: months of the commitment; discount: rate a year; both as values are reckoned. Reads the current lake:
    refresh it first. Nothing is visible before all of it is. by: who asked.
    Raises NoContracts, NoLake, BrokenLake, RunGone.
    """
    began, here, today = perf_counter(), lake(), shops_day(as_of)
    steps = iter(range(1, STEPS))
    progress(STAGE, 0, STEPS)
    customers = Customers.on_record(as_of=as_of)
    wrong = told_wrong(here) if held(here) else 0
    lives = _lives(here, customers, today) if held(here) else None
    lives = refuse_unfit(lives, wrong=wrong, today=today)
    parameters = {"until": today.isoformat(), "horizon": horizon, "discount": discount, "by": asked_by(by)}
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=parameters, lake_version=here.version)
    progress(STAGE, next(steps), STEPS)
    summary = {"wrong": wrong, **learning.summary_of(lives, today), "parts": list(learning.parts_of(lives, today))}
    summary["told_from"] = _told_from(lives, today)

    with asked_of_many_days(here) as known:

        @cache
        def ask(after: date, until: date) -> Known:
            return Known.of(customers.known(known(after, until))[0])

        proof = learning.proof(ask, lives, today, step=lambda: progress(STAGE, next(steps), STEPS))
        summary["test"] = learning.tested(proof) if proof else None
        table, places, _strangers = customers.known(known(today, today))
        running = Known.of(table)
        found = None
        if proof and proof.choice and len(running):
            found = _foretold(ask, lives, running, today, proof.choice.name, max(horizon, max(MONTHS)))
    summary["ahead"] = _ahead(found, running, horizon, discount) if found is not None else None
    with atomic():
        if found is not None:
            columns = _columns(found, running, horizon=horizon, discount=discount)
            record_scores(run, customer_ids=customers.ids[places].tolist(), columns=columns)
        seconds = perf_counter() - began
        finish_run(run, summary={**summary, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds))
    progress(STAGE, STEPS, STEPS)
    return run


def refuse_unfit(lives: Lives | None, *, wrong: int, today: date) -> Lives:
    """The contracts as they are; raises NoContracts where no curve can be drawn of them."""
    count = 0 if lives is None else len(lives)
    if lives is None or not count:
        if wrong:
            raise NoContracts(
                ngettext(
                    "The one subscription on record ends before it begins. Look at the columns time and ends of "
                    "the file.",
                    "All %(count)s subscriptions on record end before they begin. Look at the columns time and ends "
                    "of the file.",
                    wrong,
                )
                % {"count": wrong}
            )
        raise NoContracts(_("No subscription is on record yet. Import a file of subscriptions first."))
    if count < FEWEST:
        raise NoContracts(
            ngettext(
                "There is %(count)s contract on record; from %(fewest)s on their length can be told.",
                "There are %(count)s contracts on record; from %(fewest)s on their length can be told.",
                count,
            )
            % {"count": count, "fewest": FEWEST}
        )
    if not (lives.ended <= day_number(today)).any():
        raise NoContracts(
            _(
                "None of the %(count)s contracts on record has ended, so nothing tells how long they last. Import "
                "which ended and when: the column ends, or state and state_at."
            )
            % {"count": count}
        )
    return lives


def _lives(here: Lake, customers: Customers, today: date) -> Lives:
    return Lives.of(customers.known(contracts_begun(here, as_of=today))[0])


def _told_from(lives: Lives, today: date) -> dict[str, Any]:
    """When ends began to be written down, how many contracts had begun before; late: they are counted from then on."""
    first = lives.told_from(day_number(today)) or 0
    day = today - timedelta(days=day_number(today) - first)
    late = late_curve(lives, today=day_number(today)) is not None
    return {"day": day.isoformat(), "before": int((lives.began < first).sum()), "late": late}


def _foretold(ask: learning.Ask, lives: Lives, running: Known, today: date, name: str, ahead: int) -> Array | None:
    try:
        fit, encoding = learning.final_fit(ask, lives, today, name)
    except NotLearned:
        return None
    return learning.chances(fit, encoding, running, ahead=ahead, today=today)


def _ahead(found: Array, running: Known, horizon: int, discount: float) -> dict[str, Any]:
    """What is expected of all that run."""
    return {
        "running": len(running),
        "told": int((running.lives.ended < OPEN).sum()),
        "stay": {str(months): float(found[:, months - 1].sum()) for months in MONTHS},
        "commitment": float(commitment_of(found[:, :horizon], discount=discount).mean()),
    }


def _columns(found: Array, running: Known, *, horizon: int, discount: float) -> Iterator[Column]:
    """The scores as they are kept; an end that is told is no estimate."""
    is_told = running.lives.ended < OPEN
    provenance = np.where(is_told, Provenance.MEASURED.value, Provenance.ESTIMATED.value).tolist()
    for months, name in STAYS.items():
        yield Column(name, found[:, months - 1], provenance=provenance)
    yield Column(COMMITMENT, commitment_of(found[:, :horizon], discount=discount), provenance=provenance)
