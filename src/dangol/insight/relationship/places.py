"""Where everybody stands by the newest valuation, kept at hand of very many: a part of the map is counted and summed in
milliseconds.

What is kept is a column a score (records/customers/at_hand.py): read once a run, and of whoever was changed, erased,
merged or taken apart since, read again at each look. Of few customers the store is asked; both say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis import score_columns
from dangol.insight.analysis.intervals import NORMAL_975
from dangol.insight.analysis.models import Run
from dangol.insight.relationship import lasso
from dangol.insight.relationship.fair_line import REGIONS
from dangol.insight.relationship.lasso import Corners
from dangol.insight.relationship.value_columns import VALUATION, part_column, run_of
from dangol.records.customers.at_hand import AT_HAND, in_one_go
from dangol.records.customers.columns import COLUMNS, EMPTY, Asked, Column, Kind, Wish
from dangol.records.customers.selecting import many
from dangol.records.staff.scope import WHOLE

type Array = npt.NDArray[Any]

# Not for lists: whose region is unknown is told apart here from who was not valued, and the interval has two ends.
REGION = score_columns.score_column(
    "map_region", _("Region"), Kind.CHOICE, of=VALUATION, score="region", value="text", sorts=False
)
LOW, HIGH = (
    part_column(f"map_equity_{end}", _("Customer equity"), Kind.MONEY, part=f"equity_{end}") for end in ("low", "high")
)
LISTED = ("line", "customer_value", "customer_equity", "equity", "gap")  # columns of lists that are kept anyway


@dataclass(frozen=True)
class Part:
    """A part of the map: any of these regions and lines (none: all), within ranges of value and a drawn shape.

    among: the keys of those who alone may be in it, a part at a time; None for everybody.
    """

    regions: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    customer_value: tuple[float, float] | None = None
    customer_equity: tuple[float, float] | None = None
    outline: Corners = ()
    among: Iterable[Sequence[int]] | None = None


@dataclass(frozen=True)
class Counted:
    """Who is in a part: how many, in which regions, mean values (None: of nobody), equity and the variance of its sum;
    those farthest from the fair-value line, the farthest first.
    """

    customers: int
    regions: dict[str, int]
    customer_value: float | None
    customer_equity: float | None
    equity: float
    variance: float
    farthest: list[int]


def columns() -> list[Column]:
    """All that is kept at hand for the map."""
    return [*(COLUMNS[name] for name in LISTED), REGION, LOW, HIGH]


def stand(asked: Asked) -> bool:
    """Whether nobody waits for them: they are read already, or customers are few."""
    return not many() or AT_HAND.stands(columns(), asked)


def counted(part: Part, run: Run, asked: Asked, *, farthest: int) -> Counted | None:
    """What is at hand of a part; None where the store is to be asked: of few, and of another run than the newest."""
    if not many() or run_of(asked) != run:
        return None
    with _held(asked):
        chosen = _chosen(part)
        told = {name: AT_HAND.numbers(COLUMNS[name])[chosen] for name in LISTED if name != "line"}
        regions = AT_HAND.counts(chosen, REGION)
        spread = (AT_HAND.numbers(HIGH)[chosen] - AT_HAND.numbers(LOW)[chosen]) / (2 * NORMAL_975)
        ids = AT_HAND.ids[chosen]
    return Counted(
        customers=len(ids),
        regions={region: regions.get(region, 0) for region in REGIONS},
        customer_value=_mean(told["customer_value"]),
        customer_equity=_mean(told["customer_equity"]),
        equity=float(np.nansum(told["equity"])),
        variance=float(np.nansum(spread * spread)),
        farthest=_farthest(ids, np.abs(told["gap"]), farthest),
    )


@contextmanager
def _held(asked: Asked) -> Iterator[None]:
    """While nobody else looks. What is to be read first is read part by part: others come between."""
    for some in in_one_go(columns()):
        with AT_HAND.lock:
            AT_HAND.prepare(some, asked)
    with AT_HAND.lock:
        AT_HAND.prepare(columns(), asked)
        yield


def _chosen(part: Part) -> Array:
    wishes = []
    if part.regions:
        wishes.append((REGION, Wish(REGION.name, part.regions)))
    if part.lines:
        # A line is a word of the shop's own: it may be the one that stands for "not known".
        wishes.append((COLUMNS["line"], Wish("line", tuple(line for line in part.lines if line != EMPTY))))
    for name in ("customer_value", "customer_equity"):
        if (ends := getattr(part, name)) is not None:
            wishes.append((COLUMNS[name], Wish(name, low=ends[0], high=ends[1])))
    chosen: Array = AT_HAND.chosen(wishes, WHOLE)
    if part.outline:
        spots = (AT_HAND.numbers(COLUMNS[name]) for name in ("customer_equity", "customer_value"))
        chosen &= lasso.holds(part.outline, *spots)
    if part.among is not None:
        chosen &= AT_HAND.among(part.among)
    return chosen


def _mean(values: Array) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _farthest(ids: Array, gaps: Array, number: int) -> list[int]:
    """Equals by their number."""
    placed = np.flatnonzero(~np.isnan(gaps))
    if len(placed) > number:
        least = np.partition(gaps[placed], len(placed) - number)[len(placed) - number]
        placed = placed[gaps[placed] >= least]
    order = np.lexsort((ids[placed], -gaps[placed]))[:number]
    return [int(one) for one in ids[placed[order]]]
