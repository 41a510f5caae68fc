"""How near Dangol came to the truth: against the best that can be known, and against spending and tenure alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dangol.contact.intake.sources.dairy.assumptions import Flags, Real, Words
from dangol.contact.intake.sources.dairy.proof.counted import Counted
from dangol.contact.intake.sources.dairy.proof.drifting import Drifting
from dangol.contact.intake.sources.dairy.proof.true import Truth
from dangol.contact.intake.sources.dairy.proof.worth import REGIONS, Scale
from dangol.lib.errors import DangolError

GROUPS = ("surveyed", "unsurveyed")
STEPS = 50
TENTHS, IN_A_SQUARE = 10, 50  # squares a side at most, customers in one at least, on average
LEAST, MOST = 1e-6, 1 - 1e-6


class NotComparable(DangolError):
    """What Dangol says and what is true are not about the same customers."""


@dataclass(frozen=True)
class Said:
    """What Dangol says of the customers of a world, in its order: region, and the chance to buy in the window (NaN
    where nothing is said).
    """

    region: Words
    chance: Real

    @classmethod
    def of(cls, world: Drifting, table: pa.Table) -> "Said":
        """From a table of external_id, region and chance, in any order. Raises NotComparable."""
        at = world.of.people.number_of
        names = table["external_id"].to_pylist()
        if strangers := [name for name in names if name not in at]:
            raise NotComparable(f"Values were given for {strangers[0]}, whom this dairy does not know.")
        rows = np.array([at[name] for name in names], dtype=np.int64)
        regions = np.full(len(at), "unknown", dtype=object)
        chance = np.full(len(at), np.nan)
        regions[rows] = table["region"].to_pylist()
        chance[rows] = table["chance"].to_numpy(zero_copy_only=False)
        return cls(regions, chance)


def naive(seen: Counted, truth: Truth) -> Words:
    """Regions by spending and tenure alone, and the best that can be had of these.

    People are put into squares by both, and everybody in a square into the region that is true of most there: no rule
    about spending and tenure that tells such squares apart does better. It is helped by the truth as no business is.
    """
    side = int(np.clip(np.sqrt(len(truth.who) / IN_A_SQUARE), 2, TENTHS))
    spending, tenure = (Scale(values)(values) for values in (seen.spending[truth.who], seen.tenure[truth.who]))
    square = (spending * side / 100).astype(np.int64) * side + (tenure * side / 100).astype(np.int64)
    held = np.zeros((len(REGIONS), side * side))
    for number, name in enumerate(REGIONS):
        held[number] = np.bincount(square[truth.region == name], minlength=side * side)
    return np.array(REGIONS, dtype=object)[held.argmax(axis=0)[square]]


def placed(found: dict[str, Words], truth: Truth) -> dict[str, dict[str, float]]:
    """For each way to place people, the share in their true region, by who was surveyed; and the skill."""
    shares = {
        name: dict(zip(GROUPS, _shares(regions == truth.region, truth.surveyed), strict=True))
        for name, regions in found.items()
    }
    shares["skill"] = {group: _skill(shares, group) for group in GROUPS}
    return shares


def _shares(right: Flags, surveyed: Flags) -> tuple[float, float]:
    return _share(right[surveyed]), _share(right[~surveyed])


def _share(right: Flags) -> float:
    return float(right.mean()) if len(right) else float("nan")


def _skill(shares: dict[str, dict[str, float]], group: str) -> float:
    room = shares["oracle"][group] - shares["naive"][group]
    return (shares["recovered"][group] - shares["naive"][group]) / room if room > 0 else float("nan")


def foretold(chance: Real, bought: Flags) -> dict[str, float]:
    """Brier skill against giving everybody the share that bought, and the slope of the calibration on log-odds."""
    said = ~np.isnan(chance)
    chance, came = np.clip(chance[said], LEAST, MOST), bought[said].astype(np.float64)
    error, base = ((chance - came) ** 2).mean(), came.mean() * (1 - came.mean())
    return {
        "brier_skill": float(1 - error / base) if base > 0 else float("nan"),
        "calibration_slope": _slope(np.log(chance / (1 - chance)), came),
    }


def _slope(odds: Real, came: Real) -> float:
    """Of the logistic regression of what came on the log-odds said, by Newton's method."""
    columns = np.column_stack([np.ones_like(odds), odds])
    point = np.array([0.0, 1.0])
    for _step in range(STEPS):
        share = 1 / (1 + np.exp(-columns @ point))
        information = columns.T @ (columns * (share * (1 - share))[:, None])
        point = point + np.linalg.solve(information, columns.T @ (came - share))
    return float(point[1])


def rounded(figures: Any) -> Any:
    """To four places, as the answer shows them; what cannot be told is null."""
    if isinstance(figures, dict):
        return {name: rounded(value) for name, value in figures.items()}
    if isinstance(figures, float):
        return round(figures, 4) if np.isfinite(figures) else None
    return figures
