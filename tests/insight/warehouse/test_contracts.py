"""How long customers stayed under contract, read from the lake; nothing is seen past the day asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.insight.warehouse.contracts import (
    OPEN,
    contracts_begun,
    contracts_known,
    day_number,
    held,
    told_wrong,
)
from dangol.insight.warehouse.queries import Lake
from tests.insight.warehouse.small_lake import customers, line, noon, small_lake

DAY = date(2026, 3, 1)


def later(days: int) -> date:
    return DAY + timedelta(days=days)


def lake_of(folder: Path, subscribed: Sequence[Mapping[str, Any]], people: int = 3, **more: Any) -> Lake:
    """Subscriptions by customer, `since` and `steps` (days after DAY), kept under numbers 1…; the rest as columns."""
    begun, steps = [], []
    for number, one in enumerate(subscribed, start=1):
        about = dict(one)
        customer, since, became = about.pop("customer"), about.pop("since"), about.pop("steps", ())
        begun.append({"identity_key": 1000 + customer, "at": noon(later(since)), "quantity": 1, **about})
        for kind, on, *price in became:
            steps.append({
                "subscription_id": number, "identity_key": 1000 + customer, "at": noon(later(on)), "kind": kind,
                "price": price[0] if price else None,
            })  # fmt: skip
    return small_lake(folder, **customers(people), subscriptions=begun, subscription_steps=steps, **more)


def spans(lake: Lake, as_of: date = date(2027, 1, 1)) -> list[tuple[int, int, int | None]]:
    """Customer, first and last day after DAY of each contract."""
    zero = day_number(DAY)
    return [
        (row["customer_key"], row["began"] - zero, None if row["ended"] == OPEN else row["ended"] - zero)
        for row in contracts_begun(lake, as_of=as_of).to_pylist()
    ]


def known(lake: Lake, after: int, until: int | None = None) -> list[dict[str, Any]]:
    table = contracts_known(lake, after=later(after), until=later(after if until is None else until))
    return table.to_pylist()


class TestContract:
    def test_is_all_time_with_a_subscription_and_another_plan_is_no_end(self, tmp_path: Path) -> None:
        lake = lake_of(tmp_path, [
            {"customer": 1, "since": 0, "steps": [("ended", 100)]},
            {"customer": 1, "since": 50, "steps": [("ended", 60)]},  # at the same time
            {"customer": 1, "since": 131},  # 31 days after
            {"customer": 2, "since": 0, "steps": [("ended", 100)]},
            {"customer": 2, "since": 132},  # a day too late
        ])  # fmt: skip
        assert spans(lake) == [(1, 0, None), (2, 0, 100), (2, 132, None)]

    def test_ends_when_it_was_told_last(self, tmp_path: Path) -> None:
        lake = lake_of(tmp_path, [{"customer": 1, "since": 0, "steps": [("ended", 100), ("ended", 40)]}])
        assert spans(lake) == [(1, 0, 40)]

    def test_begins_anew_where_an_ended_subscription_is_taken_up_again(self, tmp_path: Path) -> None:
        lake = lake_of(tmp_path, [
            {"customer": 1, "since": 0, "steps": [("paused", 10), ("resumed", 20), ("ended", 100), ("resumed", 200)]},
            {"customer": 2, "since": 0, "steps": [("ended", 100), ("resumed", 110), ("paused", 150), ("resumed", 160),
                                                  ("ended", 300), ("ended", 280)]},
        ])  # fmt: skip
        assert spans(lake) == [(1, 0, 100), (1, 200, None), (2, 0, 280)]
        assert known(lake, 105) == []
        told = [(row["customer_key"], row["several"], row["pauses"]) for row in known(lake, 210)]
        assert told == [(1, 1, 1), (2, 1, 1)]

    def test_is_left_out_and_counted_where_it_ends_before_it_begins(self, tmp_path: Path) -> None:
        lake = lake_of(tmp_path, [{"customer": 1, "since": 9, "steps": [("ended", 8)]}, {"customer": 2, "since": 9}])
        assert told_wrong(lake) == 1
        assert spans(lake) == [(2, 9, None)]

    def test_has_not_begun_before_its_day(self, tmp_path: Path) -> None:
        assert spans(lake_of(tmp_path, [{"customer": 1, "since": 9}]), as_of=later(8)) == []

    def test_is_of_the_plan_it_began_with(self, tmp_path: Path) -> None:
        lake = lake_of(tmp_path, [
            {"customer": 1, "since": 0, "product_id": 5, "steps": [("ended", 20)]},
            {"customer": 1, "since": 20, "product_id": 6},
            {"customer": 2, "since": 3},
        ])  # fmt: skip
        assert contracts_begun(lake, as_of=later(90))["plan"].to_pylist() == [5, 0]
        assert held(lake)


class TestKnown:
    def test_tells_plan_price_and_what_had_become_of_it(self, tmp_path: Path) -> None:
        lake = lake_of(
            tmp_path,
            [
                {"customer": 1, "since": 0, "product_id": 5, "price": 30_000, "period": "quarter", "quantity": 2,
                 "steps": [("paused", 10), ("resumed", 20), ("paused", 90), ("priced", 30, 36_000),
                           ("priced", 95, 99_000)]},
                {"customer": 1, "since": 50, "product_id": 6, "price": 1000, "period": "month"},
                {"customer": 1, "since": 95, "product_id": 7, "price": 1000, "period": "month"},
                {"customer": 2, "since": 0, "steps": [("paused", 90)]},
            ],
            interactions=[
                {"identity_key": 1001, "at": noon(later(on)), "kind": kind, "direction": "in"}
                for on, kind in ((-5, "complaint"), (2, "complaint"), (90, "late_delivery"), (91, "complaint"))
            ],
            lines=[line(1, later(on), amount) for on, amount in ((3, 500), (3, 700), (80, 900), (91, 900), (60, -5))],
        )  # fmt: skip
        first, second = known(lake, 90)
        assert {name: first[name] for name in first if name not in {"line", "began", "ended", "seen"}} == {
            "customer_key": 1, "plan": 6, "several": 2, "price": 25_000.0, "pauses": 2, "paused": 1,
            "price_changes": 1, "complaints": 1, "late_deliveries": 1, "contacts": 2, "purchase_days": 2,
        }  # fmt: skip
        assert (second["plan"], second["price"], second["paused"], second["purchase_days"]) == (0, None, 1, 0)

    def test_looks_at_those_who_come_later_on_their_first_day(self, tmp_path: Path) -> None:
        lake = lake_of(
            tmp_path,
            [
                {"customer": 1, "since": -9, "steps": [("ended", 0)]},  # over when the day is
                {"customer": 2, "since": 5, "steps": [("paused", 6)]},
                {"customer": 3, "since": 11},
                {"customer": 4, "since": -5, "steps": [("paused", 1)]},
            ],
            4,
            interactions=[
                {"identity_key": 1000 + who, "at": noon(later(on)), "kind": "complaint", "direction": "in"}
                for who, on in ((2, 5), (2, 7), (4, 0), (4, 3))
            ],
            lines=[line(2, later(8), 900), line(4, later(4), 900)],
        )
        rows = known(lake, 0, 10)
        assert [(row["customer_key"], row["seen"] - day_number(DAY)) for row in rows] == [(2, 5), (4, 0)]
        assert [(row["pauses"], row["complaints"], row["purchase_days"]) for row in rows] == [(0, 1, 0)] * 2

    def test_does_not_know_in_a_gap_that_another_begins(self, tmp_path: Path) -> None:
        lake = lake_of(tmp_path, [
            {"customer": 1, "since": 0, "steps": [("ended", 20)]}, {"customer": 1, "since": 40},
        ])  # fmt: skip
        assert known(lake, 30) == []

    @pytest.mark.parametrize("cut", [15, 30, 60, 90])
    def test_is_the_same_where_the_future_is_cut_away(self, tmp_path: Path, cut: int) -> None:
        subscribed = [
            {"customer": 1 + number % 40, "since": number % 120, "product_id": number % 3 + 1, "price": 900 + number,
             "period": "month", "steps": [("paused", number % 50 + 20), ("priced", number % 70 + 10, 2000 + number),
                                          ("resumed", number % 50 + 31), ("ended", 150 + number % 90)][number % 4:]}
            for number in range(90)
        ]  # fmt: skip
        met = [
            {"identity_key": 1001 + number % 40, "at": noon(later(number)), "kind": "complaint", "direction": "in"}
            for number in range(150)
        ]
        sold = [line(1 + number % 40, later(number), 700) for number in range(150)]
        lake = lake_of(tmp_path, subscribed, 40, interactions=met, lines=sold)
        whole, away = known(lake, cut), known(lake.known_by(later(cut)), cut)
        assert len(whole) > 5
        for one, other in zip(whole, away, strict=True):
            assert one["ended"] >= other["ended"] or other["ended"] == OPEN
            assert {**one, "ended": 0} == {**other, "ended": 0}
