"""The survey of the proof: people tick high, and by their mood of the day."""

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import (
    ANSWERING,
    ANSWERING_BY_SATISFACTION,
    DAY,
    DIMENSIONS,
    Real,
    seconds,
    stream,
)
from dangol.contact.intake.sources.dairy.proof.assumptions import BENT, ITEM_NOISE, YEAR
from dangol.contact.intake.sources.dairy.realised import Realised
from dangol.contact.intake.sources.dairy.surveys import ITEMS, OPEN_FOR, WAVES, Wave
from dangol.contact.intake.sources.dairy.traits import World


def bent(satisfaction: Real) -> Real:
    """What people say who feel so, 1 to 7: nearer to the top."""
    place = np.clip((satisfaction - 1.0) / 6.0, 0.0, 1.0)
    return np.asarray(1.0 + 6.0 * place**BENT)


def willing(general: Real) -> Real:
    """The chance that somebody asked answers."""
    return np.clip(ANSWERING + ANSWERING_BY_SATISFACTION * general, 0.02, 0.9)


def rated(of: World, mood: Real, events: Realised, *, until: int) -> list[Wave]:
    """The waves that began before `until`; asked is who bought in the year before the wave."""
    begun = {name: seconds(at) for name, at in WAVES.items() if seconds(at) < until}
    return [_wave(of, mood[:, number], events, name, at) for number, (name, at) in enumerate(begun.items())]


def _wave(of: World, mood: Real, events: Realised, name: str, begins: int) -> Wave:
    random = stream("proof survey", of.seed, int(name))
    count = len(of.rate)
    bought = (events.purchases.time < begins) & (events.purchases.time >= begins - YEAR)
    invited = np.unique(events.purchases.who[bought])
    answers = random.random(count) < willing(of.general)
    felt = of.satisfaction + mood[:, None]
    noise = random.normal(0.0, ITEM_NOISE, (count, len(DIMENSIONS), ITEMS))
    scores = np.clip(np.rint(bent(felt[..., None] + noise)), 1.0, 7.0)
    delay = (random.beta(1.0, 3.0, count) * OPEN_FOR * DAY).astype(np.int64)
    answered = invited[answers[invited]]
    return Wave(name, begins, invited, answered, begins + delay[answered], scores[answered])
