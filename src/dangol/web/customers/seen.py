"""A customer as whoever looks sees them, or not at all."""

from django.http import Http404, HttpRequest

from dangol.records.customers.merged import root_of
from dangol.records.customers.models import Customer
from dangol.records.staff.access.entries import Verb
from dangol.web.shell.viewer import viewer


def person_or_404(request: HttpRequest, customer_id: int) -> Customer:
    """The customer, if the viewer sees them; the number of one who was merged leads to whoever stands for them.

    Trying a neighbour's number leaves a trace.
    """
    mine = viewer(request)
    people = mine.customers.select_related("unit", "household")
    found = people.filter(pk=customer_id).first() or people.filter(pk=root_of(customer_id)).first()
    if found is None:
        # A number that nobody has is written down as tried, not as somebody.
        somebody = Customer.objects.filter(pk=customer_id).exists()
        mine.note(Verb.REFUSED, subjects=[customer_id] if somebody else ())
        raise Http404(customer_id)
    mine.saw([found.pk])
    return found


def lines() -> list[str]:
    """The lines of business there are."""
    return list(Customer.objects.exclude(line="").order_by("line").values_list("line", flat=True).distinct())
