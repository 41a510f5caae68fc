"""What a message says of each person: points, last month, a product; looked up for all of them at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.decisions.campaigns.actions import CannotLaunch, CannotPlan, launch
from dangol.decisions.campaigns.personal_facts import facts_of, shortened
from dangol.insight.warehouse.refresh import refresh
from dangol.records.catalog.models import Category, Product
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import OrderLine, PointEntry, Transaction
from dangol.records.outbox.models import Message
from tests.decisions.campaigns.test_actions import planned
from tests.people import AT, SMS, people, valued

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EVERY_WORD = "{{points}} / {{expiring}} / {{spent}} / {{saved}} / {{suggestion}}"
EVERY_KOREAN_WORD = "{{포인트}} / {{소멸예정}} / {{지난달구매}} / {{받은혜택}} / {{추천상품}}"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.DANGOL = replace(settings.DANGOL, points_months=12, time_zone="Asia/Seoul", currency="KRW")


def bought(one: Customer, day: str, *products: Product, amount: int = 1_000, **given: int) -> None:
    number = Transaction.objects.count()
    at = datetime.fromisoformat(f"{day}T12:00:00+09:00")
    sale = Transaction.objects.create(
        identity=Identity.objects.get(customer=one), source="till", receipt=f"r{number}", at=at,
        amount=amount * max(len(products), 1), currency="KRW",
    )  # fmt: skip
    for place, product in enumerate(products or (None,)):
        OrderLine.objects.create(
            transaction=sale, position=place, at=at, quantity=1, amount=amount, product=product, **given
        )


def points(one: Customer, kind: str, amount: int, day: str) -> None:
    PointEntry.objects.create(
        identity=Identity.objects.get(customer=one), source="till", ref=f"p{PointEntry.objects.count()}",
        at=datetime.fromisoformat(f"{day}T09:00:00+09:00"), kind=kind, amount=amount,
    )  # fmt: skip


def shop() -> list[Customer]:
    """Make twelve who buy milk, some of them cheese, too; the first has points and discounts."""
    customers = people(12)
    dairy = Category.objects.create(name="유제품", path="유제품")
    milk, cheese = (Product.objects.create(code=name, name=name, category=dairy) for name in ("우유", "치즈"))
    for number, one in enumerate(customers):
        bought(one, "2026-09-10", milk, *([cheese] if number % 2 else []))
    first = customers[0]
    bought(first, "2026-08-31", milk, amount=12_000, price_discount=500, coupon_discount=300)
    bought(first, "2026-08-01", amount=400, match_discount=200)
    bought(first, "2026-08-20", amount=-1_000)
    bought(first, "2026-07-31", amount=77_000, price_discount=9_000)
    points(first, "granted", 2_000, "2026-01-01")
    points(first, "granted", 1_500, "2026-08-01")
    points(first, "redeemed", 600, "2026-08-05")
    refresh(at=AT, rebuild=True)
    return customers


def test_says_what_is_on_record_and_reads_well_where_nothing_is() -> None:
    valued(shop())
    launch(
        planned(name="명세", body=f"{EVERY_WORD}\n{EVERY_KOREAN_WORD}", holdout_share=0.3), channel=SMS, by=None, at=AT
    )
    texts = dict(Message.objects.values_list("identity__customer__full_name", "body"))
    assert "2,900 points / 1,400 points (until December 31) / ₩11,400 / ₩2,500 / 치즈" in texts["고객0"]
    assert "2,900포인트 / 1,400포인트(12월 31일까지) / 1만 1,400원 / 2,500원 / 치즈" in texts["고객0"]
    assert "0 points / none / ₩0 / ₩0 / something we recommend" in texts["고객1"]
    assert "0포인트 / 없음 / 0원 / 0원 / 저희가 권하는 상품" in texts["고객1"]


def test_counts_for_how_many_something_is_known_and_asks_no_more_questions_for_more_people() -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            facts_of(Customer.objects.all(), text=EVERY_WORD, at=AT)
        return len(asked)

    shop()
    told = facts_of(Customer.objects.all(), text=EVERY_WORD, at=AT)
    assert told.known == {"points": 1, "expiring": 1, "spent": 1, "saved": 1, "suggestion": 6}
    assert facts_of(Customer.objects.all(), text="{{name}}", at=AT).known == {}
    few = questions()
    for number, one in enumerate(people(40)):
        points(one, "granted", 10 + number, "2026-08-02")
        bought(one, "2026-08-02")
    assert questions() == few


def test_leaves_lines_about_points_out_where_no_points_are_kept() -> None:
    body = "{{name}}\nYou have {{points}}.\nThank you."
    assert shortened("", body) == ("", "{{name}}\nThank you.")
    with pytest.raises(CannotPlan):
        planned(body="{{포인트}}")
    points(people(1)[0], "granted", 5, "2026-08-01")
    assert shortened("", body) == ("", body)


def test_is_not_sent_where_nothing_is_left_to_say() -> None:
    customers = people(40)
    valued(customers)
    points(customers[0], "granted", 5, "2026-08-01")
    made = planned(body="{{포인트}}")
    PointEntry.objects.all().delete()
    with pytest.raises(CannotLaunch):
        launch(made, channel=SMS, by=None, at=AT)
    assert not Message.objects.exists()


def test_says_nothing_of_what_expires_where_nobody_said_how_long_points_last(settings: Any) -> None:
    body = "{{name}}\nYou have {{points}}.\nUntil soon: {{expiring}}\n"
    points(people(1)[0], "granted", 5, "2026-08-01")
    assert shortened(body) == (body,)
    settings.DANGOL = replace(settings.DANGOL, points_months=0)
    assert shortened("", body) == ("", "{{name}}\nYou have {{points}}.\n")
    with pytest.raises(CannotPlan):
        planned(body="{{소멸예정}}")
