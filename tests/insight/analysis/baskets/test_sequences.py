"""What comes next: what was planted is found, habit and chance are not taken for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dangol.insight.analysis.baskets.rules import BadRules
from dangol.insight.analysis.baskets.sequences import Steps, steps
from dangol.insight.warehouse.following import Followings, followings
from tests.insight.warehouse.test_following import LAST, UNTIL, Sales, customers, lines, small_lake

PEOPLE, WINDOW = 500, 14


def shop(seed: int, *, follows: float, busy: bool = False) -> Sales:
    """Make people who come at random and take two of eight products; after 1, 2 follows for that part of them.

    busy: half of them come four times as often and like 3 as much as they come, the others never take 3.
    """
    draw = np.random.default_rng(seed)
    sold: Sales = []
    for customer in range(1, PEOPLE + 1):
        often = busy and customer % 2 == 0
        liked = np.arange(1, 9) if often or not busy else np.array([1, 2, 4, 5, 6, 7, 8])
        for day in np.unique(draw.integers(0, LAST + 1, 20 if often else 5)).tolist():
            for product in draw.choice(liked, 2, replace=False).tolist():
                sold.append((customer, day, product, 100))
                if product == 1 and draw.random() < follows:
                    sold.append((customer, day + int(draw.integers(1, WINDOW + 1)), 2, 100))
    return sold


def judged(folder: Path, sold: Sales) -> Steps:
    lake = small_lake(folder, **customers(PEOPLE), lines=lines(sold))
    return steps(followings(lake, window=WINDOW, support=0.01, until=UNTIL))


class TestSteps:
    def test_find_what_was_planted_and_nothing_else(self, tmp_path: Path) -> None:
        found = judged(tmp_path, shop(1, follows=0.5))
        rows = found.holding.to_pylist()
        assert [(row["first"], row["then"]) for row in rows] == [(1, 2)]
        (row,) = rows
        assert row["lift_low"] <= row["lift"] <= row["lift_high"]
        assert row["share"] == row["customers"] / row["starters"]
        assert row["lift"] == pytest.approx(row["share"] / row["expected_share"])
        assert found.looked_at == 8 * 7
        assert "1 of 56 steps within 14 days hold, among" in str(found)

    def test_do_not_take_those_who_come_often_for_those_who_follow(self, tmp_path: Path) -> None:
        found = judged(tmp_path, shop(2, follows=0.0, busy=True))
        # those who take 3 come often, so they buy anything more often afterwards: 18 of a hundred more, all in all
        lifts = [row["lift"] for row in found.table.to_pylist() if row["first"] == 3]
        assert np.mean(lifts) == pytest.approx(1.0, abs=0.15)

    def test_hardly_ever_hold_by_chance(self) -> None:
        draw = np.random.default_rng(3)
        holding = [steps(by_chance(draw)).holding.num_rows for _ in range(40)]
        assert sum(count > 0 for count in holding) <= 5  # about one in twenty

    def test_of_products_that_nobody_takes_as_usual_have_no_upper_end(self) -> None:
        found = steps(counted(pairs=[(1, 2, 9)], starts=[(1, 1, 20)], usual_starts=[(1, 400)], usual=[(1, 1, 20)]))
        (row,) = found.table.to_pylist()
        assert (row["expected_share"], row["lift"], row["lift_high"]) == (0, np.inf, np.inf)
        assert row["holds"]

    def test_compare_those_with_as_many_visits(self) -> None:
        # who comes once takes 2 in one of ten cases, who comes twice in one of two; after 1 people come twice
        found = steps(
            counted(
                pairs=[(1, 2, 50)],
                starts=[(1, 2, 100)],
                usual_starts=[(1, 1000), (2, 1000)],
                usual=[(2, 1, 100), (2, 2, 500)],
            )
        )
        (row,) = found.table.to_pylist()
        assert (row["expected_share"], row["lift"], row["holds"]) == (0.5, 1.0, False)

    def test_put_few_customers_of_many_visits_together(self) -> None:
        usual_starts = [(0, 100), (1, 100), (2, 20), (3, 5), (7, 5)]
        found = steps(
            counted(pairs=[(1, 2, 5)], starts=[(1, 5, 10)], usual_starts=usual_starts, usual=[(2, 2, 12), (2, 7, 3)])
        )
        assert found.table["expected_share"].to_pylist() == [0.5]  # 15 of the 30 with two visits or more

    def test_are_none_where_nothing_was_found(self) -> None:
        found = steps(counted(pairs=[], starts=[], usual_starts=[(0, 3)], usual=[]))
        assert (found.table.num_rows, found.looked_at) == (0, 0)

    def test_refuse_a_level_that_is_no_share(self) -> None:
        with pytest.raises(BadRules, match="from 0 to 1"):
            steps(counted(pairs=[], starts=[], usual_starts=[(0, 3)], usual=[]), level=1.5)


def by_chance(draw: np.random.Generator) -> Followings:
    """Draw counts in which 12 products follow each other as usual, 1000 times looked at."""
    shares = draw.uniform(0.02, 0.3, 12)
    return counted(
        pairs=[(a, b, max(1, int(draw.binomial(300, shares[b])))) for a in range(12) for b in range(12) if a != b],
        starts=[(a, 1, 300) for a in range(12)],
        usual_starts=[(1, 1000)],
        usual=[(b, 1, int(draw.binomial(1000, shares[b]))) for b in range(12)],
    )


def counted(
    *, pairs: list[tuple[int, int, int]], starts: list[tuple[int, int, int]], usual_starts: list[tuple[int, int]],
    usual: list[tuple[int, int, int]],
) -> Followings:  # fmt: skip
    def table(rows: list[tuple[int, ...]], *names: str) -> pa.Table:
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        return pa.table({name: pa.array(column, pa.int64()) for name, column in zip(names, columns, strict=True)})

    products = {row[0] for row in starts} | {row[1] for row in pairs}
    return Followings(
        sum(count for _, count in usual_starts), 1, len(products), WINDOW,
        table(list(pairs), "first", "then", "customers"),
        table(list(starts), "first", "visits", "customers"), table(list(usual_starts), "visits", "customers"),
        table(list(usual), "then", "visits", "customers"),
    )  # fmt: skip
