"""How each customer buys, and groups described by their last year with us."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from dangol.insight.warehouse.habits import described, habits, since_when
from tests.insight.warehouse.small_lake import customers, line, noon, small_lake

AS_OF = date(2026, 9, 28)


def ago(days: int) -> date:
    return AS_OF - timedelta(days)


class TestHabits:
    def test_count_the_last_year_apart_from_ever(self, tmp_path: Path) -> None:
        lines = [
            line(1, ago(400), 9_000),
            line(1, ago(364), 1_000, coupon_discount=200),
            line(1, ago(100), 2_000),
            line(1, ago(100), -500),
            line(1, ago(10), 3_000, price_discount=100, match_discount=50),
            line(2, ago(500), 700),
            line(2, ago(5), -100),
            line(3, ago(3), -100),
            line(4, AS_OF + timedelta(1), 900),
        ]
        one, two = habits(small_lake(tmp_path, **customers(5), lines=lines), as_of=AS_OF).to_pylist()
        assert (one["purchases_ever"], one["revenue_ever"]) == (4, 14_500)
        assert (one["days_since_first"], one["days_since_last"]) == (400, 10)
        assert (one["purchases"], one["revenue"], one["off"]) == (3, 5_500, 350)
        assert (one["off_days"], one["off_revenue"]) == (2, 4_000)
        assert one["quarters"] == 2  # 364 days ago lies before the last four stretches of 91 days
        assert (two["purchases"], two["revenue"], two["quarters"], two["days_since_last"]) == (0, -100, 0, 500)

    def test_count_the_quarters_with_a_purchase(self, tmp_path: Path) -> None:
        lines = [line(1, ago(days), 100) for days in (0, 90, 91, 200, 300)] + [line(2, ago(90), 100)]
        found = habits(small_lake(tmp_path, **customers(2), lines=lines), as_of=AS_OF)
        assert found["quarters"].to_pylist() == [4, 1]

    def test_the_first_day_of_sales_is_told(self, tmp_path: Path) -> None:
        lake = small_lake(tmp_path, **customers(1), lines=[line(1, ago(9), 1), line(None, ago(12), 1)])
        assert since_when(lake, as_of=AS_OF) == ago(12)

    def test_without_sales_there_is_no_first_day(self, tmp_path: Path) -> None:
        lake = small_lake(tmp_path, **customers(1))
        assert since_when(lake, as_of=AS_OF) is None
        assert habits(lake, as_of=AS_OF).num_rows == 0


class TestDescribed:
    def test_looks_at_the_year_before_the_last_purchase(self, tmp_path: Path) -> None:
        lines = [
            line(1, ago(900), 100, product_id=2, channel="store"),
            line(1, ago(600), 100, product_id=1, channel="store"),
            line(1, ago(500), 200, product_id=1, channel="app", price_discount=20),
            line(2, ago(3), 900, product_id=2, channel="app"),
            line(2, ago(1), -900, product_id=2, channel="app"),
        ]
        met = [
            {"identity_key": 1001, "at": noon(ago(20)), "kind": "complaint", "direction": "in"},
            {"identity_key": 1001, "at": noon(ago(30)), "kind": "gift", "direction": "out"},
            {"identity_key": 1002, "at": noon(ago(700)), "kind": "inquiry", "direction": "in"},
        ]
        products = [{"product_id": key, "code": f"p{key}", "category": f"A / {key}"} for key in (1, 2)]
        lake = small_lake(tmp_path, **customers(2), lines=lines, interactions=met, products=products)
        members = pa.table({
            "customer_key": [1, 2, 1], "last_day": [ago(500), ago(3), ago(500)], "member_of": ["all", "all", "gone"],
        })  # fmt: skip
        with described(lake, members, as_of=AS_OF) as asked:
            assert asked.categories().to_pydict() == {
                "member_of": ["all", "all", "gone"], "category": ["A / 1", "A / 2", "A / 1"], "customers": [1, 1, 1],
            }  # fmt: skip
            assert asked.channels().to_pylist()[-1] == {"member_of": "gone", "channel": "store", "customers": 1}
            whole, gone = asked.sums().to_pylist()
            assert asked.said().to_pylist() == [{"customer_key": 1, "kind": "complaint"}]
        assert (gone["customers"], gone["purchases"], gone["revenue"], gone["off"], gone["off_days"]) == (
            1,
            2,
            300,
            20,
            1,
        )
        assert (whole["customers"], whole["purchases"], whole["revenue"], whole["returned"]) == (2, 3, 300, 1)
