"""Lists for each customer: from rules and steps that hold, with why, and only what is sold and fits."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dangol.insight.analysis.baskets.lists import cross_sell, up_sell
from dangol.insight.analysis.baskets.rules import BadRules, Rules
from dangol.insight.analysis.baskets.sequences import Steps
from dangol.insight.warehouse.queries import Lake
from tests.insight.warehouse.small_lake import customers, line, small_lake

UNTIL = date(2026, 9, 28)
PRICES = {1: 100, 2: 150, 3: 100, 4: 120, 5: 500, 6: 105, 7: 130}
# 8 was sold long ago; 7 has no category
CATEGORIES = {1: "A", 2: "A", 3: "B", 4: "A", 5: "A", 6: "A", 7: "", 8: "A"}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Return a shop in which customer 1 buys product 1, 2 buys 1 and 3, and somebody unknown buys everything."""

    def sold(customer: int | None, product: int, ago: int = 5) -> dict[str, Any]:
        price = PRICES.get(product, 140)
        return line(customer, UNTIL - timedelta(ago), price, product_id=product, quantity=1)

    everything = [sold(None, product) for product in PRICES]
    products = [{"product_id": key, "code": f"p{key}", "category": path} for key, path in CATEGORIES.items()]
    lines = [sold(1, 1), sold(2, 1), sold(2, 3), *everything, sold(None, 8, 120)]
    return small_lake(tmp_path, **customers(2), lines=lines, products=products)


def rules(*rows: tuple[list[int], list[int], float, bool]) -> Rules:
    names = ("antecedent", "consequent", "confidence_low", "holds")
    columns = {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    table = pa.table(columns | {"lift": [2.0 + row for row in range(len(rows))]})
    return Rules(table, 100, 10, 0, 0.05)


def steps(*rows: tuple[int, int, float, bool]) -> Steps:
    names = ("first", "then", "share_low", "holds")
    columns = {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    return Steps(pa.table(columns | {"lift": np.full(len(rows), 2.0)}), 100, 10, 30, 0.05)


def listed(parts: Any) -> list[tuple[Any, ...]]:
    table = pa.concat_tables(parts)
    names = ("customer_key", "product_id", "place", "because", "strength", "rule")
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


class TestCrossSell:
    def test_proposes_by_the_strongest_rule_and_tells_it(self, lake: Lake) -> None:
        found = rules(([1], [4], 0.2, True), ([1, 3], [4], 0.5, True), ([1], [2], 0.3, True))
        assert listed(cross_sell(lake, found, until=UNTIL)) == [
            (1, 2, 1, [1], 0.3, 2),
            (1, 4, 2, [1], 0.2, 0),
            (2, 4, 1, [1, 3], 0.5, 1),
            (2, 2, 2, [1], 0.3, 2),
        ]
        assert listed(cross_sell(lake, found, until=UNTIL, most=1)) == [
            (1, 2, 1, [1], 0.3, 2),
            (2, 4, 1, [1, 3], 0.5, 1),
        ]

    def test_leaves_out_rules_that_do_not_hold_or_name_several_and_what_is_no_longer_sold(self, lake: Lake) -> None:
        found = rules(([1], [4], 0.2, False), ([1], [2, 4], 0.5, True), ([1], [8], 0.3, True))
        assert listed(cross_sell(lake, found, until=UNTIL)) == []

    def test_takes_for_sold_what_somebody_bought_within_90_days(self, tmp_path: Path) -> None:
        sold = [(1, 1, 5), (None, 2, 89), (None, 3, 90)]
        lines = [line(who, UNTIL - timedelta(ago), 100, product_id=what, quantity=1) for who, what, ago in sold]
        products = [{"product_id": what, "code": str(what), "category": ""} for _, what, _ in sold]
        shop = small_lake(tmp_path, **customers(1), lines=lines, products=products)
        found = rules(([1], [2], 0.3, True), ([1], [3], 0.3, True))
        assert [row[1] for row in listed(cross_sell(shop, found, until=UNTIL))] == [2]

    def test_refuses_lists_of_nothing(self, lake: Lake) -> None:
        with pytest.raises(BadRules, match="1 is the least of both"):
            cross_sell(lake, rules(([1], [4], 0.2, True)), until=UNTIL, most=0)


class TestUpSell:
    def test_proposes_the_dearer_thing_of_the_same_category(self, lake: Lake) -> None:
        found = steps(
            (1, 2, 0.2, True),  # half as dear again
            (1, 3, 0.9, True),  # another category
            (1, 4, 0.3, True),
            (1, 5, 0.9, True),  # five times as dear
            (1, 6, 0.9, True),  # hardly dearer
            (1, 7, 0.9, True),  # no category
            (1, 8, 0.9, True),  # no longer sold
            (4, 1, 0.9, True),  # cheaper
            (3, 4, 0.9, True),
        )
        assert listed(up_sell(lake, found, until=UNTIL)) == [
            (1, 4, 1, [1], 0.3, 2),
            (1, 2, 2, [1], 0.2, 0),
            (2, 4, 1, [1], 0.3, 2),
            (2, 2, 2, [1], 0.2, 0),
        ]

    def test_leaves_out_steps_that_do_not_hold(self, lake: Lake) -> None:
        assert listed(up_sell(lake, steps((1, 2, 0.2, False)), until=UNTIL)) == []

    def test_of_a_shop_that_sold_nothing_lately_is_empty(self, lake: Lake) -> None:
        assert listed(up_sell(lake, steps((1, 2, 0.2, True)), until=UNTIL + timedelta(800))) == []
