"""The warehouse as somebody sees it who sees only some units."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dangol.insight.warehouse.facts import FACTS
from dangol.insight.warehouse.metrics import METRICS, value
from dangol.insight.warehouse.queries import Lake
from dangol.records.staff.scope import NOBODY, WHOLE, Scope
from tests.insight.warehouse.small_lake import customers, line, seeded, small_lake

DAY = date(2026, 9, 1)
DEALER = Scope(frozenset({1}), frozenset({"D1"}))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    sold = [line(1, DAY, 100), line(2, DAY, 1_000), line(3, DAY, 10_000), line(None, DAY, 100_000)]
    return small_lake(tmp_path, **customers(3, unit_code=["D1", "D2", ""]), lines=sold)


def test_a_dealer_sees_own_customers_and_their_lines_alone(lake: Lake) -> None:
    mine = lake.seen_by(DEALER)
    assert value(mine, "net_revenue") == 100
    assert value(mine, "buyers") == 1
    assert mine.arrow(mine.table("customers"))["customer_key"].to_pylist() == [1]
    assert mine.arrow(mine.table("identities"))["customer_key"].to_pylist() == [1]


def test_whoever_sees_everybody_sees_sales_to_nobody_known_too(lake: Lake) -> None:
    assert value(lake.seen_by(WHOLE), "net_revenue") == 111_100


def test_the_lake_itself_stays_as_it_was(lake: Lake) -> None:
    lake.seen_by(DEALER)
    assert value(lake, "net_revenue") == 111_100


def test_a_scope_without_units_sees_nothing_of_anybody(tmp_path: Path) -> None:
    nothing = small_lake(tmp_path, **seeded()).seen_by(NOBODY)
    assert [name for name in FACTS if nothing.arrow(nothing.table(name)).num_rows] == []


def test_units_add_up_to_what_is_known_of_anybody(tmp_path: Path) -> None:
    lake = small_lake(tmp_path, **seeded())
    parts = [lake.seen_by(Scope(frozenset({1}), frozenset({code}))) for code in ("D1", "D2", "")]
    for metric in ("returns", "discounts", "complaints", "answers"):
        whole = lake.arrow(lake.of_customers(METRICS[metric].fact))
        assert sum(part.arrow(part.table(METRICS[metric].fact)).num_rows for part in parts) == whole.num_rows
