"""Requests as they stand, and who is to be left out of what is decided without a person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dangol.records.permission.models import Consent
from dangol.records.rights.due_dates import alarm_on
from dangol.records.rights.models import Request, Review, Step
from dangol.records.staff.on_behalf import OnBehalf
from dangol.records.staff.scope import Scope

AUTOMATED = "automated"  # the purpose of consents that speak of decisions made without a person


@dataclass(frozen=True)
class Standing:
    """How a request stands on a day: its last state, the last day to answer it, whether that is near or past."""

    request: Request
    state: str
    due_on: date
    checked: bool
    closed: bool
    delays: int
    near: bool
    overdue: bool

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(Step.State(self.state).label)

    @property
    def on_behalf(self) -> OnBehalf:
        """On whose word staff do what they do about it."""
        return self.request.on_behalf(sure=self.checked)


def requests(scope: Scope) -> QuerySet[Request, Any]:
    """Requests of people within the scope, with `last_state`, `last_day`, `is_checked`, `delays`; nothing read yet."""
    steps = Step.objects.filter(request=OuterRef("pk"))
    last = steps.order_by("-id")
    put_off = steps.filter(state=Step.State.DELAYED).order_by("-id")
    return (
        Request.objects.filter(scope.within("customer__unit"))
        .select_related("customer", "taken_by")
        .annotate(
            last_state=Subquery(last.values("state")[:1]),
            last_day=Coalesce(Subquery(put_off.values("until")[:1]), F("due_on"), output_field=DateField()),
            is_checked=Exists(steps.filter(state=Step.State.CHECKED)),
            delays=Count("steps", filter=Q(steps__state=Step.State.DELAYED)),
        )
    )


def still_open(found: QuerySet[Request, Any]) -> QuerySet[Request, Any]:
    """Those that wait for an answer, the most pressing first."""
    return found.exclude(state_in(Step.CLOSING)).order_by(F("last_day"), "pk")


def state_in(states: Any) -> Q:
    """The condition that the last state is one of these."""
    return Q(last_state__in=list(states))


def standing(request: Any, *, on: date) -> Standing:
    """One of `requests` as it stands on a day."""
    closed = request.last_state in Step.CLOSING
    alarm = alarm_on(request.last_day, request.kind)
    return Standing(
        request, request.last_state, request.last_day, bool(request.is_checked), closed, request.delays,
        near=not closed and on >= alarm, overdue=not closed and on > request.last_day,
    )  # fmt: skip


def pressing(scope: Scope, *, on: date) -> list[Standing]:
    """Open requests whose last day is near or past, the most pressing first."""
    found = (standing(one, on=on) for one in still_open(requests(scope)))
    return [one for one in found if one.near]


def for_a_person(scope: Scope) -> QuerySet[Request, Any]:
    """Objections after which no person has decided yet: somebody has to, since no program may."""
    done = requests(scope).filter(state_in([Step.State.DONE]), kind=Request.Kind.OBJECT, customer__erased_at=None)
    return done.filter(reviews=None, customer__in=objecting()).order_by("pk")


def objecting() -> QuerySet[Consent, Any]:
    """The ids of customers who do not want to be decided about without a person: their last answer counts."""
    later = Consent.objects.filter(
        customer=OuterRef("customer"), purpose=AUTOMATED, answered_at__gt=OuterRef("answered_at")
    )
    refused = Consent.objects.filter(~Exists(later), purpose=AUTOMATED, granted=False)
    return refused.values_list("customer_id", flat=True)


def reviews_of(customer_id: int) -> dict[tuple[str, str], Review]:
    """The last review of each decision about the customer, by kind and subject."""
    found = Review.objects.filter(customer=customer_id).select_related("by").order_by("id")
    return {(one.decision, one.subject): one for one in found}
