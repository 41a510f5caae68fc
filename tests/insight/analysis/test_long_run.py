"""The long run: the registry's numbers of whole years, their intervals, and what is not known said so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.long_run import Indicator, TooYoung, by_cohort, long_run
from dangol.insight.warehouse.metrics import value
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.voices.models import SurveyAnswer

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 15, 3, tzinfo=UTC)
AS_OF = date(2026, 11, 16)


@pytest.fixture
def lake_folder(settings: Any, tmp_path: Path) -> None:
    """Give the test a warehouse of its own."""
    settings.DANGOL_LAKE = tmp_path / "lake"


@pytest.fixture
def shop(lake_folder: None) -> None:
    """Make a hundred customers: 40 buy every spring from 2023 on, 30 stop after 2024, 30 begin in 2026; 12 answer."""
    people = Customer.objects.bulk_create(Customer(full_name=f"긴{who}", registered_at=NOW) for who in range(100))
    identities = Identity.objects.bulk_create(
        Identity(customer=one, source="t", external_id=f"L{at}") for at, one in enumerate(people)
    )
    years = [*[(2023, 2024, 2025, 2026)] * 40, *[(2023, 2024)] * 30, *[(2026,)] * 30]
    sales = Transaction.objects.bulk_create(
        Transaction(identity=one, source="t", receipt=f"{at}-{year}", amount=1_000 * (year - 2000), currency="KRW",
                    at=datetime(year, 3, 1 + at % 20, 3, tzinfo=UTC))
        for at, (one, bought) in enumerate(zip(identities, years, strict=True)) for year in bought
    )  # fmt: skip
    OrderLine.objects.bulk_create(
        OrderLine(transaction=one, position=1, at=one.at, quantity=1, amount=one.amount) for one in sales
    )
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(identity=one, source="t", ref=f"n{at}", survey="loyal", item="추천하시겠어요?", dimension="",
                     score=10 if at < 9 else 3, scale_min=0, scale_max=10, at=NOW - timedelta(days=20))
        for at, one in enumerate(identities[:12])
    )  # fmt: skip
    refresh(at=NOW, rebuild=True)


def named(found: tuple[Indicator, ...]) -> dict[str, Indicator]:
    return {one.name: one for one in found}


def test_tells_the_registrys_own_numbers_with_how_many_and_how_sure(shop: None) -> None:
    found = named(long_run(lake(), as_of=AS_OF))
    kept = found["retention"].years[0]
    assert (kept.year.since, kept.year.until) == (date(2024, 11, 1), date(2025, 11, 1)) and kept.n == 40
    assert kept.estimate.value == 1 == value(lake(), "retention", since=kept.year.since, until=kept.year.until)
    before = found["retention"].years[1]
    assert before.n == 70 and before.estimate.value == pytest.approx(40 / 70)
    assert (before.estimate.low, before.estimate.high) == pytest.approx(wilson(40, 70))
    change = found["retention"].change
    assert change is not None and change.value == pytest.approx(30 / 70) and change.low > 0


def test_growth_is_what_came_less_what_went_against_the_beginning(shop: None) -> None:
    found = named(long_run(lake(), as_of=AS_OF))
    grew = found["customer_growth"].years[0]
    assert grew.n == 40 == value(lake(), "active_customers", until=date(2025, 11, 1))
    assert value(lake(), "customer_growth", since=grew.year.since, until=grew.year.until) == 30
    assert grew.estimate.value == pytest.approx(30 / 40) and grew.estimate.low < 30 / 40 < grew.estimate.high
    revenue = found["revenue_growth"].years[0]
    assert revenue.estimate.value == pytest.approx(70 * 26 / (40 * 25) - 1)
    assert revenue.estimate.low < revenue.estimate.value < revenue.estimate.high
    woken = found["reactivated_customers"].years[0]
    assert (woken.n, woken.estimate.value) == (30, 0.0), "the thirty who stopped after 2024 sleep"


def test_cohorts_are_told_apart_by_the_year_they_began_in(shop: None) -> None:
    told = dict(by_cohort(lake()))
    assert told["2023"].n == 70 and "2026" not in told, "of 2026 nothing can be known yet"


def test_recommendation_is_what_surveys_said_and_unknown_where_nobody_was_asked(shop: None) -> None:
    said = named(long_run(lake(), as_of=AS_OF))["recommend"]
    assert said.years[0].n == 12 and said.years[0].estimate.value == pytest.approx(100 * (9 - 3) / 12)
    SurveyAnswer.objects.all().delete()
    refresh(at=NOW, rebuild=True)
    assert named(long_run(lake(), as_of=AS_OF))["recommend"].years == ()


def test_a_business_of_some_months_has_no_long_run(lake_folder: None) -> None:
    sale = Transaction.objects.create(source="t", receipt="1", at=NOW - timedelta(days=90), amount=1, currency="KRW")
    OrderLine.objects.create(transaction=sale, position=1, at=sale.at, quantity=1, amount=1)
    refresh(at=NOW, rebuild=True)
    with pytest.raises(TooYoung, match="2026-08-17"):
        long_run(lake(), as_of=AS_OF)
