"""What a purchase summary must be before an estimator may see it, and how equal rows are counted once.

The warehouse turns purchase dates into `(x, t_x, T)`; here they are doubted, in sentences, and grouped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]
type IntArray = npt.NDArray[np.intp]

FEWEST_CUSTOMERS = 20
# no count, time or amount is larger: beyond, floats no longer tell one from the next
LARGEST = 1e15
# of a day, 27 years
MOST_CHANCES = 10_000
# the greatest t_x over T of a business that still sells comes close to this where t_x and T are in two units of time
UNITS = {
    ("weeks", "days"): 1 / 7,
    ("months", "weeks"): 12 / 52.18,
    ("months", "days"): 12 / 365.25,
    ("years", "months"): 1 / 12,
    ("years", "weeks"): 1 / 52.18,
    ("years", "days"): 1 / 365.25,
    ("days", "hours"): 1 / 24,
}
CLOSE = 0.9


class BadSummary(DangolError):
    """The purchase summary cannot be true; the message names the rows and what would be accepted."""


@dataclass(frozen=True)
class PurchaseSummary:
    """One row per customer, or per group of `weights` like customers; one time unit throughout.

    x: repeat purchases (count); t_x: age at last purchase; T: age now; weights: customers per row; z: one column per
    covariate.
    """

    x: Array
    t_x: Array
    T: Array
    weights: Array
    z: tuple[Array, ...] = ()

    def of(self, some: slice | IntArray | BoolArray) -> PurchaseSummary:
        """Some of the rows."""
        return PurchaseSummary(
            self.x[some], self.t_x[some], self.T[some], self.weights[some], tuple(column[some] for column in self.z)
        )

    def like_rows_once(self) -> tuple[PurchaseSummary, IntArray]:
        """The distinct rows, of weight 1, and for each row the index of its like among them."""
        (x, t_x, T, *z), like = distinct((self.x, self.t_x, self.T, *self.z))
        return PurchaseSummary(x, t_x, T, np.ones_like(x), tuple(z)), like

    def coarsened(self, grain: float) -> PurchaseSummary:
        """About the same customers, in fewer distinct rows: times in steps of `grain`, covariates in quarters."""
        t_x = np.where(self.x > 0, np.maximum(np.round(self.t_x / grain), 1.0), 0.0)
        T = np.maximum(np.round(self.T / grain), t_x)
        z = tuple(np.round(4 * column) / 4 for column in self.z)
        return PurchaseSummary(self.x, t_x * grain, T * grain, self.weights, z).like_rows_together()

    def like_rows_together(self) -> PurchaseSummary:
        """The distinct rows with the weights of their likes; rows of weight 0 go."""
        (x, t_x, T, *z), weights = grouped((self.x, self.t_x, self.T, *self.z), self.weights)
        return PurchaseSummary(x, t_x, T, weights, tuple(z))


@dataclass(frozen=True)
class SpendSummary:
    """x: purchases that the mean is over (count); mean_spend: money per purchase; weights: customers per row."""

    x: Array
    mean_spend: Array
    weights: Array


def purchase_summary(
    x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> PurchaseSummary:
    """Return the columns as arrays of one length, or raise BadSummary with the reason."""
    x, t_x, T, counts = _columns(("x", x), ("t_x", t_x), ("T", T), ("weights", 1.0 if weights is None else weights))
    _refuse_bad_counts(x)
    for name, column in (("t_x", t_x), ("T", T), ("weights", counts)):
        _refuse(column < 0, f"{name} is negative", column, f"{name} must be 0 or more")
    _refuse(
        t_x > T,
        "t_x is later than T",
        t_x,
        "leave out purchases after the cut-off date, and give both in one unit of time",
    )
    _refuse((x == 0) & (t_x > 0), "there is no repeat purchase (x is 0) but t_x is above 0", t_x, "t_x must be 0 too")
    _refuse((x > 0) & (t_x == 0), "a repeat purchase happened at age 0", x, "count purchases of one day once")
    return PurchaseSummary(x, t_x, T, counts)


def rate_summary(x: npt.ArrayLike, T: npt.ArrayLike) -> PurchaseSummary:
    """Customers who are with us now, for whom the last purchase does not matter; or raise BadSummary."""
    x, T = _columns(("x", x), ("T", T))
    # any last purchase that is possible will do
    return purchase_summary(x, np.where(x > 0, T, 0.0), T)


def log_times(litt: npt.ArrayLike, rows: PurchaseSummary) -> Array:
    """Sums of the logarithms of the times between purchases, one per row, or raise BadSummary with the reason."""
    logs = numbers("litt", litt)
    if len(logs) != len(rows.x):
        raise BadSummary(f"litt has {len(logs)} values for {len(rows.x)} customers.")
    _refuse((rows.x == 0) & (logs != 0), "there is no repeat purchase (x is 0) but litt is not 0", logs, "it must be 0")
    # x times that add up to t_x have the greatest product when they are equal
    most = rows.x * np.log(np.where(rows.x > 0, rows.t_x, 1.0) / np.maximum(rows.x, 1))
    what = "litt is greater than x times between purchases that add up to t_x allow"
    _refuse(logs > most + 1e-6 * (1 + np.abs(most)), what, logs, "use natural logarithms and the unit of t_x")
    return logs


def chance_summary(
    x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> PurchaseSummary:
    """The same for customers who may buy at n set chances (as T); or raise BadSummary with the reason."""
    x, t_x, n, counts = _columns(("x", x), ("t_x", t_x), ("n", n), ("weights", 1.0 if weights is None else weights))
    _refuse_bad_counts(x)
    _refuse(counts < 0, "weights is negative", counts, "weights must be 0 or more")
    for name, column in (("t_x", t_x), ("n", n)):
        _refuse((column < 0) | (column != np.floor(column)), f"{name} is no count of chances", column, "0, 1, 2 …")
    _refuse(t_x > n, "t_x is later than n", t_x, "leave out purchases after the last chance")
    _refuse(n > MOST_CHANCES, f"there were more than {MOST_CHANCES:,} chances", n, "put chances together, say by month")
    _refuse((x == 0) != (t_x == 0), "only one of x and t_x is 0", t_x, "t_x is the number of the last chance taken")
    _refuse(x > t_x, "there are more purchases (x) than chances up to t_x", x, "count one purchase per chance")
    return PurchaseSummary(x, t_x, n, counts)


def drifting_summary(
    n: npt.ArrayLike, x: npt.ArrayLike, T: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> tuple[Array, Array, Array, Array]:
    """Purchases that followed, and the faded count x and time T before them, with weights; or raise BadSummary."""
    n, x, T, counts = _columns(("n", n), ("x", x), ("T", T), ("weights", 1.0 if weights is None else weights))
    _refuse((n < 0) | (n != np.floor(n)), "n is no count of purchases", n, "0, 1, 2 …")
    for name, column in (("x", x), ("T", T), ("weights", counts)):
        _refuse(column < 0, f"{name} is negative", column, f"{name} must be 0 or more")
    return n, x, T, counts


def spend_summary(x: npt.ArrayLike, mean_spend: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> SpendSummary:
    """Return the columns as arrays of one length, or raise BadSummary with the reason."""
    x, mean, counts = _columns(("x", x), ("mean_spend", mean_spend), ("weights", 1.0 if weights is None else weights))
    _refuse_bad_counts(x)
    _refuse(counts < 0, "weights is negative", counts, "weights must be 0 or more")
    # unknown and infinite means are refused here too: neither is above 0 and finite
    usable = np.isfinite(mean) & (mean > 0)
    _refuse((x > 0) & ~usable, "mean_spend is missing, 0 or less", mean, "leave out customers without positive spend")
    return SpendSummary(x, mean, counts)


def refuse_too_few(n_customers: float, n_buying_again: float) -> None:
    """Raise BadSummary when there is nothing to learn four parameters from."""
    if n_customers < FEWEST_CUSTOMERS:
        raise BadSummary(
            f"Only {n_customers:g} customers: at least {FEWEST_CUSTOMERS} are needed. "
            "Take a longer period, or put small lines of business together."
        )
    if n_buying_again == 0:
        raise BadSummary(
            f"None of the {n_customers:g} customers bought a second time, so nothing can be learned of their "
            "rhythm. Take a longer period."
        )


def refuse_mixed_units(rows: PurchaseSummary) -> None:
    """Raise BadSummary when t_x and T look as if they were in two units of time."""
    again = (rows.x > 0) & (rows.weights > 0)
    buyers = float(rows.weights[again].sum())
    if buyers < FEWEST_CUSTOMERS:
        return
    shares = np.where(again, rows.t_x / np.where(again, rows.T, 1.0), 0.0)
    latest = int(np.argmax(shares))
    for (short, long), ratio in UNITS.items():
        if CLOSE * ratio < shares[latest] <= ratio * (1 + 1e-6):
            raise BadSummary(
                f"t_x looks like {short} and T like {long}: none of the {buyers:,.0f} customers who bought again did "
                f"so after {shares[latest]:.1%} of T (the latest in row {latest}: t_x {rows.t_x[latest]:g}, T "
                f"{rows.T[latest]:g}). Give both in one unit. Where they are, because nobody could buy any more (a "
                "shop that closed early), say so: fit(…, same_unit=True)."
            )


def grouped(columns: tuple[Array, ...], weights: Array) -> tuple[tuple[Array, ...], Array]:
    """Collapse equal rows into one, adding up their weights; rows of weight 0 go."""
    kept = weights > 0
    if not kept.all():
        columns, weights = tuple(column[kept] for column in columns), weights[kept]
    rows, like = distinct(columns)
    return rows, np.bincount(like, weights=weights, minlength=len(rows[0]))


def distinct(columns: tuple[Array, ...]) -> tuple[tuple[Array, ...], IntArray]:
    """Return the distinct rows, and for each row the index of its like among them. The columns hold no NaN.

    One sort of numbers that carry a digest of the row above and its place below, several times quicker than sorting
    places by columns. Every row is then held against the first of its group, so a clash of digests does no harm.
    """
    size = len(columns[0])
    bits = np.uint64(max(1, (size - 1).bit_length()))
    keys = ((_digest(columns) >> bits) << bits) | np.arange(size, dtype=np.uint64)
    keys.sort()
    order = (keys & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.intp)
    begins = np.ones(size, dtype=np.bool_)
    begins[1:] = (keys[1:] >> bits) != (keys[:-1] >> bits)
    like = np.empty(size, dtype=np.intp)
    like[order] = np.cumsum(begins) - 1
    firsts = order[begins]
    rows = tuple(column[firsts] for column in columns)
    strange = np.zeros(size, dtype=np.bool_)
    for column, first in zip(columns, rows, strict=True):
        strange |= first[like] != column
    if not strange.any():
        return rows, like
    others, own = distinct(tuple(column[strange] for column in columns))
    like[strange] = len(firsts) + own
    return tuple(np.append(row, other) for row, other in zip(rows, others, strict=True)), like


def _digest(columns: tuple[Array, ...]) -> npt.NDArray[np.uint64]:
    digest = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        # + 0.0 makes -0.0 and 0.0 the same bits
        digest ^= np.ascontiguousarray(column + 0.0).view(np.uint64)
        digest ^= digest >> np.uint64(32)
        digest *= np.uint64(0x9E3779B97F4A7C15)
        digest ^= digest >> np.uint64(29)
    return digest


def _columns(*named: tuple[str, npt.ArrayLike]) -> tuple[Array, ...]:
    columns = {name: numbers(name, values, gaps=name == "mean_spend") for name, values in named}
    lengths = {name: len(column) for name, column in columns.items() if len(column) != 1}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise BadSummary(f"The columns have different lengths ({told}); there must be one value per customer in each.")
    length = next(iter(lengths.values()), 1)
    return tuple(np.broadcast_to(column, (length,)) for column in columns.values())


def numbers(name: str, values: npt.ArrayLike, *, gaps: bool = False) -> Array:
    """A column of finite numbers, with gaps where they are allowed, or raise BadSummary."""
    try:
        given = np.asarray(values)
        if given.dtype.kind in "USmMc":
            raise TypeError(f"values of the kind {given.dtype}")
        column = np.atleast_1d(given.astype(np.float64, copy=False))
    except (TypeError, ValueError, OverflowError) as error:
        raise BadSummary(f"{name} holds something that is not a number ({error}).") from error
    if column.ndim != 1:
        raise BadSummary(f"{name} has {column.ndim} dimensions; it must be one value per customer.")
    if not gaps:
        _refuse(~np.isfinite(column), f"{name} is missing or infinite", column, "every customer needs a number")
    with np.errstate(invalid="ignore"):
        beyond = np.isfinite(column) & (np.abs(column) > LARGEST)
    _refuse(beyond, f"{name} is beyond {LARGEST:g}", column, "choose a larger unit")
    return column


def _refuse_bad_counts(x: Array) -> None:
    _refuse(x < 0, "x is negative", x, "x counts purchases and is 0 or more")
    _refuse(x != np.floor(x), "x is not a whole number", x, "x counts purchases")


def _refuse(bad: BoolArray, what: str, values: Array, way_out: str) -> None:
    if bad.any():
        first = int(np.argmax(bad))
        raise BadSummary(
            f"For {int(bad.sum()):,} of {len(bad):,} customers {what} "
            f"(the first in row {first}: {values[first]:g}); {way_out}."
        )
