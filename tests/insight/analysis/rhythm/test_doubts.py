"""What is said before anybody trusts a forecast."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from dangol.insight.analysis.rhythm.doubts import doubts, season
from dangol.insight.analysis.rhythm.judging import Candidate
from tests.insight.analysis.rhythm.shoppers import Days, history, leaving, span

FIRST = date(2024, 1, 1)


def codes(customers: Days, *, days: int = 364, bought: np.ndarray | None = None, **chosen: float) -> list[str]:
    told = history(customers, days - 91, days)
    candidate = Candidate("NBD", "NBD", **chosen)  # type: ignore[arg-type]
    counts = np.ones(days + 1, dtype=np.int64) if bought is None else bought
    return [one.code for one in doubts(told, span(days, 13), counts, candidate)]


def by_month(years: int, effect: float, seed: int = 4) -> np.ndarray:
    """Return purchases a day that grow, with Decembers `effect` above the rest."""
    days = np.datetime64(FIRST) + np.arange(365 * years + 1)
    december = days.astype("datetime64[M]").astype(int) % 12 == 11
    mean = 50 * (1 + np.arange(len(days)) / 1000) * np.where(december, 1 + effect, 1.0)
    return np.random.default_rng(seed).poisson(mean)


class TestCustomers:
    def test_are_enough_in_a_shop_of_some_size(self) -> None:
        assert codes(leaving()) == ["under_a_year"]

    def test_may_be_few(self) -> None:
        assert "few" in codes(leaving(150))
        assert "few" in codes([*leaving(300)[:40], *(np.array([n]) for n in range(200))])

    def test_may_have_come_once(self) -> None:
        assert "once" in codes([*leaving(300), *(np.array([n % 200]) for n in range(400))])

    def test_may_have_been_customers_before_the_data_begin(self) -> None:
        assert "middle" in codes([np.append(n % 25, one[one > 25]) for n, one in enumerate(leaving(400))])


class TestSeasons:
    def test_cannot_be_seen_within_a_year_nor_told_from_growth_within_three(self) -> None:
        assert "under_a_year" in codes(leaving())
        assert "few_years" in codes(leaving(days=500), days=500)

    def test_are_found_in_a_business_that_begins_with_its_data(self) -> None:
        """Repeat purchases rise from nothing, as customers join evenly; December is half as much again."""
        mean = by_month(4, 0.6).astype(float) * np.linspace(0.0, 1.0, 365 * 4 + 1)
        assert season(FIRST, np.random.default_rng(6).poisson(mean)) is not None

    def test_are_found_where_they_are(self) -> None:
        found = season(FIRST, by_month(4, 0.6))
        assert found is not None
        assert 0.35 < found[0] < 0.75

    def test_are_seldom_found_where_there_are_none(self) -> None:
        found = [season(FIRST, by_month(4, 0.0, seed)) is not None for seed in range(200)]
        assert sum(found) <= 8  # 1 % of 200 are 2; 8 or more come once in a thousand times

    def test_are_told_with_the_rest(self) -> None:
        days = 365 * 3
        assert "seasonal" in codes(leaving(400, days=days), days=days, bought=by_month(3, 0.8)[: days + 1])


def test_a_mild_pull_is_told() -> None:
    assert "pulled" in codes(leaving(), penalty=0.1)
    assert "pulled" not in codes(leaving())


def test_nothing_is_said_of_nobody() -> None:
    told = history(leaving(30), 273, 364)
    nobody = replace(told, **{name: getattr(told, name)[:0] for name in vars(told)})
    assert next(iter(doubts(nobody, span(364, 13), np.ones(365, dtype=np.int64), None))).code == "few"
