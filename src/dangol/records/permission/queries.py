"""One rule in SQL, asked when planning, when enqueuing and when handing over."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.lib.errors import DangolError
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.permission.models import Consent, Suppression

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

ADVERTISING = "advertising"


class Answer(TypedDict):
    """What `permitted` adds to each customer."""

    withheld: str
    address_: str | None


type Permitted = "QuerySet[WithAnnotations[Customer, Answer]]"

# Why nothing was sent, in the words of the card.
REASONS = {
    "suppressed": _("Not sent: on the do-not-contact list."),
    "no_consent": _("Not sent: was never asked for consent to advertising."),
    "consent_refused": _("Not sent: does not agree to advertising."),
    "no_address": _("Not sent: no number or address for this channel."),
}


class NoSuchCustomer(DangolError):
    """Permission was asked for a customer who is not there."""


@dataclass(frozen=True)
class ChannelFacts:
    """What permission must know of a channel; the channel itself lies above and hands these over as values.

    needs: kind of contact point ("mobile", "email", "address") or None when no address is needed.
    needs_consent: whether advertising on it needs the person's consent (a coupon printed at the till does not).
    medium: what consents and suppressions call it ("sms"); the name itself when empty.
    """

    name: str
    needs: str | None
    needs_consent: bool
    medium: str = ""

    @property
    def spoken_of(self) -> list[str]:
        """The channel values of a consent or suppression that speak of this channel; "" speaks of all."""
        return sorted({"", self.name, self.medium})


class Decision(NamedTuple):
    """`reason` is a key of REASONS, "" when allowed."""

    allowed: bool
    reason: str


def may_send(customer_id: int, *, channel: ChannelFacts, kind: str, at: datetime) -> Decision:
    """Whether a message of this kind ("advertising", "informational") may go to the customer now.

    Raises NoSuchCustomer.
    """
    asked = permitted(Customer.objects.filter(pk=customer_id), channel=channel, kind=kind, at=at)
    reason = asked.values_list("withheld", flat=True).first()
    if reason is None:
        raise NoSuchCustomer(
            gettext("There is no customer %(number)s. Look the person up again.") % {"number": customer_id}
        )
    return Decision(allowed=not reason, reason=reason)


def permitted(customers: QuerySet[Customer], *, channel: ChannelFacts, kind: str, at: datetime) -> Permitted:
    """The customers, each with `withheld` ("" = may be sent, else a key of REASONS) and `address_` (where to).

    Suppression stands over everything; then the latest answer about the channel (or about all channels) counts when
    advertising needs consent; then an address valid at `at` is needed when the channel needs one.
    """
    whens = [When(Exists(_suppressions(channel, at)), then=Value("suppressed"))]
    if channel.needs_consent and kind == ADVERTISING:
        answer = Subquery(_answers(channel).values("granted")[:1])
        customers = customers.alias(answer_=answer)
        whens.append(When(answer_=None, then=Value("no_consent")))
        whens.append(When(answer_=False, then=Value("consent_refused")))
    if channel.needs is None:
        customers = customers.annotate(address_=Value("", CharField()))
    else:
        customers = customers.annotate(address_=Subquery(_addresses(channel.needs, at).values("value")[:1]))
        whens.append(When(Q(address_=None) | Q(address_=""), then=Value("no_address")))
    answered: Permitted = customers.annotate(withheld=Case(*whens, default=Value(""), output_field=CharField()))
    return answered


def _suppressions(channel: ChannelFacts, at: datetime) -> QuerySet[Suppression]:
    standing = Q(until=None) | Q(until__gt=at)
    # Whatever its date: on a home's clock that stands still, a refusal of today lies in the future.
    return Suppression.objects.filter(standing, customer=OuterRef("pk"), channel__in=channel.spoken_of)


def _answers(channel: ChannelFacts) -> QuerySet[Consent]:
    """Answers about the channel, the one that counts first; of two at one time the refusal.

    Every answer on record counts, also one stamped later than a home's clock that stands still: a refusal must never
    wait for the clock.
    """
    return Consent.objects.filter(
        customer=OuterRef("pk"), purpose=Consent.Purpose.MARKETING, channel__in=channel.spoken_of
    ).order_by("-answered_at", "granted", "-id")


def _addresses(kind: str, at: datetime) -> QuerySet[ContactPoint]:
    valid = Q(valid_to=None) | Q(valid_to__gt=at)
    return ContactPoint.objects.filter(valid, customer=OuterRef("pk"), kind=kind, valid_from__lte=at).order_by(
        "-valid_from", "-id"
    )
