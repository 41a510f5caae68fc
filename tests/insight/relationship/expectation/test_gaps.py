"""Who gets less than they expect: the rule in arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.relationship.expectation.excluded import TREATED, compared, counted
from dangol.insight.relationship.expectation.gaps import COUNTED, Served, summary

NAN = float("nan")


def served(**about: Any) -> Served:
    """Ten customers worth 1 to 10, all active, of whom nothing is known but what is told."""
    told: dict[str, Any] = {"asked": np.full(10, NAN), "former": np.full(10, NAN)}
    counts = {name: np.zeros(10) for name in COUNTED}
    for name, values in about.items():
        for place, value in values.items():
            (counts if name in counts else told)[name][place] = value
    return Served(**told, counted=counts, equity=np.arange(1.0, 11.0), active=np.ones(10, np.bool_))


class TestWords:
    def test_nothing_known_is_unknown_and_no_praise(self) -> None:
        assert set(served().words(0.2)) == {""}

    def test_a_gap_at_the_floor_or_below_is_below_and_a_smaller_one_is_met(self) -> None:
        words = served(asked={0: -0.1, 1: -0.09, 9: -0.5}).words(0.2)
        assert (words[0], words[1], words[9]) == ("below", "met", "best_below")

    @pytest.mark.parametrize(("found", "wanted"), [(6, 7), (2, 3), (8, 9), (1, 2)])
    def test_ten_points_of_an_answer_are_ten_points(self, found: int, wanted: int) -> None:
        assert served(asked={0: found / 10 - wanted / 10}).words(0.2)[0] == "below"

    def test_what_was_expected_counts_before_the_former_level(self) -> None:
        words = served(asked={0: 0.2}, former={0: -0.5, 1: -0.5}).words(0.2)
        assert (words[0], words[1]) == ("met", "below")

    def test_one_shortfall_alone_tells_nothing_and_two_are_below(self) -> None:
        words = served(returns={0: 1, 1: 1}, late_deliveries={1: 1}).words(0.2)
        assert (words[0], words[1]) == ("", "below")

    def test_an_open_complaint_is_enough(self) -> None:
        assert served(complaints={0: 1}, open_complaints={0: 1}).words(0.2)[0] == "below"

    def test_who_is_not_active_or_of_unknown_worth_is_not_among_the_best(self) -> None:
        one = served(asked={8: -1, 9: -1})
        one.equity[9] = NAN
        one.active[8] = False
        assert one.words(0.2)[8] == one.words(0.2)[9] == "below"

    def test_among_equals_nobody_is_best(self) -> None:
        one = served()
        one.equity[:] = 5.0
        assert not one.best(0.2).any()

    @given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.floats(0.05, 0.5))
    def test_the_best_are_worth_more_than_all_others(self, worth: list[float], share: float) -> None:
        n = len(worth)
        none = np.full(n, NAN)
        counts = {name: np.zeros(n) for name in COUNTED}
        one = Served(none, none, counts, np.array(worth), np.ones(n, np.bool_))
        best = one.best(share)
        if best.any() and not best.all():
            assert one.equity[best].min() > one.equity[~best].max()

    def test_counts_add_up(self) -> None:
        told = summary(served(asked={0: -1, 9: -1, 3: 0.5}), 0.2)
        assert told["best_below"] + told["below"] + told["met"] + told["unknown"] == told["customers"] == 10
        assert (told["best"], told["best_known"], told["asked"]) == (2, 1, 3)


class TestComplaining:
    def group(self, name: str, people: int, complained: int, each: int = 1) -> Any:
        times, upset = np.full(people, float(each)), np.zeros(people)
        upset[:complained] = each
        return counted(name, times, upset)

    def test_more_than_those_treated_is_told_with_its_interval(self) -> None:
        found = compared({TREATED: self.group(TREATED, 1000, 20), "capped": self.group("capped", 1000, 80)})
        capped = found[1]
        assert capped.more == pytest.approx(0.06)
        assert capped.more_low is not None
        assert 0 < capped.more_low < 0.06
        assert capped.surely_more

    def test_few_are_not_sure(self) -> None:
        found = compared({TREATED: self.group(TREATED, 100, 2), "capped": self.group("capped", 10, 1)})
        assert not found[1].surely_more

    def test_one_who_always_complains_is_not_many(self) -> None:
        once, often = self.group("capped", 100, 10), self.group("capped", 100, 10, each=5)
        assert often[0].times == 500
        assert often[0].high - often[0].low == pytest.approx(once[0].high - once[0].low, rel=0.01)

    def test_without_anybody_treated_nothing_is_compared(self) -> None:
        (one,) = compared({TREATED: None, "capped": self.group("capped", 100, 10)})
        assert (one.more, one.surely_more) == (None, False)
