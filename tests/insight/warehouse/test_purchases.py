"""What purchase models are fitted on, against the same rules spelled out row by row."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.warehouse.purchases import purchase_summary
from tests.insight.warehouse.small_lake import customers, line, small_lake

START = date(2026, 1, 1)
SALES = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, None]), st.integers(0, 40), st.integers(-3000, 9000)), max_size=40
)
LINES = {1: "club", 2: "delivery", 3: "club", 4: "delivery"}


def by_hand(
    sales: list[tuple[int | None, int, int]], as_of: date, line_of_business: str | None
) -> list[dict[str, Any]]:
    days: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for customer, day, amount in sales:
        if customer and START + timedelta(day) <= as_of and line_of_business in {None, LINES[customer]}:
            days[customer][START + timedelta(day)] += amount
    found = []
    for customer in sorted(days):
        bought = {day: net for day, net in days[customer].items() if net > 0}
        if bought:
            first, last = min(bought), max(bought)
            found.append(
                {
                    "customer_key": customer,
                    "line": LINES[customer],
                    "purchases": len(bought),
                    "x": len(bought) - 1,
                    "t_x": (last - first).days,
                    "T": (as_of - first).days,
                    "mean_spend": sum(bought.values()) / len(bought),
                    "first_day": first,
                    "last_day": last,
                }
            )
    return found


@settings(max_examples=25)
@given(sales=SALES, as_of=st.integers(0, 40), line_of_business=st.sampled_from([None, "club", "none"]))
def test_the_summary_follows_its_rules(
    sales: list[tuple[int | None, int, int]], as_of: int, line_of_business: str | None
) -> None:
    day = START + timedelta(as_of)
    with tempfile.TemporaryDirectory() as folder:
        lake = small_lake(
            Path(folder),
            **customers(4, line=["club", "delivery"]),
            lines=[line(customer, START + timedelta(day), amount) for customer, day, amount in sales],
        )
        found = purchase_summary(lake, as_of=day, line=line_of_business)
    assert found.to_pylist() == by_hand(sales, day, line_of_business)


class TestPurchaseSummary:
    def test_joins_the_identities_of_a_merged_customer(self, tmp_path: Path) -> None:
        tables = customers(2)
        identities = [*tables["identities"][:1], {"identity_key": 1002, "customer_key": 1}]
        lake = small_lake(
            tmp_path,
            customers=tables["customers"][:1],
            identities=identities,
            lines=[line(1, START, 100), line(2, START, 50), line(2, START + timedelta(3), 30)],
        )
        (row,) = purchase_summary(lake, as_of=date(2026, 2, 1)).to_pylist()
        assert (row["purchases"], row["mean_spend"], row["t_x"]) == (2, 90.0, 3)

    def test_takes_a_day_whose_returns_outweigh_its_sales_for_no_purchase(self, tmp_path: Path) -> None:
        lake = small_lake(tmp_path, **customers(1), lines=[line(1, START, 100), line(1, START, -100)])
        assert purchase_summary(lake, as_of=date(2026, 2, 1)).num_rows == 0
