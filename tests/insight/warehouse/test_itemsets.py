"""Sets of products, against the same counted one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.warehouse import itemsets as counting
from dangol.insight.warehouse.bit_rows import TooManySets, frequent, packed
from dangol.insight.warehouse.itemsets import CannotCount, Itemsets, fewest, itemsets
from dangol.insight.warehouse.queries import Lake
from dangol.records.staff.scope import Scope
from tests.insight.warehouse.small_lake import customers, line, small_lake

DAY = date(2026, 3, 1)
BASKETS = st.lists(st.lists(st.integers(1, 7), min_size=1, max_size=7), min_size=1, max_size=30)
WAYS = pytest.mark.parametrize("few", [0, 10**9], ids=["by the engine", "in bits"])

type Baskets = Sequence[Sequence[int]]


def by_hand(baskets: Baskets, minimum: int, longest: int) -> dict[tuple[int, ...], int]:
    """Count every subset of every basket."""
    counts = Counter(
        chain.from_iterable(
            combinations(sorted(set(basket)), size) for basket in baskets for size in range(1, longest + 1)
        )
    )
    return {products: count for products, count in counts.items() if count >= minimum}


def told(found: Itemsets) -> dict[tuple[int, ...], int]:
    return {tuple(row["products"]): row["baskets"] for row in found.table.to_pylist()}


def sold(baskets: Baskets) -> list[dict[str, Any]]:
    return [
        line(None, DAY, 100, receipt_id=number, product_id=product)
        for number, basket in enumerate(baskets, start=1)
        for product in basket
    ]


def lake_of(folder: Path, baskets: Baskets) -> Lake:
    return small_lake(folder, lines=sold(baskets))


@pytest.mark.parametrize(("seed", "support", "longest"), [(1, 0.05, 5), (2, 0.1, 3)])
def test_both_ways_count_what_counting_one_by_one_counts(
    tmp_path: Path, seed: int, support: float, longest: int
) -> None:
    draw = random.Random(seed)
    baskets = [[draw.randint(1, 8) for _ in range(draw.randint(1, 9))] for _ in range(60)]
    lines = sold(baskets)
    draw.shuffle(lines)  # no basket's lines stand together
    lake = small_lake(tmp_path, lines=lines)
    found = [itemsets(lake, support=support, longest=longest, few=few) for few in (0, 10**9)]
    right = by_hand(baskets, fewest(support, len(baskets)), longest)
    assert max(map(len, right)) == longest
    for one in found:
        assert one.baskets == len(baskets)
        assert told(one) == right
    for ours, theirs in zip(*(one.levels for one in found), strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])  # in one order, too


@settings(max_examples=50)
@given(baskets=BASKETS, minimum=st.integers(1, 6), longest=st.integers(2, 7))
def test_bits_count_what_counting_one_by_one_counts(baskets: Baskets, minimum: int, longest: int) -> None:
    lies = [sorted({product - 1 for product in basket}) for basket in baskets]
    products = np.array(list(chain.from_iterable(lies)), np.int32)
    offsets = np.append(0, np.cumsum([len(basket) for basket in lies]))
    levels = frequent(packed(products, offsets, 7), minimum=minimum, longest=longest)
    found = {tuple(row): count for rows, counts in levels for row, count in zip(rows.tolist(), counts, strict=True)}
    right = by_hand(lies, minimum, longest)
    assert found == {products: count for products, count in right.items() if len(products) > 1}


@given(st.integers(1, 5000), st.floats(1e-6, 1.0))
def test_the_fewest_is_the_smallest_count_that_reaches_the_support(baskets: int, support: float) -> None:
    count = fewest(support, baskets)
    assert count / baskets >= support
    assert count == 1 or (count - 1) / baskets < support


class TestBaskets:
    @WAYS
    def test_leave_out_what_was_not_paid_for_taken_back_at_once_or_has_no_product(
        self, tmp_path: Path, few: int
    ) -> None:
        def part(receipt: int | None, product: int | None, amount: int, **more: Any) -> dict[str, Any]:
            return line(None, DAY, amount, receipt_id=receipt, product_id=product, **more)

        lake = small_lake(
            tmp_path,
            lines=[
                part(1, 1, 300), part(1, 1, 300),  # twice, and counted once
                part(1, 2, 500), part(1, 2, -500),  # taken back at the till
                part(1, 3, 0),  # a gift
                part(1, 4, 700), part(1, None, 900), part(None, 1, 900),
                part(2, 4, -700),  # returned on another day: no basket
                part(3, 1, 300, mistaken=1),  # reversed
                part(4, 4, 700),
            ],
        )  # fmt: skip
        found = itemsets(lake, support=0.5, few=few)
        assert found.baskets == 2
        assert told(found) == {(1,): 1, (4,): 2, (1, 4): 1}

    @WAYS
    def test_are_those_of_the_days_the_line_and_the_scope(self, tmp_path: Path, few: int) -> None:
        people = customers(2, line=["club", "delivery"], unit_code=["D1", "D2"])
        later = DAY + timedelta(1)
        lines = [
            line(1, DAY, 5, receipt_id=1, product_id=1), line(1, later, 5, receipt_id=2, product_id=2),
            line(2, later, 5, receipt_id=3, product_id=3), line(None, later, 5, receipt_id=4, product_id=4),
        ]  # fmt: skip
        lake = small_lake(tmp_path, **people, lines=lines)

        def products(where: Lake, **about: Any) -> list[int]:
            return sorted(itemsets(where, support=0.01, few=few, **about).products.tolist())

        assert products(lake) == [1, 2, 3, 4]
        assert products(lake, since=later) == [2, 3, 4]
        assert products(lake, until=DAY) == [1]
        assert products(lake, line="club") == [1, 2]
        assert products(lake.seen_by(Scope(frozenset({1}), frozenset({"D2"})))) == [3]
        found = itemsets(lake, support=0.5, few=few, basket="customer")
        assert (found.baskets, told(found)) == (2, {(1,): 1, (2,): 1, (3,): 1, (1, 2): 1})

    def test_come_in_parts_and_are_the_same(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        baskets = [[1 + number % 3, 1 + number % 4, 5] for number in range(40)]
        lake = lake_of(tmp_path, baskets)
        monkeypatch.setattr(counting, "PART", 7)
        assert told(itemsets(lake, support=0.05)) == by_hand(baskets, 2, 4)

    def test_are_left_to_the_engine_where_bits_would_be_too_many(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        baskets = [[1, 2, 3], [1, 2], [3]]
        monkeypatch.setattr(counting, "BITS", 1)
        assert told(itemsets(lake_of(tmp_path, baskets), support=0.1)) == by_hand(baskets, 1, 4)


@pytest.mark.usefixtures("in_english")
class TestRefusal:
    @WAYS
    def test_of_no_baskets_says_what_is_missing(self, tmp_path: Path, few: int) -> None:
        with pytest.raises(CannotCount, match="import receipts with their products"):
            itemsets(small_lake(tmp_path), support=0.1, few=few)

    def test_of_a_support_that_is_no_share(self, tmp_path: Path) -> None:
        lake = lake_of(tmp_path, [[1]])
        for support in (0.0, -0.1, 1.01, float("nan")):
            with pytest.raises(CannotCount, match="above 0 and 1 at most"):
                itemsets(lake, support=support)
        with pytest.raises(CannotCount, match="1 is the least"):
            itemsets(lake, support=0.5, longest=0)

    def test_of_baskets_too_full(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counting, "MOST_MEETINGS", 29)  # 3 baskets of 10 pairs
        with pytest.raises(CannotCount, match="30 sets of 2 products, one alone 10"):
            itemsets(lake_of(tmp_path, [[1, 2, 3, 4, 5]] * 3), support=0.5, few=0)

    @WAYS
    def test_of_more_than_anybody_could_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
        monkeypatch.setattr(counting, "MOST_SETS", 9)
        with pytest.raises(TooManySets, match="10 sets of 2 products or more: ask for a higher support"):
            itemsets(lake_of(tmp_path, [[1, 2, 3, 4, 5]] * 3), support=0.5, longest=2, few=few)

    @WAYS
    def test_is_not_for_one_basket_or_one_product(self, tmp_path: Path, few: int) -> None:
        days = [[[8, 9]], [[8], [8], [8]], [[8], [9]]]
        lines = [
            line(None, DAY + timedelta(day), 100, receipt_id=10 * day + number, product_id=product)
            for day, baskets in enumerate(days)
            for number, basket in enumerate(baskets)
            for product in basket
        ]
        lake = small_lake(tmp_path, lines=lines)
        found = [
            told(itemsets(lake, support=1.0, few=few, since=DAY + timedelta(day), until=DAY + timedelta(day)))
            for day in range(3)
        ]
        assert found == [{(8,): 1, (9,): 1, (8, 9): 1}, {(8,): 3}, {}]
