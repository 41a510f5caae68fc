"""The net promoter score: who would recommend us, less who would not."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.satisfaction.measured import Measured, NoAnswers, checked, complete

PROMOTER, DETRACTOR = 9, 6
# Three answers more, half of them passive (Rocks 2016, "Interval estimation for the net promoter score", The American
# Statistician 70): without them the interval of a few who agree has no width.
ADDED, ADDED_EACH = 3.0, 0.75


@dataclass(frozen=True)
class Promoters:
    """promoters answered 9 or 10, passives 7 or 8, detractors 0 to 6."""

    promoters: int
    passives: int
    detractors: int

    @property
    def respondents(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def variance(self) -> float:
        """Of the answer of one person, −1, 0 or 1: p₊ + p₋ − NPS²."""
        return _variance(self.promoters / self.respondents, self.detractors / self.respondents)

    @property
    def score(self) -> Measured:
        """Promoters less detractors in points from −100 to 100, with its 95 % interval."""
        n = self.respondents
        value = (self.promoters - self.detractors) / n
        up, down = ((part + ADDED_EACH) / (n + ADDED) for part in (self.promoters, self.detractors))
        reach = NORMAL_975 * sqrt(_variance(up, down) / (n + ADDED))
        low, high = min(value, up - down - reach), max(value, up - down + reach)
        return Measured(100 * value, 100 * max(-1.0, low), 100 * min(1.0, high), n)


def promoters(answers: npt.ArrayLike) -> Promoters:
    """Of answers from 0 to 10 on how likely one is to recommend us. Raises BadScale, NoAnswers."""
    told = complete(checked(answers, low=0, high=10, what="a net promoter score"))
    if not len(told):
        raise NoAnswers("Nobody answered whether they would recommend us.")
    up, down = int((told >= PROMOTER).sum()), int((told <= DETRACTOR).sum())
    return Promoters(up, len(told) - up - down, down)


def _variance(up: float, down: float) -> float:
    return up + down - (up - down) ** 2
