"""What comes next: what was planted is found, habit and chance are not taken for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dangol.insight.analysis.baskets import sequences
from dangol.insight.analysis.baskets.rules import BadRules
from dangol.insight.analysis.baskets.sequences import Steps, steps
from dangol.insight.warehouse.following import SEASON, Followings, followings
from tests.insight.warehouse.test_following import LAST, UNTIL, Sales, customers, lines, small_lake

PEOPLE, WINDOW = 500, 14
DRAWS = 2000


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

    def test_do_not_take_the_season_for_what_follows(self, tmp_path: Path) -> None:
        # 7 and 8 are sold in the first ninety days alone, and liked by everybody as long as they are
        draw, early = np.random.default_rng(4), LAST - WINDOW - SEASON
        sold: Sales = []
        for customer in range(1, PEOPLE + 1):
            for day in np.unique(draw.integers(0, LAST + 1, 12)).tolist():
                liked = np.arange(1, 9) if day <= early else np.arange(1, 7)
                sold += [(customer, day, product, 100) for product in draw.choice(liked, 2, replace=False).tolist()]
        found = judged(tmp_path, sold)
        lifts = {(row["first"], row["then"]): row["lift"] for row in found.table.to_pylist()}
        assert lifts[7, 8] == pytest.approx(1.0, abs=0.25)
        assert lifts[8, 7] == pytest.approx(1.0, abs=0.25)
        assert found.holding.num_rows == 0

    def test_are_as_sure_from_two_seasons_as_from_one(self) -> None:
        one = counted(pairs=[(1, 2, 80)], starts=[(1, 1, 200)], usual_starts=[(1, 400)], usual=[(2, 1, 50)])
        two = steps(in_seasons(one, 0, 1)).table["p"].to_pylist()
        twice = counted(pairs=[(1, 2, 80)], starts=[(1, 1, 400)], usual_starts=[(1, 800)], usual=[(2, 1, 100)])
        assert two == pytest.approx(steps(twice).table["p"].to_pylist())

    def test_compare_with_the_season_before_where_one_has_too_few_customers(self) -> None:
        full = counted(pairs=[(1, 2, 9)], starts=[(1, 1, 20)], usual_starts=[(1, 40)], usual=[(2, 1, 20)])
        few = counted(pairs=[], starts=[(1, 1, 20)], usual_starts=[(1, 10)], usual=[(2, 1, 10)])
        for order in ((0, 1), (1, 0)):
            parts = in_seasons(full, order[0]), in_seasons(few, order[1])
            both = {
                name: pa.concat_tables(getattr(part, name) for part in parts)
                for name in ("starts", "usual_starts", "usual")
            }
            assert steps(replace(full, **both)).table["expected_share"].to_pylist() == [0.6]  # 30 of 50

    def test_put_the_few_of_a_season_with_those_of_the_same_season(self) -> None:
        now = counted(
            pairs=[(1, 2, 9)], starts=[(1, 1, 20)], usual_starts=[(1, 10), (2, 40)], usual=[(2, 1, 10), (2, 2, 20)]
        )
        before = in_seasons(counted(pairs=[], starts=[], usual_starts=[(1, 40)], usual=[]), 1)
        both = replace(now, usual_starts=pa.concat_tables([now.usual_starts, before.usual_starts]))
        assert steps(both).table["expected_share"].to_pylist() == [0.6]  # 30 of 50

    def test_are_the_same_worked_out_in_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = by_chance(np.random.default_rng(5))
        whole = steps(found).table
        monkeypatch.setattr(sequences, "PART", 7)
        assert steps(found).table.equals(whole)

    def test_hardly_ever_hold_by_chance(self) -> None:
        draw = np.random.default_rng(3)
        holding = [steps(by_chance(draw)).holding.num_rows for _ in range(40)]
        assert sum(count > 0 for count in holding) <= 5  # about one in twenty

    @pytest.mark.parametrize("rates", [(0.1, 0.1), (0.02, 0.3), (0.3, 0.02)])
    @pytest.mark.parametrize(
        ("customers", "starters"),
        [((40, 5000), (300, 0)), ((40, 5000), (270, 30)), ((40, 5000), (60, 240)), ((3000, 2000), (150, 150))],
    )
    def test_take_chance_for_more_no_oftener_than_they_say(
        self, customers: tuple[int, int], starters: tuple[int, int], rates: tuple[float, float]
    ) -> None:
        # what is usual for those who come as often was counted among 40, however many others were looked at
        p = doubts(np.random.default_rng(8), customers=customers, starters=starters, rates=rates)
        assert np.mean(p < 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / DRAWS)

    def test_find_what_follows_as_surely_as_the_customers_to_compare_with_allow(self) -> None:
        def found(customers: tuple[int, int], starters: tuple[int, int]) -> float:
            p = doubts(np.random.default_rng(9), customers=customers, starters=starters, rates=(0.1, 0.1), times=2.0)
            return float(np.mean(p < 0.05))

        assert found((5000, 40), (300, 0)) > 0.98
        assert found((2500, 2500), (150, 150)) > 0.98
        assert found((40, 5000), (60, 240)) > 0.9
        assert 0.3 < found((40, 5000), (300, 0)) < 0.6

    def test_have_intervals_of_lift_that_are_wide_where_few_can_be_compared_with(self) -> None:
        draw = np.random.default_rng(10)
        for looked_at in ((60, 5000), (5000, 60)):
            told = followed(draw, customers=looked_at, starters=(300, 0), rates=(0.2, 0.02)).table
            low, high = told["lift_low"].to_numpy(), told["lift_high"].to_numpy()
            assert np.mean((low <= 1) & (high >= 1)) == pytest.approx(0.95, abs=0.025)

    def test_compare_with_the_class_above_where_nobody_has_so_few_visits(self) -> None:
        found = steps(counted(pairs=[(1, 2, 9)], starts=[(1, 0, 20)], usual_starts=[(1, 400)], usual=[(2, 1, 180)]))
        assert found.table["expected_share"].to_pylist() == [0.45]
        assert found.holding.num_rows == 0

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

    def test_are_as_sure_from_two_halves_as_from_the_whole(self) -> None:
        pairs = [(1, 2, 40)]
        whole = counted(pairs=pairs, starts=[(1, 1, 200)], usual_starts=[(1, 400)], usual=[(2, 1, 50)])
        halves = counted(
            pairs=pairs, starts=[(1, 1, 100), (1, 2, 100)], usual_starts=[(1, 200), (2, 200)],
            usual=[(2, 1, 25), (2, 2, 25)],
        )  # fmt: skip
        assert steps(halves).table["p"].to_pylist() == pytest.approx(steps(whole).table["p"].to_pylist())

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


def followed(
    draw: np.random.Generator, *, customers: tuple[int, int], starters: tuple[int, int], rates: tuple[float, float],
    times: float = 1.0,
) -> Steps:  # fmt: skip
    """Draw what follows product 0 for many products, each bought at the rates of both classes, so many times as often.

    Products that never followed are left out, as the warehouse leaves them out.
    """
    usual = draw.binomial(customers, rates, (DRAWS, 2))
    seen = draw.binomial(starters, np.array(rates) * times, (DRAWS, 2)).sum(axis=1)
    return steps(
        counted(
            pairs=[(0, then, int(count)) for then, count in enumerate(seen, start=1) if count],
            starts=[(0, visits, count) for visits, count in enumerate(starters, start=1) if count],
            usual_starts=list(enumerate(customers, start=1)),
            usual=[(then, at, int(usual[then - 1, at - 1])) for then in range(1, DRAWS + 1) for at in (1, 2)],
        )
    )


def doubts(draw: np.random.Generator, **about: Any) -> np.ndarray:
    """p of each draw, 1 for what never followed."""
    p = followed(draw, **about).table["p"].to_numpy()
    return np.append(p, np.ones(DRAWS - len(p)))


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
    found = Followings(
        sum(count for _, count in usual_starts), 1, len(products), WINDOW,
        table(list(pairs), "first", "then", "customers"),
        table(list(starts), "first", "visits", "customers"), table(list(usual_starts), "visits", "customers"),
        table(list(usual), "then", "visits", "customers"),
    )  # fmt: skip
    return in_seasons(found, 0)


def in_seasons(found: Followings, *seasons: int) -> Followings:
    """The same counts in each of these seasons."""

    def times(table: pa.Table) -> pa.Table:
        return pa.concat_tables(
            table.drop_columns([name for name in ("season",) if name in table.column_names]).append_column(
                "season", pa.array(np.full(table.num_rows, season))
            )
            for season in seasons
        )

    return replace(
        found, starts=times(found.starts), usual_starts=times(found.usual_starts), usual=times(found.usual)
    )  # fmt: skip
