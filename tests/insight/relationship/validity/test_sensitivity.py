"""How many regions hang on weights and band, and that a million customers take seconds."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest

from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.relationship import fair_line
from dangol.insight.relationship.customer_value import balance
from dangol.insight.relationship.validity.sensitivity import Sensitivity, sensitivity

EQUAL = (1.0, 1.0, 1.0)


def parts(size: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    told = random.uniform(0, 100, (3, size))
    told[1, random.random(size) < 0.6] = np.nan
    return told, random.uniform(0, 100, size)


def tried(told: np.ndarray, equity: np.ndarray, **how: object) -> Sensitivity:
    found = sensitivity(told, equity, **{"weights": EQUAL, "tolerance": 15.0, **how})  # type: ignore[arg-type]
    assert found is not None
    return found


class TestCases:
    def test_change_as_a_scale_frozen_anew_would(self) -> None:
        told, equity = parts(3_000)
        found = {(one.of, one.to): one.changed for one in tried(told, equity, draws=1).cases}

        def regions(weights: tuple[float, float, float]) -> np.ndarray:
            mean = balance(told[0], told[1], 100 - told[2], weights=weights)
            return fair_line.region(FrozenScale().fit(mean).transform(mean), equity, 15.0)

        now = regions(EQUAL)
        for place, part in enumerate(("economic_value", "social_value", "relationship_cost")):
            for factor in (0.5, 2.0):
                weights = tuple(factor if place == at else 1.0 for at in range(3))
                changed = float((regions(weights) != now).mean())  # type: ignore[arg-type]
                assert found[part, factor] == pytest.approx(changed, abs=0.002)

    def test_do_nothing_under_the_standing_band(self) -> None:
        told, equity = parts(500)
        found = {one.to: one.changed for one in tried(told, equity).cases if one.of == "band"}
        assert set(found) == {10.0, 15.0, 20.0}
        assert found[15.0] == 0.0
        assert min(found[10.0], found[20.0]) > 0

    def test_of_weights_do_nothing_where_one_part_is_known(self) -> None:
        told, equity = parts(2_000)
        told[1:] = np.nan
        found = tried(told, equity)
        assert found.parts == ("economic_value",)
        assert not found.weights_matter
        assert found.drawn.high == 0.0
        assert all(one.changed == 0 for one in found.cases if one.of != "band")


class TestFirm:
    def test_is_everybody_where_all_parts_say_the_same(self) -> None:
        rank = np.linspace(0, 100, 1_000)
        found = tried(np.stack([rank] * 3), np.full(1_000, 1.0))
        assert found.drawn.high == 0.0
        assert found.share_firm > 0.85

    def test_is_fewer_where_the_parts_quarrel(self) -> None:
        rank = np.linspace(0, 100, 1_000)
        found = tried(np.stack([rank, 100 - rank, rank[np.random.default_rng(0).permutation(1_000)]]), rank)
        assert found.share_firm < 0.6
        assert sum(found.regions.values()) == found.customers == 1_000
        assert all(found.firm[name] <= found.regions[name] for name in found.regions)

    def test_is_the_same_again(self) -> None:
        assert tried(*parts(300)) == tried(*parts(300))


class TestLittle:
    def test_of_nobody_placed_is_nothing(self) -> None:
        told, equity = parts(10)
        assert sensitivity(told, np.full(10, np.nan), weights=EQUAL, tolerance=15.0) is None
        assert sensitivity(np.full((3, 10), np.nan), equity, weights=EQUAL, tolerance=15.0) is None

    def test_of_one_customer_changes_nothing(self) -> None:
        assert tried(np.full((3, 1), 50.0), np.array([50.0])).share_firm == 1.0

    def test_leaves_out_who_is_known_by_a_part_that_does_not_count(self) -> None:
        told, equity = parts(100)
        told[0, :40], told[2, :40] = np.nan, np.nan
        assert tried(told, equity, weights=(1.0, 0.0, 1.0)).customers == 60


def test_a_million_customers_take_seconds() -> None:
    told, equity = parts(1_000_000)
    began = perf_counter()
    tried(told, equity, draws=20)  # a tenth of what the page draws
    assert perf_counter() - began < 15
