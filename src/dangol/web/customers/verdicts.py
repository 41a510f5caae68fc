"""What the rule says of one customer: whether advertising may go now by each channel, why, and by which rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from dangol.contact.delivery.queries import channels
from dangol.lib.asked_again import asked_again
from dangol.records.customers.models import Customer
from dangol.records.permission.asking import ADVERTISING
from dangol.records.permission.models import Consent, Suppression
from dangol.records.permission.policy import home_pack
from dangol.records.permission.queries import Decision, may_send
from dangol.records.permission.reasons import MEDIA


@dataclass(frozen=True)
class Verdict:
    """One channel and what was decided of it."""

    label: str | Promise
    decision: Decision

    @property
    def allowed(self) -> bool:
        return self.decision.allowed

    @property
    def told(self) -> str:
        """On which ground, or why not."""
        return self.decision.why_allowed or self.decision.sentence


def verdicts(customer: Customer, *, at: datetime) -> list[Verdict]:
    """Every installed channel: one query each."""
    pack = home_pack(at)
    return [
        Verdict(channel.label, may_send(customer.pk, channel=channel.facts, kind=ADVERTISING, at=at, pack=pack))
        for channel in channels().values()
    ]


def last_answers(customer: Customer) -> list[Consent]:
    """The last answer to each question, the latest first: one query.

    Whatever its time: what was answered today counts, also where the home's clock stands before it.
    """
    last: dict[tuple[str, str, str], Consent] = {}
    for answer in _answers_of(customer.pk):
        last[answer.purpose, answer.channel, answer.recipient] = answer
    return sorted(last.values(), key=lambda one: (one.answered_at, one.pk), reverse=True)


def standing_suppressions(customer: Customer) -> list[Suppression]:
    """What stands on the do-not-contact list of this customer."""
    return _suppressions_of(customer.pk)


@asked_again
def _answers_of(customer: Any) -> QuerySet[Consent]:
    mine = Consent.objects.filter(customer=customer).select_related("text", "recorded_by")
    return mine.order_by("answered_at", "-granted", "id")


@asked_again
def _suppressions_of(customer: Any) -> QuerySet[Suppression]:
    mine = Suppression.objects.filter(customer=customer, until=None, lifted_at=None)
    return mine.select_related("recorded_by").order_by("-since", "-id")


def question(consent: Consent) -> str:
    """What was asked, with its channel or whoever gets the data."""
    about = medium(consent.channel) if consent.channel else consent.recipient
    purpose = str(consent.get_purpose_display())
    return f"{purpose} ({about})" if about else purpose


def medium(code: str) -> str:
    """A way of reaching people in words."""
    return str(MEDIA.get(code, code))
