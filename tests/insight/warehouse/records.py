"""Records for the warehouse to read: a few rows with their place in the change feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.db.transaction import atomic

from dangol.records.catalog.models import Category, Product
from dangol.records.changes.actions import record_range
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import (
    Assignment,
    Cost,
    Interaction,
    Loan,
    LoanStep,
    OrderLine,
    PointEntry,
    Subscription,
    SubscriptionStep,
    Transaction,
    Withholding,
)
from dangol.records.staff.models import Unit
from dangol.records.voices.models import Feedback, FeedbackStep, SurveyAnswer

AT = datetime(2026, 9, 28, tzinfo=UTC)


@atomic
def put(rows: Sequence[models.Model]) -> Sequence[models.Model]:
    """Insert rows of one table and tell the change feed."""
    made = type(rows[0])._default_manager.bulk_create(rows)
    record_range(type(rows[0]), first_key=made[0].pk, last_key=made[-1].pk, at=AT)
    return made


def people(count: int) -> list[Identity]:
    """Make customers with an identity each."""
    first = Customer.objects.count()
    put([
        Customer(
            full_name=f"손님{number}", line=("club", "delivery")[number % 2], place="강남구",
            birth_date=date(1950 + number % 60, 3, 1), registered_at=AT.replace(year=2025),
        )
        for number in range(first, first + count)
    ])  # fmt: skip
    whom = Customer.objects.order_by("-id")[:count]
    put([Identity(customer=one, source="till", external_id=f"c{one.pk}") for one in whom])
    return list(Identity.objects.order_by("-id")[:count])


def sell(identity: Identity | None, at: datetime, *amounts: int, **about: Any) -> Transaction:
    """Make a receipt with a line for each amount."""
    number = Transaction.objects.count()
    receipt = Transaction(
        identity=identity,
        source="till",
        receipt=f"r{number}",
        at=at,
        channel="store",
        amount=sum(amounts),
        currency="KRW",
    )
    put([receipt])
    put([
        OrderLine(transaction=receipt, position=place, at=at, quantity=1, amount=amount, **about)
        for place, amount in enumerate(amounts)
    ])  # fmt: skip
    return receipt


def everything(at: datetime, *, word: str) -> None:
    """Make a row in every table the lake is made from, with the word in every text that must not get in."""
    unit = Unit(code="u1", name=word, kind="dealer")
    put([unit])
    put([Category(name="우유", path="유제품 / 우유")])
    put([Product(code="p1", name=word, category=Category.objects.get())])
    put([Customer(
        full_name=word, birth_date=date(1990, 1, 1), gender="f", line="club", unit=unit,
        registered_at=at, place="강남구", postcode=word[:10], address=word, source=word, attributes={"a": word},
    )])  # fmt: skip
    whom = Identity(customer=Customer.objects.get(), source=word, external_id=word)
    put([whom])
    sell(whom, at, 1000, description=word, product=Product.objects.get())
    put([PointEntry(identity=whom, source=word, ref=word, at=at, kind="granted", amount=10)])
    put([Interaction(
        identity=whom, source_ref=word, kind="complaint", direction="in", at=at, touchpoint="call", text=word,
        minutes=2.3,
    )])  # fmt: skip
    put([SurveyAnswer(
        identity=whom, source=word, ref=word, survey="s1", item="i1", dimension="trust", score=4.2,
        scale_min=1, scale_max=5, at=at,
    )])  # fmt: skip
    told = Feedback(identity=whom, source=word, ref=word, kind="complaint", at=at, unit=unit, subject=word, text=word)
    put([told])
    put([FeedbackStep(feedback=told, state="settled", at=at, text=word)])
    lent = Loan(identity=whom, source=word, ref=word, at=at, item_class="8", unit=unit)
    put([lent])
    put([LoanStep(loan=lent, kind="returned", at=at)])
    put([Withholding(identity=whom, source_ref="campaign:1", reason="no_consent", at=at)])
    put([Assignment(identity=whom, source_ref="campaign:1", arm="treated", salt=word, at=at)])
    put([Cost(
        source=word, ref=word, entry=word, purpose="win", channel="ads", since=at.date(), until=at.date(), at=at,
        amount=10, currency="KRW", campaign=word, note=word, entered_at=at,
    )])  # fmt: skip
    subscribed = Subscription(
        identity=whom, source=word, ref=word, at=at, product=Product.objects.get(), description=word, price=32_000,
        currency="KRW", period="month",
    )  # fmt: skip
    put([subscribed])
    put([SubscriptionStep(subscription=subscribed, kind="paused", at=at, reason=word)])
