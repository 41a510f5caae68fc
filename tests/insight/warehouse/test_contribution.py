"""What each customer bought and was given in the year up to a day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from dangol.insight.warehouse.contribution import contribution_by_customer, revenue_by_category
from tests.insight.warehouse.small_lake import customers, line, noon, small_lake

AS_OF = date(2026, 9, 28)


def ago(days: int) -> date:
    return AS_OF - timedelta(days)


def test_counts_the_last_year_returns_netted_and_what_was_given(tmp_path: Path) -> None:
    lines = [
        line(1, ago(365), 9_000), line(1, ago(364), 1_000), line(1, ago(3), 2_000), line(1, ago(3), -500),
        line(2, ago(40), -700), line(3, AS_OF + timedelta(1), 900),
    ]  # fmt: skip
    points = [
        {"identity_key": 1001, "at": noon(ago(5)), "kind": kind, "amount": amount}
        for kind, amount in (("granted", 300), ("expired", 100), ("redeemed", 50))
    ]
    met = [
        {"identity_key": 1002, "at": noon(ago(20)), "kind": "gift", "direction": "out", "worth": 4_000},
        {"identity_key": 1004, "at": noon(ago(20)), "kind": "referral", "direction": "in"},
        {"identity_key": 1004, "at": noon(ago(400)), "kind": "referral", "direction": "in"},
        {"identity_key": 1005, "at": noon(ago(20)), "kind": "complaint", "direction": "in"},
    ]
    lake = small_lake(tmp_path, **customers(5), lines=lines, points=points, interactions=met)
    found = contribution_by_customer(lake, as_of=AS_OF).to_pydict()
    assert found == {
        "customer_key": [1, 2, 4], "revenue": [2_500, -700, 0], "months": [2, 0, 0], "points": [200, 0, 0],
        "gifts": [0, 4_000, 0], "referrals": [0, 0, 1],
    }  # fmt: skip


def test_counts_twelve_stretches_of_the_year_and_days_of_returns_alone_not(tmp_path: Path) -> None:
    every = [line(1, ago(days), 100) for days in range(0, 365, 7)]
    edges = [line(2, ago(days), 100) for days in (0, 30, 31, 364)]  # 30 · 12 < 365 ≤ 31 · 12
    back = [line(3, ago(9), -100), line(3, ago(50), 100), line(3, ago(50), -100)]
    found = contribution_by_customer(small_lake(tmp_path, **customers(3), lines=every + edges + back), as_of=AS_OF)
    assert found["months"].to_pylist() == [12, 3, 0]


def test_splits_revenue_by_category_without_losing_any(tmp_path: Path) -> None:
    lines = [line(1, ago(1), 100, product_id=1), line(1, ago(2), 40, product_id=2), line(2, ago(1), 7, product_id=9)]
    products = [{"product_id": key, "code": f"p{key}", "category": f"A / {key}"} for key in (1, 2)]
    lake = small_lake(tmp_path, **customers(2), lines=lines, products=products)
    assert revenue_by_category(lake, as_of=AS_OF).to_pylist() == [
        {"category": "", "customer_key": 2, "revenue": 7},
        {"category": "A / 1", "customer_key": 1, "revenue": 100},
        {"category": "A / 2", "customer_key": 1, "revenue": 40},
    ]
