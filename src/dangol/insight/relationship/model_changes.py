"""Since when a line is valued by its model, and that everybody's values moved where the model is another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.valued_models import PLAIN

type Fits = Sequence[Mapping[str, Any]]

# runs made before there was a choice say nothing of the model
ALWAYS = {"model": PLAIN.__name__, "title": PLAIN.TITLE}


def dated(fits: Fits, previous: Run | None, *, day: str) -> list[dict[str, Any]]:
    """The fits with `since`: the day (ISO) of the first of the valuations in a row by the same model."""
    before = {fit["line"]: ALWAYS | dict(fit) for fit in _fits(previous)}
    first = shops_day(previous.as_of).isoformat() if previous else day
    return [
        dict(fit) | {"since": was.get("since", first) if was and was["model"] == fit["model"] else day}
        for fit in fits
        for was in (before.get(fit["line"]),)
    ]


def changed(fits: Fits, frozen_under: Run | None) -> list[Note]:
    """Say of which lines the standing scales were frozen under another model."""
    before = {fit["line"]: ALWAYS | dict(fit) for fit in _fits(frozen_under)}
    return [
        Note("model_changed", {"line": fit["line"], "was": was["title"], "now": fit["title"]})
        for fit in fits
        if (was := before.get(fit["line"])) and was["model"] != fit["model"]
    ]


def _fits(run: Run | None) -> Fits:
    return run.summary.get("fits", []) if run else []
