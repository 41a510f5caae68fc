"""Who is core by which criterion; what the records cannot tell stays unknown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.relationship.core.criteria import criteria, met, sets
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.lib.settings import BadSettings

NAN = float("nan")


def test_each_criterion_stands_for_itself() -> None:
    found = criteria(
        np.array([10.0, -3, 5, 1, 1, NAN]), np.array([9.0, 0, 8, 12, 0, 0]), np.array([0.0, 1, 0, 0, 0, 0]),
        days_on_record=400, settings=CoreSettings(),
    )  # fmt: skip
    told = {name: np.flatnonzero(marks).tolist() for name, marks in found.items() if marks is not None}
    assert told == {"core_profit": [0], "core_exchange": [0, 3], "core_opinion": [1]}
    assert met(found).tolist() == [2, 1, 0, 1, 0, 0]
    assert sets(found, 6) == ["profit-exchange", "opinion", "", "exchange", "", ""]


def test_what_cannot_be_told_is_unknown_and_met_by_nobody() -> None:
    found = criteria(np.array([0.0, -1]), np.zeros(2), None, days_on_record=364, settings=CoreSettings())
    assert set(found.values()) == {None}
    assert met(found).size == 0
    assert sets(found, 2) == ["", ""]


@given(st.lists(st.integers(-5, 20), min_size=1, max_size=40), st.floats(0.01, 0.5))
def test_profit_takes_the_part_with_the_most_of_those_who_bring_in_anything(values: list[int], share: float) -> None:
    settings = CoreSettings(profit_share=share)
    size = len(values)
    marks = criteria(np.array(values, float), np.zeros(size), None, days_on_record=1, settings=settings)["core_profit"]
    bringing = [value for value in values if value > 0]
    if marks is None:
        assert not bringing
        return
    for value, marked in zip(values, marks, strict=True):
        assert marked == (value > 0 and sum(other > value for other in bringing) < share * len(bringing))


@pytest.mark.parametrize("wrong", [{"months": 13}, {"words": 0}, {"profit_share": 0.0}, {"profit_by": "feeling"}])
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadSettings):
        CoreSettings(**wrong)  # type: ignore[arg-type]
