"""Contracts as arrays: how long each has lasted, and the stretches of them in which something was known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dangol.insight.analysis.survival import BadContracts, KaplanMeier
from dangol.insight.warehouse.contracts import OPEN

type Array = npt.NDArray[np.float64]
type Days = npt.NDArray[np.int64]

MONTH = 365.25 / 12  # days
TWENTY, MISTAKEN = 20, 9
FEWEST_SEEN = 10  # contracts that a point of a curve rests on
COUNTED = ("several", "pauses", "paused", "price_changes", "complaints", "late_deliveries", "contacts", "purchase_days")


@dataclass(frozen=True)
class Lives:
    """One entry a contract, days counted from 1970 on. ended: OPEN where no end is told; plans: 0 where none is."""

    began: Days
    ended: Days
    lines: npt.NDArray[np.str_]
    plans: Days

    @classmethod
    def of(cls, table: pa.Table) -> Lives:
        """Of a table of the warehouse."""
        began, ended, plans = (_whole(table, name) for name in ("began", "ended", "plan"))
        return cls(began, ended, _words(table), plans)

    def some(self, which: npt.NDArray[np.bool_]) -> Lives:
        return Lives(self.began[which], self.ended[which], self.lines[which], self.plans[which])

    def begun_by(self, day: int) -> Lives:
        """As it stood at the end of a day: later ends are not known yet."""
        known = self.some(self.began <= day)
        return Lives(known.began, np.where(known.ended > day, OPEN, known.ended), known.lines, known.plans)

    def told_from(self, day: int) -> int | None:
        """The day from which on ends are written down, as far as is known on a day; None where there is none by then.

        One end in TWENTY, at most MISTAKEN, may lie before it: a few mistaken dates do not say when it was, and to
        begin a little late makes no curve wrong.
        """
        over = self.ended[self.ended <= day]
        if not len(over):
            return None
        place = min(len(over) // TWENTY, MISTAKEN)
        return int(np.partition(over, place)[place])

    def __len__(self) -> int:
        return len(self.began)


def curve(lives: Lives, *, today: int) -> KaplanMeier:
    """How long contracts last, as of a day: of `late_curve`, or where none leads across, all from their beginning."""
    found = late_curve(lives, today=today)
    return found if found is not None else KaplanMeier().fit(*_lasted(lives, today))


def late_curve(lives: Lives, *, today: int) -> KaplanMeier | None:
    """The curve with contracts that began before ends were written down counted from the age that they had by then:
    others that began with them may have ended before anybody wrote ends down.

    None where too few began since to say how the first months go.
    """
    first = lives.told_from(today)
    if first is None:
        return None
    months, ended = _lasted(lives, today)
    entered = np.minimum(np.maximum(first - 1 - lives.began, 0) / MONTH, months)
    seen = entered < months
    try:
        found = KaplanMeier().fit(months[seen], ended[seen], entered=entered[seen])
    except BadContracts:
        return None
    enough = np.flatnonzero(found.at_risk_ >= FEWEST_SEEN)
    across = slice(0, enough[-1] if len(enough) else None)
    thin = (found.at_risk_[across] < FEWEST_SEEN) & (found.ends_[across] > 0)
    return None if thin.any() else found


def _lasted(lives: Lives, today: int) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Months that each lasted by a day, and whether it ended by then."""
    ended = lives.ended <= today
    return np.maximum(np.minimum(lives.ended, today) - lives.began, np.where(ended, 1, 0)) / MONTH, ended


@dataclass(frozen=True)
class Known:
    """Contracts that ran on a day, one entry each. seen: that day, or their own first; price: NaN where not told."""

    lives: Lives
    seen: Days
    price: Array
    counted: dict[str, Array]

    @classmethod
    def of(cls, table: pa.Table) -> Known:
        """Of a table of the warehouse."""
        price = table.column("price").cast(pa.float64()).to_numpy(zero_copy_only=False)
        counted = {name: _whole(table, name).astype(np.float64) for name in COUNTED}
        return cls(Lives.of(table), _whole(table, "seen"), price, counted)

    @classmethod
    def joined(cls, parts: list[Known]) -> Known:
        """All of them as one."""
        lives = Lives(*(np.concatenate([getattr(one.lives, name) for one in parts]) for name in LIFE))
        counted = {name: np.concatenate([one.counted[name] for one in parts]) for name in COUNTED}
        return cls(
            lives, np.concatenate([one.seen for one in parts]), np.concatenate([one.price for one in parts]), counted
        )

    @property
    def age(self) -> Array:
        """Months each had lasted when it was seen."""
        return (self.seen - self.lives.began) / MONTH

    def __len__(self) -> int:
        return len(self.seen)


LIFE = ("began", "ended", "lines", "plans")


@dataclass(frozen=True)
class Stretches:
    """Stretches of contracts from when they were seen to the end of a window: entered and months in months of the
    contract, ended: whether it ended within. `whole`: the same in whole months, of which each was seen from beginning
    to end; of a stretch without one, months are entered.
    """

    entered: Array
    months: Array
    ended: npt.NDArray[np.bool_]
    whole_entered: Array
    whole_months: Array
    whole_ended: npt.NDArray[np.bool_]


def stretches(known: Known, *, window: int, until: int) -> Stretches:
    """What became of each by the end of the window (a day), and of months begun within it by `until`."""
    began, ended = known.lives.began, known.lives.ended
    last = np.minimum(np.maximum(ended, known.seen + 1), window)
    age, over = known.age, ended <= until
    left_at = np.maximum(np.ceil((np.maximum(ended, began + 1) - began) / MONTH) - 1, 0)  # month of leaving, from 0
    first = np.ceil(age - 1e-9)
    stop = np.minimum(np.ceil((window - began) / MONTH), np.floor((until - began) / MONTH))
    left = over & (left_at >= first) & (left_at < stop)
    # who left in a month that was not seen from its beginning tells of no whole month
    stop = np.where(over & ~left, np.minimum(stop, left_at), stop)
    months = np.maximum(np.where(left, left_at + 1, stop), first)
    return Stretches(age, (last - began) / MONTH, (ended <= window) & over, first, months, left)


def _whole(table: pa.Table, name: str) -> Days:
    found: Days = table.column(name).to_numpy().astype(np.int64)
    return found


def _words(table: pa.Table) -> npt.NDArray[np.str_]:
    return np.array(table.column("line").fill_null("").to_pylist(), dtype=np.str_)
