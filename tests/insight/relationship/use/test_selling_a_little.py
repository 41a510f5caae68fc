"""A library that sells a few things besides and is valued in uses: trying other settings, and needs said in money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries
from dangol.insight.relationship.actions import value_customers
from dangol.insight.relationship.assumed.preview import preview
from dangol.insight.relationship.core.actions import find_core
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.warehouse.refresh import refresh
from tests.insight.relationship.use.library import SETTINGS, TODAY, full_library

USES = replace(SETTINGS, trade="uses")


@pytest.fixture(scope="module")
def library(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """It is valued in uses: the run's id."""
    folder, sales = tmp_path_factory.mktemp("library") / "lake", range(40)
    with django_db_blocker.unblock(), override_settings(DANGOL_LAKE=folder):
        library = full_library()
        library.take(
            "transactions", receipt=[f"s{one}" for one in sales], customer=[f"b{one}" for one in sales],
            time=[datetime(2025, 8, 1) + timedelta(days=one) for one in sales], amount=[3000] * len(sales),
            fee=[70 * one for one in sales],
        )  # fmt: skip
        library.take(
            "needs", ref=["n0"], customer=["b0"], time=[datetime(2025, 10, 1)], category=[""], amount=[12_000],
            period=["year"], how=["survey"],
        )  # fmt: skip
        refresh(at=TODAY)
        yield valued(USES).pk
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def run(library: int, db: None) -> Run:
    """The valuation of the library."""
    return Run.objects.get(pk=library)


def valued(settings: ValueSettings) -> Run:
    return value_customers(settings=settings, as_of=TODAY, at=TODAY, by=None)


class TestALibraryThatSellsALittle:
    def test_is_told_exactly_what_the_next_valuation_then_finds(self, run: Run) -> None:
        then = replace(USES, minute_value=20, tolerance=25.0, margin_rate=0.9)
        said = preview(run, now=USES, then=then)
        found = valued(then)
        assert (said.before, said.after) == (queries.regions(run), queries.regions(found))
        assert said.changed > 0
        assert said.equity_before == said.equity_after == pytest.approx(queries.equity_total(run).value)

    @pytest.mark.parametrize("other", [{"margin_rate": 0.9}, {"return_minutes": SETTINGS.return_minutes + 1}])
    def test_is_tried_in_uses_whatever_is_set_by_now(self, run: Run, other: dict[str, float]) -> None:
        said = preview(run, now=USES, then=replace(USES, trade="money", **other))  # type: ignore[arg-type]
        assert (said.changed, said.equity_after) == (0, pytest.approx(said.equity_before))
        assert said.equity_before == pytest.approx(queries.equity_total(run).value)

    def test_names_what_a_minute_is_worth_among_what_is_assumed(self, run: Run) -> None:
        assert run.summary["assumed"] == ["minute_value", "return_minutes"]

    def test_holds_needs_which_are_said_in_money_against_what_was_paid(self, run: Run) -> None:
        found = find_core(settings=CoreSettings(), margin_rate=0.3, as_of=TODAY, at=TODAY, by=None)
        (share,) = NeedShare.objects.filter(run=found)
        assert is_by_use(found)
        assert share.spent == 3000
