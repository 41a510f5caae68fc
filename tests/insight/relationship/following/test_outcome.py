"""What became of somebody, in one word, and what two arms differ by."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.relationship.following.outcome import (
    AS_MEANT,
    AWAY,
    FEWEST,
    NO_PLACE,
    OUTCOMES,
    STAYED,
    STEP,
    Then,
    difference,
    outcome,
    outcomes,
)
from dangol.insight.relationship.following.targets import targets

POINT = st.floats(0, 100)
PLACES = st.lists(st.tuples(st.sampled_from(["A_B", "C_D", "up"]), POINT, POINT, POINT, POINT), min_size=1, max_size=12)


def then(*rows: tuple[str, float, float, float, float], treated: list[bool] | None = None) -> Then:
    """(move, value, equity, later value, later equity) of each."""
    move, *points = zip(*rows, strict=True)
    arms = np.array([True] * len(rows) if treated is None else treated)
    return Then(arms, np.array(["gift"] * len(rows)), np.array(move), *(np.array(one, float) for one in points))


class TestOutcomes:
    @pytest.mark.parametrize(
        ("row", "word"),
        [
            (("A_B", 85, 30, 85, 40), AS_MEANT),
            (("A_B", 85, 30, 85, 34), STAYED),
            (("A_B", 85, 30, 70, 50), AWAY),  # sold more, and the customer lost by it
            (("A_B", 50, 20, 50, 95), AWAY),  # past the line and farther from it than before
            (("A_B", 85, 30, 85, 20), AWAY),
            (("C_D", 25, 80, 40, 80), AS_MEANT),
            (("C_D", 25, 80, 40, 70), STAYED),  # nearer only because they bring less
            (("C_D", 25, 80, 15, 80), AWAY),
            (("up", 50, 50, 60, 60), AS_MEANT),
            (("up", 50, 50, 50, 40), AWAY),
            (("up", 50, 50, 52, 52), STAYED),
            (("C_D", 25, 80, np.nan, np.nan), NO_PLACE),
        ],
    )
    def test_are_what_was_meant_or_not(self, row: Any, word: str) -> None:
        assert outcomes(then(row), tolerance=15.0).tolist() == [word]

    @given(PLACES)
    @settings(max_examples=40)
    def test_never_call_a_loss_of_the_customer_what_was_meant(self, rows: Any) -> None:
        found = outcomes(then(*rows), tolerance=15.0)
        assert set(found.tolist()) <= set(OUTCOMES)
        for (move, value, equity, later, bought), word in zip(rows, found.tolist(), strict=True):
            if later - value <= -STEP:
                assert word == AWAY
            if word == AS_MEANT and move != "up":
                assert abs(later - bought) <= abs(value - equity)

    @given(PLACES)
    @settings(max_examples=40)
    def test_of_one_who_reaches_the_target_are_as_meant_or_nothing_was_to_move(self, rows: Any) -> None:
        move = np.array([one[0] for one in rows])
        value, equity = (np.array([one[at] for one in rows]) for at in (1, 2))
        theirs, ours = targets(move, value, equity, tolerance=15.0)
        assert (theirs >= value).all() and (ours >= equity).all()
        found = outcomes(then(*zip(move, value, equity, theirs, ours, strict=True)), tolerance=15.0)
        far = (theirs - value >= STEP) | (ours - equity >= STEP)
        assert (found[far] == AS_MEANT).all()
        assert not (found == AWAY).any()


class TestOutcome:
    def test_counts_both_arms_and_how_much_more_the_treated_gained(self) -> None:
        chance = np.random.default_rng(2)
        lifted = chance.normal(10, 1, 40)
        rows = [("C_D", 25.0, 80.0, 25.0 + (up if at < 20 else up - 10), 80.0) for at, up in enumerate(lifted.tolist())]
        told = outcome(then(*rows, treated=[True] * 20 + [False] * 20), tolerance=15.0)["gift"]
        assert told["treated"][AS_MEANT] == told["held_out"][STAYED] == 20
        assert told["value"]["low"] < 10 < told["value"]["high"]
        assert told["equity"]["points"] == 0

    def test_compares_nothing_of_too_few(self) -> None:
        rows = [("C_D", 25.0, 80.0, 40.0, 80.0)] * (FEWEST * 2 - 1)
        told = outcome(then(*rows, treated=[True] * FEWEST + [False] * (FEWEST - 1)), tolerance=15.0)["gift"]
        assert told["value"] is None
        assert difference(told["treated"], told["held_out"]) is None


class TestDifference:
    @given(st.integers(0, 30), st.integers(0, 30))
    @settings(max_examples=40)
    def test_lies_in_its_interval_and_turns_with_the_arms(self, one: int, other: int) -> None:
        treated, held_out = ({AS_MEANT: number, STAYED: 30 - number} for number in (one, other))
        found, turned = difference(treated, held_out), difference(held_out, treated)
        assert found is not None and turned is not None
        assert -1 <= found.low <= found.more <= found.high <= 1
        assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))

    def test_is_sure_of_a_large_one(self) -> None:
        found = difference({AS_MEANT: 25, STAYED: 5}, {AS_MEANT: 5, STAYED: 25})
        assert found is not None and found.low > 0.3
