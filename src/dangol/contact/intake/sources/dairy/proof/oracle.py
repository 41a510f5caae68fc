"""The best that can be known: regions by Bayes' rule, from the generating parameters and what is observed.

Many possible customers are drawn as the generator draws them, and weighed by how likely each would have done what the
customer did: purchases by quarter with season and drift, silence since the last one, complaints, the survey or that it
was not answered. Of what nobody wrote down as much is supposed as the generator loses. It never sees the truth: its
scales, too, are those of what it supposes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import (
    DAY,
    LINES,
    SAVED,
    WEEK,
    Flags,
    Line,
    Real,
    Whole,
    Words,
    stream,
)
from dangol.contact.intake.sources.dairy.proof.assumptions import (
    COMPLAINED_OF,
    CUT_OFF,
    MARGIN,
    MINUTE,
    QUARTER,
    QUARTERS,
    UNRECORDED,
)
from dangol.contact.intake.sources.dairy.proof.counted import Counted
from dangol.contact.intake.sources.dairy.proof.drifting import Drifting
from dangol.contact.intake.sources.dairy.proof.particles import Particles, particles
from dangol.contact.intake.sources.dairy.proof.programmes import MONTH, MONTHS_FELT, YEAR_OF_MONTHS, expected_month
from dangol.contact.intake.sources.dairy.proof.true import Baskets
from dangol.contact.intake.sources.dairy.proof.worth import REGIONS, Scale, equity, region
from dangol.contact.intake.sources.dairy.purchases import season

POSSIBLE = 8_000  # customers drawn for each line of business
DRAWS = 48  # of each customer's posterior
TOGETHER = 400  # customers weighed at once
DEATHS = 8  # moments between the last purchase and the cut-off at which somebody may have left
TICKED = 0.10  # kernel on the scale of 1 to 7 within which two ratings count as one
MINUTES = {"complaint": 16.0, "inquiry": 6.0, "late_delivery": 35.0}  # the middle of what contacts take


@dataclass(frozen=True)
class Posterior:
    """Draws, customer × draw. region: the most probable of each customer; moved: won that a programme at full
    strength is expected to bring, by customer.
    """

    social: Real
    worth: Real
    moved: Real
    region: Words


def posterior(of: Drifting, seen: Counted, who: Whole, *, possible: int = POSSIBLE) -> Posterior:
    """What may be thought of the customers `who` after all that is observed."""
    random = stream("oracle", of.of.seed)
    social, worth, cost = np.empty((3, len(who), DRAWS))
    moved = np.empty(len(who))
    people, baskets = of.of.people, Baskets(of)
    for number, line in enumerate(LINES):
        supposed = particles(line, possible, random)
        mine = np.flatnonzero(people.line[who] == number)
        for rows in np.array_split(mine, max(1, -(-len(mine) // TOGETHER))):
            some = who[rows]
            picked, alive = _drawn(supposed, _Lived(of, seen, some), line.complaints * COMPLAINED_OF, random)
            spend = _spend(line.spend, line.spend_spread, line.spend_shape, seen, some, random)
            social[rows] = supposed.felt[picked]
            basket = baskets.of(people.line[some], spend)
            worth[rows] = equity(supposed.rate[picked], supposed.drift[picked], supposed.hazard[picked], basket, alive)
            moved[rows] = _moved(supposed, line, picked, MARGIN * basket * alive)
            cost[rows] = seen.cost[some][:, None] + _lost(of, seen, some, number, supposed.grumbles[picked], random)
    economic = np.broadcast_to(seen.economic[who][:, None], cost.shape)
    balance = Scale(economic)(economic) + Scale(social)(social) + 100 - Scale(cost)(cost)
    regions = region(Scale(balance)(balance), Scale(worth)(worth))
    shares = np.stack([(regions == name).mean(axis=1) for name in REGIONS])
    return Posterior(social, worth, moved, np.array(REGIONS, dtype=object)[shares.argmax(axis=0)])


def _moved(of: Particles, line: Line, picked: Whole, margin: Real) -> Real:
    """What a programme brings: more purchases while it is felt, and a year of those whom it keeps; won, by customer."""
    monthly = margin * of.rate[picked] * expected_month(of.drift[picked])
    leaves = 1 - np.exp(-of.hazard[picked] * MONTH)
    kept = (1 - line.annoyed - line.unmoved) * SAVED * leaves * YEAR_OF_MONTHS
    return np.asarray((monthly * (of.pull[picked] * MONTHS_FELT + kept)).mean(axis=1))


class _Lived:
    """What is observed of some customers, as the weights need it. Exposures in weeks, the season allowed for."""

    def __init__(self, of: Drifting, seen: Counted, who: Whole) -> None:
        self.bought, self.complaints = seen.bought[who], seen.complaints[who]
        self.rating, self.silent = seen.rating[who], seen.asked[who] & np.isnan(seen.rating[who])
        self.begins = of.of.begins[who]
        self.last = np.maximum(seen.last[who], self.begins)
        self.gap = (CUT_OFF - self.last) / WEEK

    def exposure(self, until: Real) -> Real:
        """Weeks in each quarter from the beginning until `until`."""
        edges = np.arange(QUARTERS + 1) * QUARTER
        edges[-1] = CUT_OFF
        low = np.clip(self.begins[:, None], edges[:-1], edges[1:])
        high = np.clip(until[:, None], edges[:-1], edges[1:])
        return np.asarray(np.maximum(_seasoned(high) - _seasoned(low), 0.0))

    def ends(self) -> Iterator[Real]:
        """Moments spread over the silence since the last purchase."""
        for number in range(DEATHS):
            yield self.last + (number + 0.5) / DEATHS * (CUT_OFF - self.last)


_WEEKS = np.r_[0.0, np.cumsum(season(np.arange(CUT_OFF // DAY + 1)))] * DAY / WEEK


def _seasoned(time: np.ndarray) -> Real:
    """Weeks of usual buying from the first day of history."""
    return np.asarray(np.interp(time / DAY, np.arange(len(_WEEKS)), _WEEKS))


def _drawn(of: Particles, lived: _Lived, complaints: float, random: np.random.Generator) -> tuple[Whole, Flags]:
    """For each customer particles in proportion to their weight, and whether that one is still with us."""
    rates = of.rates.T.astype(np.float32)
    hazard = of.hazard.astype(np.float32)
    base = _matched(of, lived, complaints)
    here = -lived.exposure(np.full(len(lived.gap), float(CUT_OFF))).astype(np.float32) @ rates
    here -= ((CUT_OFF - lived.begins) / WEEK).astype(np.float32)[:, None] * hazard
    left = np.zeros_like(here)
    log_hazard = np.log(hazard)
    part = (np.log(np.maximum(lived.gap, 1e-6) / DEATHS)).astype(np.float32)[:, None]
    for end in lived.ends():
        gone = -lived.exposure(end).astype(np.float32) @ rates + log_hazard + part
        gone -= ((end - lived.begins) / WEEK).astype(np.float32)[:, None] * hazard
        left += np.exp(np.minimum(gone - here, 60.0))  # against staying; beyond it, as good as certain
    weight = base + here + np.log1p(left)
    weight = np.exp(weight - weight.max(axis=1, keepdims=True)).astype(np.float64)
    total = np.cumsum(weight, axis=1)
    total /= total[:, -1:]
    at = (np.arange(DRAWS) + random.random((len(total), DRAWS))) / DRAWS
    row = np.arange(len(total))[:, None]
    picked = np.searchsorted((total + row).ravel(), (at + row).ravel()).reshape(at.shape) - row * len(of)
    picked = np.clip(picked, 0, len(of) - 1)
    alive = random.random(picked.shape) < 1 / (1 + left[row, picked])
    return picked, alive


def _matched(of: Particles, lived: _Lived, complaints: float) -> Real:
    """Logarithm of how likely each particle did what does not depend on when it left."""
    bought = lived.bought.sum(axis=1)
    recorded = complaints * (1 - UNRECORDED) * of.grumbles
    found = lived.bought.astype(np.float32) @ np.log(of.rates).T.astype(np.float32)
    found += np.outer(lived.complaints, np.log(recorded)) - np.outer(bought, recorded)
    answered = ~np.isnan(lived.rating)
    apart = (np.nan_to_num(lived.rating)[:, None] - of.rating) / TICKED
    found += np.where(answered[:, None], -0.5 * apart**2 + np.log(of.answers), 0.0)
    found += np.where(lived.silent[:, None], np.log(1 - of.answers), 0.0)
    return np.asarray(found, dtype=np.float32)


def _spend(mean: float, spread: float, shape: float, seen: Counted, who: Whole, random: np.random.Generator) -> Real:
    """Draws of the price level of each customer's lines: what is known beforehand, and the lines they bought."""
    precision = spread + shape * seen.lines[who]
    amount = mean * (spread - 1) + shape * seen.listed[who]
    return np.asarray(amount[:, None] / random.gamma(precision[:, None], 1.0, (len(who), DRAWS)))


def _lost(of: Drifting, seen: Counted, who: Whole, line: int, grumbles: Real, random: np.random.Generator) -> Real:
    """Draws of what contacts cost that nobody wrote down, in won of the year."""
    entry, bought = LINES[line], seen.bought_in_year[who][:, None]
    lateness = of.of.lateness[of.of.people.dealer[who]][:, None] if line else 0.0  # known: told by all its customers
    rates = {
        "complaint": entry.complaints * COMPLAINED_OF * grumbles + entry.late * lateness * 0.3,
        "inquiry": np.full_like(grumbles, entry.inquiries),
        "late_delivery": entry.late * lateness * np.ones_like(grumbles),
    }
    won = np.zeros_like(grumbles)
    for kind, rate in rates.items():
        won += random.poisson(rate * bought * UNRECORDED) * MINUTES[kind] * MINUTE
    return won
