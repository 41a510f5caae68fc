"""What nobody can see of a customer: how often they would buy, how content they are, when they leave."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import (
    DAY,
    DEALERS,
    DIMENSIONS,
    GENERAL_PART,
    LEAVING_BY_SATISFACTION,
    LINES,
    SATISFACTION_SPREAD,
    WEEK,
    Flags,
    Real,
    Whole,
    stream,
)
from dangol.contact.intake.sources.dairy.goods import DELIVERED, FIRST_YEAR, LATER, PREGNANCY, chosen
from dangol.contact.intake.sources.dairy.people import People, people

BY_CARE = 0.3  # a point less of personal care than the mean: e**.3 times as far moved


@dataclass(frozen=True)
class World:
    """One dairy with its customers and what is true of them; entries as in `People`."""

    seed: int
    people: People
    general: Real  # general satisfaction, standard normal within a line of business
    satisfaction: Real  # customer × dimension, on the scale of 1 to 7
    rate: Real  # purchases a week while a customer
    hazard: Real  # of leaving, a week
    begins: Whole  # the first day they may buy within history, in seconds
    gone: Whole  # the day they leave, in seconds
    spend: Real  # mean goods value of a line, won
    usual: Whole  # the product a delivery customer mostly has
    in_points: Flags
    responsive: Flags  # a message moves them to buy more
    annoyed: Flags  # a message makes them buy less
    lift: Real  # extra purchases at full strength, as part of the rate; 0 unless responsive
    steadfast: Real  # uniform: who is easily kept when about to leave
    lateness: Real  # by dealer, mean 1
    generous: Flags  # by dealer: gives holiday gifts of their own
    louder: float = 1.0  # how much more complaints depend on satisfaction than they usually do
    complained_of: float = 1.0  # complaints, times the usual

    def stage(self, who: Whole, time: Whole) -> Whole:
        """The stage of life a purchase falls into, as the catalogue's weights know it."""
        age = time - self.people.child_born[who]
        stage = np.where(age < 0, PREGNANCY, np.where(age < 365 * DAY, FIRST_YEAR, LATER))
        return np.where(self.people.line[who] == 1, DELIVERED, stage)


@lru_cache(maxsize=2)
def world(seed: int) -> World:
    """The dairy of this seed; the same seed gives the same dairy for ever."""
    who = people(seed)
    random = stream("traits", seed)
    count = len(who.line)
    general, satisfaction = _satisfaction(who, random)
    rate = random.gamma(who.parameter("rate_shape")) / who.parameter("rate_shape") * who.parameter("rate")
    hazard = random.gamma(who.parameter("leaving_shape")) / who.parameter("leaving_shape")
    hazard *= who.parameter("leaving") * np.exp(-LEAVING_BY_SATISFACTION * general)
    begins = np.maximum(0, who.registered // DAY + 1) * DAY
    spread = who.parameter("spend_spread")
    kind, moved = random.random(count), random.gamma(2.0, 0.5, count)
    annoyed = kind < who.parameter("annoyed")
    responsive = kind >= who.parameter("annoyed") + who.parameter("unmoved")
    return World(
        seed=seed,
        people=who,
        general=general,
        satisfaction=satisfaction,
        rate=rate,
        hazard=hazard,
        begins=begins,
        gone=begins + lifetimes(hazard, random),
        spend=who.parameter("spend") * (spread - 1) / random.gamma(spread),
        usual=chosen(np.full(count, DELIVERED), random.random(count)),
        in_points=random.random(count) < who.parameter("points_share"),
        responsive=responsive,
        annoyed=annoyed,
        lift=_lift(who, satisfaction, moved) * responsive,
        steadfast=random.random(count),
        lateness=random.gamma(3.0, 1 / 3.0, DEALERS),
        generous=random.permutation(DEALERS) < DEALERS // 4,
    )


def lifetimes(hazard: Real, random: np.random.Generator) -> Whole:
    """Whole days until each leaves, in seconds, from an exponential life with this weekly hazard."""
    weeks = random.exponential(1.0, len(hazard)) / np.maximum(hazard, 1e-9)
    return np.ceil(np.minimum(weeks, 1e5) * WEEK / DAY).astype(np.int64) * DAY


def _satisfaction(who: People, random: np.random.Generator) -> tuple[Real, Real]:
    """General satisfaction, and the true score of each dimension from 1 to 7."""
    general = random.standard_normal(len(who.line))
    own = random.standard_normal((len(who.line), len(DIMENSIONS)))
    mean = np.array([line.scores for line in LINES])[who.line]
    between = GENERAL_PART * general[:, None] + np.sqrt(1 - GENERAL_PART**2) * own
    return general, np.clip(mean + SATISFACTION_SPREAD * between, 1.0, 7.0)


def _lift(who: People, satisfaction: Real, moved: Real) -> Real:
    """How far a message moves those it moves: further where personal care was missed."""
    missed = (np.array([line.scores for line in LINES])[who.line] - satisfaction)[:, DIMENSIONS.index("care")]
    return who.parameter("lift") * moved * np.exp(np.clip(BY_CARE * missed, -0.9, 0.9))
