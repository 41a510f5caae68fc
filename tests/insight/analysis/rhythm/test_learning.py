"""The choice of a model where it is known which one is right, and on a real supermarket."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from dangol.contact.intake.sources.retail import tills
from dangol.insight.analysis.rhythm.judging import FAMILY
from dangol.insight.analysis.rhythm.learning import learned
from tests.insight.analysis.rhythm.shoppers import Days, drifting, leaving, seen


def told(customers: Days, **how: int) -> dict[str, Any]:
    return learned(seen(customers, **how), progress=lambda _done: None).told


@pytest.fixture(scope="module")
def of_leavers() -> dict[str, Any]:
    return told(leaving())


@pytest.fixture(scope="module")
def of_drifters() -> dict[str, Any]:
    return told(drifting())


class TestChoice:
    def test_takes_a_model_in_which_people_leave_where_they_do(self, of_leavers: dict[str, Any]) -> None:
        assert of_leavers["choice"]["name"] not in {"NBD", "DriftingNBD"}
        assert of_leavers["choice"]["gain_low"] > 0

    def test_takes_drifting_rates_where_habits_drift(self, of_drifters: dict[str, Any]) -> None:
        choice = of_drifters["choice"]
        assert (choice["name"], choice["reason"]) == ("DriftingNBD", "clear")

    def test_foresees_the_sum_within_a_tenth(self, of_leavers: dict[str, Any], of_drifters: dict[str, Any]) -> None:
        for one in (of_leavers, of_drifters):
            chosen = next(each for each in one["tried"] if each["name"] == one["choice"]["name"])
            assert chosen["errors"]["total"] == pytest.approx(one["actual"], rel=0.1)

    def test_tries_the_whole_family(self, of_leavers: dict[str, Any]) -> None:
        assert [one["name"] for one in of_leavers["tried"]] == [model.__name__ for model in FAMILY]

    def test_says_why_a_model_has_no_fit(self) -> None:
        """All buy once a week to the day: no rate differs, nobody leaves."""
        found = told([np.arange(start, 364, 7) for start in range(7)] * 20)
        problems = [one["problem"] for one in found["tried"] if one["errors"] is None]
        assert all(problems)

    def test_learns_nothing_of_people_who_never_came_back(self) -> None:
        found = learned(seen([np.array([n % 200]) for n in range(300)]), progress=lambda _done: None)
        assert found.told["choice"] is None
        assert np.isnan(found.expected).all()


class TestAhead:
    def test_expects_more_from_week_to_week(self, of_leavers: dict[str, Any], of_drifters: dict[str, Any]) -> None:
        for one in (of_leavers, of_drifters):
            assert len(one["ahead"]) == 13
            assert (np.diff(one["ahead"], prepend=0.0) > 0).all()

    def test_tracks_what_came_by_week(self, of_leavers: dict[str, Any], of_drifters: dict[str, Any]) -> None:
        for one in (of_leavers, of_drifters):
            last = one["weeks"][-1]
            assert last["day"] == "2024-12-30"
            assert last["expected"] == pytest.approx(last["actual"], rel=0.1)

    def test_knows_no_newcomers_where_only_rates_drift(self, of_drifters: dict[str, Any]) -> None:
        """Before the cut-off there is nothing to compare; at it everything known has come."""
        weeks = of_drifters["weeks"]
        assert [one["expected"] is None for one in weeks] == [True] * (len(weeks) - 14) + [False] * 14
        assert weeks[-14]["expected"] == weeks[-14]["actual"]

    def test_counts_every_customer_in_one_group(self, of_leavers: dict[str, Any]) -> None:
        assert sum(one["customers"] for one in of_leavers["often"]) == of_leavers["known"]
        mean = sum(one["customers"] * one["actual"] for one in of_leavers["often"])
        assert mean == pytest.approx(of_leavers["actual"])


def test_beats_the_same_as_before_in_a_real_supermarket() -> None:
    """Complete Journey, a year of 2,469 households: learned from nine months, judged on three."""
    lines = tills.journal()
    days = pc.days_between(pa.scalar(date(2017, 1, 1)), lines["time"].cast(pa.date32()))
    rows = pa.table({"who": lines["household_id"], "day": days, "amount": lines["sales_value"]})
    net = rows.group_by(["who", "day"]).aggregate([("amount", "sum")])
    net = net.filter(pc.greater(net["amount_sum"], 0)).sort_by([("who", "ascending"), ("day", "ascending")])
    who, day = net["who"].to_numpy(), net["day"].to_numpy()
    found = told(np.split(day, np.flatnonzero(np.diff(who)) + 1))
    chosen = next(one for one in found["tried"] if one["name"] == found["choice"]["name"])
    assert found["choice"]["name"] == "DriftingNBD"
    assert found["choice"]["gain_low"] > 0  # beyond chance
    for error in ("mae", "rmse"):
        assert chosen["errors"][error] < found["naive"][error]
    assert abs(chosen["errors"]["total"] - found["actual"]) < abs(found["naive"]["total"] - found["actual"])
