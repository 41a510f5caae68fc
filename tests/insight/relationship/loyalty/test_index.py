"""The loyalty index and its change, against numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.satisfaction.measured import Measured, NoAnswers
from dangol.insight.relationship.loyalty.index import People, change, index_of, moved

NONE = float("nan")


def people(*figures: float, since: int = 1) -> People:
    return People(np.arange(since, since + len(figures), dtype=np.int64), np.array(figures))


class TestIndex:
    def test_is_the_mean_place_on_the_scales_of_what_each_answered(self) -> None:
        # 1–7 and 0–10: (4 − 1)/6 = 50 and 9/10 = 90 → 70; 7 → 100 alone; nothing: nobody; 1 and 0 → 0
        answers = np.array([[4, 9], [7, NONE], [NONE, NONE], [1, 0]])
        found = index_of(np.array([11, 12, 13, 14]), answers, [(1, 7), (0, 10)])
        assert found.keys.tolist() == [11, 12, 14]
        assert found.figures.tolist() == [70, 100, 0]
        # mean 56.67, s = 51.32, t(.975; 2) = 4.3027, s/√3 = 29.63 → ± 127.5, cut at the ends of the scale
        assert (found.mean.value, found.mean.low, found.mean.high) == (pytest.approx(56.667, abs=1e-3), 0, 100)

    def test_of_one_person_has_no_interval_and_is_refused(self) -> None:
        with pytest.raises(NoAnswers):
            _ = people(50).mean


class TestChange:
    def test_of_other_people_adds_both_variances(self) -> None:
        # means 50 and 60, s² = 100 each, n = 3: Var d = 200/3, √ = 8.165, t(.975; 2) = 4.3027 → ± 35.13
        found = change(people(40, 50, 60), people(50, 60, 70, since=10))
        assert found is not None
        assert found.value == pytest.approx(10)
        assert (found.low, found.high) == (pytest.approx(-25.131, abs=1e-3), pytest.approx(45.131, abs=1e-3))
        assert not found.beyond_chance

    def test_of_the_same_people_who_moved_alike_is_certain(self) -> None:
        found = change(people(40, 50, 60), people(50, 60, 70))
        assert found is not None
        assert (found.low, found.high) == (pytest.approx(10, abs=1e-6), pytest.approx(10, abs=1e-6))
        assert found.beyond_chance

    def test_of_some_of_the_same_takes_off_what_they_share(self) -> None:
        # 2 and 3 were asked twice: 50 → 50 and 60 → 60, c = 50; Var d = 200/3 − 2·2·50/9 = 44.444, √ = 6.667 → ± 28.68
        found = change(people(40, 50, 60), people(50, 60, 70, since=2))
        assert found is not None
        assert found.high - found.value == pytest.approx(28.684, abs=1e-3)

    def test_of_one_person_is_not_told(self) -> None:
        assert change(people(40), people(50, 60)) is None

    def test_of_two_shares_is_newcombes(self) -> None:
        # Newcombe 1998, table II, row (a), 56/70 against 48/80: .20, method 10 gives .0524 to .3339
        found = moved(Measured(60.0, 49.0406, 70.0304, 80), Measured(80.0, 69.1748, 87.7155, 70))
        assert found.value == pytest.approx(20)
        assert (found.low, found.high) == (pytest.approx(5.24, abs=0.02), pytest.approx(33.39, abs=0.02))
        assert found.beyond_chance
