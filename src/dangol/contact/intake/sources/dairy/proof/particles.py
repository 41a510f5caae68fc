"""People as the generator draws them before anything is observed of them: all that the oracle knows beforehand."""

from dataclasses import dataclass

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import (
    ANNOYANCE,
    DIMENSIONS,
    GENERAL_PART,
    LEAVING_BY_SATISFACTION,
    SATISFACTION_SPREAD,
    Line,
    Real,
)
from dangol.contact.intake.sources.dairy.contacts import BY_SATISFACTION
from dangol.contact.intake.sources.dairy.proof.assumptions import (
    DRIFT,
    ITEM_NOISE,
    LOUDER,
    MOOD,
    MOOD_STAYS,
    QUARTERS,
    STAYS,
)
from dangol.contact.intake.sources.dairy.proof.ratings import bent, willing
from dangol.contact.intake.sources.dairy.surveys import ITEMS
from dangol.contact.intake.sources.dairy.traits import BY_CARE


@dataclass(frozen=True)
class Particles:
    """Possible customers of one line of business, one entry each. rates: × quarter, purchases a week; felt, rating:
    mean satisfaction on the cut-off, and the mean of the answers they would give; grumbles: complaints, times the mean
    person's; answers: chance to answer when asked; pull:
    extra purchases that a programme brings at full strength, as part of the rate, on average over who is moved by it.
    """

    rate: Real
    rates: Real
    drift: Real
    hazard: Real
    felt: Real
    rating: Real
    grumbles: Real
    answers: Real
    pull: Real

    def __len__(self) -> int:
        return len(self.rate)


def particles(line: Line, count: int, random: np.random.Generator) -> Particles:
    """So many possible customers of the line."""
    general = random.standard_normal(count)
    own = random.standard_normal((count, len(DIMENSIONS)))
    spread = GENERAL_PART * general[:, None] + np.sqrt(1 - GENERAL_PART**2) * own
    satisfaction = np.clip(np.array(line.scores) + SATISFACTION_SPREAD * spread, 1.0, 7.0)
    then, since = random.standard_normal((2, count))
    now = MOOD_STAYS * then + np.sqrt(1 - MOOD_STAYS**2) * since
    noise = random.normal(0.0, ITEM_NOISE, (count, len(DIMENSIONS), ITEMS))
    ticked = np.clip(np.rint(bent((satisfaction + MOOD * then[:, None])[..., None] + noise)), 1.0, 7.0)
    rate = random.gamma(line.rate_shape, line.rate / line.rate_shape, count)
    hazard = random.gamma(line.leaving_shape, line.leaving / line.leaving_shape, count)
    drift = _paths(count, random)
    care = DIMENSIONS.index("care")
    missed = line.scores[care] - satisfaction[:, care]
    return Particles(
        rate=rate,
        rates=rate[:, None] * np.exp(drift),
        drift=drift[:, -1],
        hazard=hazard * np.exp(-LEAVING_BY_SATISFACTION * general),
        felt=satisfaction.mean(axis=1) + MOOD * now,
        rating=ticked.mean(axis=(1, 2)),
        grumbles=np.exp(BY_SATISFACTION * LOUDER * general),
        answers=willing(general),
        pull=(1 - line.annoyed - line.unmoved) * line.lift * np.exp(np.clip(BY_CARE * missed, -0.9, 0.9))
        - line.annoyed * ANNOYANCE,
    )


def _paths(count: int, random: np.random.Generator) -> Real:
    steps = random.standard_normal((count, QUARTERS))
    for number in range(1, QUARTERS):
        steps[:, number] = STAYS * steps[:, number - 1] + np.sqrt(1 - STAYS**2) * steps[:, number]
    return DRIFT * steps
