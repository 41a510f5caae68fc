"""What comes by file stands in a customer's history: subscriptions, loans by class, feedback with what became of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Loan, LoanStep, LoanTitle, Subscription, SubscriptionStep
from dangol.records.voices.models import Feedback, FeedbackStep
from dangol.web.customers.timeline import history

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 5, 4, 3, tzinfo=UTC)


@pytest.fixture
def customer() -> int:
    who = Identity.objects.create(
        customer=Customer.objects.create(registered_at=DAY), source="own", external_id="C1"
    )  # fmt: skip
    milk = Subscription.objects.create(
        identity=who, source="own", ref="S", at=DAY, description="우유", price=30_000, currency="KRW", period="month"
    )
    SubscriptionStep.objects.create(subscription=milk, kind="ended", at=DAY.replace(month=6), reason="이사")
    loan = Loan.objects.create(identity=who, source="own", ref="L", at=DAY, item_class="8")
    LoanStep.objects.create(loan=loan, kind="returned", at=DAY.replace(day=9))
    LoanTitle.objects.create(loan=loan, title="무진기행")
    said = Feedback.objects.create(
        identity=who, source="own", ref="V", kind="complaint", at=DAY, touchpoint="phone", subject="배송", text="늦어요"
    )
    FeedbackStep.objects.create(feedback=said, state="answered", at=DAY.replace(day=5), text="사과드려요")
    Feedback.objects.create(identity=who, source="own", ref="O", kind="opinion", at=DAY, text="더 싸게")
    return who.customer_id


def told(customer: int, **more: object) -> set[tuple[str, str]]:
    with translation.override("en"):
        months = history(customer, **more).months  # type: ignore[arg-type]
        return {(one.title, one.text) for _month, entries in months for one in entries}


def test_all_of_it_is_told(customer: int) -> None:
    assert told(customer) == {
        ("Subscribed to 우유", ""), ("Ended 우유", "이사"), ("Borrowed: Literature", "무진기행"),
        ("Complaint", "배송 — 늦어요"), ("Complaint: Answered", "사과드려요"), ("Opinion", "더 싸게"),
    }  # fmt: skip


def test_nobody_reads_words_or_opinions_who_may_not(customer: int) -> None:
    seen = told(customer, words=False, wide=False)
    assert {text for _title, text in seen} == {""}
    assert "Opinion" not in {title for title, _text in seen}
    assert ("Borrowed: Literature", "") in seen
