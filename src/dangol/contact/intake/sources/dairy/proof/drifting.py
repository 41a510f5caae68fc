"""The dairy of a seed as the proof knows it: people who drift, their history, and the weeks beyond the cut-off."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.feeds import Feed
from dangol.contact.intake.sources.dairy.assumptions import OPENS, Real, Whole, stream
from dangol.contact.intake.sources.dairy.baskets import filled
from dangol.contact.intake.sources.dairy.business import BEFORE, told
from dangol.contact.intake.sources.dairy.effect import NOBODY
from dangol.contact.intake.sources.dairy.proof.assumptions import (
    COMPLAINED_OF,
    CUT_OFF,
    DRIFT,
    LOUDER,
    MOOD,
    MOOD_STAYS,
    QUARTER,
    QUARTERS,
    STAYS,
    UNRECORDED,
    WINDOW,
)
from dangol.contact.intake.sources.dairy.proof.ratings import rated
from dangol.contact.intake.sources.dairy.purchases import Purchases, drawn
from dangol.contact.intake.sources.dairy.realised import Realised, numbered
from dangol.contact.intake.sources.dairy.surveys import Wave
from dangol.contact.intake.sources.dairy.traits import World, world

ZONE = ZoneInfo("Asia/Seoul")
COSTLY = ("complaint", "inquiry", "late_delivery")


@dataclass(frozen=True)
class Drifting:
    """One dairy. drift: customer × quarter, logarithms, the last entry for the weeks beyond the cut-off; mood: customer
    × (first wave, second wave, cut-off), points of satisfaction. A source like the others: `rounds` takes it in.
    """

    of: World
    drift: Real
    mood: Real
    events: Realised
    asked: list[Wave]

    name = "dairy"
    real = False
    currency = "KRW"
    time_zone = "Asia/Seoul"
    opens_at = OPENS.replace(tzinfo=ZONE)

    def feeds(self, *, until: datetime) -> Iterator[Feed]:
        """What is observed until the cut-off, contacts that nobody wrote down left out; `until` is the cut-off."""
        for feed in self.happened():
            if feed.kind == "interactions":
                feed = Feed(feed.kind, feed.table.filter(pa.array(self._recorded(feed.table))))
            yield feed

    def happened(self) -> Iterator[Feed]:
        """What took place until the cut-off, written down or not."""
        for feed in told(self.of, self.events, self.asked, NOBODY, since=BEFORE, until=CUT_OFF):
            yield _day_by_day(feed) if feed.kind == "transactions" else feed

    def buys_later(self) -> np.ndarray:
        """Who buys at least once in the weeks beyond the cut-off."""
        now = replace(self.of, rate=self.of.rate * np.exp(self.drift[:, QUARTERS]))
        who = np.arange(len(now.rate))
        begins = np.full(len(who), CUT_OFF)
        ends = np.clip(now.gone, CUT_OFF, CUT_OFF + WINDOW)
        bought = drawn(now, who, begins, ends, stream("proof window", self.of.seed))
        return np.isin(who, bought.who)

    def _recorded(self, contacts: pa.Table) -> np.ndarray:
        costly = np.isin(contacts["kind"].to_numpy(zero_copy_only=False), COSTLY)
        lost = stream("unrecorded", self.of.seed).random(contacts.num_rows) < UNRECORDED
        return np.asarray(~(costly & lost))


def _day_by_day(sales: Feed) -> Feed:
    """The same with a receipt for each day on which goods of one purchase are brought back, as a till writes it."""
    table = sales.table
    of_day = pc.binary_join_element_wise(table["receipt"], pc.strftime(table["time"], "%Y%m%d"), "-")
    receipts = pc.if_else(pc.less(table["quantity"], 0), of_day, table["receipt"])
    return Feed(sales.kind, table.set_column(table.column_names.index("receipt"), "receipt", receipts))


def drifting(seed: int, *, customers: int | None = None) -> Drifting:
    """The dairy of this seed, or as many customers of each line of business."""
    of = louder(some(world(seed), customers))
    random = stream("proof", seed)
    drift = _drift(len(of.rate), random)
    first, second, then = random.standard_normal((3, len(of.rate)))
    now = MOOD_STAYS * second + np.sqrt(1 - MOOD_STAYS**2) * then
    mood = MOOD * np.column_stack([first, second, now])
    events = _history(of, drift)
    asked = rated(of, mood, events, until=CUT_OFF)
    return Drifting(of, drift, mood, events, asked)


def some(of: World, customers: int | None) -> World:
    """The first so many customers of each line of business; None: all."""
    if customers is None:
        return of
    rows = np.concatenate([np.flatnonzero(of.people.line == line)[:customers] for line in (0, 1)])
    fewer: World = _rows(of, rows, keep=("lateness", "generous"), people=_rows(of.people, rows))
    return fewer


def _rows(of: Any, rows: Whole, *, keep: tuple[str, ...] = (), **other: Any) -> Any:
    columns = {field.name: getattr(of, field.name) for field in fields(of) if field.name not in (*keep, *other)}
    picked = {name: column[rows] for name, column in columns.items() if isinstance(column, np.ndarray)}
    return replace(of, **picked, **other)


def louder(of: World) -> World:
    """The same people, who complain more, and the more the less content they are."""
    return replace(of, louder=LOUDER, complained_of=COMPLAINED_OF)


def _drift(count: int, random: np.random.Generator) -> Real:
    """A deviation that comes back to the mean, one step a quarter."""
    steps = random.standard_normal((count, QUARTERS + 1))
    path = np.empty_like(steps)
    path[:, 0] = steps[:, 0]
    for number in range(1, QUARTERS + 1):
        path[:, number] = STAYS * path[:, number - 1] + np.sqrt(1 - STAYS**2) * steps[:, number]
    return DRIFT * path


def quarter(time: Whole) -> Whole:
    """The quarter of history that each moment falls into."""
    return np.minimum(time // QUARTER, QUARTERS - 1)


def _history(of: World, drift: Real) -> Realised:
    """Purchases at the highest rate of each, thinned to that of the quarter."""
    random = stream("proof purchases", of.seed)
    highest = drift[:, :QUARTERS].max(axis=1)
    who = np.arange(len(of.rate))
    fast = replace(of, rate=of.rate * np.exp(highest))
    possible = drawn(fast, who, of.begins, np.clip(of.gone, of.begins, CUT_OFF), random)
    share = np.exp(drift[possible.who, quarter(possible.time)] - highest[possible.who])
    purchases: Purchases = possible.those(random.random(len(possible)) < share)
    return Realised(purchases, numbered(0, np.arange(len(purchases))), filled(of, purchases, random))
