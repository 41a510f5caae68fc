"""The whole way: from the lake as of a day in the past to a run that anybody may read, whatever the shop is like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.rhythm.actions import NothingBought
from dangol.insight.analysis.rhythm.history import TooShort, split
from dangol.insight.relationship.back_test.actions import back_test
from dangol.insight.relationship.back_test.past import Past, past
from dangol.insight.relationship.back_test.queries import BackTest, back_test_of, last_back_test
from dangol.insight.relationship.back_test.verdicts import Verdict, in_sum
from dangol.insight.relationship.fits import fits_by_line
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.models import Customer
from dangol.records.permission.actions import withdraw_consent
from tests.insight.relationship.world import OPENED, SETTINGS, TODAY, Shop, open_shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake_folder")]


def asked(at: datetime = TODAY, settings: ValueSettings = SETTINGS, **how: Any) -> BackTest:
    refresh(at=at)
    return back_test_of(back_test(settings=settings, as_of=at, at=at, by=None, **how))


def sells(shop: Shop, days: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> None:
    """Receipts of these customers on these days since the opening."""
    shop.sell([(f"c{who}", OPENED + timedelta(days=day, hours=12), 9_000, 0) for who, day in days])


def registered(customers: int) -> Shop:
    """Everybody is on record and nobody has bought."""
    shop = Shop(customers=customers)
    shop.take(
        "customers", external_id=shop.names, full_name=[f"손님{name}" for name in shop.names], line=[""] * customers,
        registered_at=[OPENED] * customers,
    )  # fmt: skip
    return shop


def sold_until_the_cut_off(customers: int) -> Shop:
    """At a rate of everybody's own; in the weeks held back nobody has come yet."""
    shop = registered(customers)
    shop.sells(OPENED, days=270)
    return shop


def numbers_of(told: Any) -> Iterator[float]:
    """Every number kept, however deep."""
    if isinstance(told, dict):
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from numbers_of(one)
    elif isinstance(told, float):
        yield told


def finite(found: BackTest) -> bool:
    json.dumps(found.run.summary, allow_nan=False)
    return bool(np.isfinite(list(numbers_of(found.run.summary))).all())


class TestRun:
    def test_tells_all_three_of_all_and_of_each_line(self) -> None:
        open_shop()
        found = asked()
        assert (found.weeks, (found.until - found.cut_off).days) == (13, 91)
        assert [one.line for one in found.lines] == ["club", "delivery"]
        assert sum(one.customers for one in found.lines) == found.all.customers == 240
        for one in (found.all, *found.lines):
            assert one.chance is not None
            assert one.commitment is not None
            assert one.money is not None
            assert one.chance.bought == one.bought
        assert finite(found)

    def test_is_kept_with_what_it_rests_on_and_gives_nobody_a_score(self) -> None:
        open_shop()
        run = asked(weeks=8).run
        assert run.lake_version == lake().version
        assert run.parameters["by"] is None
        assert (run.parameters["weeks"], run.parameters["asked"]) == (8, 8)
        assert run.parameters["margin_rate"] == SETTINGS.margin_rate
        assert not Score.objects.filter(run=run).exists()

    def test_is_read_again_as_it_was_found(self) -> None:
        open_shop()
        found = asked()
        assert last_back_test() == found
        assert found.of("club").line == "club"
        assert found.of("nothing") == found.all

    def test_tells_how_far_it_is(self) -> None:
        open_shop()
        told: list[tuple[str, int, int]] = []
        asked(progress=lambda stage, done, total: told.append((stage, done, total)))
        assert told == [("back_test", done, 2) for done in range(3)]

    def test_counts_what_customers_then_did(self) -> None:
        """In the last weeks only the first twenty of sixty came, twice, for 9,000 won each time."""
        shop = sold_until_the_cut_off(60)
        sells(shop, [(who, day) for who in range(20) for day in (300, 330)])
        found = asked().all
        assert (found.customers, found.bought) == (60, 20)
        assert found.commitment is not None
        assert found.money is not None
        assert found.commitment.purchases == 40
        assert found.money.came == pytest.approx(40 * 9_000 * SETTINGS.margin_rate)


class TestLeak:
    def seen(self) -> Past:
        refresh(at=TODAY)
        day = TODAY.date() - timedelta(days=1)
        return past(lake(), split(OPENED.date(), day, weeks=13), as_of=TODAY)

    def test_is_impossible_whatever_happens_after_the_cut_off(self) -> None:
        shop = open_shop()
        before = self.seen()
        sells(shop, [(who, 280 + who % 60) for who in range(240)])
        after = self.seen()
        assert after.purchases.sum() > before.purchases.sum()
        for name in ("keys", "purchases_before", "revenue_before"):
            assert (getattr(after, name) == getattr(before, name)).all()
        for name in ("x", "t_x", "T", "purchases", "mean_spend", "line"):
            assert (getattr(after.buyers, name) == getattr(before.buyers, name)).all()

    def test_fits_are_those_of_a_valuation_of_that_day(self) -> None:
        open_shop()
        seen = self.seen()
        told = [one.fit for one in fits_by_line(seen.buyers, SETTINGS, [])]
        assert all(fit is not None and fit.rhythm.n_customers_ > 0 for fit in told)
        assert seen.buyers.T.max() <= 364 - 91

    def test_leaves_out_who_first_came_in_the_weeks_held_back(self) -> None:
        shop = open_shop(customers=80)
        shop.take("customers", external_id=["late"], full_name=["손님"], line=["club"], registered_at=[OPENED])
        shop.sell([("late", OPENED + timedelta(days=300), 9_000, 0)])
        assert asked().all.customers == 80


class TestModel:
    def test_is_the_one_that_values_come_from_and_is_told(self) -> None:
        open_shop()
        candidate = {"title": "", "penalty": 0.0, "params": {}, "loglik": None, "aic": None, "problem": ""}
        tried = [
            {**candidate, "name": name, "errors": {"total": 1.0, "mae": 1.0, "rmse": rmse}}
            for name, rmse in (("BetaGeoNBD", 2.0), ("ParetoNBD", 1.0))
        ]
        lines = [
            {"line": line, "customers": 120, "known": 120, "tried": tried, "choice": None, "doubts": []}
            for line in ("club", "delivery")
        ]
        plain = asked()
        Run.objects.create(
            kind="rhythm", as_of=TODAY, started_at=TODAY, finished_at=TODAY,
            parameters={"cut_off": "2025-10-02", "until": "2026-01-01", "weeks": 13},
            summary={"first": "2025-01-01", "lines": lines},
        )  # fmt: skip
        found = asked()
        assert (plain.picked, found.picked) == ([], ["Pareto/NBD"])
        assert plain.all.chance is not None
        assert found.all.chance is not None
        assert found.all.chance.brier != plain.all.chance.brier


class TestObjections:
    def test_those_who_do_not_want_to_be_valued_are_in_no_figure(self) -> None:
        open_shop(customers=120)
        withdraw_consent(Customer.objects.earliest("pk"), purpose="automated", by=None, at=TODAY)
        assert asked().all.customers == 119


class TestShopsThatTellLittle:
    """A clear sentence or a number with its interval; never NaN."""

    def test_nothing_bought(self) -> None:
        registered(3)
        with pytest.raises(NothingBought, match="Nobody has bought"):
            asked()
        assert not Run.objects.filter(kind="back_test", finished_at__isnull=False).exists()

    def test_too_short_a_history(self) -> None:
        shop = registered(60)
        sells(shop, [(who, 330 + who % 20) for who in range(60)])
        with pytest.raises(TooShort, match="weeks of purchases"):
            asked()

    @pytest.mark.parametrize("customers", [1, 20])
    def test_too_few_customers_for_a_fit(self, customers: int) -> None:
        shop = registered(customers)
        sells(shop, [(who, 17 * visit + who) for who in range(customers) for visit in range(20)])
        found = asked()
        assert (found.all.customers, found.all.foretold) == (customers, 0)
        assert (found.all.chance, found.all.commitment, found.all.money) == (None, None, None)
        assert any(f"too few customers with sales ({customers})" in note for note in found.notes)
        assert finite(found)

    def test_one_customer_of_a_small_line_beside_many(self) -> None:
        shop = open_shop()
        shop.take("customers", external_id=["lone"], full_name=["손님"], line=["lone"], registered_at=[OPENED])
        shop.sell([("lone", OPENED + timedelta(days=day), 9_000, 0) for day in (5, 60, 100)])
        found = asked()
        lone = found.of("lone")
        assert (lone.customers, lone.foretold) == (1, 1)
        assert lone.commitment is not None
        assert len(lone.commitment.tenths) == 1
        assert any("all lines of business together" in note for note in found.notes)
        assert finite(found)

    def test_nobody_in_the_weeks_held_back(self) -> None:
        sold_until_the_cut_off(200)
        found = asked()
        assert found.all.bought == 0
        assert found.all.chance is not None
        assert (found.all.chance.line, found.all.chance.over_own) == (None, None)
        assert found.all.commitment is not None
        assert in_sum(found.all.commitment.ratio) is Verdict.HOPEFUL
        assert finite(found)

    def test_everybody_in_the_weeks_held_back(self) -> None:
        shop = sold_until_the_cut_off(200)
        sells(shop, [(who, 300 + who % 40) for who in range(200)])
        found = asked()
        assert found.all.bought == 200
        assert found.all.chance is not None
        assert (found.all.chance.line, found.all.chance.over_own) == (None, None)
        assert finite(found)

    def test_a_shop_that_closed_long_ago(self) -> None:
        open_shop()
        found = asked(TODAY + timedelta(days=700))
        assert found.all.bought == 0
        assert finite(found)

    def test_returns_of_more_than_was_sold(self) -> None:
        shop = open_shop(customers=100)
        shop.sell([(f"c{who}", OPENED + timedelta(days=320), -90_000, 0) for who in range(100)])
        found = asked()
        assert found.all.money is not None
        assert found.all.money.came < 0
        assert finite(found)


def test_holds_the_shops_own_days() -> None:
    """A purchase after midnight in Seoul is of the day it is there, though UTC still has the day before."""
    shop = registered(60)
    sells(shop, [(who, who % 28 + 30 * month) for who in range(60) for month in range(8)])
    cut_off = OPENED + timedelta(days=364 - 91)
    for at, amount in ((cut_off + timedelta(hours=23, minutes=59), 1_000), (cut_off + timedelta(days=1), 50_000)):
        shop.sell([("c0", at, amount, 0)])
    refresh(at=TODAY)
    seen = past(lake(), split(OPENED.date(), TODAY.date() - timedelta(days=1), weeks=13), as_of=TODAY)
    mine = np.flatnonzero(seen.revenue)
    assert seen.revenue[mine].tolist() == [50_000.0]
    assert seen.purchases.sum() == 1
