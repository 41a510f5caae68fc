"""How far what was foretold of contracts came true, on customers that the fit has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.asked import one_number
from dangol.insight.analysis.estimators.summary import Array
from dangol.insight.analysis.survival.contracts import BadContracts, column, contracts
from dangol.insight.analysis.survival.kaplan_meier import KaplanMeier


@dataclass(frozen=True)
class CalibrationGroup:
    """A group of customers of like expectation. expected: mean chance of being with us after the months asked about;
    seen: the part that was (Kaplan–Meier, as some were not observed so long), with its 95 % interval low to high."""

    customers: int
    expected: float
    seen: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """How far the expectation lay above what was seen."""
        return self.expected - self.seen


def calibration_of(
    expected: npt.ArrayLike, months: npt.ArrayLike, ended: npt.ArrayLike, *, after: float, groups: int = 10
) -> tuple[CalibrationGroup, ...]:
    """Groups of equal size by rising expectation of being with us after `after` months; ties are kept in order.

    Raises BadContracts, and BeyondSeen where nobody of a group was observed so long.
    """
    rows, chances = contracts(months, ended), column("expected", expected)
    if len(chances) != len(rows) or not ((chances >= 0) & (chances <= 1)).all():
        raise BadContracts("expected must be one chance between 0 and 1 for each customer.")
    when = one_number("after", after, BadContracts)
    many = one_number("groups", groups, BadContracts)
    if not (1 <= many <= len(rows) and many == np.floor(many)):
        raise BadContracts(f"{many:g} groups of {len(rows):,} customers were asked for; at least one customer a group.")
    told = []
    for part in np.array_split(np.argsort(chances, kind="stable"), int(many)):
        curve = KaplanMeier().fit(rows.months[part], rows.ended[part])
        (low,), (high,) = curve.survival_interval(when)
        seen = float(curve.survival(when)[0])
        told.append(CalibrationGroup(len(part), float(chances[part].mean()), seen, float(low), float(high)))
    return tuple(told)


def concordance_of(expected: npt.ArrayLike, months: npt.ArrayLike, ended: npt.ArrayLike) -> float:
    """Of two customers of whom it is known who left first, how often that one was expected to: Harrell's C, 0.5 to 1.

    expected: the higher, the longer with us. Raises BadContracts where no two can be compared.
    """
    from lifelines.utils import concordance_index

    rows, longer = contracts(months, ended), column("expected", expected)
    if len(longer) != len(rows):
        raise BadContracts("expected must be one number for each customer.")
    try:
        return float(concordance_index(rows.months, longer, rows.ended))
    except (ZeroDivisionError, ValueError) as error:
        raise BadContracts("There are no two customers of whom it is known who left first.") from error


def brier_of(expected: npt.ArrayLike, months: npt.ArrayLike, ended: npt.ArrayLike, *, after: float) -> Array:
    """Each customer's part of the Brier score at `after` months; their mean is the score, 0 for a seer, less is better.

    Graf, Schmoor, Sauerbrei and Schumacher (1999): of those not observed so long nothing is known, so those who were
    count for them as well, by the chance of having been observed that long; where all were, each counts once.
    """
    rows, chances = contracts(months, ended), column("expected", expected)
    if len(chances) != len(rows) or not ((chances >= 0) & (chances <= 1)).all():
        raise BadContracts("expected must be one chance between 0 and 1 for each customer.")
    when = one_number("after", after, BadContracts)
    left, stayed = rows.ended & (rows.months <= when), rows.months >= when
    stayed &= ~left
    # a month is added to all, so that who was lost sight of at once is a contract like others; who left in the same
    # moment as others were lost sight of left before
    later = rows.months + 1
    lost = KaplanMeier().fit(np.where(rows.ended, later, np.nextafter(later, np.inf)), ~rows.ended)
    just_before = np.nextafter(np.minimum(rows.months, when) + 1, 0)
    seen = np.maximum(lost.survival(just_before), 1 / max(len(rows), 1))
    error = np.where(left, chances**2, np.where(stayed, (1 - chances) ** 2, 0.0))
    parts: Array = error / seen
    return parts
