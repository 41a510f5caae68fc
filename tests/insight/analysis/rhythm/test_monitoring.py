"""What was foreseen against what came: of the lines that were foreseen, within what chance allows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from dangol.insight.analysis.rhythm.monitoring import _bought, compared
from dangol.insight.analysis.rhythm.queries import rhythm_of
from tests.insight.warehouse.small_lake import customers, line, small_lake
from tests.web.insight.runs import rhythm_run

pytestmark = pytest.mark.django_db


class TestCompared:
    def test_takes_what_lies_within_chance_for_no_drift(self) -> None:
        """120 expected in four weeks, give or take 34 (2 purchases a customer of 250, for 4 of 13 weeks)."""
        earlier = rhythm_of(rhythm_run(timezone.now()))
        told = compared(earlier, 4, 100)
        assert (told.expected, told.drifts) == (120.0, False)
        assert told.high - told.expected == pytest.approx(1.96 * 2.0 * (250 * 4 / 13) ** 0.5, rel=1e-3)

    def test_takes_what_lies_beyond_for_drift_in_either_direction(self) -> None:
        earlier = rhythm_of(rhythm_run(timezone.now()))
        assert compared(earlier, 4, 80).drifts
        assert compared(earlier, 4, 160).drifts

    def test_forgives_as_much_as_the_model_was_off_before(self) -> None:
        """On the weeks held back it foresaw 396 where 200 came."""
        earlier = rhythm_of(rhythm_run(timezone.now(), actual=200.0))
        assert not compared(earlier, 4, 50).drifts


def test_lines_that_nobody_foresaw_do_not_count(tmp_path: Path, settings: Settings) -> None:
    day = timezone.now().date()
    sales = [line(who, day + timedelta(after), 100) for who in (1, 2) for after in (0, 3, 9)]
    lake = small_lake(tmp_path, **customers(2, line=["club", "delivery"]), lines=sales)
    assert _bought(lake, day, 4, {"club", "delivery"}) == 4
    assert _bought(lake, day, 4, {"club"}) == 2
