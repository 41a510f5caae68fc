"""What was known of each customer at the end of a day, as predictions learn from it: one row a customer.

A feature is an aggregate over rows of one fact that lie in the look-back, the `back` days that end with the cut-off, so
that nothing later can reach it, and so that it means the same at each cut-off however long the business has been on
record. "Lately" are the last `recent` days, "before" as many days before these. Only what customers did is looked at:
not who they are (age, sex, district). What was reversed as a mistake counts as never entered, whenever that was found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import pyarrow as pa
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.purchases import net_days
from dangol.insight.warehouse.queries import Lake


class Unit(StrEnum):
    DAYS = "days"
    COUNT = "count"
    MONEY = "money"  # minor units
    SHARE = "share"  # 0–1
    TIMES = "times"


@dataclass(frozen=True)
class Cut:
    """Where time is cut: everything is known to the end of `as_of`, nothing after it, nothing before the look-back."""

    as_of: date
    back: int = 365
    recent: int = 30

    def within(self, rows: Any) -> Any:
        """The rows of the look-back."""
        return rows.filter(rows.day > self.as_of - timedelta(days=self.back), rows.day <= self.as_of)

    def lately(self, rows: Any) -> Any:
        """Whether a row lies in the last days."""
        return rows.day > self.as_of - timedelta(days=self.recent)

    def before(self, rows: Any) -> Any:
        """Whether a row lies in the days before these."""
        start = self.as_of - timedelta(days=2 * self.recent)
        return (rows.day > start) & ~self.lately(rows)

    def since(self, day: Any) -> Any:
        """Days from a day to the cut-off."""
        import ibis

        return ibis.literal(self.as_of).delta(day, unit="day")


@dataclass(frozen=True)
class Feature:
    """One thing known of each customer. `source`: the rows it is made of, "" for one made of other features.

    tells: the expression over the rows of one customer; over the row of the customer where source is "".
    empty: what stands where there are no rows; None where that is not known.
    """

    name: str
    source: str
    unit: Unit
    label: Promise
    tells: Callable[[Any, Cut], Any]
    empty: float | None = 0.0


FEATURES: dict[str, Feature] = {}


def features(lake: Lake, cut: Cut, *, line: str | None = None, of: Mapping[str, Feature] = FEATURES) -> pa.Table:
    """Every customer with a purchase in the look-back, in order of the key: customer_key and one column a feature.

    A purchase is a day of the shop on which the customer's net revenue is positive.
    """
    table: Any = None
    for source, rows in SOURCES.items():
        mine = [one for one in of.values() if one.source == source]
        if table is not None and not mine:
            continue
        seen = rows(lake, cut, line)
        told = seen.group_by("customer_key").aggregate(**{one.name: one.tells(seen, cut) for one in mine})
        table = told if table is None else _joined(table, told, mine)
    for one in of.values():
        if not one.source:
            table = table.mutate(**{one.name: one.tells(table, cut)})
    numbers = {name: table[name].cast("float64") for name in of}
    return lake.arrow(table.select("customer_key", **numbers).order_by("customer_key"))


def bought_between(lake: Lake, *, after: date, until: date, line: str | None = None) -> pa.Table:
    """Who bought on a day after the one and not after the other: customer_key, amount (minor units), in order."""
    days = net_days(lake, as_of=until, line=line)
    days = days.filter(days.day > after, days.net > 0)
    return lake.arrow(days.group_by("customer_key").aggregate(amount=days.net.sum()).order_by("customer_key"))


def sold_since(lake: Lake, *, as_of: date) -> date | None:
    """The first day with a sale to somebody known, up to `as_of`; None where there is none."""
    lines = lake.of_customers("lines")
    found: date | None = lake.arrow(lines.filter(lines.day <= as_of).aggregate(day=lines.day.min()))["day"][0].as_py()
    return found


def _joined(table: Any, told: Any, mine: list[Feature]) -> Any:
    joined = table.left_join(told, "customer_key").drop("customer_key_right")
    return joined.mutate(**{one.name: joined[one.name].fill_null(one.empty) for one in mine if one.empty is not None})


def _purchases(lake: Lake, cut: Cut, line: str | None) -> Any:
    days = cut.within(net_days(lake, as_of=cut.as_of, line=line))
    return days.filter(days.net > 0)


def _lines(lake: Lake, cut: Cut, line: str | None) -> Any:
    lines = _of("lines")(lake, cut, line)
    goods = lake.table("products").select("product_id", "category")
    return lines.left_join(goods, "product_id").drop("product_id_right")


def _of(fact: str) -> Callable[[Lake, Cut, str | None], Any]:
    def rows(lake: Lake, cut: Cut, line: str | None) -> Any:
        found = cut.within(lake.of_customers(fact))
        return found if line is None else found.filter(found.line == line)

    return rows


# The first of them says who has a row.
SOURCES: dict[str, Callable[[Lake, Cut, str | None], Any]] = {
    "purchases": _purchases,
    "lines": _lines,
    **{fact: _of(fact) for fact in ("points", "interactions", "answers", "assignments")},
}


def _many(rows: Any, where: Any) -> Any:
    import ibis

    return ibis.ifelse(where, 1, 0).sum()


def _sum(column: Any, where: Any) -> Any:
    import ibis

    return ibis.ifelse(where, column, 0).sum()


def _discounts(lines: Any) -> Any:
    return lines.price_discount + lines.coupon_discount + lines.match_discount


def _share(part: Any, whole: Any) -> Any:
    return (part / whole.nullif(0)).fill_null(0.0)


def _discount_share(lines: Any, _cut: Cut) -> Any:
    given = _sum(_discounts(lines), lines.amount >= 0)
    return _share(given, given + _sum(lines.amount, lines.amount > 0))


def _returned_share(lines: Any, _cut: Cut) -> Any:
    return _share(_sum(-lines.amount, lines.amount < 0), _sum(lines.amount, lines.amount > 0))


def _satisfaction(answers: Any, _cut: Cut) -> Any:
    return ((answers.score - answers.scale_min) / (answers.scale_max - answers.scale_min).nullif(0)).mean()


def _rhythm(row: Any, _cut: Cut) -> Any:
    return (row.known_for + 1) / row.purchase_days


for _feature in (
    Feature("days_since_last", "purchases", Unit.DAYS, _("Days since the last purchase"),
            lambda t, cut: cut.since(t.day.max())),
    Feature("known_for", "purchases", Unit.DAYS, _("Days since the first purchase"),
            lambda t, cut: cut.since(t.day.min())),
    Feature("purchase_days", "purchases", Unit.COUNT, _("Purchases"), lambda t, cut: t.count()),
    Feature("purchases_lately", "purchases", Unit.COUNT, _("Purchases lately"),
            lambda t, cut: _many(t, cut.lately(t))),
    Feature("purchases_before", "purchases", Unit.COUNT, _("Purchases in the period before"),
            lambda t, cut: _many(t, cut.before(t))),
    Feature("spent", "purchases", Unit.MONEY, _("Spent"), lambda t, cut: t.net.sum()),
    Feature("spent_lately", "purchases", Unit.MONEY, _("Spent lately"), lambda t, cut: _sum(t.net, cut.lately(t))),
    Feature("spent_before", "purchases", Unit.MONEY, _("Spent in the period before"),
            lambda t, cut: _sum(t.net, cut.before(t))),
    Feature("discount_share", "lines", Unit.SHARE, _("Share of discounts in the price"), _discount_share),
    Feature("coupons", "lines", Unit.COUNT, _("Purchases with a coupon"),
            lambda t, cut: t.receipt_id.nunique(where=t.coupon_discount > 0)),
    Feature("returns", "lines", Unit.COUNT, _("Returns made"), lambda t, cut: t.receipt_id.nunique(where=t.amount < 0)),
    Feature("returned_share", "lines", Unit.SHARE, _("Share of spending returned"), _returned_share),
    Feature("fees", "lines", Unit.MONEY, _("Fees paid"), lambda t, cut: t.fee.sum()),
    Feature("products", "lines", Unit.COUNT, _("Different products"), lambda t, cut: t.product_id.nunique()),
    Feature("categories", "lines", Unit.COUNT, _("Different categories"),
            lambda t, cut: t.category.nunique(where=t.category != "")),
    Feature("channels", "lines", Unit.COUNT, _("Different sales channels"),
            lambda t, cut: t.channel.nunique(where=t.channel != "")),
    Feature("shops", "lines", Unit.COUNT, _("Different shops"), lambda t, cut: t.unit_id.nunique()),
    Feature("points_granted", "points", Unit.MONEY, _("Points received"),
            lambda t, cut: _sum(t.amount, t.kind == "granted")),
    Feature("points_redeemed", "points", Unit.MONEY, _("Points used"),
            lambda t, cut: _sum(t.amount, t.kind == "redeemed")),
    Feature("points_expired", "points", Unit.MONEY, _("Points that ran out"),
            lambda t, cut: _sum(t.amount, t.kind == "expired")),
    Feature("contacts", "interactions", Unit.COUNT, _("Times they turned to us"),
            lambda t, cut: _many(t, t.direction == "in")),
    Feature("contacts_lately", "interactions", Unit.COUNT, _("Times they turned to us lately"),
            lambda t, cut: _many(t, (t.direction == "in") & cut.lately(t))),
    Feature("complaints_made", "interactions", Unit.COUNT, _("Complaints made"),
            lambda t, cut: _many(t, t.kind == "complaint")),
    Feature("late_deliveries", "interactions", Unit.COUNT, _("Late deliveries"),
            lambda t, cut: _many(t, t.kind == "late_delivery")),
    Feature("turned_to", "interactions", Unit.COUNT, _("Times we turned to them"),
            lambda t, cut: _many(t, t.direction == "out")),
    Feature("gifts", "interactions", Unit.MONEY, _("Gifts and waived fees"), lambda t, cut: t.worth.sum()),
    Feature("answers_given", "answers", Unit.COUNT, _("Survey answers given"), lambda t, cut: t.count()),
    Feature("satisfaction", "answers", Unit.SHARE, _("Satisfaction answered"), _satisfaction, empty=None),
    Feature("campaigns", "assignments", Unit.COUNT, _("Campaigns they were chosen for"),
            lambda t, cut: t.source_ref.nunique()),
    Feature("rhythm", "", Unit.DAYS, _("Days from purchase to purchase"), _rhythm),
    Feature("overdue", "", Unit.TIMES, _("Time since the last purchase against their usual rhythm"),
            lambda row, cut: row.days_since_last / row.rhythm),
    Feature("purchase_trend", "", Unit.COUNT, _("Purchases, lately against before"),
            lambda row, cut: row.purchases_lately - row.purchases_before),
    Feature("spending_trend", "", Unit.MONEY, _("Spending, lately against before"),
            lambda row, cut: row.spent_lately - row.spent_before),
    Feature("basket", "", Unit.MONEY, _("Spent a purchase"), lambda row, cut: row.spent / row.purchase_days),
):  # fmt: skip
    FEATURES[_feature.name] = _feature
