"""What the models see of one line of business, and what is held back from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]

WEEK = 7
SHORTEST, LONGEST = 4, 26  # weeks held back
FEWEST_WEEKS = 12  # of history altogether
HALF_LIVES = (14, 28, 56, 91, 182, 364)  # days, of what is known of a drifting rate


class TooShort(DangolError):
    """Too few weeks of purchases to hold some of them back."""


FADED = ("faded", "faded_before")


@dataclass(frozen=True)
class Split:
    """The day until which the models learn, and the day until which they are judged."""

    first: date  # of all purchases
    cut_off: date
    until: date

    @property
    def days(self) -> int:
        """How long the period held back is."""
        return (self.until - self.cut_off).days

    @property
    def weeks(self) -> int:
        return self.days // WEEK


@dataclass(frozen=True)
class History:
    """Customers of one line who bought by the cut-off, one entry each, in days.

    x, t_x, T as the estimators take them; litt: sum of the logarithms of the days between purchases; held: purchases
    in the period held back; previous: purchases in the period of the same length before it; faded, faded_before: all
    purchases until the cut-off, and until the beginning of that period before it, as they fade by each of HALF_LIVES
    (one column each).
    """

    keys: npt.NDArray[np.int64]
    x: Array
    t_x: Array
    T: Array
    litt: Array
    held: Array
    previous: Array
    faded: Array
    faded_before: Array

    def __len__(self) -> int:
        return len(self.x)


def split(first: date, until: date, *, weeks: int | None = None) -> Split:
    """Hold back the last `weeks`, or a quarter of the history in whole weeks, 4 to 26. Raises TooShort."""
    known = ((until - first).days + 1) // WEEK
    if known < FEWEST_WEEKS:
        raise TooShort(
            _("There are %(known)s weeks of purchases. From %(needed)s weeks on some of them can be held back.")
            % {"known": known, "needed": FEWEST_WEEKS}
        )
    held = weeks if weeks is not None else min(max(known // 4, SHORTEST), LONGEST)
    if not SHORTEST <= held <= min(LONGEST, known - 2 * SHORTEST):
        raise TooShort(
            _("%(weeks)s weeks cannot be held back of %(known)s: choose %(least)s to %(most)s.")
            % {"weeks": held, "known": known, "least": SHORTEST, "most": min(LONGEST, known - 2 * SHORTEST)}
        )
    return Split(first, until - timedelta(days=held * WEEK), until)


def by_line(table: pa.Table) -> dict[str, History]:
    """One history per line of business, of a table of `held_back`."""
    lines = np.array(table.column("line").fill_null("").to_pylist(), dtype=np.str_)
    whole = _history(table)
    return {line: _of(whole, lines == line) for line in np.unique(lines).tolist()}


def _history(table: pa.Table) -> History:
    def numbers(name: str) -> Any:
        return table.column(name).cast(pa.float64()).to_numpy()

    keys = table.column("customer_key").to_numpy().astype(np.int64)
    plain = [numbers(name) for name in ("x", "t_x", "T", "litt", "held", "previous")]
    return History(keys, *plain, *(np.column_stack([numbers(f"{of}_{h}") for h in HALF_LIVES]) for of in FADED))


def _of(whole: History, some: npt.NDArray[np.bool_]) -> History:
    return History(*(getattr(whole, name)[some] for name in History.__dataclass_fields__))
