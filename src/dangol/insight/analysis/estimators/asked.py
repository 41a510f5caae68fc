"""What may be asked of a fit, and what may be answered: finite numbers, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.summary import Array, BadSummary, numbers
from dangol.lib.errors import DangolError


class BadLevel(DangolError):
    """The level of an interval is not a part of all cases, between 0 and 1."""


class BeyondNumbers(DangolError):
    """The parameters, or what is asked, are so large or small that no finite number comes of them."""


def one_number(name: str, value: object, refusal: type[DangolError]) -> float:
    """The one number that was given, be it infinite or missing; raises `refusal` where it is none."""
    try:
        given = np.asarray(value)
        if given.size != 1 or given.dtype.kind in "USmMc":
            raise TypeError("it must be one number")
        return float(given.astype(np.float64).ravel()[0])
    except (TypeError, ValueError, OverflowError) as error:
        raise refusal(f"{name} is {str(value)[:40]!r}, which is not a number ({error}).") from error


def tails_of(level: object) -> tuple[float, float]:
    """The lower and upper quantile between which that part of all cases lies; raises BadLevel."""
    part = one_number("The level", level, BadLevel)
    if not 0 < part < 1:
        raise BadLevel(
            f"The level is {part:g}; it is the part of all cases that the interval is to hold, above 0 and below 1: "
            "0.95 for 95 %."
        )
    return (1 - part) / 2, (1 + part) / 2


def counts_of(name: str, given: npt.ArrayLike) -> Array:
    """The numbers of purchases asked about; raises BadSummary."""
    counts = numbers(name, given)
    if not ((counts >= 0) & (counts == np.floor(counts))).all():
        raise BadSummary(f"{name} counts purchases and is 0 or more, a whole number; {counts.min():g} came.")
    return counts


def named_numbers(given: object, refusal: type[DangolError]) -> dict[str, Any]:
    """What was given by name, such as parameters or covariates; raises `refusal` where it is not by name."""
    if not (isinstance(given, Mapping) and all(isinstance(name, str) for name in given)):
        raise refusal(f"Values by name were expected, such as {{'age': …}}; {str(given)[:40]!r} came.")
    return dict(given)


def answered(values: Array) -> Array:
    """The answer, one number per customer or count asked about; raises BeyondNumbers."""
    bad = ~np.isfinite(values)
    if bad.any():
        raise BeyondNumbers(
            f"No finite number comes of {int(bad.sum()):,} of the {len(bad):,} asked about (the first in row "
            f"{int(np.argmax(bad))}): the parameters, or what was asked, are too large or too small to reckon with. "
            "Look at the unit of time and of money."
        )
    return values


def few_enough(panels: Array, most: float) -> Array:
    """Numbers of panels of a quadrature as they are; raises BeyondNumbers where there is no end of them."""
    if not ((panels > -1) & (panels <= most)).all():
        raise BeyondNumbers(
            "The parameters, or what was asked, are so large or small that the integrals cannot be taken. "
            "Look at the unit of time."
        )
    return panels
