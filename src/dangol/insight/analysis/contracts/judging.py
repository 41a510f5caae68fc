"""Fit both models to what was known by a day, and hold what they foretell against what then happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dangol.insight.analysis.contracts.lives import FEWEST_SEEN, Array
from dangol.insight.analysis.estimators.summary import BadSummary, BoolArray
from dangol.insight.analysis.survival import (
    BeyondSeen,
    BoostedHazard,
    CalibrationGroup,
    KaplanMeier,
    NoFit,
    WeibullLeaving,
    brier_of,
    calibration_of,
    concordance_of,
)
from dangol.lib.errors import DangolError

MODELS = ("weibull", "boosted")
MOST = 60_000  # stretches that the Weibull model learns from; of more, a sample
GROUPS, FEWEST_OF_A_GROUP = 10, 30
type Columns = Mapping[str, Array]
type Fit = WeibullLeaving | BoostedHazard


class NotLearned(DangolError):
    """A model could not learn from these contracts; the message says why."""


@dataclass(frozen=True)
class Lessons:
    """What the models learn from, one entry a stretch; see `lives.Stretches`. columns: what was known at its start."""

    entered: Array
    months: Array
    ended: BoolArray
    whole_entered: Array
    whole_months: Array
    whole_ended: BoolArray
    columns: Columns

    @classmethod
    def of_tenures(cls, months: Array, ended: BoolArray, columns: Columns) -> Lessons:
        """Of contracts seen from their beginning, whose months are whole and begun."""
        zero = np.zeros(len(months))
        return cls(zero, months, ended, zero, months, ended, columns)


@dataclass(frozen=True)
class Later:
    """Contracts that ran on the day. age: months by then; months, ended: what became of each since; after: the months
    since the day at which chances are judged.
    """

    age: Array
    months: Array
    ended: BoolArray
    columns: Columns
    after: int

    def __len__(self) -> int:
        return len(self.age)


@dataclass(frozen=True)
class Tried:
    """One model on the contracts held back. brier: mean square error of the chance; parts: that of each contract."""

    name: str
    problem: str = ""
    brier: float | None = None
    concordance: float | None = None
    expected: float | None = None
    groups: Sequence[CalibrationGroup] = ()
    parts: Array = field(default_factory=lambda: np.zeros(0), repr=False)


def learned(name: str, lessons: Lessons) -> Fit:
    """Fit a model, by age alone where what is known of contracts leads to no fit. Raises NotLearned."""
    columns = [lessons.columns, {}] if lessons.columns else [{}]
    for known in columns:
        try:
            return _weibull(lessons, known) if name == "weibull" else _boosted(lessons, known)
        except (BadSummary, NoFit) as error:
            problem = error
    raise NotLearned(str(problem)) from problem


def foretold(fit: Fit, ahead: int, age: Array, columns: Columns) -> Array:
    """Chance to be with us after 1 … `ahead` more months, one row a contract."""
    now = np.floor(age) if isinstance(fit, BoostedHazard) else age
    return fit.survival(ahead, now, covariates={name: columns[name] for name in fit.covariates_})


def by_age_alone(curve: KaplanMeier, age: Array, after: float) -> Array:
    """What the curve of all says of contracts of an age: the guess that a model has to beat.

    Beyond what rests on enough contracts leaving goes on at the mean rate until then; where all of so many left, nobody
    stays.
    """
    enough = curve.times_[(curve.at_risk_ >= FEWEST_SEEN) & (curve.survival_ > 0)]
    last = float(enough.max()) if len(enough) else 0.0
    rate = -float(np.log(curve.survival(last)[0])) / last if last else 0.0

    def lost(times: Array) -> Array:
        seen: Array = -np.log(curve.survival(np.minimum(times, last)))
        return seen + rate * np.maximum(times - last, 0.0)

    chances: Array = np.clip(np.exp(lost(age) - lost(age + after)), 0.0, 1.0)
    nobody = curve.times_[(curve.at_risk_ >= FEWEST_SEEN) & (curve.survival_ <= 0)]
    return np.where(age + after >= nobody[0], 0.0, chances) if len(nobody) else chances


def judged(name: str, lessons: Lessons, test: Later) -> Tried:
    """Fit a model and judge it."""
    try:
        chances = foretold(learned(name, lessons), test.after, test.age, test.columns)
    except DangolError as error:
        return Tried(name, problem=str(error))
    return told(name, chances[:, -1], test)


def told(name: str, chances: Array, test: Later) -> Tried:
    """How far chances came true."""
    parts = brier_of(chances, test.months, test.ended, after=test.after)
    try:
        concordance: float | None = concordance_of(chances, test.months, test.ended)
    except BadSummary:
        concordance = None
    return Tried(name, "", float(parts.mean()), concordance, float(chances.mean()), _groups(chances, test), parts)


def _groups(chances: Array, test: Later) -> Sequence[CalibrationGroup]:
    many = min(GROUPS, len(test) // FEWEST_OF_A_GROUP)
    try:
        return calibration_of(chances, test.months, test.ended, after=test.after, groups=many) if many else ()
    except BeyondSeen:
        return ()


def _weibull(lessons: Lessons, columns: Columns) -> Fit:
    seen = np.flatnonzero(lessons.months > lessons.entered)
    if len(seen) > MOST:
        seen = np.sort(np.random.default_rng(0).choice(seen, MOST, replace=False))
    known = {name: values[seen] for name, values in columns.items()}
    return WeibullLeaving().fit(
        lessons.months[seen], lessons.ended[seen], covariates=known, entered=lessons.entered[seen]
    )


def _boosted(lessons: Lessons, columns: Columns) -> Fit:
    seen = lessons.whole_months > lessons.whole_entered
    known = {name: values[seen] for name, values in columns.items()}
    return BoostedHazard().fit(
        lessons.whole_months[seen], lessons.whole_ended[seen], covariates=known, entered=lessons.whole_entered[seen]
    )
