"""Proposals, against the same thought through customer by customer."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dangol.insight.warehouse import proposals as proposing
from dangol.insight.warehouse.proposals import goods, proposals
from dangol.insight.warehouse.queries import Lake
from dangol.records.staff.scope import Scope
from tests.insight.warehouse.small_lake import customers, line, small_lake

UNTIL = date(2026, 9, 28)
REASONS = [([1], 2), ([1, 3], 4), ([5], 4), ([2, 3], 1), ([6], 2), ([4], 6), ([3], 5)]

type Sales = list[tuple[int, int, int, int]]  # customer, days ago, product, amount


def asked(lake: Lake, reasons: Any = REASONS, **about: Any) -> list[tuple[int, int, int, int]]:
    """Return customer, product, reason and place of all parts."""
    because, products = zip(*reasons, strict=True)
    table = pa.table({"because": pa.array(because, pa.list_(pa.int64())), "product": pa.array(products, pa.int64())})
    parts = list(proposals(lake, reasons=table, until=UNTIL, **({"most": 9} | about)))
    return sorted(tuple(row.values()) for part in parts for row in part.to_pylist())  # type: ignore[misc]


def lake_of(folder: Path, sold: Sales, people: int = 1, **about: Any) -> Lake:
    lines = [
        line(customer, UNTIL - timedelta(ago), amount, product_id=product) for customer, ago, product, amount in sold
    ]
    return small_lake(folder, **customers(people, **about), lines=lines)


def by_hand(sold: Sales, most: int, lately: int) -> list[tuple[int, int, int, int]]:
    net: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for customer, ago, product, amount in sold:
        if ago >= 0:
            net[customer, product, ago].append(amount)
    still: dict[int, set[int]] = defaultdict(set)
    had: dict[int, set[int]] = defaultdict(set)
    for customer, product in {(customer, product) for customer, product, _ in net}:
        days = {ago: paid for (who, what, ago), paid in net.items() if (who, what) == (customer, product)}
        had[customer].add(product)
        bought = [ago for ago, paid in days.items() if sum(paid) > 0]
        back = [ago for ago, paid in days.items() if sum(paid) <= 0 and min(paid) < 0]
        if not bought or min(bought) >= lately or (back and min(back) <= min(bought)):
            continue
        if len(bought) < 3 or min(bought) <= 3 * (max(bought) - min(bought)) / (len(bought) - 1):
            still[customer].add(product)
    found = []
    for customer in had:
        place, given = 0, set(had[customer])
        for reason, (because, product) in enumerate(REASONS):
            if set(because) <= still[customer] and product not in given and place < most:
                place, given = place + 1, given | {product}
                found.append((customer, product, reason, place))
    return sorted(found)


@pytest.mark.parametrize(("seed", "most", "lately", "part"), [(1, 9, 365, 10**9), (2, 2, 90, 100)])
def test_they_are_those_thought_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, most: int, lately: int, part: int
) -> None:
    monkeypatch.setattr(proposing, "PART", part)  # in several parts, too
    draw = random.Random(seed)
    sold = [
        (draw.randint(1, 60), draw.randint(-5, 200), draw.randint(1, 7), draw.choice([100, 300, 300, 300, 0, -300]))
        for _ in range(420)
    ]
    found = asked(lake_of(tmp_path, sold, 60), most=most, lately=lately)
    assert found == by_hand(sold, most, lately)
    assert len(found) > 20


class TestNever:
    def test_is_proposed_what_they_ever_had(self, tmp_path: Path) -> None:
        bought, got, returned, nothing = 1, 2, 3, 4
        sold = [(customer, 5, 1, 100) for customer in (bought, got, returned, nothing)]
        sold += [(bought, 3000, 2, 100), (got, 3000, 2, 0), (returned, 3000, 2, -100)]
        assert asked(lake_of(tmp_path, sold, 4)) == [(nothing, 2, 0, 1)]

    def test_is_a_reason_what_they_no_longer_buy(self, tmp_path: Path) -> None:
        long_ago, brought_back, only_brought_back, no_longer, in_rhythm = range(1, 6)
        sold = [(long_ago, 400, 1, 100), (brought_back, 9, 1, 100), (brought_back, 5, 1, -100)]
        sold += [(only_brought_back, 5, 1, -100)]
        sold += [(no_longer, ago, 1, 100) for ago in (61, 51, 41, 31)]  # every ten days, then silent for 31
        sold += [(in_rhythm, ago, 1, 100) for ago in (60, 50, 40, 30)]
        assert asked(lake_of(tmp_path, sold, 5)) == [(in_rhythm, 2, 0, 1)]

    def test_is_a_part_of_what_is_brought_back_everything(self, tmp_path: Path) -> None:
        bought_two_returned_one = [(1, 5, 1, 200), (1, 5, 1, -100)]
        assert asked(lake_of(tmp_path, bought_two_returned_one)) == [(1, 2, 0, 1)]


class TestOf:
    def test_one_line_and_those_seen(self, tmp_path: Path) -> None:
        sold = [(customer, 5, 1, 100) for customer in (1, 2, 3, 4)]
        lake = lake_of(tmp_path, sold, 4, line=["club", "delivery"], unit_code=["D1", "D1", "D2", "D2"])
        assert [row[0] for row in asked(lake, line="club")] == [1, 3]
        assert [row[0] for row in asked(lake.seen_by(Scope(frozenset({1}), frozenset({"D2"}))))] == [3, 4]

    def test_nobody_there_are_none(self, tmp_path: Path) -> None:
        assert asked(lake_of(tmp_path, [])) == []


def test_goods_cost_what_was_paid_for_one(tmp_path: Path) -> None:
    def sold(ago: int, product: int, amount: int, quantity: float) -> dict[str, Any]:
        return line(None, UNTIL - timedelta(ago), amount, product_id=product, quantity=quantity)

    lake = small_lake(
        tmp_path,
        lines=[sold(9, 1, 1000, 2), sold(4, 1, 250, 0.5), sold(400, 1, 9, 9), sold(2, 1, -500, -1), sold(1, 2, 0, 1)],
        products=[{"product_id": 1, "code": "1", "category": "A"}],
    )
    (row,) = goods(lake, until=UNTIL).to_pylist()
    assert row == {"product_id": 1, "category": "A", "price": 500.0, "last_day": UNTIL - timedelta(4)}
