"""What followed, against the same told customer by customer."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.insight.warehouse.following import SEASON, followings
from dangol.insight.warehouse.itemsets import CannotCount, fewest
from tests.insight.warehouse.small_lake import customers, line, small_lake

START, UNTIL = date(2025, 10, 1), date(2026, 3, 31)
LAST = (UNTIL - START).days

type Sales = list[tuple[int, int, int, int]]  # customer, day, product, amount


def sales(seed: int) -> Sales:
    """Draw half a year of forty customers with seven products, with returns, gifts and days of several receipts."""
    draw = random.Random(seed)
    return [
        (draw.randint(1, 40), draw.randint(0, LAST + 20), draw.randint(1, 7), draw.choice([100, 100, 300, 0, -100]))
        for _ in range(1500)
    ]


def lines(sold: Sales) -> list[dict[str, Any]]:
    return [
        line(customer, START + timedelta(day), amount, product_id=product) for customer, day, product, amount in sold
    ]


def by_hand(sold: Sales, window: int, minimum: int) -> dict[str, Any]:
    net: dict[tuple[int, int, int], int] = defaultdict(int)
    for customer, day, product, amount in sold:
        if day <= LAST:
            net[customer, product, day] += amount
    bought: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))  # customer → product → days
    for (customer, product, day), paid in net.items():
        if paid > 0:
            bought[customer][product].add(day)
    buyers = Counter(product for mine in bought.values() for product in mine)
    pairs, starts, usual_starts, usual = Counter[Any](), Counter[Any](), Counter[Any](), Counter[Any]()
    for customer, mine in bought.items():
        visits = sorted(set.union(*mine.values()))

        def ahead(day: int, of: Any) -> int:
            return sum(day < other <= day + window for other in of)

        def season(day: int) -> int:
            return (LAST - window - day) // SEASON

        passed = [day for day in visits if day <= LAST - window]
        if passed:
            chosen = passed[customer % len(passed)]
            usual_starts[season(chosen), ahead(chosen, visits)] += 1
            for then, days in mine.items():
                if ahead(chosen, days) and buyers[then] >= minimum:
                    usual[then, season(chosen), ahead(chosen, visits)] += 1
        for first, days in mine.items():
            began = min(days)
            if began <= LAST - window and buyers[first] >= minimum:
                starts[first, season(began), ahead(began, visits)] += 1
                for then, others in mine.items():
                    pairs[first, then] += then != first and ahead(began, others) > 0
    pairs = Counter({pair: count for pair, count in pairs.items() if count >= minimum})
    return {"pairs": pairs, "starts": starts, "usual_starts": usual_starts, "usual": usual}


@pytest.mark.parametrize(("seed", "window", "support"), [(1, 7, 0.1), (2, 30, 0.3)])
def test_counts_are_those_told_customer_by_customer(tmp_path: Path, seed: int, window: int, support: float) -> None:
    sold = sales(seed)
    lake = small_lake(tmp_path, **customers(40), lines=lines(sold))
    found = followings(lake, window=window, support=support, until=UNTIL)
    assert found.minimum == fewest(support, found.customers)
    right = by_hand(sold, window, found.minimum)
    assert found.customers == right["usual_starts"].total()
    for name, counts in right.items():
        told = {}
        for *key, count in (row.values() for row in getattr(found, name).to_pylist()):
            told[tuple(key)] = count
        assert told == dict(counts), name
    assert found.pairs.num_rows > 5


class TestDays:
    def test_of_one_date_follow_nothing(self, tmp_path: Path) -> None:
        sold = [(1, 3, 1, 100), (1, 3, 2, 100), (1, 9, 3, 100)]  # 1 and 2 together, then 3
        lake = small_lake(tmp_path, **customers(1), lines=lines(sold))
        pairs = followings(lake, window=6, support=1.0, until=UNTIL).pairs.to_pylist()
        assert [(row["first"], row["then"]) for row in pairs] == [(1, 3), (2, 3)]
        assert followings(lake, window=5, support=1.0, until=UNTIL).pairs.num_rows == 0

    def test_whose_window_has_not_passed_count_nowhere(self, tmp_path: Path) -> None:
        sold = [(1, LAST - 10, 1, 100), (1, LAST - 4, 2, 100), (2, LAST - 9, 1, 100), (2, LAST, 2, 100)]
        lake = small_lake(tmp_path, **customers(2), lines=lines(sold))
        found = followings(lake, window=10, support=0.1, until=UNTIL)
        assert (found.customers, found.pairs["customers"].to_pylist()) == (1, [1])

    def test_are_those_asked_about(self, tmp_path: Path) -> None:
        sold = [(1, 3, 1, 100), (1, 5, 2, 100), (1, 40, 1, 100), (1, 42, 3, 100)]
        lake = small_lake(tmp_path, **customers(1, line=["club"]), lines=lines(sold))
        since = START + timedelta(30)
        pairs = followings(lake, window=9, support=1.0, until=UNTIL, since=since, line="club").pairs.to_pylist()
        assert [(row["first"], row["then"]) for row in pairs] == [(1, 3)]


@pytest.mark.usefixtures("in_english")
class TestRefusal:
    def test_of_nobody_says_what_to_change(self, tmp_path: Path) -> None:
        lake = small_lake(tmp_path, **customers(1), lines=lines([(1, LAST - 3, 1, 100)]))
        with pytest.raises(CannotCount, match="10 days or more before 2026-03-31: take a smaller window"):
            followings(lake, window=10, support=0.1, until=UNTIL)

    def test_of_no_window_or_no_share(self, tmp_path: Path) -> None:
        lake = small_lake(tmp_path)
        for wrong in ({"window": 0}, {"support": 0.0}, {"support": float("nan")}):
            with pytest.raises(CannotCount, match=r"1 is the least|above 0"):
                followings(lake, **({"window": 5, "support": 0.1, "until": UNTIL} | wrong))
