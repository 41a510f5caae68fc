"""Every metric by every dimension, against plain Python over the same rows; and where parts make the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.warehouse.metrics import (
    DIMENSIONS,
    METRICS,
    Additivity,
    Metric,
    MixedCurrencies,
    NoSuchMetric,
    NotAdditive,
    added_up,
    fits,
    value,
)
from dangol.insight.warehouse.metrics.registry import coarser, finer, levels
from dangol.insight.warehouse.queries import Lake
from tests.insight.warehouse.metrics.all_at_once import (
    PERSONAL,
    WHOLE,
    Found,
    by_everything,
    dimensions,
    people_of,
    together,
)
from tests.insight.warehouse.metrics.by_hand import METRICS as BY_HAND
from tests.insight.warehouse.metrics.by_hand import ByHand, known
from tests.insight.warehouse.metrics.world import BEGAN, DAYS, made, written

GROUPS = {f"{group[0].fact}, {group[0].name}": group for group in together()}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return written(tmp_path_factory.mktemp("values"), made())


@pytest.fixture(scope="module")
def asked(lake: Lake) -> Iterator[Callable[[str], Found]]:
    """Ask a group of metrics by everything, once for all tests."""
    with people_of(lake) as people:
        yield cache(lambda group: by_everything(lake, GROUPS[group], people))


@pytest.fixture(scope="module")
def hand() -> ByHand:
    return ByHand(made())


def by_hand(hand: ByHand, metrics: list[Metric]) -> dict[tuple[str, str], dict[str, Any]]:
    """Work the metrics out of the same rows, group by group."""
    first = metrics[0]
    rows = hand.rows(first.fact)
    if first.about_customers:
        rows = known(rows)
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[WHOLE, ""].append(row)
        for name in dimensions(first):
            groups[name, hand.part(row, name)].append(row)
    return {group: {one.name: BY_HAND[one.name](mine) for one in metrics} for group, mine in groups.items()}


@pytest.mark.parametrize("group", GROUPS)
def test_every_metric_by_every_dimension_is_its_formula(
    asked: Callable[[str], Found], hand: ByHand, group: str
) -> None:
    found, expected = asked(group), by_hand(hand, GROUPS[group])
    if GROUPS[group][0].each is None:
        assert found.keys() == expected.keys()
    for part, values in expected.items():
        mine = found.get(part, dict.fromkeys(values))
        for name, told in values.items():
            same = mine[name] == (pytest.approx(told) if isinstance(told, float) else told)
            assert same, f"{name} by {part}: {mine[name]}, by hand {told}"
            assert mine[name] is None or isinstance(mine[name], type(told)), f"{name}: {type(mine[name])}"


@pytest.mark.parametrize("name", PERSONAL)
def test_a_sale_is_split_by_what_its_customer_is(lake: Lake, hand: ByHand, name: str) -> None:
    parts = value(lake, "net_revenue", by=name)
    expected: dict[str, int] = defaultdict(int)
    for row in hand.rows("lines"):
        expected[hand.part(row, name)] += row["amount"]
    assert dict(zip(parts[name].to_pylist(), parts["value"].to_pylist(), strict=True)) == expected


def test_every_metric_and_every_dimension_is_among_them() -> None:
    assert BY_HAND.keys() == METRICS.keys()
    assert {name for one in METRICS.values() for name in dimensions(one)} == DIMENSIONS.keys()
    assert len(METRICS) >= 40
    assert len(DIMENSIONS) >= 20


class TestParts:
    @pytest.mark.parametrize("group", GROUPS)
    def test_make_the_whole_wherever_the_registry_says_so(self, asked: Callable[[str], Found], group: str) -> None:
        found = asked(group)
        for metric in GROUPS[group]:
            for name in dimensions(metric):
                split, whole = DIMENSIONS[name], found[WHOLE, ""][metric.name]
                parts = [one[metric.name] for (by, _part), one in found.items() if by == name]
                if metric.adds_up_over(split):
                    assert added_up(metric, split, parts) == pytest.approx(whole), (metric.name, name)
                else:
                    with pytest.raises(NotAdditive):
                        added_up(metric, split, parts)

    @pytest.mark.parametrize("group", GROUPS)
    def test_of_what_does_not_add_up_do_not_make_it(self, asked: Callable[[str], Found], group: str) -> None:
        found = asked(group)
        for metric in GROUPS[group]:
            if metric.additivity is Additivity.ADDITIVE or metric.stock:
                continue
            sums = [
                sum(one[metric.name] or 0 for (by, _part), one in found.items() if by == name)
                for name in dimensions(metric)
                if not metric.adds_up_over(DIMENSIONS[name])
            ]
            assert any(one != pytest.approx(found[WHOLE, ""][metric.name]) for one in sums), metric.name

    @given(
        metric=st.sampled_from(sorted(METRICS)), dimension=st.sampled_from(sorted(DIMENSIONS)),
        first=st.integers(-10, DAYS + 10), many=st.integers(0, DAYS),
    )  # fmt: skip
    @settings(max_examples=15, deadline=None)
    def test_make_the_whole_of_any_period(self, lake: Lake, metric: str, dimension: str, first: int, many: int) -> None:
        one, split = METRICS[metric], DIMENSIONS[dimension]
        period = {"since": BEGAN + timedelta(days=first), "until": BEGAN + timedelta(days=first + many)}
        if not fits(one, split):
            with pytest.raises(NoSuchMetric):
                value(lake, one, by=dimension, **period)
        elif one.adds_up_over(split):
            parts = value(lake, one, by=dimension, **period)["value"].to_pylist()
            assert sum(parts) == pytest.approx(value(lake, one, **period))


class TestStocks:
    def test_stand_at_the_end_of_the_period_whenever_it_began(self, lake: Lake, hand: ByHand) -> None:
        until = BEGAN + timedelta(days=500)
        for metric in (one for one in METRICS.values() if one.stock):
            rows = [row for row in hand.rows(metric.fact) if row["day"] < until]
            for since in (None, until - timedelta(days=30)):
                assert value(lake, metric, since=since, until=until) == BY_HAND[metric.name](rows), metric.name

    def test_are_those_who_bought_within_a_year(self, lake: Lake, hand: ByHand) -> None:
        for number in range(0, DAYS, 120):
            end = BEGAN + timedelta(days=number)
            active = sum(any(end - timedelta(days=365) < day <= end for day in days) for days in hand.days.values())
            assert value(lake, "active_customers", until=end + timedelta(days=1)) == active

    def test_are_not_split_by_time(self, lake: Lake) -> None:
        with pytest.raises(NoSuchMetric, match="place"):
            value(lake, "points_liability", by="month")


class TestWaysDown:
    def test_go_from_a_dimension_to_the_next_finer_one(self) -> None:
        names = [one.name for one in levels("calendar")]
        assert names == ["year", "quarter", "month", "day"]
        quarter = DIMENSIONS["quarter"]
        assert (coarser(quarter), finer(quarter)) == (DIMENSIONS["year"], DIMENSIONS["month"])
        assert finer(DIMENSIONS["day"]) is coarser(DIMENSIONS["year"]) is finer(DIMENSIONS["hour"]) is None

    def test_hold_each_finer_part_in_one_coarser(self, lake: Lake, hand: ByHand) -> None:
        for split in DIMENSIONS.values():
            above = coarser(split)
            fact = "lines" if split.facts is None else min(split.facts)
            if above is None or not fits(METRICS["net_revenue"], split):
                continue
            held: dict[str, set[str]] = defaultdict(set)
            for row in hand.rows(fact):
                held[hand.part(row, split.name)].add(hand.part(row, above.name))
            assert all(len(uppers) == 1 for part, uppers in held.items() if part), split.name


def test_two_currencies_are_refused_and_never_added_up(tmp_path: Path) -> None:
    day = {"at": made()["lines"][0]["at"], "amount": 10, "receipt_id": 1}
    mixed = written(tmp_path / "mixed", {"lines": [day | {"currency": "KRW"}, day | {"currency": "USD"}]})
    for metric in ("net_revenue", "return_rate", "revenue_growth", "given_to_win"):
        with pytest.raises(MixedCurrencies, match="KRW, USD"):
            value(mixed, metric)
    assert value(mixed, "orders") == 1
    assert value(written(tmp_path / "one", {"lines": [day | {"currency": "KRW"}, day]}), "net_revenue") == 20


def test_hours_follow_the_shop_through_summer_time() -> None:
    from dangol.insight.warehouse.metrics.calendar import changes

    seoul = changes("Asia/Seoul")
    assert seoul == ((seoul[0][0], 9 * 3600),)
    berlin = dict(changes("Europe/Berlin"))
    spring, autumn = datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1)
    assert {at: ahead for at, ahead in berlin.items() if at.year == 2026} == {spring: 7200, autumn: 3600}
