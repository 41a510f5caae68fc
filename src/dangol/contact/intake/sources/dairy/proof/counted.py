"""What the feeds of the proof say of each customer, counted without any code of Dangol's values."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dangol.contact.intake.feeds import Feed
from dangol.contact.intake.sources.dairy.assumptions import STARTS, WEEK, Flags, Real, Whole
from dangol.contact.intake.sources.dairy.proof.assumptions import CUT_OFF, MINUTE, QUARTERS, RETURN, YEAR
from dangol.contact.intake.sources.dairy.proof.drifting import quarter
from dangol.contact.intake.sources.dairy.traits import World


@dataclass(frozen=True)
class Counted:
    """One entry per customer. Money in won, times in seconds.

    economic, cost: of the year; bought: customer × quarter, purchases; last: time of the last purchase, -1 without;
    lines, listed: lines bought and what they came to at list price; complaints: those not about a late delivery;
    rating: mean of the answers of the year, NaN without; asked: in the year; bought_in_year: purchases; spending: net
    revenue of the year; tenure: weeks since registering.
    """

    economic: Real
    cost: Real
    bought: Real
    last: Real
    lines: Real
    listed: Real
    complaints: Real
    rating: Real
    asked: Flags
    bought_in_year: Real
    spending: Real
    tenure: Real

    @property
    def active(self) -> Flags:
        """Who bought in the year: of nobody else is customer value known."""
        return self.last >= CUT_OFF - YEAR


def counted(of: World, feeds: Iterable[Feed]) -> Counted:
    """What these feeds, all before the cut-off, come to."""
    tables: dict[str, pa.Table] = {}
    for feed in feeds:
        tables[feed.kind] = feed.table
    lines, points, met, said = (
        _Rows(of, tables[kind]) for kind in ("transactions", "points", "interactions", "answers")
    )
    money = {name: lines.number(name) for name in ("amount", "price_discount", "coupon_discount", "fee")}
    given = money["price_discount"] + money["coupon_discount"]
    forward = lines.number("quantity") > 0
    receipt = lines.words("receipt")
    first = np.zeros(len(receipt), dtype=bool)
    first[np.unique(receipt, return_index=True)[1]] = True
    first &= forward
    back = ~forward
    first_back = np.zeros(len(receipt), dtype=bool)
    first_back[np.unique(np.where(back, receipt, ""), return_index=True)[1]] = True
    kind = points.words("kind")
    signed = points.number("amount") * np.select([kind == "granted", kind == "expired"], [1.0, -1.0], 0.0)
    sort = met.words("kind")
    late = {ref.partition("-")[2] for ref in met.words("ref")[sort == "late_delivery"]}
    about_late = np.array([ref.partition("-")[2] in late for ref in met.words("ref")])
    sheets = said.sums(said.lately * 1.0)
    with np.errstate(invalid="ignore"):
        rating = said.sums(said.number("score") * said.lately) / sheets
    last = np.full(len(of.rate), -1.0)
    np.maximum.at(last, lines.who[forward], lines.time[forward].astype(np.float64))
    per_quarter = np.zeros((len(of.rate), QUARTERS))
    np.add.at(per_quarter, (lines.who[first], quarter(lines.time[first])), 1.0)
    return Counted(
        economic=lines.sums(given * lines.lately) + points.sums(signed * points.lately)
        + met.sums(met.number("worth") * met.lately),
        cost=lines.sums((money["fee"] + (back & first_back) * RETURN * MINUTE) * lines.lately)
        + met.sums(met.number("minutes") * MINUTE * met.lately),
        bought=per_quarter,
        last=last,
        lines=lines.sums(forward * 1.0),
        listed=lines.sums((money["amount"] - money["fee"] + given) * forward),
        complaints=met.sums(((sort == "complaint") & ~about_late) * 1.0),
        rating=rating,
        asked=met.sums((sort == "survey_invitation") * met.lately * 1.0) > 0,
        bought_in_year=lines.sums(first * lines.lately * 1.0),
        spending=lines.sums(money["amount"] * lines.lately),
        tenure=(CUT_OFF - of.people.registered) / WEEK,
    )  # fmt: skip


class _Rows:
    """The rows of a feed with the customer each belongs to."""

    def __init__(self, of: World, table: pa.Table) -> None:
        self.table, self.count = table, len(of.rate)
        at = of.people.number_of
        self.who = np.array([at[name] for name in self.words("customer")], dtype=np.int64)
        moment = table["time"].to_numpy().astype("datetime64[s]")
        self.time: Whole = (moment - np.datetime64(STARTS, "s")).astype(np.int64)
        self.lately = self.time >= CUT_OFF - YEAR

    def words(self, name: str) -> np.ndarray:
        return np.asarray(self.table[name].to_numpy(zero_copy_only=False))

    def number(self, name: str) -> Real:
        return np.asarray(self.table[name].to_numpy(zero_copy_only=False), dtype=np.float64)

    def sums(self, values: np.ndarray) -> Real:
        return np.asarray(np.bincount(self.who, weights=values, minlength=self.count), dtype=np.float64)
