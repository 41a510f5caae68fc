"""What drives satisfaction in one wave: a path model of its elements, if it has one, and the map of what to mend first.

Every dimension leads to satisfaction (overall, against expectation, against the ideal), and that to loyalty (to buy
again, to recommend). Where nobody was asked for satisfaction the dimensions lead to commitment, if that was asked.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dangol.insight.analysis.satisfaction.importance import NoPerformance, Standing, standings
from dangol.insight.analysis.satisfaction.path_model import DRAWS, SEED, BadAnswers, PathModel
from dangol.insight.analysis.satisfaction.plan import Block, Scheme
from dangol.insight.analysis.satisfaction.weighing import Array, NotConverged
from dangol.insight.analysis.surveys.asked import COMMITMENT, GOAL, LOYAL, Item
from dangol.insight.analysis.surveys.waves import Wave
from dangol.lib.progress import Progress, silent

FEWEST = 100  # complete sheets
SATISFACTION, LOYALTY = "satisfaction", "loyalty"
SCHEME = Scheme.PATH
STAGE = "drivers"

type Told = dict[str, Any]


def drivers_of(wave: Wave, *, progress: Progress = silent) -> Told:
    """What was fitted, as it is kept with the run; or under "missing" why nothing was."""
    parts, goal = _parts(wave)
    if goal is None:
        return {"missing": "goal"}
    if len(parts) - (LOYALTY in parts) < 2:
        return {"missing": "elements", "goal": goal}
    items = [item for block in parts.values() for item in block]
    sheets = wave.answers(items)
    whole = sheets[~np.isnan(sheets).any(axis=1)]
    left_out = _unvaried(whole, items)
    told = {"goal": goal, "complete": len(whole), "respondents": len(wave.people), "left_out": left_out}
    if len(whole) < FEWEST:
        return told | {"missing": "few"}
    kept = {name: [item for item in block if item.name not in left_out] for name, block in parts.items()}
    return told | _fitted({name: block for name, block in kept.items() if block}, goal, whole, items, progress)


def _parts(wave: Wave) -> tuple[dict[str, list[Item]], str | None]:
    """The blocks by name, and which of them is the goal."""
    elements = wave.elements()
    if goal := wave.of(*GOAL):
        parts = elements | {SATISFACTION: goal}
        loyal = wave.of(*LOYAL) + parts.pop(COMMITMENT, [])
        return (parts | {LOYALTY: loyal} if loyal else parts), SATISFACTION
    if COMMITMENT in elements:
        return elements, COMMITMENT
    loyal = wave.of(*LOYAL)
    return (elements | {LOYALTY: loyal}, LOYALTY) if loyal else (elements, None)


def _unvaried(whole: Array, items: list[Item]) -> list[str]:
    if not len(whole):
        return []
    return [item.name for item, spread in zip(items, np.ptp(whole, axis=0), strict=True) if not spread]


def _fitted(parts: dict[str, list[Item]], goal: str, whole: Array, items: list[Item], progress: Progress) -> Told:
    if goal not in parts or len(parts) - (LOYALTY in parts and goal != LOYALTY) < 2:
        return {"missing": "elements"}
    blocks = [Block(name, tuple(item.name for item in block)) for name, block in parts.items()]
    causes = [name for name in parts if name not in {goal, LOYALTY}]
    paths = [(name, goal) for name in causes]
    if goal == SATISFACTION and LOYALTY in parts:
        paths.append((SATISFACTION, LOYALTY))
    names = tuple(item.name for item in items)
    progress(STAGE, 0, 2)
    try:
        fit = PathModel(blocks, paths, scheme=SCHEME, draws=DRAWS, seed=SEED).fit(whole, names)
        progress(STAGE, 1, 2)
        map_ = standings(fit, whole, names, {item.name: item.whole for item in items}, goal=goal)
    except NotConverged:
        return {"missing": "unrest"}
    except NoPerformance as error:
        return {"missing": "against", "against": list(error.items)}
    except BadAnswers:
        return {"missing": "few"}
    return _told(fit, map_, paths)


def _told(fit: PathModel, map_: list[Standing], paths: list[tuple[str, str]]) -> Told:
    plan, intervals = fit.plan_, fit.intervals_
    assert intervals is not None
    place = {name: number for number, name in enumerate(plan.names)}
    return {
        "scheme": fit.scheme.value, "steps": fit.steps_, "draws": intervals.draws, "seed": fit.seed, "gof": fit.gof_,
        "paths": [
            {"from": begin, "to": end, **_interval(fit.paths_, intervals.paths, place[end], place[begin])}
            for begin, end in paths
        ],
        "r_squared": {name: float(fit.r_squared_[place[name]]) for name in {end for _begin, end in paths}},
        "blocks": {name: _block(fit, number) for name, number in place.items()},
        "map": [
            {name: getattr(one, name) for name in (
                "name", "performance", "performance_low", "performance_high", "importance", "importance_low",
                "importance_high",
            )}
            for one in map_
        ],
    }  # fmt: skip


def _block(fit: PathModel, number: int) -> Told:
    block, reliability = fit.plan_.blocks[number], fit.reliability_[number]
    mine = np.flatnonzero(fit.plan_.member[:, number])
    return {
        "items": [
            {"item": fit.plan_.items[at], "weight": float(fit.weights_[at, number]),
             "loading": float(fit.loadings_[at, number]), "communality": float(fit.communalities_[at])}
            for at in mine
        ],
        "ave": float(fit.ave_[number]), "mode": block.mode.value,
        "alpha": reliability.alpha if reliability else None, "rho": reliability.rho if reliability else None,
        "one_thing": reliability.one_thing if reliability else True,
    }  # fmt: skip


def _interval(figures: Array, ends: Any, to: int, begin: int) -> Told:
    return {
        "value": float(figures[to, begin]), "low": float(ends.low[to, begin]), "high": float(ends.high[to, begin]),
    }  # fmt: skip
