"""A small business for tests: customers with identities, numbers, consents and values, made in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dangol.insight.analysis.models import Run, Score
from dangol.records.catalog.models import Offer
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.ledger.models import Interaction
from dangol.records.permission.asking import ChannelFacts
from dangol.records.permission.models import Consent

AT = datetime(2026, 9, 28, tzinfo=UTC)
EARLIER = AT - timedelta(days=100)
SMS = ChannelFacts(name="shown_sms", needs="mobile", needs_consent=True, medium="sms")
ON_PAPER = {"how": "paper", "evidence": "form 12"}
TILL = ChannelFacts(name="till_coupon", needs=None, needs_consent=False)


def people(count: int, *, consent: bool | None = True, mobile: bool = True, **about: Any) -> list[Customer]:
    """Make customers, each with one identity; with a mobile number and an answer to marketing by SMS unless None."""
    start = Customer.objects.count()
    rows = [
        Customer(full_name=f"고객{number}", registered_at=EARLIER, **about) for number in range(start, start + count)
    ]
    customers = Customer.objects.bulk_create(rows)
    Identity.objects.bulk_create(
        Identity(customer=one, source="till", external_id=f"c{start + number:06}")
        for number, one in enumerate(customers)
    )
    if mobile:
        ContactPoint.objects.bulk_create(
            ContactPoint(customer=one, kind="mobile", value=f"+8210{start + number:08}", valid_from=EARLIER)
            for number, one in enumerate(customers)
        )
    if consent is not None:
        Consent.objects.bulk_create(
            Consent(customer=one, purpose="marketing", channel="sms", granted=consent, answered_at=EARLIER, **ON_PAPER)
            for one in customers
        )
    return customers


def person(**about: Any) -> Customer:
    """Make one customer."""
    return people(1, **about)[0]


def contacted(one: Customer, *, at: datetime, kind: str = "sent", direction: str = "out") -> None:
    """Put into the ledger that something left for this customer."""
    identity = Identity.objects.filter(customer=one).earliest("pk")
    ref = f"test:{Interaction.objects.count()}"
    Interaction.objects.create(identity=identity, source_ref=ref, kind=kind, direction=direction, at=at)


def valued(customers: Sequence[Customer], *, regions: Sequence[str] = ("II",), as_of: datetime = AT) -> Run:
    """Make a finished run that gives each a region in turn, and values that rise evenly from 0 to 100."""
    run = Run.objects.create(kind="relationship", as_of=as_of, started_at=as_of, finished_at=as_of)
    last = max(len(customers) - 1, 1)
    scores = []
    for number, one in enumerate(customers):
        scores.append(
            Score(run=run, customer=one, name="region", text=regions[number % len(regions)], provenance="measured")
        )
        for name in ("customer_value", "customer_equity"):
            scores.append(Score(run=run, customer=one, name=name, value=100 * number / last, provenance="estimated"))
    Score.objects.bulk_create(scores)
    return run


def offer(code: str = "gift") -> Offer:
    """Make an offer."""
    return Offer.objects.create(code=code, name_ko="감사 선물", name_en="A gift", bond="care", cost=3000)
