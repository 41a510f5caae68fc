"""Look at all surveys as they stand in the warehouse, and keep what they say as a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db.transaction import atomic

from dangol.insight.analysis.actions import asked_by, begin_run, finish_run
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.satisfaction.indices import KcsiWeights
from dangol.insight.analysis.surveys.drivers import FEWEST, drivers_of
from dangol.insight.analysis.surveys.figures import figures_of, groups_of
from dangol.insight.analysis.surveys.waves import Wave, waves
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.surveys import answers_to_surveys, invitations_to_surveys
from dangol.lib.progress import Progress, silent
from dangol.records.customers.using import Use, used
from dangol.records.staff.models import User

KIND = "satisfaction"


def look_at_surveys(
    *, as_of: datetime, at: datetime, by: User | None, weights: Sequence[KcsiWeights] = (),
    roles: Mapping[str, str] | None = None, progress: Progress = silent,
) -> Run:  # fmt: skip
    """Tell of every wave what its answers allow, and what drives satisfaction in the latest wave that is large enough.

    Reads the current lake: refresh it first. weights: of the KCSI type, dated; roles: what items ask, where the
    business says so; by: who asked. Raises NoLake, BrokenLake, RunGone.
    """
    began = perf_counter()
    here = lake()
    said = dict(roles or {})
    parameters = {"by": asked_by(by), "weights": [_dated(one) for one in weights], "roles": said}
    run = begin_run(kind=KIND, as_of=as_of, at=at, parameters=parameters, lake_version=here.version)
    day = shops_day(as_of)
    found = waves(answers_to_surveys(here, as_of=day), invitations_to_surveys(here, as_of=day), said)
    summary = summary_of(found, weights, progress=progress)
    seconds = perf_counter() - began
    with atomic():
        used(["answer"], Use.MEASURING, at=at)
        return finish_run(
            run, summary={**summary, "seconds": round(seconds, 2)}, at=at + timedelta(seconds=seconds)
        )  # fmt: skip


def summary_of(found: list[Wave], weights: Sequence[KcsiWeights], *, progress: Progress = silent) -> dict[str, Any]:
    """What is told of these waves: figures of each, of the latest by group, drivers, what every item was taken for."""
    told: list[dict[str, Any]] = []
    for place, wave in enumerate(found):
        progress("looking", place, len(found))
        told.append(figures_of(wave, weights))
    groups = groups_of(found[-1], weights) if found else {}
    return {"waves": told, "groups": groups, "drivers": _drivers(found, progress), "items": _items(found)}


def _drivers(found: list[Wave], progress: Progress) -> dict[str, Any] | None:
    """Of the latest wave with people enough, else of the latest; None where there is none."""
    if not found:
        return None
    enough = [place for place, wave in enumerate(found) if len(wave.people) >= FEWEST]
    place = enough[-1] if enough else len(found) - 1
    return {"wave": place, **drivers_of(found[place], progress=progress)}


def _items(found: list[Wave]) -> list[dict[str, Any]]:
    """Every item as it was last asked: what it was taken for, and on which scale."""
    last = {item.name: item for wave in found for item in wave.items}
    return [
        {"item": item.name, "role": item.role.value, "dimension": item.dimension, "low": item.low, "high": item.high}
        for item in last.values()
    ]


def _dated(one: KcsiWeights) -> list[Any]:
    return [one.since.isoformat(), one.elements, one.overall, one.repurchase]
