"""Choose under a budget what to do for whom, and keep the answer as a run with a recommendation for each customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from time import perf_counter

import numpy as np
import numpy.typing as npt
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.analysis.actions import Column, asked_by, begin_run, finish_run, record_scores, very_many
from dangol.insight.analysis.models import Provenance, Run
from dangol.insight.relationship.fair_line import UNKNOWN
from dangol.insight.relationship.frozen_reference import standing_scales
from dangol.insight.relationship.models import Programme
from dangol.insight.relationship.positioning import telling
from dangol.insight.relationship.positioning.catalogue import programmes
from dangol.insight.relationship.positioning.learning import Past, expected
from dangol.insight.relationship.positioning.moves import Moves, Option, moves
from dangol.insight.relationship.positioning.names import ASK, KIND, PROGRAMME
from dangol.insight.relationship.positioning.people import People, line_of, people_of
from dangol.insight.relationship.positioning.portfolio import NONE, Portfolio, choose
from dangol.insight.relationship.positioning.reach import Channels, Reach, reach
from dangol.insight.relationship.positioning.worth_of_a_use import NothingToChoose, worth_of
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

type Array = npt.NDArray[np.float64]

STAGE = "positioning"
STEPS = 4


def position(
    valued: Run,
    *,
    budget: int,
    channels: Channels,
    past: Past,
    at: datetime,
    by: User | None,
    use_worth: int | None = None,
    progress: Progress = silent,
) -> Run:
    """Choose for everybody whom this valuation placed, within the budget (minor units), and return the finished run.

    What is made most of is what both sides gain less the cost. channels: those installed, by name; past: measured
    effects of both sides; by: who asked; use_worth: what one use is worth to the business, minor units, where values
    are counted in uses. Raises NothingToChoose, RunGone.
    """
    began = perf_counter()
    worth = worth_of(valued, use_worth)
    rows = programmes()
    if not rows:
        raise NothingToChoose(_("No programme is in use. Take one into use first."))
    if budget < 0:
        raise NothingToChoose(_("A budget cannot be less than nothing."))
    parameters = {"budget": budget, "valuation": valued.pk, "by": asked_by(by), **worth.as_parameters()}
    run = begin_run(kind=KIND, as_of=valued.as_of, at=at, parameters=parameters, lake_version=valued.lake_version)
    progress(STAGE, 0, STEPS)
    people, line = people_of(valued), line_of(valued, standing_scales(), worth=worth.of_one)
    progress(STAGE, 1, STEPS)
    margin_rate = worth.kept_of(float(valued.parameters["margin_rate"]))
    options = [_option(one, worth.told_by(past), margin_rate=margin_rate) for one in rows]
    possible = moves(people, options, line)
    progress(STAGE, 2, STEPS)
    reached = _reached(people, rows, possible, channels, at=at)
    costs = np.array([option.cost for option in options], np.int64)
    net = possible.net(costs)
    may = np.column_stack([reached[one.channel].may for one in rows])
    found = choose(net, costs, budget=budget, allowed=possible.allowed & may)
    progress(STAGE, 3, STEPS)
    told = telling.summary(people, line, rows, options, possible, found)
    told["withheld"] = {name: dict(one.withheld) for name, one in reached.items() if name}
    told["objected"] = int(reached[""].withheld.get("objected", 0))
    whose, column = _column(people, rows, net, found, reached[""])
    with very_many(), atomic():
        record_scores(run, customer_ids=whose.tolist(), columns=[column])
        seconds = perf_counter() - began
        finish_run(run, summary={**told, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds))
    progress(STAGE, STEPS, STEPS)
    return run


def _option(one: Programme, past: Past, *, margin_rate: float) -> Option:
    return Option(one.bond, one.cost, expected(one, past, margin_rate=margin_rate))


def _reached(
    people: People, rows: Sequence[Programme], possible: Moves, channels: Channels, *, at: datetime
) -> Mapping[str, Reach]:
    """Whom each channel reaches, "" for what needs none. A channel that is no longer installed reaches nobody."""
    found = {}
    for name in sorted({"", *(one.channel for one in rows)}):
        columns = [at for at, one in enumerate(rows) if one.channel == name]
        among = possible.allowed[:, columns].any(axis=1) if columns else people.region != UNKNOWN
        if name and name not in channels:
            found[name] = Reach(np.zeros(len(people), np.bool_), {"no_channel": int(among.sum())})
            continue
        found[name] = reach(people.ids, among, channels.get(name), at=at)
    return found


def _column(
    people: People, rows: Sequence[Programme], net: npt.NDArray[np.float32], found: Portfolio, anybody: Reach
) -> tuple[npt.NDArray[np.int64], Column]:
    """For whom anything is recommended, and what, by its code; value: what both sides gain less its cost; ask: an
    answer would tell the place.
    """
    ask = people.unasked & anybody.may
    who = np.flatnonzero((found.chosen != NONE) | ask)
    chosen = found.chosen[who].astype(np.intp)
    codes = np.array([*(one.code for one in rows), ""], dtype=object)[chosen]  # −1, none, is the last
    codes[ask[who]] = ASK
    some = chosen != NONE
    values = np.full(len(who), np.nan)
    values[some] = net[who[some], chosen[some]]
    return people.ids[who], Column(PROGRAMME, values, texts=codes.tolist(), provenance=Provenance.ESTIMATED)
