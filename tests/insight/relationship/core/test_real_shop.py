"""How unevenly the households of a real supermarket contribute, counted without the warehouse: no four fifths here."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
import pytest

from dangol.contact.intake.sources.retail import tills
from dangol.insight.relationship.core.criteria import criteria
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.core.spread import spread_of


def test_a_fifth_of_the_households_spends_more_than_half() -> None:
    lines = tills.journal()
    spent = lines.group_by("household_id").aggregate([("sales_value", "sum")])["sales_value_sum"].to_numpy()
    found = spread_of(spent)
    assert found is not None
    assert (found.customers, found.negative_customers) == (2469, 0)
    assert found.top_share.value == pytest.approx(0.546, abs=0.002)
    assert found.gini.value == pytest.approx(0.525, abs=0.002)
    assert found.top_share.high < 0.6
    assert found.for_most == pytest.approx(0.418, abs=0.002)


def test_nine_months_of_twelve_are_no_criterion_for_a_supermarket() -> None:
    """Three of four households fulfil it: a business sets the number that tells its customers apart."""
    lines = tills.journal()
    months = pc.month(lines["time"]).to_numpy()
    who = np.unique(lines["household_id"].to_numpy(), return_inverse=True)[1]
    each = np.zeros((who.max() + 1, 12))
    each[who, months - 1] = 1
    found = criteria(np.zeros(len(each)), each.sum(1), None, days_on_record=365, settings=CoreSettings())
    assert found["core_exchange"] is not None
    assert found["core_exchange"].mean() == pytest.approx(0.75, abs=0.02)
