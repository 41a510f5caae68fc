"""A customer as whoever looks sees them, or not at all."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from dangol.lib.asked_again import asked_again
from dangol.records.customers.merged import root_of
from dangol.records.customers.models import Customer
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.scope import Scope
from dangol.web.shell.viewer import viewer


def person_or_404(request: HttpRequest, customer_id: int) -> Customer:
    """The customer, if the viewer sees them; the number of one who was merged leads to whoever stands for them.

    Trying a neighbour's number leaves a trace.
    """
    mine = viewer(request)
    found = _person(customer_id, mine.scope) or _person(root_of(customer_id), mine.scope)
    if found is None:
        # A number that nobody has is written down as tried, not as somebody.
        somebody = Customer.objects.filter(pk=customer_id).exists()
        mine.note(Verb.REFUSED, subjects=[customer_id] if somebody else ())
        raise Http404(customer_id)
    mine.saw([found.pk])
    return found


def _person(customer_id: int, scope: Scope) -> Customer | None:
    return next(iter(_people(customer_id, scope=scope)), None)


@asked_again
def _people(number: Any, *, scope: Scope) -> QuerySet[Customer]:
    return Customer.objects.known().seen_by(scope).filter(pk=number).select_related("unit", "household")


def lines() -> list[str]:
    """The lines of business there are."""
    return list(Customer.objects.exclude(line="").order_by("line").values_list("line", flat=True).distinct())
