"""What programmes are expected to bring: the prior, drawn to what was measured, by precision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.relationship.positioning.learning import LEARNED, STATED, PastEffect, Shift, learned

PRIOR = Shift(1000.0, -200.0, 2200.0)
effects = st.builds(
    lambda middle, reach: PastEffect(middle, middle - reach, middle + reach),
    st.floats(-5000, 5000), st.floats(1, 9000),
)  # fmt: skip


class TestLearned:
    def test_is_the_prior_as_stated_without_a_campaign(self) -> None:
        assert learned(PRIOR, [], 0.3) == PRIOR
        assert PRIOR.source == STATED

    def test_lies_in_the_middle_of_two_that_are_equally_sure(self) -> None:
        found = learned(PRIOR, [PastEffect(10_000.0, 6_000.0, 14_000.0)], 0.3)
        assert found.value == pytest.approx(2000)
        assert (found.source, found.campaigns) == (LEARNED, 1)
        assert found.high - found.low == pytest.approx(2400 / 2**0.5)

    @given(st.lists(effects, min_size=1, max_size=5))
    def test_lies_between_what_was_stated_and_what_was_measured_and_is_surer(self, told: list[PastEffect]) -> None:
        found = learned(PRIOR, told, 0.5)
        values = [PRIOR.value, *(one.effect * 0.5 for one in told)]
        assert min(values) - 1e-6 <= found.value <= max(values) + 1e-6
        assert found.high - found.low < PRIOR.high - PRIOR.low

    def test_follows_a_sure_measurement(self) -> None:
        assert learned(PRIOR, [PastEffect(-900.0, -901.0, -899.0)], 1.0).value == pytest.approx(-900, abs=1)

    def test_leaves_out_an_effect_nobody_knows_the_error_of(self) -> None:
        assert learned(PRIOR, [PastEffect(9.0, 9.0, 9.0)], 1.0) == PRIOR
