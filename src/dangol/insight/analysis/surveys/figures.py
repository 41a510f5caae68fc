"""The measures that the answers of one wave allow; of the others, why not. Nothing is made up where an item is missing.

Figures of fewer than ten people are not told: they would say who answered what. Nor are those of a group beside which
fewer than ten are left, for the rest could be worked out from the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dangol.insight.analysis.satisfaction.indices import (
    SATISFIED_ON,
    SEVEN,
    TEN,
    KcsiWeights,
    acsi_type,
    csat,
    kcsi_type,
    on_scale,
    weights_on,
)
from dangol.insight.analysis.satisfaction.measured import BadScale, Measured, NoAnswers, share_of
from dangol.insight.analysis.satisfaction.promoters import promoters
from dangol.insight.analysis.surveys.asked import GOAL, Item, Role
from dangol.insight.analysis.surveys.waves import Wave

FEWEST = 10
ELEVEN = (0, 10)

type Told = dict[str, Any]


def figures_of(wave: Wave, weights: Sequence[KcsiWeights]) -> Told:
    """Everything told of a wave, as it is kept with the run."""
    few = len(wave.people) < FEWEST
    return {
        "survey": wave.survey, "first": wave.first.isoformat(), "last": wave.last.isoformat(),
        "respondents": len(wave.people), "invited": wave.invited, "responded": wave.responded,
        "rate": _told(share_of(wave.responded, wave.invited)) if wave.invited else None,
        "measures": {name: {"missing": ["few"]} if few else of(wave) for name, of in _measures(weights).items()},
        "dimensions": {name: _dimension(wave, items) for name, items in wave.elements().items()},
    }  # fmt: skip


def groups_of(wave: Wave, weights: Sequence[KcsiWeights]) -> Told:
    """The same by line of business and by shop or dealer: every group of ten people or more, where there are two."""
    found: Told = {}
    for by, names in wave.groups.items():
        counts = Counter(name for name in names.tolist() if name)
        told = told_apart(counts, len(names))
        if len(counts) > 1 and told:
            found[by] = {name: _group(wave.among(names == name), weights) for name in told}
    return found


def told_apart(counts: Counter[str], everybody: int) -> list[str]:
    """The groups of ten people or more; without the smallest of them where otherwise one to nine are left untold."""
    large = sorted((people, name) for name, people in counts.items() if people >= FEWEST)
    if 0 < everybody - sum(people for people, _name in large) < FEWEST:
        large = large[1:]
    return sorted(name for _people, name in large)


def _group(part: Wave, weights: Sequence[KcsiWeights]) -> Told:
    told = figures_of(part, weights)
    return {name: told[name] for name in ("respondents", "measures", "dimensions")}


def _measures(weights: Sequence[KcsiWeights]) -> dict[str, Callable[[Wave], Told]]:
    return {"acsi": _acsi, "kcsi": lambda wave: _kcsi(wave, weights), "csat": _csat, "nps": nps_of}


def _acsi(wave: Wave) -> Told:
    items = [_one(wave, role, TEN) for role in GOAL]
    missing = [_why(wave, role) for role, item in zip(GOAL, items, strict=True) if item is None]
    if missing:
        return {"missing": missing}
    return _figure(lambda: acsi_type(wave.answers([item for item in items if item])))


def _kcsi(wave: Wave, weights: Sequence[KcsiWeights]) -> Told:
    overall, again = (_one(wave, role, SEVEN) for role in (Role.OVERALL, Role.REPURCHASE))
    elements = [item for items in wave.elements().values() for item in items if item.whole == SEVEN]
    wanted = ((Role.ELEMENT, elements), (Role.OVERALL, overall), (Role.REPURCHASE, again))
    if missing := [_why(wave, role) for role, found in wanted if not found]:
        return {"missing": missing}
    assert overall is not None and again is not None
    chosen = weights_on(wave.last, weights)
    found = _figure(lambda: kcsi_type(
        wave.answers(elements), wave.answers([overall])[:, 0], wave.answers([again])[:, 0], chosen
    ))  # fmt: skip
    return found | {"weights": [chosen.elements, chosen.overall, chosen.repurchase]}


def _csat(wave: Wave) -> Told:
    for high in SATISFIED_ON:
        if item := _one(wave, Role.OVERALL, (1, high)):
            return _figure(lambda high=high, item=item: csat(wave.answers([item])[:, 0], of=high))  # type: ignore[misc]
    return {"missing": [_why(wave, Role.OVERALL)]}


def nps_of(wave: Wave) -> Told:
    """The net promoter score with who it is made of, or why there is none."""
    item = _one(wave, Role.RECOMMEND, ELEVEN)
    if item is None:
        return {"missing": [_why(wave, Role.RECOMMEND)]}
    try:
        found = promoters(wave.answers([item])[:, 0])
    except (BadScale, NoAnswers):
        return {"missing": ["broken"]}
    if found.respondents < FEWEST:
        return {"missing": ["few"]}
    return _told(found.score) | {
        "promoters": found.promoters, "passives": found.passives, "detractors": found.detractors,
    }  # fmt: skip


def _dimension(wave: Wave, items: list[Item]) -> Told:
    """The mean place on their scales, 0 to 100, of what was perceived (SERVPERF has no expectations)."""
    low, high = (np.array([item.whole[end] for item in items]) for end in (0, 1))
    return _figure(lambda: on_scale(wave.answers(items), low=low, high=high)) | {"items": len(items)}


def _one(wave: Wave, role: Role, scale: tuple[float, float]) -> Item | None:
    return next((item for item in wave.of(role) if item.whole == scale), None)


def _why(wave: Wave, role: Role) -> str:
    """Why there is no item: nobody asks this, or on another scale."""
    return f"{'scale' if wave.of(role) else 'item'}:{role.value}"


def _figure(of: Callable[[], Measured]) -> Told:
    try:
        found = of()
    except BadScale:
        return {"missing": ["broken"]}
    except NoAnswers:
        return {"missing": ["few"]}
    return _told(found) if found.respondents >= FEWEST else {"missing": ["few"]}


def _told(found: Measured) -> Told:
    return {"value": found.value, "low": found.low, "high": found.high, "respondents": found.respondents}
