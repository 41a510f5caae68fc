"""What a customer received and gave, per year, and what they answered."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dangol.insight.warehouse.gives import answers_by_customer, cost_by_customer, economic_by_customer
from dangol.insight.warehouse.outcomes import net_revenue_by_customer
from tests.insight.warehouse.small_lake import customers, line, noon, small_lake

AS_OF = date(2026, 9, 28)
INSIDE, FIRST, BEFORE, AFTER = date(2026, 5, 1), date(2025, 9, 29), date(2025, 9, 28), date(2026, 9, 29)


def business(registered_on: date = date(2020, 1, 1)) -> dict[str, Any]:
    tables = customers(2)
    for row in tables["customers"]:
        row["registered_on"] = registered_on  # type: ignore[index]
    return tables


def happened(day: date, **rest: Any) -> dict[str, Any]:
    return {"identity_key": 1001, "at": noon(day), **rest}


class TestEconomicValue:
    def test_adds_discounts_points_and_gifts_of_one_year(self, tmp_path: Path) -> None:
        lines = [
            line(1, day, 1000, price_discount=10, coupon_discount=200, match_discount=3000)
            for day in (BEFORE, FIRST, INSIDE, AS_OF, AFTER)
        ]
        points = [
            happened(INSIDE, kind=kind, amount=amount)
            for kind, amount in (("granted", 500), ("redeemed", 70), ("expired", 100))
        ]
        gifts = [happened(INSIDE, kind="gift", worth=7000)]
        lake = small_lake(tmp_path, **business(), lines=lines, points=points, interactions=gifts)
        one, other = economic_by_customer(lake, as_of=AS_OF).to_pylist()
        assert one["economic_value"] == 3 * 3210 + 500 - 100 + 7000
        assert (one["price_discount"], one["points_granted"], one["worth"]) == (30, 500, 7000)
        assert (other["customer_key"], other["economic_value"]) == (2, 0)

    @pytest.mark.parametrize(("first", "days"), [(AS_OF, 30), (date(2026, 7, 1), 90), (date(2024, 1, 1), 365)])
    def test_is_a_year_at_the_pace_of_the_days_the_business_is_on_record(
        self, tmp_path: Path, first: date, days: int
    ) -> None:
        lines = [line(2, first, 1000), line(1, AS_OF, 1000, coupon_discount=900)]
        one = economic_by_customer(small_lake(tmp_path, **business(), lines=lines), as_of=AS_OF).to_pylist()[0]
        assert one["economic_value"] == pytest.approx(900 * 365 / days)

    def test_of_a_new_customer_is_what_they_received_and_no_more(self, tmp_path: Path) -> None:
        """Stretching a first coupon to a year would show a guess as measured."""
        lines = [line(2, BEFORE, 1000), line(1, AS_OF, 1000, coupon_discount=900)]
        lake = small_lake(tmp_path, **business(registered_on=AS_OF), lines=lines)
        assert economic_by_customer(lake, as_of=AS_OF).to_pylist()[0]["economic_value"] == 900

    def test_begins_with_what_is_on_record_first_whatever_it_was(self, tmp_path: Path) -> None:
        """Points and contacts, too, say since when the business is observed."""
        lines = [line(1, AS_OF, 1000, coupon_discount=900)]
        gifts = [happened(date(2026, 7, 1), kind="gift", worth=0)]
        lake = small_lake(tmp_path, **business(), lines=lines, interactions=gifts)
        assert economic_by_customer(lake, as_of=AS_OF).to_pylist()[0]["economic_value"] == pytest.approx(900 * 365 / 90)


class TestCost:
    def test_counts_what_the_customer_paid_beyond_the_price(self, tmp_path: Path) -> None:
        lines = [
            line(1, INSIDE, 5000, fee=2500, receipt_id=1),
            line(1, INSIDE, -1500, receipt_id=2),
            line(1, INSIDE, -500, receipt_id=2),
            line(1, BEFORE, -999, fee=1, receipt_id=3),
        ]
        met = [
            happened(INSIDE, kind="complaint", direction="in", minutes=12.5),
            happened(INSIDE, kind="late_delivery", direction="out", minutes=0.0),
            happened(AFTER, kind="complaint", direction="in", minutes=99.0),
        ]
        lake = small_lake(tmp_path, **business(), lines=lines, interactions=met)
        one = cost_by_customer(lake, as_of=AS_OF).to_pylist()[0]
        assert one == {
            "customer_key": 1, "line": "", "fees": 2500, "returned": 2000, "returns": 1,
            "minutes": 12.5, "contacts": 1, "complaints": 1, "late_deliveries": 1,
        }  # fmt: skip


class TestAnswers:
    def test_are_places_on_their_scales_per_dimension(self, tmp_path: Path) -> None:
        answers = [
            happened(INSIDE, dimension="trust", score=5.0, scale_min=1.0, scale_max=5.0),
            happened(AS_OF, dimension="trust", score=4.0, scale_min=1.0, scale_max=7.0),
            happened(INSIDE, dimension="care", score=0.0, scale_min=0.0, scale_max=10.0),
            happened(AFTER, dimension="care", score=10.0, scale_min=0.0, scale_max=10.0),
        ]
        lake = small_lake(tmp_path, **business(), answers=answers)
        care, trust = answers_by_customer(lake, as_of=AS_OF).to_pylist()
        assert care == {
            "customer_key": 1, "line": "", "dimension": "care", "mean": 0, "n": 1, "variance": None, "last_day": INSIDE
        }  # fmt: skip
        assert (trust["n"], trust["last_day"]) == (2, AS_OF)
        assert trust["mean"] == pytest.approx(0.75)
        assert trust["variance"] == pytest.approx(0.125)


class TestNetRevenue:
    def test_takes_the_moment_it_begins_and_leaves_the_one_it_ends(self, tmp_path: Path) -> None:
        since, until = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)
        amounts = {since: 1, until: 10, datetime(2026, 9, 1, 23, 59, 59, 999999, tzinfo=UTC): 100}
        lines = [
            {"identity_key": 1001, "at": at.replace(tzinfo=None), "amount": amount} for at, amount in amounts.items()
        ]
        lines += [line(2, date(2026, 9, 1), -70), line(None, date(2026, 9, 1), 5000)]
        lake = small_lake(tmp_path, **customers(3), lines=lines)
        found = net_revenue_by_customer(lake, since=since, until=until)
        assert found.to_pylist() == [{"customer_key": 1, "amount": 101}, {"customer_key": 2, "amount": -70}]

    def test_is_exact_where_floats_are_not(self, tmp_path: Path) -> None:
        day = date(2026, 9, 1)
        lake = small_lake(tmp_path, **customers(1), lines=[line(1, day, 2**53), line(1, day, 1), line(1, day, 2)])
        since, until = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
        assert net_revenue_by_customer(lake, since=since, until=until)["amount"].to_pylist() == [2**53 + 3]
