"""What a valuation assumes: set with a reason, told beforehand exactly as it then comes, taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship import queries
from dangol.insight.relationship.actions import value_customers
from dangol.insight.relationship.assumed.actions import (
    NoReasonToChange,
    NothingToChange,
    change_settings,
    undo_settings,
)
from dangol.insight.relationship.assumed.compared import Preview
from dangol.insight.relationship.assumed.preview import preview
from dangol.insight.relationship.assumed.queries import changes, standing
from dangol.insight.relationship.models import SettingsChange
from dangol.insight.warehouse.refresh import refresh
from dangol.lib.settings import BadSettings
from dangol.records.staff.roles import Role
from tests.insight.relationship.world import SETTINGS, TODAY, full_shop, values
from tests.records.staff.office import staff

OTHERS = (
    {"tolerance": 30.0}, {"weight_economic": 3.0}, {"weight_social": 0.0}, {"margin_rate": 0.45},
    {"weight_cost": 0.0, "weight_social": 0.5, "tolerance": 5.0, "margin_rate": 0.1},
)  # fmt: skip

# go into the fits and the parts
DEEP: dict[str, Any] = {
    "horizon_months": 12, "discount_rate": 0.4, "active_days": 60, "minute_value": 900, "fewest_answers": 10_000,
    "best_share": 0.4, "tolerance": 25.0,
}  # fmt: skip


@pytest.mark.usefixtures("lake_folder")
@pytest.mark.django_db(transaction=True)
class TestPreview:
    @pytest.mark.store
    def test_tells_exactly_what_the_next_valuation_then_finds(self) -> None:
        shop = full_shop()
        run = shop.valued()
        before = dict(Score.objects.filter(run=run, name="region").values_list("customer_id", "text"))
        told = [(other, preview(run, now=SETTINGS, then=replace(SETTINGS, **other))) for other in OTHERS]
        for other, said in told:
            found = shop.valued(settings=replace(SETTINGS, **other))
            after = dict(Score.objects.filter(run=found, name="region").values_list("customer_id", "text"))
            assert said.before == queries.regions(run)
            assert said.after == queries.regions(found), other
            assert said.changed == sum(before[who] != after[who] for who in before)
            assert said.equity_after == pytest.approx(queries.equity_total(found).value)
            for one in said.moved:
                card = queries.card(one.customer, found)
                assert one.value_after == pytest.approx(card.customer_value.value)
                assert one.equity_after == pytest.approx(card.customer_equity.value)
                assert one.region_after == card.region

    def test_tells_the_same_of_settings_that_need_everybody_valued_anew(self) -> None:
        shop = full_shop(customers=100)
        run = shop.valued()
        then = replace(SETTINGS, **DEEP)
        said = preview(run, now=SETTINGS, then=then)
        self.holds(said, run, value_customers(settings=then, as_of=TODAY, at=TODAY, by=None))
        shop.sells(datetime(2025, 6, 1), days=90)  # others came in since
        refresh(at=TODAY)
        said = preview(run, now=SETTINGS, then=replace(SETTINGS, return_minutes=SETTINGS.return_minutes + 1))
        assert (said.changed, said.equity_after) == (0, pytest.approx(said.equity_before))

    def holds(self, said: Preview, run: Run, found: Run) -> None:
        assert (said.before, said.after) == (queries.regions(run), queries.regions(found))
        assert said.equity_before == pytest.approx(queries.equity_total(run).value)
        assert said.equity_after == pytest.approx(queries.equity_total(found).value)
        kept = [(one.summary["active"], one.summary["social"]["estimated"]) for one in (run, found)]
        assert [said.counts[name] for name in ("active", "estimated")] == list(zip(*kept, strict=True))
        best = [one.summary["expectation"]["counts"]["best"] for one in (run, found)]
        assert said.counts["best"] == tuple(best)
        assert Preview.kept(json.loads(json.dumps(said.as_json()))) == said
        for one in said.moved:
            card = queries.card(one.customer, found)
            assert one.value_after == pytest.approx(card.customer_value.value)
            assert one.equity_after == pytest.approx(card.customer_equity.value)

    @pytest.mark.store
    def test_names_those_who_move_most(self) -> None:
        run = full_shop().valued()
        said = preview(run, now=SETTINGS, then=replace(SETTINGS, weight_cost=0.0))
        moves = [abs((one.value_after or 0) - (one.value_before or 0)) for one in said.moved]
        assert moves == sorted(moves, reverse=True)
        assert len(moves) == 10

    def test_changes_nothing_by_itself(self) -> None:
        run = full_shop().valued()
        kept = values(run, "customer_value")
        said = preview(run, now=SETTINGS, then=SETTINGS)
        assert (said.changed, said.moved) == (0, ())
        assert said.before == said.after
        assert np.allclose(values(run, "customer_value"), kept)


@pytest.mark.store
@pytest.mark.django_db
class TestChange:
    def test_counts_from_the_next_valuation_on_and_keeps_who_when_and_why(self) -> None:
        owner = staff(Role.OWNER)
        change_settings(wanted={"tolerance": 20}, defaults=SETTINGS, by=owner, at=TODAY, reason="wider")
        assert standing(SETTINGS) == replace(SETTINGS, tolerance=20.0)
        (row,) = changes()
        assert (row.by, row.at, row.reason, row.changed) == (owner, TODAY, "wider", {"tolerance": [15.0, 20.0]})

    def test_leaves_to_the_file_what_nobody_changed(self) -> None:
        change_settings(wanted={"tolerance": 20}, defaults=SETTINGS, by=None, at=TODAY, reason="wider")
        edited = replace(SETTINGS, tolerance=9.0, margin_rate=0.5)
        assert standing(edited) == replace(edited, tolerance=20.0)

    def test_keeps_whole_numbers_whole_and_those_of_the_file_that_stay(self) -> None:
        long = replace(SETTINGS, horizon_months=240)
        wanted = {"horizon_months": 240.0, "active_days": 90.0}
        change_settings(wanted=wanted, defaults=long, by=None, at=TODAY, reason="season")
        assert standing(long) == replace(long, active_days=90)
        assert isinstance(standing(long).active_days, int)

    def test_is_taken_back_step_by_step_as_rows_of_their_own(self) -> None:
        for tolerance in (20, 25):
            change_settings(wanted={"tolerance": tolerance}, defaults=SETTINGS, by=None, at=TODAY, reason="wider")
        undo_settings(defaults=SETTINGS, by=None, at=TODAY)
        assert standing(SETTINGS).tolerance == 20.0
        assert [row.changed["tolerance"] for row in changes()] == [[25.0, 20.0], [20.0, 25.0], [15.0, 20.0]]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"weight_economic": 0, "weight_social": 0, "weight_cost": 0}, {"weight_cost": -1}, {"tolerance": 0},
            {"tolerance": 100}, {"margin_rate": 0}, {"margin_rate": -0.2}, {"margin_rate": 1.5},
            {"horizon_months": 0}, {"horizon_months": 12_000}, {"horizon_months": 12.5}, {"best_share": 1},
            {"active_days": -1}, {"fewest_answers": 0}, {"discount_rate": 30},
            {"minute_value": float("inf")}, {"social_floor": 2},
            {"weight_social": float("nan")}, {"weight_social": float("inf")}, {"tolerance": float("nan")},
        ],
    )  # fmt: skip
    def test_refuses_what_cannot_be(self, wrong: dict[str, float]) -> None:
        with pytest.raises(BadSettings):
            change_settings(wanted=wrong, defaults=SETTINGS, by=None, at=TODAY, reason="try")
        assert not SettingsChange.objects.exists()

    def test_wants_a_reason_and_a_difference(self) -> None:
        with pytest.raises(NoReasonToChange):
            change_settings(wanted={"tolerance": 20}, defaults=SETTINGS, by=None, at=TODAY, reason="  ")
        with pytest.raises(NothingToChange):
            change_settings(wanted={"tolerance": 15}, defaults=SETTINGS, by=None, at=TODAY, reason="same")
        with pytest.raises(NothingToChange):
            undo_settings(defaults=SETTINGS, by=None, at=TODAY)
