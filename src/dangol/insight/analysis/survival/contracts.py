"""What contracts must look like before anything is learned of them; doubted in sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.summary import Array, BadSummary, BoolArray, numbers
from dangol.lib.errors import DangolError

FEWEST_CUSTOMERS, FEWEST_ENDS = 20, 10


class BadContracts(BadSummary):
    """The contracts cannot be true, or are too few; the message names the rows and what would be accepted."""


class NoFit(DangolError):
    """Nothing could be learned of these contracts; no parameters are kept."""


@dataclass(frozen=True)
class Contracts:
    """One row per customer. months: how long with us, until the end or until now; ended: whether the end was seen."""

    months: Array
    ended: BoolArray

    def of(self, some: BoolArray) -> Contracts:
        """Some of the rows."""
        return Contracts(self.months[some], self.ended[some])

    def __len__(self) -> int:
        return len(self.months)


def contracts(months: npt.ArrayLike, ended: npt.ArrayLike) -> Contracts:
    """Return the columns as arrays of one length, or raise BadContracts with the reason.

    months: 0 or more, parts allowed; ended: 1 where the contract has ended, 0 where it still runs.
    """
    length, seen = column("months", months), column("ended", ended)
    if len(length) != len(seen):
        raise BadContracts(
            f"There are {len(length):,} values of months and {len(seen):,} of ended; give one of each per customer."
        )
    _refuse(length < 0, "months is negative", length, "it must be 0 or more")
    _refuse((seen != 0) & (seen != 1), "ended is neither 0 nor 1", seen, "1: the contract has ended, 0: it still runs")
    _refuse(
        (seen == 1) & (length == 0),
        "a contract ended that never ran (months is 0)",
        length,
        "count the month of leaving as begun, so that the first is 1",
    )
    return Contracts(length, seen == 1)


def entries(entered: npt.ArrayLike | None, rows: Contracts) -> Array:
    """Age at which each contract was seen first, 0 where that is not told; raises BadContracts.

    A contract that is on record only because it lasted until then says nothing of the time before.
    """
    if entered is None:
        return np.zeros(len(rows))
    ages = column("entered", entered)
    if len(ages) != len(rows):
        raise BadContracts(f"There are {len(ages):,} values of entered for {len(rows):,} contracts; give one of each.")
    _refuse(ages < 0, "entered is negative", ages, "it must be 0 or more")
    late = (ages > rows.months) | ((ages == rows.months) & (ages > 0))
    _refuse(late, "entered is not before the end of months", ages, "leave out who was not seen any longer")
    return ages


def whole_months(name: str, values: Array) -> Array:
    """The months as they are, or BadContracts where one is not a whole number of them."""
    _refuse(values < 0, f"{name} is negative", values, "it must be 0 or more")
    _refuse(values != np.floor(values), f"{name} is not a whole number", values, "count begun months")
    return values


def column(name: str, values: npt.ArrayLike) -> Array:
    """A column of finite numbers, or BadContracts."""
    try:
        return numbers(name, values)
    except BadSummary as error:
        raise BadContracts(str(error)) from error


def refuse_too_few(rows: Contracts) -> None:
    """Raise BadContracts when there is nothing to learn from."""
    ends = int(rows.ended.sum())
    if len(rows) < FEWEST_CUSTOMERS or ends < FEWEST_ENDS:
        raise BadContracts(
            f"Only {len(rows):,} customers, of whom {ends:,} left: at least {FEWEST_CUSTOMERS} and {FEWEST_ENDS} are "
            "needed. Take a longer period, or put small lines of business together."
        )


def _refuse(bad: BoolArray, what: str, values: Array, way_out: str) -> None:
    if bad.any():
        first = int(np.argmax(bad))
        raise BadContracts(
            f"For {int(bad.sum()):,} of {len(bad):,} customers {what} (the first in row {first}: {values[first]:g}); "
            f"{way_out}."
        )
