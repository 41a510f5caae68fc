"""Why a value is what it is: every step comes to the number above it, down to the rows, on generated shops."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship import queries
from dangol.insight.relationship.fair_line import region
from dangol.insight.relationship.models import Parts, Reference
from dangol.insight.relationship.why.queries import Why, moments, why
from dangol.insight.relationship.why.theirs import Answered, Counted
from dangol.records.customers.models import Customer
from dangol.records.ledger.actions import reverse
from dangol.records.ledger.models import Transaction
from tests.insight.relationship.world import OPENED, SETTINGS, TODAY, Shop, full_shop, open_shop, values

committed = [pytest.mark.usefixtures("lake_folder"), pytest.mark.django_db(transaction=True)]


def busy_shop(seed: int, *, customers: int = 120, days: int = 365) -> Shop:
    """A shop with all that values are made of: discounts, points, gifts, fees, returns, contacts, answers, mistakes."""
    shop = Shop(customers=customers, seed=seed)
    shop.opens()
    draw, first = shop.random, datetime(2026, 1, 1) - timedelta(days=days)

    def some(share: float) -> tuple[list[str], list[datetime]]:
        who = [name for name in shop.names if draw.random() < share]
        return who, [first + timedelta(days=float(draw.uniform(0, days - 1))) for _ in who]

    for kind in ("granted", "expired", "redeemed"):
        who, at = some(0.5)
        shop.take(
            "points", ref=[shop._ref() for _ in who], customer=who, time=at, kind=[kind] * len(who),
            amount=draw.integers(1, 5000, len(who)),
        )  # fmt: skip
    for kind, direction in (("complaint", "in"), ("gift", "out"), ("call", "out")):
        who, at = some(0.5)
        shop.take(
            "interactions", ref=[shop._ref() for _ in who], customer=who, time=at, direction=[direction] * len(who),
            kind=[kind] * len(who), minutes=draw.uniform(0, 50, len(who)), worth=draw.integers(0, 9000, len(who)),
        )  # fmt: skip
    who, at = some(0.4)
    back = draw.random(len(who)) < 0.5
    shop.take(
        "transactions", receipt=[shop._ref() for _ in who], customer=who, time=at,
        amount=draw.integers(500, 30000, len(who)) * np.where(back, -1, 1),
        coupon_discount=draw.integers(0, 900, len(who)) * ~back,
        price_discount=draw.integers(0, 900, len(who)) * ~back,
        fee=draw.integers(0, 400, len(who)) * ~back,
    )  # fmt: skip
    shop.asks(datetime(2025, 10, 1), every=2)
    for sale in Transaction.objects.order_by("pk")[:: max(Transaction.objects.count() // 6, 1)]:
        reverse(sale, by=None, at=TODAY)
    return shop


def of(customer: Customer, run: Run) -> Why:
    return why(customer.pk, run, line=customer.line)


def everybody(run: Run) -> list[Why]:
    return [of(customer, run) for customer in Customer.objects.order_by("pk")]


class TestGeneratedShops:
    pytestmark = committed

    @pytest.mark.parametrize("seed", [pytest.param(0, marks=pytest.mark.store), 1, 2, 3])
    def test_come_from_the_rows_to_every_value_that_is_shown(self, seed: int) -> None:
        run = busy_shop(seed).valued()
        told = everybody(run)
        shown = {(s.customer_id, s.name): s.value for s in Score.objects.filter(run=run)}
        for customer, one in zip(Customer.objects.order_by("pk"), told, strict=True):
            economic, social, cost = one.customer.parts
            for part, made in ((economic, economic.made), (cost, cost.made)):
                assert isinstance(made, Counted)
                value = shown.get((customer.pk, part.name))
                assert (made.value is not None and value is not None) or value is None
                if value is not None and made.value is not None:
                    assert round(made.value) == round(value)
                    assert made.value == pytest.approx(value, rel=1e-9, abs=1e-6)
            assert isinstance(social.made, Answered)
            assert one.agrees, customer
        kinds = {row.kind for one in told for part in one.customer.parts for row in getattr(part.made, "rows", ())}
        assert kinds == {"discount", "granted", "expired", "gift", "fee", "return", "contact"}
        assert any(one.company.formula for one in told)

    def test_stretch_a_young_shop_to_a_year_and_say_so(self) -> None:
        shop = Shop(customers=60, seed=5)
        shop.take(
            "customers", external_id=shop.names, full_name=shop.names, line=["club"] * 60,
            registered_at=[datetime(2025, 10, 3)] * 60,
        )  # fmt: skip
        shop.sells(datetime(2025, 10, 3), days=90)
        run = shop.valued(datetime.fromisoformat("2026-01-01T00:00:00+09:00"))
        assert 80 <= run.summary["days"] <= 91
        told = everybody(run)
        assert all(one.agrees for one in told)
        made = [one.customer.parts[0].made for one in told]
        given = [one for one in made if isinstance(one, Counted) and one.total]
        assert all(one.value == pytest.approx(one.total * 365 / run.summary["days"]) for one in given)
        assert given

    @pytest.mark.store
    def test_do_not_agree_any_more_once_a_row_came_in_for_a_day_that_was_counted(self) -> None:
        shop = full_shop()
        run = shop.valued()
        customer = Customer.objects.get(full_name="손님0")
        assert of(customer, run).agrees
        shop.sell([("c0", datetime(2025, 12, 20), 10_000, 777)])
        after = of(customer, run)
        economic = after.customer.parts[0].made
        assert isinstance(economic, Counted)
        assert not economic.agrees
        assert economic.value == pytest.approx((economic.shown or 0) + 777)
        assert not after.company.agrees
        assert after.customer.agrees  # the ranks still follow from what was kept

    @pytest.mark.store
    def test_tell_the_moments_from_run_to_run(self) -> None:
        shop = full_shop()
        first = shop.valued()
        shop.sell([("c0", datetime(2026, 1, 20), 90_000, 40_000)])
        second = shop.valued(TODAY + timedelta(days=30))
        customer = Customer.objects.get(full_name="손님0")
        told = moments(customer.pk)
        assert [one.run for one in told] == [first.pk, second.pk]
        assert (told[1].equity or 0) > (told[0].equity or 0)
        assert told[1].region == queries.card(customer.pk, second).region


@pytest.mark.store
@pytest.mark.django_db
class TestSteps:
    @pytest.fixture
    def run(self, full_run: int) -> Run:
        return Run.objects.get(pk=full_run)

    def test_count_how_many_of_the_reference_lie_below(self, run: Run) -> None:
        one = of(Customer.objects.get(full_name="손님0"), run)
        part = one.customer.parts[0]
        assert part.place is not None
        reference = values(run, "economic_value")  # this run's own: everybody active
        mine = part.made.shown
        assert mine is not None
        assert part.place.below == sum(value < mine for value in reference)
        assert part.place.equal == sum(value == mine for value in reference)
        assert part.place.among == len(reference)
        assert part.place.exact

    def test_add_up_to_the_mean_by_weights(self, run: Run) -> None:
        one = of(Customer.objects.get(full_name="손님0"), run)
        economic, social, cost = one.customer.parts
        assert one.customer.mean == pytest.approx(
            ((economic.rank or 0) + (social.rank or 0) + 100 - (cost.rank or 0)) / 3
        )

    def test_lead_to_the_region(self, run: Run) -> None:
        for customer in Customer.objects.order_by("pk")[:40]:
            one = of(customer, run)
            again = region(one.customer.rank or 0.0, one.company.rank.value or 0.0, one.settings.tolerance)
            assert one.region == str(again)

    def test_say_of_an_estimate_that_it_was_not_answered(self, run: Run) -> None:
        row = Parts.objects.filter(run=run, social_estimated=1).first()
        assert row is not None
        social = of(Customer.objects.get(pk=row.customer_id), run).customer.parts[1].made
        assert isinstance(social, Answered)
        assert social.estimated
        assert social.value is None
        assert (social.correlation or 0) > (social.floor or 1)

    def test_tell_another_margin_apart(self, run: Run) -> None:
        run.parameters = {**run.parameters, "margin_rate": 0.31}
        assert not of(Customer.objects.get(full_name="손님0"), run).company.agrees

    def test_take_the_scale_that_stood_then(self, run: Run) -> None:
        later = Run.objects.create(kind=run.kind, as_of=run.as_of, started_at=run.as_of, lake_version="v")
        for row in Reference.objects.filter(run=run):
            Reference.objects.create(
                run=later, part=row.part, scale=row.scale, customers=1, frozen_at=TODAY + timedelta(days=1)
            )
        place = of(Customer.objects.get(full_name="손님0"), run).customer.place
        assert place is not None
        assert place.frozen_at < TODAY + timedelta(days=1)


class TestLittleKnown:
    pytestmark = committed

    def test_leaves_a_part_that_nobody_knows_in_the_middle(self) -> None:
        run = open_shop().valued()
        one = of(Customer.objects.get(full_name="손님0"), run)
        assert [part.rank is None for part in one.customer.parts] == [False, True, True]
        assert one.customer.mean == pytest.approx(((one.customer.parts[0].rank or 0) + 100) / 3)
        assert one.agrees

    def test_has_no_formula_for_who_never_bought(self) -> None:
        shop = open_shop()
        shop.take("customers", external_id=["never"], full_name=["아직"], registered_at=[OPENED])
        run = shop.valued()
        one = of(Customer.objects.get(full_name="아직"), run)
        assert (one.company.formula, one.company.bought.days, one.customer.mean) == (None, (), None)
        assert one.agrees

    def test_knows_what_the_settings_of_the_run_were(self) -> None:
        shop = full_shop()
        run = shop.valued(settings=replace(SETTINGS, weight_cost=0.0, minute_value=350))
        told = everybody(run)
        assert all(one.agrees for one in told)
        assert told[0].settings.minute_value == 350
        assert told[0].customer.parts[2].share == 0
