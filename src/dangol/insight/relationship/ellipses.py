"""Where a group stands on the map: its mean, and the ellipse of its spread."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.relationship.fair_line import region

type Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """One line of business on the plane of customer equity (x) and customer value (y).

    customers: all of the line; valued: those with both values, over whom the means are; region: of the means, unknown
    when nobody is valued. Ellipse of one standard deviation: half axes `major` and `minor` in points, `angle` in
    degrees from the x axis, counter-clockwise; None with fewer than three valued.
    """

    customers: int
    valued: int
    customer_value: float | None
    customer_equity: float | None
    region: str
    major: float | None = None
    minor: float | None = None
    angle: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def group(customer_value: Array, customer_equity: Array, tolerance: float) -> Group:
    """The group of these customers, NaN where a value is unknown."""
    known = ~np.isnan(customer_value) & ~np.isnan(customer_equity)
    x, y = customer_equity[known], customer_value[known]
    if not len(x):
        return Group(len(customer_value), 0, None, None, str(region(np.nan, np.nan, tolerance)))
    mean_x, mean_y = float(x.mean()), float(y.mean())
    shape = ellipse(x, y) if len(x) > 2 else (None, None, None)
    return Group(len(customer_value), len(x), mean_y, mean_x, str(region(mean_y, mean_x, tolerance)), *shape)


def ellipse(x: Array, y: Array) -> tuple[float, float, float]:
    """Half axes of one standard deviation and the angle of the longer one, from the eigenvectors of the covariance."""
    sizes, axes = np.linalg.eigh(np.cov(x, y))
    minor, major = np.sqrt(np.maximum(sizes, 0.0))
    angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
    return float(major), float(minor), (angle + 90.0) % 180.0 - 90.0
