"""How good chances were, held against what happened: Brier score, skill, AUC, reliability, each with its interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import NORMAL_975, wilson
from dangol.insight.analysis.prediction.auc_interval import newcombe

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

TENTHS = 10


@dataclass(frozen=True)
class Span:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Bin:
    """Customers of whom about the same was said: mean chance said, share to whom it happened (Wilson interval)."""

    customers: int
    said: float
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Quality:
    """Chances against outcomes.

    brier: mean of (chance − outcome)², 0 is perfect; skill: 1 − brier ÷ that of saying the share of all of everybody,
    0 and below is worthless; auc: the chance that one to whom it happened was said to be likelier than one to whom it
    did not, .5 is a coin; said: the mean chance, to be set beside the share.
    """

    customers: int
    happened: int
    said: float
    brier: Span
    skill: Span
    auc: Span
    bins: tuple[Bin, ...]

    @property
    def share(self) -> float:
        return self.happened / self.customers

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be kept with the run."""
        return asdict(self)


def quality_of(chance: Array, happened: BoolArray, *, ranked_by: Array | None = None) -> Quality:
    """Hold the chances against what happened; both kinds must be there.

    ranked_by: what the learner said before it was calibrated. Cross-fitted chances come from several calibrations, each
    a little lower where its own part did it more often, so that they rank worse than what they were made of.
    """
    y = happened.astype(np.float64)
    own, everybody = (chance - y) ** 2, (y.mean() - y) ** 2
    ratio = own.mean() / everybody.mean()
    # delta method: the ratio of two means of the same customers
    ratio_sd = float(np.std(own - ratio * everybody)) / (sqrt(len(y)) * everybody.mean())
    return Quality(
        customers=len(y), happened=int(happened.sum()), said=float(chance.mean()), brier=_mean_span(own),
        skill=_span(1 - ratio, ratio_sd), auc=auc_of(chance if ranked_by is None else ranked_by, happened),
        bins=reliability(chance, happened),
    )  # fmt: skip


def auc_of(chance: Array, happened: BoolArray) -> Span:
    """Area under the ROC curve with its interval; ties count half.

    The interval is DeLong's (1988) unless it reaches an end of what can be, such as where all are told apart and it has
    no width, or there is one of a kind: then Newcombe's (2006).
    """
    from scipy.stats import rankdata

    yes, no = chance[happened], chance[~happened]
    ranks = rankdata(chance)
    among_yes = (ranks[happened] - rankdata(yes)) / len(no)
    among_no = 1 - (ranks[~happened] - rankdata(no)) / len(yes)
    auc = float(among_yes.mean())
    if min(len(yes), len(no)) > 1:
        found = _span(auc, sqrt(sum(float(part.var(ddof=1)) / len(part) for part in (among_yes, among_no))))
        if found.low > 0 and found.high < 1:
            return found
    return Span(auc, *newcombe(auc, len(yes), len(no)))


def reliability(chance: Array, happened: BoolArray) -> tuple[Bin, ...]:
    """Customers in ten parts of about the same size by their chance, from the lowest; equal chances stay together."""
    edges = np.unique(np.quantile(chance, np.linspace(0, 1, TENTHS + 1)[1:-1], method="inverted_cdf"))
    part = np.searchsorted(edges, chance, side="left")
    counts = np.bincount(part)
    said, share = np.bincount(part, chance), np.bincount(part, happened)
    return tuple(
        Bin(int(n), float(s / n), float(h / n), *wilson(int(h), int(n)))
        for n, s, h in zip(counts, said, share, strict=True)
        if n
    )


def better_by(one: Array, other: Array, happened: BoolArray) -> Span:
    """By how much the Brier score of the one lies below that of the other, over the same customers."""
    y = happened.astype(np.float64)
    return _mean_span((other - y) ** 2 - (one - y) ** 2)


def _mean_span(values: Array) -> Span:
    return _span(float(values.mean()), float(np.std(values)) / sqrt(len(values)))


def _span(value: float, sd: float) -> Span:
    return Span(float(value), float(value - NORMAL_975 * sd), float(value + NORMAL_975 * sd))
