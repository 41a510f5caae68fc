"""The choice between models: on drawn contracts, and on the customers of a real telephone company."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dangol.insight.analysis.contracts.encoding import Encoding
from dangol.insight.analysis.contracts.judging import (
    Later,
    Lessons,
    Tried,
    by_age_alone,
    foretold,
    judged,
    learned,
    told,
)
from dangol.insight.analysis.contracts.lives import Known, Lives, curve, stretches
from dangol.insight.analysis.contracts.picking import pick
from dangol.insight.analysis.survival import KaplanMeier
from dangol.insight.warehouse.contracts import OPEN
from tests.insight.analysis.survival.conftest import Telco, telco  # noqa: F401 -- a fixture

NO_LINES = np.array([""] * 4)


def known(began: list[int], ended: list[int], seen: list[int]) -> Known:
    size = len(began)
    lives = Lives(np.array(began), np.array(ended), np.array([""] * size), np.zeros(size, dtype=np.int64))
    counted = {
        name: np.zeros(size)
        for name in ("several", "pauses", "paused", "price_changes", "complaints", "late_deliveries", "contacts",
                     "purchase_days")
    }  # fmt: skip
    return Known(lives, np.array(seen), np.full(size, np.nan), counted)


class TestStretches:
    def test_are_seen_from_the_day_to_the_end_of_the_window_in_whole_months_too(self) -> None:
        lived = stretches(known([0, 0, 0, 0], [OPEN, 120, 170, 400], [100] * 4), window=191, until=260)
        assert lived.entered == pytest.approx([100 / 30.4375] * 4)
        assert lived.months == pytest.approx([191 / 30.4375, 120 / 30.4375, 170 / 30.4375, 191 / 30.4375])
        assert lived.ended.tolist() == [False, True, True, False]
        # months 4, 5 and 6 begin within the window and were seen to their ends; the end within month 3 was not
        assert lived.whole_entered.tolist() == [4] * 4
        assert lived.whole_months.tolist() == [7, 4, 6, 7]
        assert lived.whole_ended.tolist() == [False, False, True, False]

    def test_of_windows_in_a_row_hold_every_whole_month_once(self) -> None:
        began, ended, until = 17, 300, 364
        months: list[float] = []
        for start in range(0, 364, 91):
            seen = max(start, began)
            if ended <= seen:
                continue
            lived = stretches(known([began], [ended], [seen]), window=start + 91, until=until)
            months += np.arange(lived.whole_entered[0], lived.whole_months[0]).tolist()
        assert months == list(range(10))  # it ended in its tenth month

    def test_say_nothing_of_what_comes_after_the_last_day(self) -> None:
        lived = stretches(known([0], [95], [0]), window=91, until=91)
        assert (lived.whole_months[0], lived.whole_ended[0], lived.ended[0]) == (2, False, False)


class TestCurve:
    def test_allows_for_those_who_left_before_ends_were_written_down(self) -> None:
        draw = np.random.default_rng(3)
        began = draw.integers(0, 3000, 6000)
        ended = began + draw.exponential(365, 6000).astype(np.int64) + 1
        kept = ended > 2000  # what ended before is not on record
        none = np.array([""] * kept.sum())
        lives = Lives(began[kept], ended[kept], none, np.zeros(kept.sum(), dtype=np.int64))
        half = curve(lives, today=3000).median_
        blind = (
            KaplanMeier()
            .fit(np.minimum(ended[kept], 3000) - np.minimum(began[kept], 2999), ended[kept] <= 3000)
            .median_
        )
        assert half == pytest.approx(12 * np.log(2), rel=0.1)
        assert blind is not None and half is not None
        assert blind / 30.44 > 1.2 * half

    def test_is_not_moved_by_a_mistaken_end_long_ago(self) -> None:
        draw = np.random.default_rng(3)
        began = draw.integers(0, 3000, 6000)
        ended = began + draw.exponential(365, 6000).astype(np.int64) + 1
        kept = ended > 2000
        none = np.array([""] * (kept.sum() + 1))
        lives = Lives(np.append(began[kept], 5), np.append(ended[kept], 40), none, np.zeros(len(none), dtype=np.int64))
        assert 2000 < (lives.told_from(3000) or 0) < 2010
        assert curve(lives, today=3000).median_ == pytest.approx(12 * np.log(2), rel=0.1)

    def test_is_told_from_the_beginning_where_no_other_leads_across(self) -> None:
        lives = Lives(np.array([0] * 30 + [500]), np.array([400] * 15 + [600] * 15 + [501]), np.array([""] * 31),
                      np.zeros(31, dtype=np.int64))  # fmt: skip
        assert curve(lives, today=700).at_risk_[0] == 31

    def test_does_not_rest_on_the_few_who_came_since_ends_are_written_down(self) -> None:
        old = np.arange(100) * 10
        began = np.concatenate([old, [1800, 1850, 1900]])
        ended = np.concatenate([np.where(old % 30 == 0, 1700 + old // 4, OPEN), [1820, 1870, OPEN]])
        lives = Lives(began, ended, np.array([""] * 103), np.zeros(103, dtype=np.int64))
        found = curve(lives, today=2000)
        assert found.at_risk_[0] == 103
        assert found.survival(2)[0] == pytest.approx(101 / 103)

    def test_goes_on_beyond_what_was_seen_at_the_mean_rate(self) -> None:
        months = np.tile(np.arange(1.0, 25), 40)
        alone = KaplanMeier().fit(months, np.tile([1, 0, 0, 0], 240))
        chances = by_age_alone(alone, np.array([0.0, 20.0, 200.0]), 12)
        assert ((chances > 0) & (chances < 1)).all()
        rate = -np.log(alone.survival(24)[0]) / 24
        assert chances[2] == pytest.approx(np.exp(-12 * rate))

    def test_says_that_nobody_stays_beyond_the_age_at_which_all_left(self) -> None:
        term = KaplanMeier().fit(np.full(40, 12.0), np.ones(40))
        assert by_age_alone(term, np.array([2.0, 6.0, 11.0]), 6).tolist() == [1, 0, 0]


class TestEncoding:
    def test_keeps_what_differs_and_does_not_follow_from_the_rest(self) -> None:
        draw = np.random.default_rng(1)
        some = known([0] * 300, [OPEN] * 300, [1] * 300)
        some.counted["pauses"][:] = draw.integers(0, 3, 300)
        some.counted["contacts"][:] = some.counted["pauses"]
        some.counted["complaints"][:5] = 1
        some.lives.plans[:100] = 7
        assert Encoding.learned(some).names == ("pauses", "plan 7")

    def test_leaves_the_price_out_where_it_is_seldom_told(self) -> None:
        some = known([0] * 300, [OPEN] * 300, [1] * 300)
        some.price[:100] = np.arange(100) * 100
        assert "price" not in Encoding.learned(some).names
        some.price[:200] = np.arange(200) * 100
        found = Encoding.learned(some)
        assert "price" in found.names
        assert np.isfinite(found.encoded(some)["price"]).all()


class TestPick:
    def test_takes_the_plainer_of_two_that_are_as_good_and_the_better_beyond_chance(self) -> None:
        draw = np.random.default_rng(2)
        naive = draw.uniform(0.2, 0.4, 400)
        noise = draw.normal(0, 0.05, 400)
        plain = Tried("weibull", brier=0.2, parts=np.full(400, 0.2) + noise)
        close = Tried("boosted", brier=0.199, parts=np.full(400, 0.199) - noise)
        better = Tried("boosted", brier=0.1, parts=np.full(400, 0.1))
        tied = pick([plain, close], naive)
        assert tied is not None and (tied.name, tied.reason, tied.beats_naive) == ("weibull", "plainer", True)
        clear = pick([plain, better], naive)
        assert clear is not None and (clear.name, clear.reason) == ("boosted", "clear")
        only = pick([Tried("weibull", problem="no"), close], np.full(400, 0.1))
        assert only is not None and (only.name, only.reason, only.beats_naive) == ("boosted", "only", False)
        assert pick([Tried("weibull", problem="no")], naive) is None


def test_real_contracts_are_foretold_better_than_by_their_age(real_data: Path, telco: Telco) -> None:  # noqa: F811
    """7,043 customers of a telephone company: learned of 7 in 10, judged on the rest after 12 months."""
    seen = telco.months > 0
    taught, test = seen & ~telco.held, seen & telco.held
    lessons = Lessons.of_tenures(telco.months[taught], telco.ended[taught] == 1, telco.part(taught))
    judge = Later(np.zeros(test.sum()), telco.months[test], telco.ended[test] == 1, telco.part(test), 12)
    tried = [judged(name, lessons, judge) for name in ("weibull", "boosted")]
    alone = KaplanMeier().fit(telco.months[taught], telco.ended[taught])
    naive = told("age", by_age_alone(alone, judge.age, 12), judge)
    choice = pick(tried, naive.parts)
    figures = {one.name: (round(one.brier or 0, 4), round(one.concordance or 0, 3)) for one in (naive, *tried)}
    print(figures, choice)
    assert choice is not None and choice.beats_naive
    assert naive.brier is not None
    assert choice.gain > 0.2 * naive.brier
    taken = next(one for one in tried if one.name == choice.name)
    assert taken.concordance is not None and taken.concordance > 0.85
    assert sum(group.low <= group.expected <= group.high for group in taken.groups) >= 5
    chances = foretold(learned(choice.name, lessons), 36, judge.age, judge.columns)
    assert (np.diff(chances, axis=1) <= 1e-12).all()
