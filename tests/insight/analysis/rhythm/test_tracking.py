"""What is expected of all together is the sum of what is expected of each."""

from __future__ import annotations

import pytest

from dangol.insight.analysis.rhythm import tracking
from dangol.insight.analysis.rhythm.judging import FAMILY, Model, fitted, predict
from tests.insight.analysis.rhythm.shoppers import leaving, seen

SEEN = seen(leaving(400))


@pytest.mark.parametrize("model", FAMILY, ids=lambda model: model.__name__)
def test_all_are_expected_to_buy_week_by_week_what_each_is(model: Model) -> None:
    known = SEEN.known
    assert known is not None
    found, problem = fitted(model, known, SEEN.span.days)
    assert found is not None, problem
    fit = found.fit
    each = [float(predict(fit, known, 7 * week).sum()) for week in range(1, 6)]
    assert tracking.ahead(fit, known, 5) == pytest.approx(each, rel=1e-9)
