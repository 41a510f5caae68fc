"""The leak check: planted leaks are caught, what is known beforehand passes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dangol.insight.analysis.prediction.examples import Examples
from dangol.insight.analysis.prediction.leaks import ALONE, CHANGED, FAULTLESS, NAMED, LeakFound, leaks_in, refuse_leaks
from tests.insight.analysis.prediction.public_data import bank, telco
from tests.insight.analysis.prediction.worlds import made


def planted(examples: Examples, name: str, column: np.ndarray) -> Examples:
    return Examples((*examples.names, name), np.column_stack([examples.values, column]), examples.happened)


class TestPlanted:
    def test_answer_under_another_name_is_refused_by_its_name(self) -> None:
        world = made(1)
        draw = np.random.default_rng(0)
        nearly = np.where(draw.random(len(world)) < 0.005, ~world.happened, world.happened) * 3.0
        with pytest.raises(LeakFound, match=r"'closing_fee' alone tells nearly without fault.*Leave it out"):
            refuse_leaks(planted(world, "closing_fee", nearly), label="bought_again")

    def test_effect_of_the_answer_is_refused(self) -> None:
        world = made(1)
        talk = np.random.default_rng(0).normal(size=len(world)) + 2.2 * world.happened
        (leak,) = leaks_in(planted(world, "talk", talk), label="bought_again")
        assert (leak.column, leak.sign) == ("talk", ALONE)
        assert leak.alone > leak.others + 0.01

    @pytest.mark.parametrize("name", ["churn_date", "ChurnReason", "churn"])
    def test_name_of_what_is_foretold_is_refused(self, name: str) -> None:
        world = made(1)
        (leak,) = leaks_in(planted(world, name, np.random.default_rng(0).normal(size=len(world))), label="Churn")
        assert (leak.column, leak.sign) == (name, NAMED)

    def test_value_that_changes_when_the_future_is_cut_away_is_refused_however_weak(self) -> None:
        world = made(1)
        cut_away = world.values.copy()
        cut_away[17, 2] += 1e-6
        (leak,) = leaks_in(world, label="bought_again", cut_away=cut_away)
        assert (leak.column, leak.sign) == ("noise", CHANGED)

    def test_several_are_all_named(self) -> None:
        world = planted(made(1), "closing_fee", made(1).happened * 1.0)
        with pytest.raises(LeakFound) as refused:
            refuse_leaks(planted(world, "churned", np.arange(len(world)) * 1.0), label="churned")
        assert [(leak.column, leak.sign) for leak in refused.value.leaks] == [
            ("closing_fee", FAULTLESS), ("churned", NAMED),
        ]  # fmt: skip


class TestHonest:
    def test_column_of_those_who_buy_like_clockwork_passes_where_reading_again_is_proof(self) -> None:
        """Who has left a daily delivery is told by the days since the last one, nearly without fault."""
        world = made(1)
        silent = np.where(world.happened, 1.0, np.random.default_rng(0).integers(1, 30, len(world)))
        clockwork = planted(world, "days_since_last", silent)
        refuse_leaks(clockwork, label="bought_again", cut_away=clockwork.values.copy(), proven=True)
        with pytest.raises(LeakFound):
            refuse_leaks(clockwork, label="bought_again", cut_away=clockwork.values.copy())

    def test_columns_pass_however_strong_they_are_together(self) -> None:
        assert leaks_in(made(1), label="bought_again", cut_away=made(1).values.copy()) == []

    def test_holes_that_stay_holes_are_no_change(self) -> None:
        world = made(1)
        world.values[3, 1] = np.nan
        assert leaks_in(world, label="bought_again", cut_away=world.values.copy()) == []

    def test_last_digits_of_a_sum_added_in_another_order_are_no_change(self) -> None:
        world = made(1)
        assert leaks_in(world, label="bought_again", cut_away=world.values * (1 + 1e-15)) == []


class TestPublicData:
    def test_who_left_a_telephone_company_can_be_learned_from_all_columns(self, real_data: Path) -> None:
        assert leaks_in(telco(real_data), label="Churn") == []

    def test_length_of_the_call_is_refused_and_nothing_else_of_the_bank(self, real_data: Path) -> None:
        calls = bank(real_data)
        with pytest.raises(LeakFound, match="'duration'") as refused:
            refuse_leaks(calls, label="y")
        assert [leak.column for leak in refused.value.leaks] == ["duration"]
        without = calls.only([name for name in calls.names if name != "duration"])
        assert leaks_in(without, label="y") == []
