"""A part of the map drawn by hand: its corners in few letters, and who stands inside, asked of the store or of arrays.

Inside is where a way straight down crosses the outline an odd number of times, so that loops that cross themselves have
a meaning, too. Between two neighbouring corners the edges stay the same: the strip of a customer is looked for first,
then the few edges there are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import scored
from dangol.lib.errors import WrongUse
from dangol.records.customers.models import Customer

type Corner = tuple[float, float]  # value to the company (x), to the customer (y)
type Corners = tuple[Corner, ...]
type Array = npt.NDArray[Any]

FEWEST, MOST = 3, 64
EDGE, BELOW = 100.0, -1.0
BETWEEN, BESIDE = "_", "~"  # of corners, and of the two values of one: letters an address takes as they are


class NoLasso(WrongUse):
    """What should be a drawn shape is none."""


@dataclass(frozen=True)
class Side:
    """One side of the outline from left to right: from one x to another, at slope · x + height."""

    first: float
    last: float
    slope: float
    height: float


def read(text: str) -> Corners:
    """The corners of a text such as 50~0_100~0_100~50. Raises NoLasso."""
    return corners([corner.split(BESIDE) for corner in text.split(BETWEEN)])


def corners(found: Any) -> Corners:
    """The same of pairs of numbers, to a tenth of a point. Raises NoLasso."""
    if not isinstance(found, Sequence) or isinstance(found, str) or not FEWEST <= len(found) <= MOST:
        raise NoLasso(
            _("A drawn shape has %(fewest)s to %(most)s corners, such as 50~0_100~0_100~50: company~customer of each.")
            % {"fewest": FEWEST, "most": MOST}
        )
    return tuple(_corner(one) for one in found)


def written(outline: Corners) -> str:
    """The text that `read` reads."""
    return BETWEEN.join(f"{x:g}{BESIDE}{y:g}" for x, y in outline)


def sides(outline: Corners) -> list[Side]:
    """Those that are not upright. One along the lower edge of the map lies below it: who stands there is inside."""
    found = []
    for one, other in pairwise([*outline, outline[0]]):
        (x, y), (x2, y2) = sorted((one, other))
        if x != x2:
            slope = (y2 - y) / (x2 - x)
            found.append(Side(x, x2, slope, BELOW if y == y2 == 0 else y - slope * x))
    return found


def inside(run: Run, outline: Corners) -> QuerySet[Customer, Any]:
    """Customers on the map inside the outline; nothing read yet. `x_` and `y_` are both values."""
    xs, ys = zip(*outline, strict=True)
    box = Q(ce__value__range=(min(xs), max(xs)), cv__value__range=(min(ys) or BELOW, max(ys)))
    found: QuerySet[Customer, Any] = Customer.objects.annotate(
        cv=scored(run, "customer_value"),
        ce=scored(run, "customer_equity"),
    ).filter(box)  # fmt: skip
    return found.annotate(crossed_=_crossed(sides(outline))).filter(crossed_=1)


def holds(outline: Corners, company: Array, customer: Array) -> Array:
    """Whether those whose values these are stand inside: the same as `inside`, to the last border; NaN is nowhere."""
    xs, ys = zip(*outline, strict=True)
    found: Array = (
        (company >= min(xs)) & (company <= max(xs)) & (customer >= (min(ys) or BELOW)) & (customer <= max(ys))
    )
    ends, strips = _strips(sides(outline))
    if not strips:
        return np.zeros(len(found), bool)
    near = np.flatnonzero(found)
    strip = np.searchsorted(ends[1:-1], company[near], side="right").astype(np.uint8)
    near = near[np.argsort(strip, kind="stable")]
    parts = np.split(near, np.cumsum(np.bincount(strip, minlength=len(strips)))[:-1])
    for part, here in zip(parts, strips, strict=True):
        x, y, odd = company[part], customer[part], np.zeros(len(part), bool)
        for side in here:
            odd ^= y > x * side.slope + side.height
        found[part] = odd
    return found


def _corner(one: Any) -> Corner:
    try:
        x, y = (round(float(value), 1) for value in one)
        if not (isfinite(x) and isfinite(y) and 0 <= x <= EDGE and 0 <= y <= EDGE):
            raise ValueError(one)
    except (TypeError, ValueError, OverflowError) as problem:
        raise NoLasso(
            _("“%(corner)s” is no corner of a drawn shape: it takes two numbers from 0 to 100, such as 62.5~40.")
            % {"corner": BESIDE.join(map(str, one)) if isinstance(one, list | tuple) else one}
        ) from problem
    return x, y


def _crossed(outline: list[Side]) -> Any:
    """1 where a way down crosses the outline an odd number of times."""
    ends, strips = _strips(outline)
    return _strip(ends, strips) if strips else Value(0)


def _strips(outline: list[Side]) -> tuple[list[float], list[list[Side]]]:
    """Where strips begin and end, and the sides above or below each."""
    ends = sorted({end for side in outline for end in (side.first, side.last)})
    return ends, [[s for s in outline if s.first <= left and right <= s.last] for left, right in pairwise(ends)]


def _strip(ends: list[float], strips: list[list[Side]]) -> Any:
    if len(strips) == 1:
        crossings = [
            Case(When(cv__value__gt=F("ce__value") * side.slope + side.height, then=1), default=0) for side in strips[0]
        ]
        return sum(crossings[1:], start=crossings[0]) % 2 if crossings else Value(0)
    half = len(strips) // 2
    left, right = _strip(ends[: half + 1], strips[:half]), _strip(ends[half:], strips[half:])
    return Case(When(ce__value__lt=ends[half], then=left), default=right, output_field=IntegerField())
