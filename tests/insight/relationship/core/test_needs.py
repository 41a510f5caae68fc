"""Shares of stated needs: own spending over the same days beside what was said, and never one for the other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dangol.decisions.segments.queries import described, select
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.who_counts import Customers
from dangol.insight.relationship.core.actions import find_core
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.needs import Said, Shares, in_all, shared, shares, summary
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.records.catalog.models import Category
from dangol.records.customers.columns import COLUMNS, Asked, Wish
from dangol.records.customers.models import Customer, Identity
from dangol.records.permission.actions import withdraw_consent
from dangol.records.voices.models import StatedNeed
from tests.insight.relationship.world import TODAY, Shop

DAY = date(2025, 12, 31)
PATHS = {"0": "", "1": "식품", "2": "식품 / 우유", "3": "비누"}


def found(*rows: tuple[int, str, float, float, int, int]) -> Shares:
    """Each: whose, about, need a year, spent, days with us, days since it was said."""
    at, about, need, spent, days, ago = zip(*rows, strict=True)
    said = Said(
        np.arange(len(rows)), np.array(at, np.intp), np.array(about, np.str_), np.array(need, float),
        np.datetime64(DAY) - np.array(ago, "timedelta64[D]"), PATHS,
    )  # fmt: skip
    return shared(said, np.array(spent, float), np.array(days, float), as_of=DAY)


class TestShare:
    def test_sets_both_over_the_same_days(self) -> None:
        told = found((0, "1", 365_000, 91_250, 900, 10), (1, "1", 365_000, 18_250, 73, 10))
        assert told.share.tolist() == pytest.approx([0.25, 0.25])
        assert told.room.tolist() == pytest.approx([273_750, 273_750])

    def test_is_1_at_most_and_marked_where_more_was_bought_than_was_said(self) -> None:
        told = found((0, "1", 100, 250, 365, 1), (1, "1", 100, 100, 365, 1))
        assert (told.share.tolist(), told.state.tolist()) == ([1, 1], ["over", "told"])
        assert summary(told, 2)["about"][0]["histogram"] == [0] * 9 + [1, 1]

    def test_is_unknown_a_year_after_it_was_said_and_before_a_month_with_us(self) -> None:
        told = found((0, "1", 100, 50, 365, 366), (1, "1", 100, 50, 29, 1), (2, "1", 100, 50, 365, 365))
        assert told.state.tolist() == ["stale", "new", "told"]
        assert np.isnan(told.share[:2]).all()
        assert np.isnan(told.room[:2]).all()
        assert (summary(told, 9)["told"], summary(told, 9)["customers"]) == (1, 3)

    def test_is_0_for_returns_alone(self) -> None:
        assert found((0, "1", 100, -50, 365, 1)).share.tolist() == [0]

    def test_is_raised_where_the_need_is_large_and_the_share_small(self) -> None:
        told = found(
            (0, "1", 900, 100, 365, 1), (1, "1", 500, 100, 365, 1), (2, "1", 100, 10, 365, 1),
            (3, "1", 900, 800, 365, 1), (4, "1", 9_000, 0, 365, 999),
        )  # fmt: skip
        assert told.raises.tolist() == [True, False, False, False, False]

    @examples(max_examples=30)
    @given(st.lists(st.tuples(
        st.integers(0, 3), st.sampled_from("0123"), st.floats(1, 1e9), st.floats(-1e6, 1e9), st.integers(1, 900),
        st.integers(0, 900),
    ), min_size=1, max_size=12, unique_by=lambda row: row[:2]))  # fmt: skip
    def test_lies_between_0_and_1_and_counts_nobody_twice(self, rows: list[Any]) -> None:
        told = found(*rows)
        known = told.share[told.told]
        assert ((known >= 0) & (known <= 1)).all()
        over_all, need = in_all(told, 4)
        for one in range(4):
            mine = told.told & (told.said.at == one)
            assert np.isnan(over_all[one]) == (not mine.any())
            if mine.any():
                assert -1e-9 <= over_all[one] <= 1
                assert need[one] <= told.said.need[mine].sum() * (1 + 1e-9)
        whole = summary(told, 4)
        assert sum(whole["histogram"]) == whole["told"]
        for about in whole["about"]:
            assert sum(about["histogram"]) == about["told"]
            assert about["told"] + about["stale"] + about["new"] == about["customers"]


class TestAll:
    def test_a_need_within_a_wider_one_counts_once(self) -> None:
        told = found((0, "1", 100, 50, 365, 1), (0, "2", 60, 0, 365, 1), (0, "3", 100, 100, 365, 1))
        share, need = in_all(told, 2)
        assert (share[0], need[0]) == (0.75, 200)
        assert np.isnan(share[1])

    def test_a_wider_one_that_is_too_old_hides_nothing(self) -> None:
        told = found((0, "0", 1_000, 50, 365, 400), (0, "2", 60, 30, 365, 1))
        assert in_all(told, 1)[0].tolist() == [0.5]


@pytest.fixture(scope="module")
def bought() -> list[tuple[str, str, int, datetime]]:
    return [
        ("c0", "milk", 30_000, datetime(2025, 3, 1)), ("c0", "soap", 7_000, datetime(2025, 4, 1)),
        ("c0", "milk", 9_000, datetime(2024, 6, 1)), ("c1", "cheese", 80_000, datetime(2024, 12, 1)),
        ("c1", "cheese", 80_000, datetime(2025, 5, 1)), ("c3", "milk", 10_000, datetime(2025, 10, 24)),
    ]  # fmt: skip


@pytest.fixture
def shop(lake_folder: Path, bought: list[tuple[str, str, int, datetime]]) -> Shop:
    """Return a shop of five: two buyers of a year, one who never bought, one who came in October, one more."""
    one = Shop(customers=5)
    one.take("products", code=["milk", "cheese", "soap"], name=["우유", "치즈", "비누"],
             category=["식품 / 우유", "식품 / 치즈", "생활 / 비누"])  # fmt: skip
    one.take("customers", external_id=one.names, full_name=one.names, line=[""] * 5,
             registered_at=[datetime(2024, 1, 1)] * 5)  # fmt: skip
    who, what, amount, time = zip(*bought, strict=True)
    one.take("transactions", receipt=[f"r{n}" for n in range(len(who))], customer=who, product=what, amount=amount,
             time=time)  # fmt: skip
    return one


def says(name: str, path: str, amount: int, *, period: str = "year", on: date = DAY - timedelta(days=30)) -> StatedNeed:
    return StatedNeed.objects.create(
        identity=Identity.objects.get(external_id=name), source="test", ref=f"{name} {path} {on}", amount=amount,
        category=Category.objects.get(path=path) if path else None, period=period, how="survey", on=on,
    )  # fmt: skip


def looked() -> Run:
    refresh(at=TODAY)
    return find_core(settings=CoreSettings(), margin_rate=0.3, as_of=TODAY, at=TODAY, by=None)


@pytest.mark.store
@pytest.mark.django_db
class TestRun:
    def test_measures_what_was_bought_in_the_category_and_below_it(self, shop: Shop) -> None:
        says("c0", "식품", 10_000, period="month")
        says("c0", "식품 / 치즈", 40_000)
        says("c1", "", 200_000)
        says("c2", "식품 / 우유", 50_000)
        says("c3", "식품", 365_000)
        run = looked()
        told = {
            (one.customer.full_name, one.about): (one.need, one.spent, one.days, one.share)
            for one in NeedShare.objects.filter(run=run).select_related("customer")
        }
        key = {path: str(pk) for path, pk in Category.objects.values_list("path", "pk")}
        assert told == {
            ("c0", key["식품"]): (120_000, 30_000, 365, 0.25),
            ("c0", key["식품 / 치즈"]): (40_000, 0, 365, 0),
            ("c1", "0"): (200_000, 80_000, 365, 0.4),
            ("c2", key["식품 / 우유"]): (50_000, 0, 365, 0),
            ("c3", key["식품"]): (365_000, 10_000, 70, pytest.approx(10_000 / 70_000)),
        }
        scored = dict(Score.objects.filter(run=run, name="need_share").values_list("customer__full_name", "value"))
        assert scored == {"c0": 0.25, "c1": 0.4, "c2": 0, "c3": pytest.approx(1 / 7)}
        assert run.summary["needs"]["told"] == 4

    def test_knows_no_share_of_who_came_on_record_this_month_and_never_bought(self, shop: Shop) -> None:
        new = Customer.objects.get(full_name="c2")
        new.registered_at = TODAY - timedelta(days=10)
        new.save()
        says("c2", "식품", 50_000, on=DAY)
        says("c4", "식품", 50_000)
        run = looked()
        told = NeedShare.objects.filter(run=run).order_by("customer__full_name")
        assert list(told.values_list("customer__full_name", "state", "share")) == [
            ("c2", "new", None), ("c4", "told", 0.0),
        ]  # fmt: skip

    def test_knows_no_share_of_who_never_bought_where_sales_are_on_record_for_days(self, shop: Shop) -> None:
        says("c4", "식품", 50_000, on=date(2024, 6, 10))
        refresh(at=TODAY)
        found = find_core(
            settings=CoreSettings(),
            margin_rate=0.3,
            as_of=datetime(2024, 6, 20, tzinfo=TODAY.tzinfo),
            at=TODAY,
            by=None,
        )
        assert NeedShare.objects.get(run=found).state == "new"

    def test_asks_the_same_of_however_many_said_something(self, shop: Shop) -> None:
        """A list of their numbers is longer than the store takes, at some hundred thousands."""
        refresh(at=TODAY)

        def asked() -> list[str]:
            customers = Customers.on_record(as_of=TODAY)
            with CaptureQueriesContext(connection) as told:
                shares(lake(), customers, (), as_of=DAY)
            return [one["sql"] for one in told]

        says("c0", "식품", 10_000)
        of_one = asked()
        for name in ("c1", "c2", "c3", "c4"):
            says(name, "식품", 10_000)
        assert asked() == of_one

    def test_lists_and_segments_find_the_same_customers_until_it_was_never_said(self, shop: Shop) -> None:
        need = says("c0", "식품", 120_000)
        says("c1", "식품", 90_000)
        run = looked()
        food = str(Category.objects.get(path="식품").pk)
        for column, wish, rule in (
            ("need_raise", Wish("need_raise", (food,)), {"need_raise": [food]}),
            ("need_share", Wish("need_share", low=0, high=0.5), {"need_share": [0, 0.5]}),
        ):
            listed = set(Customer.objects.filter(COLUMNS[column].condition(wish, Asked(TODAY))))
            assert listed == set(select(rule, run=None))
            assert [one.full_name for one in listed] == ["c0"]
        assert run.summary["needs"]["raises"] == 1
        assert described({"need_raise": [food]}).endswith("식품")
        need.delete()
        assert not select({"need_raise": [food]}, run=None).exists()

    def test_says_nothing_of_who_said_nothing_or_objects(self, shop: Shop) -> None:
        says("c0", "식품", 120_000)
        objector = Customer.objects.get(full_name="c0")
        withdraw_consent(objector, purpose="automated", by=None, at=TODAY)
        run = looked()
        assert not NeedShare.objects.exists()
        assert not Score.objects.filter(run=run, name__in=["need_share", "need_year"]).exists()
        assert (run.summary["needs"]["customers"], run.summary["needs"]["share"]) == (0, None)
