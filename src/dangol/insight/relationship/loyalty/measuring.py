"""Measure loyalty: every wave with what was said, done and expected by then, and contact in numbers; kept as a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db.transaction import atomic

from dangol.insight.analysis.actions import asked_by, begin_run, finish_run
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.satisfaction.measured import Measured, NoAnswers, share_of
from dangol.insight.analysis.surveys.asked import COMMITMENT, LOYAL, Item
from dangol.insight.analysis.surveys.figures import FEWEST, nps_of
from dangol.insight.analysis.surveys.waves import Wave, waves
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.loyalty.contacts import contacts, reach
from dangol.insight.relationship.loyalty.index import Change, People, change, index_of, moved
from dangol.insight.relationship.loyalty.names import CONTACTS, KIND, WAVES
from dangol.insight.relationship.loyalty.standing import (
    Again,
    Expected,
    ValuedOn,
    again_on,
    as_of_then,
    by_group,
    expected_on,
)
from dangol.insight.relationship.trade import as_valued
from dangol.insight.relationship.value_columns import VALUATION
from dangol.insight.warehouse.holdout import first_and_last_purchase
from dangol.insight.warehouse.queries import Lake, lake
from dangol.insight.warehouse.surveys import answers_to_surveys, invitations_to_surveys
from dangol.lib.progress import Progress, silent
from dangol.records.customers.using import Use, used
from dangol.records.staff.models import User

MOST = 8  # waves, the latest: each takes a valuation of everybody

type Told = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """One wave with everything told of it; items: their names; said: none where nothing of loyalty was asked."""

    wave: Wave
    items: tuple[str, ...]
    said: People | None
    again: Again | None
    expected: Expected | None

    @property
    def nps(self) -> Told:
        return nps_of(self.wave)


def measure(
    *, as_of: datetime, at: datetime, by: User | None, roles: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Run:  # fmt: skip
    """Look at every wave and at contact anew. Reads the current lake: refresh it first.

    roles: what items ask, where the business says so; by: who asked. Raises NoLake, BrokenLake, RunGone.
    """
    began, here, today = perf_counter(), lake(), shops_day(as_of)
    valued = latest_run(VALUATION)
    parameters = {"by": asked_by(by), "valuation": valued.pk if valued else None}
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=parameters, lake_version=here.version)
    found = waves(answers_to_surveys(here, as_of=today), invitations_to_surveys(here, as_of=today), dict(roles or {}))
    trade = as_valued(here, as_of=today)
    seen = look(trade, found[-MOST:], valued=as_of_then(here, valued) if valued else None, progress=progress)
    progress(CONTACTS, 0, 1)
    summary = {
        "by_use": trade.by_use, "earlier": max(0, len(found) - MOST), **told_of(seen),
        "reach": reach(as_of=as_of), **contacts(here, today=today, as_of=as_of),
    }  # fmt: skip
    seconds = perf_counter() - began
    with atomic():
        used(["answer"], Use.MEASURING, at=at)
        return finish_run(run, summary=summary, at=at + timedelta(seconds=seconds))


def look(trade: Lake, found: list[Wave], *, valued: ValuedOn | None, progress: Progress = silent) -> list[Seen]:
    """Each wave with what customers did and what was expected by its last day; valued: None where nobody ever was."""
    seen: list[Seen] = []
    for place, wave in enumerate(found):
        progress(WAVES, place, len(found))
        items = loyalty_items(wave)
        scales = [item.whole for item in items]
        said = index_of(wave.people, wave.answers(items), scales) if items else None
        span = first_and_last_purchase(trade, as_of=wave.last)
        expected = expected_on(trade, wave.last, valued=valued, first=span[0] if span else None) if valued else None
        seen.append(Seen(wave, tuple(sorted(item.name for item in items)), said, again_on(trade, wave.last), expected))
    return seen


def loyalty_items(wave: Wave) -> list[Item]:
    """Those that ask whether somebody would buy again or recommend, or measure commitment; each on a scale."""
    asked = [*wave.of(*LOYAL), *(one for one in wave.elements().get(COMMITMENT, []))]
    return [item for item in asked if item.high > item.low]


def told_of(seen: list[Seen]) -> Told:
    """What is kept with the run: the waves, the oldest first, and the groups of the latest."""
    return {
        "waves": [_wave(one, seen[place - 1] if place else None) for place, one in enumerate(seen)],
        "groups": _groups(seen[-1]) if seen else {},
    }


def _wave(one: Seen, before: Seen | None) -> Told:
    wave = one.wave
    comparable = before is not None and before.items == one.items
    return {
        "survey": wave.survey, "first": wave.first.isoformat(), "last": wave.last.isoformat(),
        "respondents": len(wave.people), "invited": wave.invited, "items": list(one.items),
        "rate": _figure(share_of(wave.responded, wave.invited)) if wave.invited else None,
        "other_items": before is not None and not comparable,
        "said": _mean(one.said), "nps": one.nps,
        "again": _figure(one.again.all) | {"since": one.again.since.isoformat()} if one.again else None,
        "commitment": _mean(one.expected.commitment if one.expected else None),
        "balance": _mean(one.expected.balance if one.expected else None),
        "changes": _changes(one, before, comparable=comparable) if before else {},
    }  # fmt: skip


def _changes(one: Seen, before: Seen, *, comparable: bool) -> Told:
    """How each figure moved since the wave before; what cannot be compared is left out."""
    found: dict[str, Change | None] = {}
    if comparable and _enough(one.said) and _enough(before.said):
        assert one.said is not None and before.said is not None
        found["said"] = change(before.said, one.said)
    if "value" in one.nps and "value" in before.nps:
        found["nps"] = moved(_measured(before.nps), _measured(one.nps))
    if one.again and before.again:
        found["again"] = moved(before.again.all, one.again.all)
    if one.expected and before.expected:
        found["commitment"] = change(before.expected.commitment, one.expected.commitment)
        found["balance"] = change(before.expected.balance, one.expected.balance)
    return {
        name: {"value": moved.value, "low": moved.low, "high": moved.high}
        for name, moved in found.items() if moved is not None
    }  # fmt: skip


def _groups(one: Seen) -> Told:
    """The latest wave by line of business and by shop or dealer: each figure of ten people or more, if two have any."""
    return {by: rows for by in ("line", "unit_code") if len(rows := _rows(one, by)) > 1}


def _rows(one: Seen, by: str) -> dict[str, Told]:
    found: dict[str, Told] = {}

    def put(name: str, figure: str, value: Told | None) -> None:
        if value is not None:
            found.setdefault(name, {})[figure] = value

    wave = one.wave
    for name in by_group(People(wave.people, wave.people.astype(float)), wave.groups[by]):
        part = wave.among(wave.groups[by] == name)
        items = [item for item in part.items if item.name in one.items]
        if items:
            put(name, "said", _mean(index_of(part.people, part.answers(items), [item.whole for item in items])))
        nps = nps_of(part)
        put(name, "nps", nps if "value" in nps else None)
    for name, share in (one.again.groups[by] if one.again else {}).items():
        put(name, "again", _figure(share))
    for figure, people in _expected(one.expected):
        names = one.expected.groups[figure][by] if one.expected else people.keys
        for name, those in by_group(people, names).items():
            put(name, figure, _mean(those))
    return found


def _expected(one: Expected | None) -> list[tuple[str, People]]:
    return [("commitment", one.commitment), ("balance", one.balance)] if one else []


def _enough(people: People | None) -> bool:
    return people is not None and len(people) >= FEWEST


def _mean(people: People | None) -> Told | None:
    """Of ten people or more: figures of fewer would say who answered what."""
    if people is None or len(people) < FEWEST:
        return None
    try:
        return _figure(people.mean)
    except NoAnswers:
        return None


def _figure(found: Measured) -> Told:
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.respondents}


def _measured(told: Told) -> Measured:
    return Measured(told["value"], told["low"], told["high"], told["respondents"])
