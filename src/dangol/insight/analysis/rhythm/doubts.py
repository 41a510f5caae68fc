"""Why a forecast of purchases may be off: said before anybody trusts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

from dangol.insight.analysis.rhythm.history import History, Split
from dangol.insight.analysis.rhythm.judging import Candidate

FEWEST_CUSTOMERS, FEWEST_AGAIN = 200, 50
MANY_ONCE = 0.5  # share who bought once
AT_ONCE, BEGINNING = 0.4, 30  # share of first purchases within so many days of the beginning
YEAR = 365
FEWEST_MONTHS = 24
RARE = 0.01  # p below which months differ


@dataclass(frozen=True)
class Doubt:
    """A code with its numbers: `few` (customers, who bought again), `once` (share), `middle` (share), `under_a_year`
    (weeks), `few_years` (weeks), `seasonal` (strongest month's share over the mean, p), `pulled`.
    """

    code: str
    numbers: tuple[float, ...] = ()


def doubts(known: History, span: Split, bought: npt.NDArray[np.int64], chosen: Candidate | None) -> list[Doubt]:
    """Everything to keep in mind; bought: repeat purchases on each day since `span.first`."""
    return [*_of_customers(known, span), *_of_seasons(span, bought), *_of_fit(chosen)]


def _of_customers(known: History, span: Split) -> Iterator[Doubt]:
    again = int((known.x > 0).sum())
    if len(known) < FEWEST_CUSTOMERS or again < FEWEST_AGAIN:
        yield Doubt("few", (len(known), again))
    if len(known) and (once := 1 - again / len(known)) >= MANY_ONCE:
        yield Doubt("once", (once,))
    # who was a customer before the data begin seems to come in with them
    begun = (span.cut_off - span.first).days - BEGINNING < known.T
    if len(known) and (at_once := float(begun.mean())) >= AT_ONCE:
        yield Doubt("middle", (at_once,))


def _of_seasons(span: Split, bought: npt.NDArray[np.int64]) -> Iterator[Doubt]:
    days = (span.until - span.first).days
    if days < YEAR:
        yield Doubt("under_a_year", (days // 7,))
    elif days < 3 * YEAR:
        yield Doubt("few_years", (days // 7,))
    elif found := season(span.first, bought):
        yield Doubt("seasonal", found)


def season(first: date, bought: npt.NDArray[np.int64]) -> tuple[float, float] | None:
    """How far the strongest month stands above the mean, as a share, and its p; None where months do not differ.

    ln purchases of whole months on a bent trend, with and without a level for each month of the year: F-test. The first
    year is left out: where a business begins with its data, repeat purchases rise from nothing, which hides any season.
    """
    counts, of_year = _whole_months(first + timedelta(days=YEAR), bought[YEAR:])
    if len(counts) < FEWEST_MONTHS or (counts == 0).any():
        return None
    y, t = np.log(counts), np.linspace(-1.0, 1.0, len(counts))
    trend = np.column_stack([np.ones_like(t), t, t**2])
    levels = (of_year[:, None] == np.arange(2, 13)).astype(np.float64)
    plain, fitted = _left_over(trend, y), np.column_stack([trend, levels])
    seasonal, free = _left_over(fitted, y), len(y) - fitted.shape[1]
    rss = float(seasonal @ seasonal)
    drop = float(plain @ plain) - rss
    if drop <= 0 or free < 1:
        return None
    p = float(fdtrc(11, free, drop / 11 / max(rss / free, 1e-300)))
    if p >= RARE:
        return None
    effects = np.append(0.0, np.linalg.lstsq(fitted, y, rcond=None)[0][3:])
    return float(np.expm1((effects - effects.mean()).max())), p


def _of_fit(chosen: Candidate | None) -> Iterator[Doubt]:
    if chosen is not None and chosen.penalty:
        yield Doubt("pulled")


def _left_over(columns: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    left: npt.NDArray[np.float64] = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    return left


def _whole_months(first: date, bought: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Purchases a day in each whole calendar month, and which month of the year it is."""
    days = np.datetime64(first) + np.arange(len(bought))
    months = days.astype("datetime64[M]")
    last = first + timedelta(days=len(bought) - 1)
    names, at = np.unique(months, return_inverse=True)
    per_day = np.bincount(at, weights=bought) / np.bincount(at)
    whole = np.ones(len(names), dtype=np.bool_)
    whole[0] = first.day == 1
    whole[-1] &= (last + timedelta(days=1)).day == 1
    return per_day[whole], (names[whole].astype(np.int64) % 12 + 1)
