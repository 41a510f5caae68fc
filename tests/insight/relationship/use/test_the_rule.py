"""When values are counted in uses, what a use is, and what happens to the scales when the unit changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries
from dangol.insight.relationship.actions import value_customers
from dangol.insight.relationship.core.actions import find_core
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.models import Position
from dangol.insight.relationship.movement.actions import work_out_months
from dangol.insight.relationship.stages.actions import evaluate
from dangol.insight.relationship.stages.rules import StageRules
from dangol.insight.relationship.trade import OTHER_TRADE, counted
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.uses import uses_of_the_year
from tests.insight.relationship.use.library import SETTINGS, TODAY, Library


@pytest.mark.django_db
class TestTheRule:
    def valued(self, **about: object) -> Run:
        refresh(at=TODAY)
        return value_customers(settings=replace(SETTINGS, **about), as_of=TODAY, at=TODAY, by=None)  # type: ignore[arg-type]

    def by_use(self, trade: str = "") -> bool:
        refresh(at=TODAY)
        return counted(lake(), replace(SETTINGS, trade=trade), as_of=TODAY.date()).by_use

    def small(self) -> Library:
        library = Library(3)
        library.take(
            "customers", external_id=library.names, full_name=["이용자"] * 3, line=[""] * 3,
            registered_at=[datetime(2025, 1, 1)] * 3,
        )  # fmt: skip
        library.lends([("b0", datetime(2025, 3, 1, 10), "8"), ("b0", datetime(2025, 3, 1, 11), "8")])
        library.meets([("b0", datetime(2025, 3, 1, 9), "visit", 5.0), ("b1", datetime(2025, 4, 1), "complaint", 9.0)])
        return library

    def sells(self, library: Library) -> None:
        library.take("transactions", receipt=["s1"], customer=["b2"], time=[datetime(2025, 5, 1)], amount=[3000])

    def test_one_sale_to_a_customer_makes_it_a_matter_of_money(self, lake_folder: Path) -> None:
        library = self.small()
        assert self.by_use()
        self.sells(library)
        assert not self.by_use()

    def test_a_setting_counts_more_than_the_records(self, lake_folder: Path) -> None:
        library = self.small()
        assert not self.by_use("money")
        self.sells(library)
        assert self.by_use("uses")

    def test_a_day_is_one_day_and_a_complaint_is_no_use(self, lake_folder: Path) -> None:
        self.small()
        refresh(at=TODAY)
        (row,) = uses_of_the_year(lake(), as_of=TODAY.date()).to_pylist()
        told = {name: row[name] for name in ("loans", "visits", "questions", "uses", "days", "classes")}
        assert told == {"loans": 2, "visits": 1, "questions": 0, "uses": 3, "days": 1, "classes": 1}

    def test_scales_are_frozen_anew_when_the_unit_changes(self, lake_folder: Path) -> None:
        self.small()
        settings = {"fewest_customers": 1, "active_days": 400}
        before = self.valued(trade="uses", **settings)
        after = self.valued(trade="money", **settings)
        assert before.summary["frozen"]
        assert set(after.summary["frozen"].values()) <= {OTHER_TRADE}
        assert any("no longer in uses" in note for note in queries.notes(after))

    def test_before_the_first_valuation_the_core_is_told_by_what_the_home_says(self, lake_folder: Path) -> None:
        self.sells(self.small())
        refresh(at=TODAY)
        told = {"settings": CoreSettings(), "margin_rate": 0.3, "as_of": TODAY, "at": TODAY, "by": None}
        assert [is_by_use(find_core(**told, trade=trade)) for trade in ("uses", "money", "")] == [True, False, False]  # type: ignore[arg-type]

    def test_before_the_first_valuation_courses_are_told_by_what_the_home_says(self, lake_folder: Path) -> None:
        self.sells(self.small())
        refresh(at=TODAY)
        run = evaluate(rules=StageRules(), trade="uses", as_of=TODAY, at=TODAY, by=None)
        assert run.summary["purchases"] == 1  # the day of the loans and the visit; the sale is none


@pytest.mark.django_db
def test_past_months_are_counted_in_the_unit_of_the_valuation_that_measures_them(lake_folder: Path) -> None:
    class LentLate(Library):
        """It lends only since November: before, the records alone would tell of money."""

        def lends(self, loans: list[tuple[str, datetime, str]]) -> None:
            super().lends([one for one in loans if one[1] >= datetime(2025, 11, 15)])

    LentLate().opens()
    refresh(at=TODAY)
    assert is_by_use(value_customers(settings=SETTINGS, as_of=TODAY, at=TODAY, by=None))
    october = work_out_months(as_of=TODAY, at=TODAY, by=None, most=3)[-1]
    assert october.month == date(2025, 10, 1)
    assert october.parameters["trade"] == ""
    assert Position.objects.filter(snapshot=october, equity__gt=0).exists()
