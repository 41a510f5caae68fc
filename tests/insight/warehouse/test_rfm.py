"""RFM: quintiles by rank."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.warehouse.rfm import MEASURES, SCORED, BadBins, rfm
from tests.insight.warehouse.small_lake import customers, line, small_lake

START, AS_OF = date(2026, 1, 1), date(2026, 9, 28)
SALES = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 60), st.integers(-2000, 9000)), max_size=60)


@settings(max_examples=25)
@given(sales=SALES, bins=st.integers(3, 10))
def test_every_score_is_the_share_of_customers_who_are_worse(sales: list[tuple[int, int, int]], bins: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = [line(customer, START + timedelta(day), amount) for customer, day, amount in sales]
        found = rfm(small_lake(Path(folder), **customers(12), lines=lines), as_of=AS_OF, bins=bins)
    rows = found.scored.to_pylist()
    for measure, score, sign in zip(MEASURES, SCORED, (-1, 1, 1), strict=True):
        for row in rows:
            worse = sum(sign * other[measure] < sign * row[measure] for other in rows)
            assert row[score] == bins * worse // len(rows) + 1
    scored = {row["customer_key"] for row in rows}
    assert {row["customer_key"] for row in found.without_purchase.to_pylist()} == set(range(1, 13)) - scored


@settings(max_examples=15)
@given(sales=SALES, draw=st.randoms(use_true_random=False))
def test_the_order_in_which_sales_are_told_changes_nothing(sales: list[tuple[int, int, int]], draw: Random) -> None:
    lines = [line(customer, START + timedelta(day), amount) for customer, day, amount in sales]
    mixed = draw.sample(lines, len(lines))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        found, again = (
            rfm(small_lake(Path(folder), **customers(12), lines=told), as_of=AS_OF)
            for folder, told in ((one, lines), (other, mixed))
        )
    assert found.scored.equals(again.scored)
    assert found.cuts.equals(again.cuts)


class TestRfm:
    @pytest.mark.parametrize("bins", [2, 11])
    def test_refuses_steps_that_tell_nothing_apart_or_noise(self, tmp_path: Path, bins: int) -> None:
        with pytest.raises(BadBins, match=r"3\D+10"):
            rfm(small_lake(tmp_path, **customers(1)), as_of=AS_OF, bins=bins)

    def test_neither_scores_nor_counts_those_left_out(self, tmp_path: Path) -> None:
        lines = [line(customer, START, 100 * customer) for customer in range(1, 11)]
        lake = small_lake(tmp_path, **customers(12), lines=lines)
        found = rfm(lake, as_of=AS_OF, but=pa.array([6, 7, 8, 9, 10, 12], pa.int64()))
        assert found.scored["customer_key"].to_pylist() == [1, 2, 3, 4, 5]
        assert found.scored["monetary"].to_pylist() == [1, 2, 3, 4, 5]
        assert found.without_purchase["customer_key"].to_pylist() == [11]

    def test_nets_returns_and_counts_days(self, tmp_path: Path) -> None:
        lines = [
            line(1, date(2026, 9, 1), 5000),
            line(1, date(2026, 9, 1), 1000),
            line(1, date(2026, 9, 20), 2000),
            line(1, date(2026, 9, 25), -1500),
            line(2, date(2026, 9, 25), -1),
            line(3, date(2026, 9, 29), 900),
        ]
        found = rfm(small_lake(tmp_path, **customers(3), lines=lines), as_of=AS_OF)
        (row,) = found.scored.to_pylist()
        assert (row["days_since_last"], row["purchase_count"], row["net_revenue"]) == (8, 2, 6500)
        assert found.without_purchase["customer_key"].to_pylist() == [2, 3]

    def test_keeps_the_cut_offs(self, tmp_path: Path) -> None:
        lines = [line(customer, START + timedelta(customer), 100 * customer) for customer in range(1, 11)]
        found = rfm(small_lake(tmp_path, **customers(10), lines=lines), as_of=AS_OF)
        money = [row for row in found.cuts.to_pylist() if row["measure"] == "net_revenue"]
        assert [(row["score"], row["low"], row["high"], row["customers"]) for row in money] == [
            (score, 200 * score - 100, 200 * score, 2) for score in range(1, 6)
        ]

    def test_keeps_ties_together(self, tmp_path: Path) -> None:
        lines = [line(customer, START, 100) for customer in range(1, 8)] + [line(8, START, 200)]
        found = rfm(small_lake(tmp_path, **customers(8), lines=lines), as_of=AS_OF)
        assert found.scored["monetary"].to_pylist() == [1] * 7 + [5]
        assert set(found.scored["recency"].to_pylist()) == {1}
