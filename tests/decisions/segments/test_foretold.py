"""Rules that choose by the chance to buy again: by the last forecast, whatever the run of values is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dangol.decisions.segments.fields import BadRule, NotValuedYet
from dangol.decisions.segments.queries import described, select
from dangol.insight.analysis.models import Score
from dangol.records.customers.models import Customer
from tests.web.insight.runs import leaving_run

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, tzinfo=UTC)
RISKY = {"chance_of_return": [None, 0.3]}


def people() -> list[Customer]:
    return [Customer.objects.create(full_name=name, registered_at=AT) for name in ("가", "나", "다")]


class TestChance:
    def test_selects_those_within_by_the_last_forecast(self) -> None:
        first, second, _unknown = people()
        leaving_run(AT, [first, second])
        last = leaving_run(AT, [first, second])
        Score.objects.filter(run=last, customer=second, name="chance_of_return").update(value=0.7)
        assert list(select(RISKY, run=None)) == [first]
        assert list(select({"chance_of_return": [0.3, 1]}, run=None)) == [second]

    def test_asks_for_a_forecast_where_there_is_none(self) -> None:
        with pytest.raises(NotValuedYet):
            select(RISKY, run=None)

    def test_is_told_in_words_and_refuses_what_is_no_range(self) -> None:
        assert described(RISKY).endswith("≤ 0.3")
        with pytest.raises(BadRule):
            described({"chance_of_return": "low"})
