"""CDNOW, counted once for all estimator tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

CUT_OFF = np.datetime64("1997-09-30")


@dataclass(frozen=True)
class Cdnow:
    """One entry per customer; weeks; purchases of one day count once. `later`: purchases in the 39 weeks after."""

    x: npt.NDArray[np.float64]
    t_x: npt.NDArray[np.float64]
    T: npt.NDArray[np.float64]
    mean_spend: npt.NDArray[np.float64]
    later: npt.NDArray[np.float64]


@pytest.fixture(scope="session")
def cdnow(real_data: Path) -> Cdnow:
    """Purchases to 1997-09-30 of the 2,357 customers; mean_spend is that of the repeat purchases."""
    _, customer, day, _, dollars = np.loadtxt(real_data / "cdnow" / "CDNOW_sample.txt", unpack=True)
    written = day.astype(np.int64).astype(str)
    days = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in written], dtype="datetime64[D]").astype(np.int64)
    visits, visit = np.unique(np.stack((customer.astype(np.int64) - 1, days)), axis=1, return_inverse=True)
    paid = np.bincount(visit.ravel(), weights=dollars)
    who, when = visits
    n, end = int(who.max()) + 1, int(CUT_OFF.astype(np.int64))
    first = np.full(n, end)
    np.minimum.at(first, who, when)
    seen = when <= end
    last = first.copy()
    np.maximum.at(last, who[seen], when[seen])
    x = np.bincount(who[seen], minlength=n) - 1.0
    again = seen & (when > first[who])
    spent = np.bincount(who[again], weights=paid[again], minlength=n)
    return Cdnow(
        x=x,
        t_x=(last - first) / 7,
        T=(end - first) / 7,
        mean_spend=spent / np.maximum(x, 1),
        later=np.bincount(who[~seen], minlength=n).astype(np.float64),
    )
