"""Odd shops: the map, the core, the steps and the preview say what they cannot know and never break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship import queries
from dangol.insight.relationship.assumed.preview import preview
from dangol.insight.relationship.core.actions import find_core
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.why.queries import moments, why
from dangol.records.customers.models import Customer
from tests.insight.relationship.world import OPENED, SETTINGS, TODAY, Shop, open_shop, values

pytestmark = [pytest.mark.usefixtures("lake_folder"), pytest.mark.django_db(transaction=True)]

ANSWERED = datetime(2025, 10, 1)


def registered(customers: int) -> Shop:
    shop = Shop(customers=customers)
    shop.take(
        "customers", external_id=shop.names, full_name=shop.names, line=["club"] * customers,
        registered_at=[OPENED] * customers,
    )  # fmt: skip
    return shop


def one_customer() -> Shop:
    shop = registered(1)
    shop.sell([("c0", OPENED + timedelta(days=30 * month), 10_000, 500) for month in range(12)])
    shop.asks(ANSWERED)
    return shop


def everybody_equal() -> Shop:
    shop = registered(120)
    for month in range(12):
        shop.sell([(name, OPENED + timedelta(days=30 * month), 10_000, 500) for name in shop.names])
    for dimension in ("trust", "care"):
        shop.take(
            "answers", ref=[f"{dimension}{name}" for name in shop.names], customer=shop.names,
            time=[ANSWERED] * 120, dimension=[dimension] * 120, score=[4.0] * 120, scale_min=[1.0] * 120,
            scale_max=[7.0] * 120,
        )  # fmt: skip
    return shop


def more_given_than_earned() -> Shop:
    shop = open_shop(customers=120)
    shop.take(
        "interactions", ref=[f"g{name}" for name in shop.names], customer=shop.names,
        time=[datetime(2025, 9, 1)] * 120, direction=["out"] * 120, kind=["gift"] * 120, worth=[5_000_000] * 120,
    )  # fmt: skip
    return shop


def more_back_than_sold() -> Shop:
    shop = registered(120)
    for month in range(6):
        shop.sell([(name, OPENED + timedelta(days=150 + 30 * month), 10_000, 0) for name in shop.names])
    shop.sell([(name, datetime(2025, 12, 20), -90_000, 0) for name in shop.names])
    return shop


def no_survey_no_costs() -> Shop:
    return open_shop(customers=120)


ODD = [one_customer, everybody_equal, more_given_than_earned, more_back_than_sold, no_survey_no_costs]


@pytest.mark.store
@pytest.mark.parametrize("opens", ODD)
def test_are_told_whole_on_every_page(opens: Callable[[], Shop]) -> None:
    run = opens().valued()
    everybody = Customer.objects.count()
    assert sum(queries.regions(run).values()) == everybody
    assert never_infinite(run)
    for other in ({"tolerance": 30.0}, {"weight_cost": 0.0}, {"margin_rate": 0.9}):
        said = preview(run, now=SETTINGS, then=replace(SETTINGS, **other))
        assert sum(said.before.values()) == sum(said.after.values()) == said.customers == everybody
        assert said.before == queries.regions(run)
    customer = Customer.objects.order_by("pk").first()
    assert customer is not None
    told = why(customer.pk, run, line=customer.line)
    assert told.agrees
    assert len(moments(customer.pk)) == 1
    found = find_core(settings=CoreSettings(), margin_rate=0.3, as_of=TODAY, at=TODAY, by=None)
    assert never_infinite(found)


def never_infinite(run: Run) -> bool:
    numbers = Score.objects.filter(run=run, value__isnull=False).values_list("value", flat=True)
    return bool(np.isfinite(list(numbers)).all())


def test_one_customer_is_ranked_among_nobody() -> None:
    run = one_customer().valued()
    assert queries.regions(run) == {"I": 0, "II": 0, "III": 0, "unknown": 1}


def test_equals_are_all_in_the_middle_and_fair() -> None:
    run = everybody_equal().valued()
    assert set(Score.objects.filter(run=run, name="customer_value").values_list("value", flat=True)) == {50.0}
    assert queries.regions(run)["III"] + queries.regions(run)["unknown"] == 120


def test_without_survey_and_costs_nothing_of_them_is_measured() -> None:
    run = no_survey_no_costs().valued()
    for name in ("social_value", "relationship_cost", "social_rank", "cost_rank"):
        assert not values(run, name)
    said = preview(run, now=SETTINGS, then=replace(SETTINGS, weight_economic=0.0))
    assert said.after["unknown"] == said.customers


def test_who_got_more_than_they_brought_cost_and_are_no_core() -> None:
    more_given_than_earned().valued()
    run = find_core(settings=CoreSettings(), margin_rate=0.3, as_of=TODAY, at=TODAY, by=None)
    assert run.summary["core"]["core_profit"] is None
    assert run.summary["spread"]["contribution"] is None
    assert run.summary["whole"]["contribution"] < 0
    assert set(Score.objects.filter(run=run, name="contribution_tenth").values_list("text", flat=True)) == {"loss"}


def test_who_took_more_back_than_they_bought_is_below_zero_and_stays_there() -> None:
    more_back_than_sold().valued()
    run = find_core(settings=CoreSettings(), margin_rate=0.3, as_of=TODAY, at=TODAY, by=None)
    assert run.summary["whole"]["revenue"] == 120 * (6 * 10_000 - 90_000)
    assert run.summary["whole"]["negative"] == 120
