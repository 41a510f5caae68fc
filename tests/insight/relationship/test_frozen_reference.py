"""The frozen reference: everybody can gain, and the gain is seen."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.relationship.frozen_reference import (
    COST,
    CUSTOMER_VALUE,
    ECONOMIC,
    EQUITY,
    FIRST,
    SOCIAL,
    Scales,
)

VALUES = np.arange(101.0)
ALL = np.ones(101, dtype=bool)


def standing(*parts: str) -> dict[str, FrozenScale]:
    return {part: FrozenScale().fit(VALUES) for part in parts}


class TestScales:
    def test_are_frozen_among_the_active_when_first_used(self) -> None:
        scales = Scales({})
        ranks = scales.rank(EQUITY, VALUES, VALUES < 50)
        assert ranks[:50].mean() == pytest.approx(50)
        assert (ranks[50:] == 100).all()
        assert scales.frozen[EQUITY][1] == FIRST

    def test_show_the_gain_when_everybody_gains(self) -> None:
        scales = Scales(standing(EQUITY))
        assert scales.rank(EQUITY, VALUES + 20, ALL).mean() > 65
        assert not scales.frozen

    def test_are_frozen_anew_when_rebased(self) -> None:
        scales = Scales(standing(EQUITY), rebased="new prices")
        assert scales.rank(EQUITY, VALUES + 20, ALL).mean() == pytest.approx(50)
        assert scales.frozen[EQUITY][1] == "new prices"

    def test_of_customer_value_are_frozen_anew_when_a_part_becomes_known(self) -> None:
        scales = Scales(standing(ECONOMIC, CUSTOMER_VALUE))
        scales.rank(ECONOMIC, VALUES, ALL)
        scales.rank(SOCIAL, VALUES / 100, ALL)
        scales.rank(COST, np.full(101, np.nan), ALL)
        assert scales.rank(CUSTOMER_VALUE, VALUES + 20, ALL).mean() == pytest.approx(50)
        assert scales.frozen[CUSTOMER_VALUE][1] == "new part: social_value"
        assert set(scales.frozen) == {SOCIAL, CUSTOMER_VALUE}

    def test_leave_unknown_what_is_unknown_for_everybody(self) -> None:
        scales = Scales({})
        assert np.isnan(scales.rank(SOCIAL, np.full(101, np.nan), ALL)).all()
        assert np.isnan(scales.again(SOCIAL, VALUES)).all()
        assert not scales.frozen
