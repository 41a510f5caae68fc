"""Lists for each customer: what goes with what they buy and they never had, and the better thing of the same kind.

Cross-sell: a rule that holds, whose left side the customer still buys, proposes its right side. Its strength is the
lower end of the confidence: of a hundred baskets with these, at least so many hold that, too. Up-sell: a step that
holds, from what the customer still buys to something dearer of the same category. Its strength is the lower end of the
share of customers who took it. What is no longer sold is not proposed, and nothing the customer ever had
(`warehouse.proposals` says what "still" and "had" mean).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from dangol.insight.analysis.baskets.rules import BadRules, Rules
from dangol.insight.analysis.baskets.sequences import Steps
from dangol.insight.warehouse.proposals import goods, proposals
from dangol.insight.warehouse.queries import Lake

ON_SALE = 90  # days within which somebody must have bought a product
DEARER, DEAREST = 1.1, 3.0  # times the price of what they buy


def cross_sell(
    lake: Lake, found: Rules, *, until: date, most: int = 5, lately: int = 365, line: str | None = None
) -> Iterator[pa.Table]:
    """At most `most` products a customer, by rules with one product on the right that hold.

    Tables for parts of the customers: customer_key, product_id, place (1 is the strongest), because (product ids they
    still buy), strength (0 to 1), lift, rule (row of `found.table`). Raises BadRules where there is nothing to list.
    """
    table = _numbered(found.table)
    single = pc.equal(pc.list_value_length(table["consequent"]), 1)
    table = table.filter(pc.and_(table["holds"], single))
    table = table.append_column("product", pc.list_flatten(table["consequent"]))
    table = table.append_column("because", table["antecedent"]).append_column("strength", table["confidence_low"])
    table = table.filter(pc.is_in(table["product"], _on_sale(lake, until)["product_id"].combine_chunks()))
    return _listed(lake, table, until, most, lately, line)


def up_sell(
    lake: Lake, found: Steps, *, until: date, most: int = 3, lately: int = 365, line: str | None = None
) -> Iterator[pa.Table]:
    """At most `most` products a customer, by steps that hold to something dearer of the same category.

    Dearer: one piece costs between 1.1 and 3 times as much. Products without a category have nothing dearer of their
    kind. Columns as in `cross_sell`; rule is the row of `found.table`.
    """
    table = _numbered(found.table)
    table = table.filter(table["holds"])
    sold = _on_sale(lake, until)
    ids = sold["product_id"].to_numpy()
    sides = [np.searchsorted(ids, table[name].to_numpy()).clip(max=max(0, len(ids) - 1)) for name in ("first", "then")]
    known = _known(ids, table, sides)
    table, sides = table.filter(pa.array(known)), [side[known] for side in sides]
    prices, categories = sold["price"].to_numpy(), np.asarray(sold["category"].to_pylist(), dtype=object)
    dearer = prices[sides[1]] / prices[sides[0]]
    alike = (categories[sides[0]] == categories[sides[1]]) & (categories[sides[0]] != "")
    table = table.filter(pa.array(alike.astype(bool) & (dearer >= DEARER) & (dearer <= DEAREST)))
    first = table["first"].combine_chunks()
    because = pa.ListArray.from_arrays(np.arange(len(first) + 1, dtype=np.int32), first)
    table = table.append_column("because", because).append_column("product", table["then"])
    return _listed(lake, table.append_column("strength", table["share_low"]), until, most, lately, line)


def _known(ids: np.ndarray, table: pa.Table, sides: list[np.ndarray]) -> np.ndarray:
    if not len(ids):
        return np.zeros(table.num_rows, bool)
    known: np.ndarray = (ids[sides[0]] == table["first"].to_numpy()) & (ids[sides[1]] == table["then"].to_numpy())
    return known


def _numbered(table: pa.Table) -> pa.Table:
    return table.append_column("rule", pa.array(np.arange(table.num_rows, dtype=np.int64)))


def _on_sale(lake: Lake, until: date) -> pa.Table:
    sold = goods(lake, until=until)
    return sold.filter(pc.greater(sold["last_day"], pa.scalar(until - timedelta(days=ON_SALE))))


def _listed(lake: Lake, table: pa.Table, until: date, most: int, lately: int, line: str | None) -> Iterator[pa.Table]:
    if most < 1 or lately < 1:
        words = _("%(n)s products for what was bought within %(days)s days: 1 is the least of both.")
        raise BadRules(words % {"n": most, "days": lately})
    table = table.take(np.lexsort((table["rule"].to_numpy(), -table["strength"].to_numpy())))
    reasons = table.select(["because", "product"])
    found = proposals(lake, reasons=reasons, until=until, most=most, lately=lately, line=line)
    return (_told(part, table) for part in found)


def _told(part: pa.Table, table: pa.Table) -> pa.Table:
    why = table.select(["because", "strength", "lift", "rule"]).take(part["reason"])
    for name in why.column_names:
        part = part.append_column(name, why[name])
    return part.drop_columns(["reason"])
