"""What is on its way to a customer stands on their page, in their history and behind their own link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dangol.records.catalog.models import Product, StockCount
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Delivery, DeliveryStep, OrderLine, Transaction
from dangol.web import clock
from dangol.web.customers.deliveries import on_their_way
from dangol.web.customers.usual_goods import usual_goods
from tests.web.business import NOW, signed_in

pytestmark = pytest.mark.django_db


def sent(customer: Customer, ref: str, *kinds: str, days: int, promised: int | None) -> Delivery:
    """A delivery told so many days ago, promised for so many days from now, with what became of it."""
    at, today = clock.as_of() - timedelta(days=days), clock.day()
    identity, _made = Identity.objects.get_or_create(customer=customer, source="own", external_id=f"C{customer.pk}")
    made = Delivery.objects.create(
        identity=identity, source="own", ref=ref, at=at,
        product=Product.objects.get_or_create(code="P1", defaults={"name": "목장 우유"})[0],
        promised=None if promised is None else today + timedelta(days=promised),
    )  # fmt: skip
    for kind in kinds:
        DeliveryStep.objects.create(delivery=made, kind=kind, at=at)
    return made


@pytest.fixture
def customer() -> Customer:
    return Customer.objects.create(registered_at=NOW, full_name="정다은")


def test_only_what_has_not_come_is_on_its_way(customer: Customer) -> None:
    sent(customer, "here", "shipped", "delivered", days=5, promised=-3)
    sent(customer, "back", "shipped", "returned", days=5, promised=-3)
    sent(customer, "old", "shipped", days=200, promised=-190)
    late = sent(customer, "late", "shipped", days=5, promised=-2)
    soon = sent(customer, "soon", days=1, promised=2)
    DeliveryStep.objects.create(delivery=soon, kind="promised", at=soon.at, promised=clock.day() + timedelta(days=3))
    found = on_their_way(customer.pk)
    assert [(one.delivery, one.state, one.over) for one in found] == [
        (soon.pk, "preparing", False), (late.pk, "shipped", True),
    ]  # fmt: skip
    assert (found[0].promised, found[0].first) == (clock.day() + timedelta(days=3), clock.day() + timedelta(days=2))


def test_stands_on_the_page_with_its_day_and_no_link_to_the_carrier(client: Client, customer: Customer) -> None:
    late = sent(customer, "late", "shipped", days=5, promised=-2)
    DeliveryStep.objects.create(delivery=late, kind="carried", at=late.at, carrier="한진", tracking="https://evil.kr")
    page = signed_in(client).get(f"/customers/{customer.pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert "On its way to them" in page and "later than promised" in page
    assert "Delivery: 목장 우유" in page
    assert "https://evil.kr" in page and 'href="https://evil.kr' not in page
    day = timezone.localtime(late.at)
    assert f"On its way ({day:%m-%d})" in page


def test_what_they_usually_buy_says_whether_it_is_there(client: Client, customer: Customer) -> None:
    identity = Identity.objects.create(customer=customer, source="own", external_id="C1")
    names = {"twice": "목장 우유", "once": "치즈", "untold": "버터"}
    goods = {code: Product.objects.create(code=code, name=name) for code, name in names.items()}
    for number, codes in enumerate((["twice", "untold"], ["twice", "untold"], ["once"])):
        at = clock.as_of() - timedelta(days=number + 1)
        sale = Transaction.objects.create(
            identity=identity, source="own", receipt=str(number), at=at, amount=1, currency="KRW"
        )  # fmt: skip
        for place, code in enumerate(codes):
            OrderLine.objects.create(transaction=sale, position=place, at=at, product=goods[code], quantity=1, amount=1)
    for days, quantity in ((3, 8), (1, 0)):
        for code in ("twice", "once"):
            StockCount.objects.create(
                product=goods[code], at=clock.as_of() - timedelta(days=days), quantity=quantity,
                expected_on=clock.day() + timedelta(days=4),
            )  # fmt: skip
    assert [(one.name, one.receipts, one.sold_out) for one in usual_goods(customer.pk)] == [("목장 우유", 2, True)]
    page = signed_in(client).get(f"/customers/{customer.pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert "What they usually buy" in page and "Sold out" in page and "comes in again on" in page
