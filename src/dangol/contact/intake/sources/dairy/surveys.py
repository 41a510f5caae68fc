"""What people say of us when asked: a wave a year, two items for each dimension, scale 1 to 7."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import (
    ANSWERING,
    ANSWERING_BY_SATISFACTION,
    DAY,
    DIMENSIONS,
    ITEM_NOISE,
    Real,
    Whole,
    moments,
    seconds,
    stream,
)
from dangol.contact.intake.sources.dairy.realised import Realised
from dangol.contact.intake.sources.dairy.traits import World

WAVES = {"2025": datetime.fromisoformat("2025-09-15T09:00"), "2026": datetime.fromisoformat("2026-08-17T09:00")}
OPEN_FOR = 14  # days
ITEMS = 2  # for each dimension


@dataclass(frozen=True)
class Wave:
    """One wave: whom it asked, who answered and what. Times in seconds."""

    name: str
    begins: int
    invited: Whole  # customers, ascending
    answered: Whole  # customers, ascending
    time: Whole  # of each answer sheet
    scores: Real  # sheet × dimension × item, whole numbers from 1 to 7


def waves(of: World, events: Realised, *, until: int) -> list[Wave]:
    """The waves that began before `until`; asked is who bought in the year before the wave."""
    begun = {name: seconds(at) for name, at in WAVES.items() if seconds(at) < until}
    return [_wave(of, events, name, begins) for name, begins in begun.items()]


def _wave(of: World, events: Realised, name: str, begins: int) -> Wave:
    random = stream("survey", of.seed, int(name))
    count = len(of.rate)
    bought = (events.purchases.time < begins) & (events.purchases.time >= begins - 365 * DAY)
    invited = np.unique(events.purchases.who[bought])
    willing = np.clip(ANSWERING + ANSWERING_BY_SATISFACTION * of.general, 0.02, 0.9)
    answers = random.random(count) < willing
    noise = random.normal(0.0, ITEM_NOISE, (count, len(DIMENSIONS), ITEMS))
    delay = (random.beta(1.0, 3.0, count) * OPEN_FOR * DAY).astype(np.int64)
    answered = invited[answers[invited]]
    scores = np.clip(np.rint(of.satisfaction[..., None] + noise), 1.0, 7.0)
    return Wave(name, begins, invited, answered, begins + delay[answered], scores[answered])


def answers(of: World, asked: list[Wave], *, since: int, until: int) -> dict[str, object]:
    """The answers of [since, until) as columns of their feed: one row per item."""
    dimensions = np.repeat(np.array(DIMENSIONS, dtype=object), ITEMS)
    items = np.array([f"{name}_{n + 1}" for name in DIMENSIONS for n in range(ITEMS)], dtype=object)
    parts: list[dict[str, np.ndarray]] = []
    for wave in asked:
        sheets = np.flatnonzero((wave.time >= since) & (wave.time < until))
        sheets = sheets[np.argsort(wave.time[sheets], kind="stable")]
        names = of.people.external_id[wave.answered[sheets]]
        refs = [f"survey-{wave.name}-{name}-{item}" for name in names for item in items]
        parts.append({
            "ref": np.array(refs, dtype=object),
            "customer": np.repeat(names, len(items)),
            "time": moments(np.repeat(wave.time[sheets], len(items))),
            "survey": np.full(len(refs), f"만족도 조사 {wave.name}", dtype=object),
            "item": np.tile(items, len(sheets)),
            "dimension": np.tile(dimensions, len(sheets)),
            "score": wave.scores[sheets].reshape(-1),
        })  # fmt: skip
    if not parts:
        return {}
    columns: dict[str, object] = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    count = sum(len(part["ref"]) for part in parts)
    return columns | {"scale_min": np.ones(count), "scale_max": np.full(count, 7.0)}
