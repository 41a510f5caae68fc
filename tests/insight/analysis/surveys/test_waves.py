"""Answers told apart into waves, and what each item asks."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from dangol.insight.analysis.surveys.asked import Role, role_of
from dangol.insight.analysis.surveys.waves import waves
from tests.insight.analysis.surveys.sheets import DAY, a_wave, answer, invited, told

NOBODY = invited([], DAY)


class TestRole:
    @pytest.mark.parametrize(
        ("item", "role"),
        [
            ("전반적으로 만족하십니까?", Role.OVERALL),
            ("종합 만족도", Role.OVERALL),
            ("기대와 비교하면 어떠셨나요?", Role.EXPECTED),
            ("이상적인 매장과 비교하면 어떻습니까?", Role.IDEAL),
            ("추천 의향 (10점 만점)", Role.RECOMMEND),
            ("다시 구매하시겠습니까?", Role.REPURCHASE),
            ("재구매 의향", Role.REPURCHASE),
            ("All in all, how satisfied are you?", Role.OVERALL),
            ("Overall, compared with what you expected?", Role.EXPECTED),
            ("How likely are you to recommend us?", Role.RECOMMEND),
            ("Would you buy from us again?", Role.REPURCHASE),
            ("직원이 친절하다", Role.OTHER),
            ("convenience_1", Role.OTHER),
        ],
    )
    def test_is_told_by_the_words(self, item: str, role: Role) -> None:
        assert role_of(item, "", {}) is role

    def test_of_an_item_with_a_dimension_is_an_element(self) -> None:
        assert role_of("직원이 친절하다", "care", {}) is Role.ELEMENT

    def test_is_what_the_business_says_before_its_words(self) -> None:
        assert role_of("추천 의향", "", {"추천 의향": "overall"}) is Role.OVERALL


class TestWaves:
    def test_of_one_survey_are_parted_by_a_pause(self) -> None:
        rows = [answer(1, "q", 5, day=DAY + timedelta(days=days)) for days in (0, 59, 119, 179)]
        found = waves(told(rows), NOBODY, {})
        assert [(wave.first, wave.last) for wave in found] == [
            (DAY, DAY + timedelta(days=59)),
            (DAY + timedelta(days=119), DAY + timedelta(days=119)),
            (DAY + timedelta(days=179), DAY + timedelta(days=179)),
        ]

    def test_of_surveys_of_other_names_are_apart(self) -> None:
        rows = [answer(1, "q", 5, survey="2025"), answer(2, "q", 6, survey="2026")]
        assert [wave.survey for wave in waves(told(rows), NOBODY, {})] == ["2025", "2026"]

    def test_that_never_pause_are_told_by_quarter(self) -> None:
        rows = [answer(n, "q", 5, day=date(2026, 1, 1) + timedelta(days=n)) for n in range(0, 300, 10)]
        found = waves(told(rows), NOBODY, {})
        assert [wave.first.month for wave in found] == [1, 4, 7, 10]

    def test_count_a_person_once_by_the_later_answer(self) -> None:
        rows = [answer(1, "q", 2), answer(2, "q", 4), answer(1, "q", 6, day=DAY + timedelta(days=1))]
        (wave,) = waves(told(rows), NOBODY, {})
        assert wave.people.tolist() == [1, 2]
        assert wave.sheets.ravel().tolist() == [6, 4]

    def test_keep_what_is_not_answered_as_unknown(self) -> None:
        (wave,) = waves(told([answer(1, "q", 2), answer(2, "p", 4)]), NOBODY, {})
        assert np.isnan(wave.sheets).sum() == 2

    def test_leave_out_answers_on_a_scale_that_few_used(self) -> None:
        rows = [answer(1, "q", 5), answer(2, "q", 5), answer(3, "q", 90, low=0, high=100)]
        (wave,) = waves(told(rows), NOBODY, {})
        assert (wave.items[0].whole, wave.items[0].answers) == ((1, 7), 2)

    def test_are_none_without_answers(self) -> None:
        assert waves(told([]), NOBODY, {}) == []


class TestInvited:
    def test_are_those_asked_shortly_before_or_during_the_wave(self) -> None:
        (wave,) = waves(told(a_wave(20)), invited(list(range(11, 51)), DAY - timedelta(days=10)), {})
        assert (wave.invited, wave.responded) == (40, 10)

    def test_count_from_45_days_before_the_first_answer_on(self) -> None:
        (wave,) = waves(told(a_wave(20)), invited([1, 2], DAY - timedelta(days=45)), {})
        assert wave.invited == 2

    @pytest.mark.parametrize("days", [-46, 1])
    def test_are_not_those_asked_long_before_or_after(self, days: int) -> None:
        (wave,) = waves(told(a_wave(20)), invited([1, 2], DAY + timedelta(days=days)), {})
        assert wave.invited is None

    def test_are_not_known_where_two_waves_could_have_asked(self) -> None:
        rows = a_wave(20) + a_wave(20, survey="Other", day=DAY + timedelta(days=30))
        found = waves(told(rows), invited([1, 2], DAY), {})
        assert [wave.invited for wave in found] == [None, None]
