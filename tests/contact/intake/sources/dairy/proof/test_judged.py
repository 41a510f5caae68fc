"""What the proof's figures mean."""

import numpy as np
import pyarrow as pa
import pytest

from dangol.contact.intake.sources.dairy.proof.drifting import Drifting
from dangol.contact.intake.sources.dairy.proof.judged import NotComparable, Said, foretold, placed, rounded
from dangol.contact.intake.sources.dairy.proof.true import Truth
from dangol.contact.intake.sources.dairy.proof.worth import region


def some_truth(regions: list[str]) -> Truth:
    count = len(regions)
    surveyed = np.arange(count) % 2 == 0
    return Truth(np.arange(count), surveyed, np.zeros(count), np.zeros(count), np.array(regions, dtype=object))


class TestSkill:
    def test_is_nothing_for_who_does_no_better_than_the_naive_and_one_for_the_oracles_equal(self) -> None:
        true = some_truth(["I", "I", "II", "II", "III", "III", "I", "I"])
        naive = np.array(["I"] * 8, dtype=object)
        best = true.region.copy()
        best[:2] = "II"
        assert placed({"recovered": naive, "oracle": best, "naive": naive}, true)["skill"] == {
            "surveyed": 0.0, "unsurveyed": 0.0,
        }  # fmt: skip
        found = placed({"recovered": best, "oracle": best, "naive": naive}, true)
        assert found["skill"] == {"surveyed": 1.0, "unsurveyed": 1.0}
        assert found["recovered"] == {"surveyed": 0.75, "unsurveyed": 0.75}

    def test_cannot_be_told_where_the_oracle_knows_no_more_than_the_naive(self) -> None:
        true = some_truth(["I", "II", "I", "II"])
        naive = np.array(["I"] * 4, dtype=object)
        found = rounded(placed({"recovered": naive, "oracle": naive, "naive": naive}, true))
        assert found["skill"] == {"surveyed": None, "unsurveyed": None}


class TestChances:
    def test_that_are_right_have_skill_and_a_slope_of_one(self) -> None:
        random = np.random.default_rng(0)
        chance = random.beta(1.0, 1.5, 40_000)
        found = foretold(chance, random.random(40_000) < chance)
        assert found["brier_skill"] > 0.2
        assert found["calibration_slope"] == pytest.approx(1.0, abs=0.05)

    def test_that_lie_too_far_apart_have_a_slope_below_one(self) -> None:
        random = np.random.default_rng(0)
        odds = random.normal(0.0, 1.0, 40_000)
        bought = random.random(40_000) < 1 / (1 + np.exp(-odds))
        assert foretold(1 / (1 + np.exp(-2 * odds)), bought)["calibration_slope"] == pytest.approx(0.5, abs=0.05)

    def test_leave_out_those_of_whom_nothing_was_said(self) -> None:
        chance, bought = np.array([0.9, 0.1, 0.8, 0.3, np.nan]), np.array([True, False, False, True, True])
        assert foretold(chance, bought) == foretold(chance[:4], bought[:4])


def test_values_of_somebody_whom_the_dairy_does_not_know_are_refused(drifted: Drifting) -> None:
    table = pa.table({"external_id": ["X1"], "region": ["I"], "chance": [0.5]})
    with pytest.raises(NotComparable, match="X1"):
        Said.of(drifted, table)


def test_the_regions_of_the_proof_are_those_of_the_fair_value_line() -> None:
    value, worth = np.array([80.0, 40.0, 50.0, 65.0]), np.array([50.0, 60.0, 50.0, 50.0])
    assert region(value, worth).tolist() == ["I", "II", "III", "III"]
