"""Groups side by side: what they buy more than others, where, how much, with which discounts, what they say and want.

Everybody is described by their last year with us, which ends with their last purchase: those who stopped, too, by what
they bought while they still did. Shares are of customers, with a 95 % interval (Wilson). A category counts as theirs
where they bought it more often than other customers by more than chance (Fisher's exact test, paid for every category
of every group looked at), and at least a tenth more often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dangol.insight.analysis.baskets.chance import false_discovery, fisher, share_interval
from dangol.insight.analysis.groups.voices import Voices
from dangol.insight.analysis.groups.words import EVERYBODY
from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.who_counts import Customers
from dangol.insight.warehouse.habits import described
from dangol.insight.warehouse.queries import Lake

type Marks = npt.NDArray[np.bool_]

MOST = 5  # rows of each list
FEWEST = 5  # customers of the group who bought it
FALSE, LIFT = 0.05, 1.1
Said = dict[str, Any]


@dataclass(frozen=True)
class Members:
    """Customers with a purchase: keys in the lake, the day of the last one, and who is in which group."""

    customers: Customers
    bought: Marks
    last_day: pa.Array  # of those who bought, in order
    groups: Mapping[str, Marks]  # by code; of all customers

    def table(self) -> pa.Table:
        """A row for each group somebody is in, everybody among them."""
        places = np.flatnonzero(self.bought)
        rows = {EVERYBODY: places} | {code: np.flatnonzero(marks & self.bought) for code, marks in self.groups.items()}
        at = np.concatenate(list(rows.values()))
        return pa.table({
            "customer_key": pa.array(self.customers.keys[at], pa.int64()),
            "last_day": self.last_day.take(pa.array(np.searchsorted(places, at))),
            "member_of": pa.array([code for code, these in rows.items() for _ in range(len(these))], pa.string()),
        })  # fmt: skip


def side_by_side(lake: Lake, members: Members, voices: Voices, *, as_of: date) -> dict[str, Said]:
    """What can be said of each group, by its code, and of everybody, as plain values; shares with their intervals."""
    with described(lake, members.table(), as_of=as_of) as asked:
        sums = {row.pop("member_of"): row for row in asked.sums().to_pylist()}
        categories, channels = asked.categories(), asked.channels()
    told = {code: _sums(row) for code, row in sums.items()}
    sizes = {code: row["customers"] for code, row in sums.items()}
    for code, rows in _categories(categories, sizes).items():
        told[code]["categories"] = rows
    for code, one in told.items():
        one["channels"] = _shares(channels, "channel", code, sizes[code])
        marks = members.bought if code == EVERYBODY else members.groups[code] & members.bought
        one["said"] = _marked(voices.said, marks)
        one["wants"] = _marked(voices.wants, marks)
    return told


def _sums(row: Said) -> Said:
    """Sums of a group, and its shares with intervals."""
    customers, purchases = row["customers"], max(row["purchases"], 1)
    return {
        "customers": customers, "purchases": row["purchases"], "revenue": row["revenue"],
        "basket": row["revenue"] / purchases, "each": row["purchases"] / max(customers, 1),
        "off_share": row["off"] / max(row["off"] + row["revenue"], 1), "off_days": row["off_days"] / purchases,
        "returned": _share(row["returned"], customers), "categories": [],
    }  # fmt: skip


def _categories(table: pa.Table, sizes: Mapping[str, int]) -> dict[str, list[list[Any]]]:
    """Category, customers, their share with its interval, lift with its interval; of each group the strongest first."""
    everybody = sizes.get(EVERYBODY, 0)
    whole = dict(_of(table, EVERYBODY, "category"))
    rows = [
        (code, category, seen, whole[category])
        for code in sizes if code != EVERYBODY
        for category, seen in _of(table, code, "category")
    ]  # fmt: skip
    if not rows:
        return {}
    seen, both = (np.array([row[place] for row in rows], np.int64) for place in (2, 3))
    size = np.array([sizes[row[0]] for row in rows], np.int64)
    q = false_discovery(fisher(seen, size, both, np.full(len(rows), everybody)), len(rows))
    others = np.maximum(everybody - size, 1).astype(float)
    low, high = share_interval(seen, size, (both - seen).astype(float), others)
    usual = np.maximum((both - seen) / others, 0.5 / others)
    lift = seen / size / usual
    found: dict[str, list[list[Any]]] = {}
    telling = (q <= FALSE) & (lift >= LIFT) & (seen >= FEWEST)
    for place in np.argsort(-low, kind="stable").tolist():
        mine = found.setdefault(rows[place][0], [])
        if telling[place] and len(mine) < MOST:
            top = float(high[place]) if np.isfinite(high[place]) else None
            mine.append([rows[place][1], *_share(int(seen[place]), int(size[place])), float(lift[place]),
                         float(low[place]), top])  # fmt: skip
    return found


def _of(table: pa.Table, code: str, name: str) -> list[tuple[str, int]]:
    mine = table.filter(pc.equal(table["member_of"], code))
    return list(zip(mine[name].to_pylist(), mine["customers"].to_pylist(), strict=True))


def _shares(table: pa.Table, name: str, code: str, of: int) -> list[list[Any]]:
    """What, and the share of customers with its interval, the largest first."""
    rows = sorted(_of(table, code, name), key=lambda row: (-row[1], row[0]))[:MOST]
    return [[what, *_share(seen, of)] for what, seen in rows]


def _marked(kinds: Mapping[Any, Marks], mine: Marks) -> list[list[Any]]:
    counted = sorted(((kind, int((marks & mine).sum())) for kind, marks in kinds.items()), key=lambda row: -row[1])
    return [[kind, *_share(seen, int(mine.sum()))] for kind, seen in counted[:MOST] if seen]


def _share(seen: int, of: int) -> list[float]:
    """Customers, their share, and its interval."""
    if not of:
        return [seen, 0.0, 0.0, 0.0]
    low, high = wilson(np.array([seen]), np.array([of]))
    return [seen, seen / of, float(low[0]), float(high[0])]
