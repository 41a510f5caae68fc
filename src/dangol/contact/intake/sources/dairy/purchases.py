"""When people buy: every purchase that could take place, whether or not a message is sent.

A purchase is drawn with a mark that decides later, by `response`, whether it takes place. What is
drawn never depends on messages, so two worlds that differ only in them share every other purchase.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Self

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import DAY, STARTS, WEEK, Flags, Real, Whole
from dangol.contact.intake.sources.dairy.traits import World

SEASON = 0.08  # summer sells that much more than the year's mean, winter less
HOLIDAY_DIP = 0.75
HOLIDAYS = (date(2025, 1, 29), date(2025, 10, 6), date(2026, 2, 17), date(2026, 9, 25), date(2027, 2, 7),
            date(2027, 9, 15))  # fmt: skip


@dataclass(frozen=True)
class Purchases:
    """Possible purchases, in order of customer and time of drawing. Times in seconds."""

    who: Whole
    time: Whole
    extra: Flags  # takes place only because of a message
    mark: Real  # uniform: how strong a message must be to bring it about, or to prevent it
    way: Real  # uniforms that decide what else happens around it
    late: Real
    complains: Real
    asks: Real

    def __len__(self) -> int:
        return len(self.who)

    def those(self, keep: Flags) -> Self:
        """The purchases where `keep` is true."""
        return replace(self, **{field.name: getattr(self, field.name)[keep] for field in fields(self)})

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The purchases of all parts, one after the other."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def drawn(
    world: World, who: Whole, begins: Whole, ends: Whole, random: np.random.Generator, *, lift: Real | None = None
) -> Purchases:
    """Purchases of the customers `who`, each between their own two midnights (seconds).

    With `lift` (by entry of `who`), also the extra purchases a message could bring about.
    """
    weeks = np.maximum(ends - begins, 0) / WEEK
    usual = random.poisson(world.rate[who] * weeks * _highest())
    buyer = np.repeat(np.arange(len(who)), usual)
    extra = np.zeros(len(buyer), dtype=bool)
    if lift is not None:
        more = np.repeat(np.arange(len(who)), random.poisson(world.rate[who] * lift * weeks * _highest()))
        buyer, extra = np.concatenate([buyer, more]), np.repeat([False, True], [len(buyer), len(more)])
    day = (begins[buyer] + random.random(len(buyer)) * (ends - begins)[buyer]).astype(np.int64) // DAY
    kept = random.random(len(buyer)) * _highest() < season(day)
    buyer, day, extra = buyer[kept], day[kept], extra[kept]
    marks = random.random((5, len(buyer)))
    return Purchases(who[buyer], day * DAY + _hour(world, who[buyer], random), extra, *marks)


def _hour(world: World, who: Whole, random: np.random.Generator) -> Whole:
    """Deliveries are booked from five to eight in the morning, the club buys from ten to nine."""
    home = world.people.line[who] == 1
    start, length = np.where(home, 5, 10) * 3600, np.where(home, 3, 11) * 3600
    return np.asarray(start + random.random(len(who)) * length).astype(np.int64)


def season(day: Whole) -> Real:
    """How much is bought on each day of history, about 1."""
    through_the_year = np.sin(2 * np.pi * (day - 180) / 365.25)
    dips = [(at + timedelta(days=shift) - STARTS.date()).days for at in HOLIDAYS for shift in range(-3, 4)]
    return np.where(np.isin(day, dips), HOLIDAY_DIP, 1.0) * (1.0 + SEASON * through_the_year)


def _highest() -> float:
    return 1.0 + SEASON
