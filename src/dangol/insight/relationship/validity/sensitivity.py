"""How far regions hang on what was assumed: every weight halved and doubled, weights drawn at random, other bands.

Each time customer value is ranked anew among those valued, as if the scales were frozen under those weights, the
standing weights too; so nothing but the weights differs. Set by set on arrays: a case is a weighted sum, a count of
values in fine steps and a comparison, about a tenth of a second a million customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.customer_value import MIDDLE
from dangol.insight.relationship.fair_line import FAIR, MORE_TO_OFFER, SHORT_CHANGED
from dangol.insight.relationship.frozen_reference import CUSTOMER_PARTS

type Array = npt.NDArray[np.float64]
type Codes = npt.NDArray[np.int8]

DRAWS = 200
BANDS = (10.0, 15.0, 20.0)
FIRM = 0.9  # of all cases
FINE = 20_000  # steps from the least value to the highest
REGIONS = (FAIR, MORE_TO_OFFER, SHORT_CHANGED)  # by code

WEIGHT, BAND = "weight", "band"


@dataclass(frozen=True)
class Case:
    """of: a part of customer value, or `band`; to: the factor of its weight, or the points; changed: share of customers
    whose region is another one then.
    """

    of: str
    to: float
    changed: float


@dataclass(frozen=True)
class Drawn:
    """Weights drawn at random, all mixes as likely: mean of the shares changed, and where 90 % of them lie."""

    draws: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Sensitivity:
    """customers: placed; parts: of customer value that are known of anybody; firm: in the same region in at least 90 %
    of all cases, by region as they stand.
    """

    customers: int
    parts: tuple[str, ...]
    cases: tuple[Case, ...]
    drawn: Drawn
    firm: dict[str, int]
    regions: dict[str, int]

    @property
    def share_firm(self) -> float:
        """Of all who are placed."""
        return sum(self.firm.values()) / self.customers

    @property
    def weights_matter(self) -> bool:
        """Whether there is more than one part to weigh."""
        return len(self.parts) > 1


def sensitivity(
    parts: Array, equity: Array, *, weights: tuple[float, float, float], tolerance: float, draws: int = DRAWS,
    seed: int = 0,
) -> Sensitivity | None:  # fmt: skip
    """Try other weights and bands; None where nobody is placed.

    parts: (3, n) ranks of economic value, social value and 100 − cost, NaN where unknown; equity: 0–100.
    """
    counted = ~np.isnan(parts) & (np.asarray(weights) > 0)[:, None]
    who = counted.any(axis=0) & ~np.isnan(equity)
    if not who.any():
        return None
    told = np.where(np.isnan(parts[:, who]), MIDDLE, parts[:, who]).astype(np.float32)
    over = equity[who].astype(np.float32)
    standing = _ranked(told, weights)
    now = _codes(standing, over, tolerance)
    same, tried = np.zeros(len(now), dtype=np.int32), 0
    cases: list[Case] = []
    for of, to, codes in _cases(told, over, weights, tolerance, standing):
        agrees = codes == now
        same += agrees
        tried += 1
        cases.append(Case(of, to, 1 - float(agrees.mean())))
    shares = np.empty(draws)
    for number, drawn in enumerate(np.random.default_rng(seed).dirichlet(np.ones(3), draws)):
        agrees = _codes(_ranked(told, drawn), over, tolerance) == now
        same += agrees
        shares[number] = 1 - float(agrees.mean())
    firm = same >= FIRM * (tried + draws)
    return Sensitivity(
        customers=len(now),
        parts=tuple(name for name, row in zip(CUSTOMER_PARTS, counted[:, who], strict=True) if row.any()),
        cases=tuple(cases),
        drawn=Drawn(draws, float(shares.mean()), *np.quantile(shares, [0.05, 0.95]).tolist()),
        firm={name: int((firm & (now == code)).sum()) for code, name in enumerate(REGIONS)},
        regions={name: int((now == code).sum()) for code, name in enumerate(REGIONS)},
    )


def _cases(
    parts: npt.NDArray[np.float32], equity: npt.NDArray[np.float32], weights: tuple[float, float, float],
    tolerance: float, standing: npt.NDArray[np.float32],
) -> Iterator[tuple[str, float, Codes]]:  # fmt: skip
    for place, part in enumerate(CUSTOMER_PARTS):
        for factor in (0.5, 2.0):
            moved = [weight * factor if place == at else weight for at, weight in enumerate(weights)]
            yield part, factor, _codes(_ranked(parts, moved), equity, tolerance)
    for band in BANDS:
        yield BAND, band, _codes(standing, equity, band)


def _ranked(parts: npt.NDArray[np.float32], weights: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Percentile of the weighted mean among all of them, ties at their middle."""
    shares = np.asarray(weights, dtype=np.float64)
    mean = (shares / shares.sum()).astype(np.float32) @ parts
    low, high = float(mean.min()), float(mean.max())
    at = np.rint((mean - low) * (FINE / max(high - low, 1e-6))).astype(np.int32)
    equal = np.bincount(at, minlength=FINE + 1)
    middle = 100 * (np.cumsum(equal) - equal / 2) / len(at)
    ranks: npt.NDArray[np.float32] = middle.astype(np.float32)[at]
    return ranks


def _codes(value: npt.NDArray[np.float32], equity: npt.NDArray[np.float32], tolerance: float) -> Codes:
    gap = value - equity
    codes: Codes = (gap > tolerance).astype(np.int8) + 2 * (-gap > tolerance).astype(np.int8)
    return codes
