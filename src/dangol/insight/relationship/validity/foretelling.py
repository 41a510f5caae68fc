"""Whether the line foretold who left: values as of the cut-off, against the silences that came after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dangol.insight.relationship.rank_correlation import rank_correlation
from dangol.insight.relationship.summary import spending_correlation
from dangol.insight.relationship.validity.hazards import Hazards, Watched, hazards, parts_of, strata
from dangol.insight.relationship.validity.side_by_side import SideBySide, side_by_side
from dangol.insight.relationship.validity.silences import STRICTER, TIMES, Silences, silences
from dangol.insight.relationship.valuation import Valuation

type Keys = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rule:
    """Leaving as a silence of so many times the usual days between purchases; back: leavers who bought again later."""

    times: float
    back: int
    hazards: Hazards


@dataclass(frozen=True)
class Foretold:
    """customers: valued from the company's side at the cut-off; unplaced: their value to the customer was unknown;
    strangers, gone, slow: of the others, without a rhythm, silent before, too slow to be seen to leave in these weeks;
    spending: rank correlation of customer value with spending, same: of both values with each other; rules: the one
    that answers and the stricter ones; plain: by that one.
    """

    customers: int
    unplaced: int
    strangers: int
    gone: int
    slow: int
    spending: float | None
    same: float | None
    rules: tuple[Rule, ...]
    plain: SideBySide

    @property
    def rule(self) -> Rule:
        """The one that answers."""
        return self.rules[0]


def foretold(found: Valuation, came: pa.Table, *, days: int) -> Foretold:
    """Hold the values of the cut-off against purchases in the days after it (`days_held_back`, and days `after`)."""
    seen, buyers = found.seen, found.seen.buyers
    later = _of_buyers(found, came)
    value, equity = found.customer_value.rank[seen.buying], found.customer_equity.rank[seen.buying]
    known, placed = ~np.isnan(equity), ~np.isnan(value) & ~np.isnan(equity)
    quiet = [silences(buyers.x, buyers.t_x, buyers.T, later, days, times=times) for times in (TIMES, *STRICTER)]
    who = placed & quiet[0].watched
    return Foretold(
        customers=int(known.sum()),
        unplaced=int((known & ~placed).sum()),
        **_unwatched(quiet[0], placed, buyers.T - buyers.t_x),
        spending=spending_correlation(found),
        same=rank_correlation(value[placed], equity[placed]),
        rules=tuple(
            _rule(times, found, one, placed & one.watched) for times, one in zip((TIMES, *STRICTER), quiet, strict=True)
        ),
        plain=side_by_side(equity[who], found.regions[seen.buying][who], quiet[0].left[who], buyers.line[who]),
    )


def _rule(times: float, found: Valuation, quiet: Silences, who: npt.NDArray[np.bool_]) -> Rule:
    return Rule(times, int(quiet.back[who].sum()), hazards(_watched(found, quiet, who)))


def _watched(found: Valuation, quiet: Silences, who: npt.NDArray[np.bool_]) -> Watched:
    at, buyers = found.seen.buying[who], found.seen.buyers.of(who)
    return Watched(
        day=quiet.day[who],
        left=quiet.left[who],
        value=found.customer_value.rank[at],
        equity=found.customer_equity.rank[at],
        money=found.company.equity[who],
        quiet=(buyers.T - buyers.t_x) / quiet.bears[who],
        region=found.regions[at],
        alike=strata(buyers.line, parts_of(quiet.bears[who], 3), parts_of(buyers.T, 2)),
    )


def _of_buyers(found: Valuation, came: pa.Table) -> tuple[Keys, Keys]:
    """Place among the buyers of the cut-off and day of each purchase after it; who first came later is left out."""
    seen = found.seen
    rows, at, _ = seen.customers.known(came)
    among = np.full(len(seen.customers), -1, dtype=np.int64)
    among[seen.buying] = np.arange(len(seen.buying))
    place, day = among[at], rows.column("after").to_numpy().astype(np.int64)
    return place[place >= 0], day[place >= 0]


def _unwatched(quiet: Silences, placed: npt.NDArray[np.bool_], silent: npt.NDArray[np.float64]) -> dict[str, int]:
    """Why customers who were placed could not be seen to leave."""
    stranger = placed & np.isnan(quiet.bears)
    gone = placed & (silent > quiet.bears)
    return {
        "strangers": int(stranger.sum()),
        "gone": int(gone.sum()),
        "slow": int((placed & ~stranger & ~gone & ~quiet.watched).sum()),
    }
