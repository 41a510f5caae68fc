"""The pages Customers: list and profile."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.queries import current_run
from dangol.records.customers.models import Customer
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.records.staff.scope import Scope
from dangol.web import clock
from dangol.web.customers import letters, listing, order, profile, timeline
from dangol.web.customers.criteria import SORTS, Criteria
from dangol.web.shell.fragments import asks_for_part
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Everybody, filtered and sorted; only the rows when htmx asks for them."""
    mine = viewer(request)
    criteria, run = Criteria.read(request.GET), current_run() if mine.may(May.SEE_VALUES) else None
    page = listing.page(criteria, run, mine.scope)
    mine.saw(row.customer.pk for row in page.rows)
    part = "#rows" if asks_for_part(request) else ""
    context = {
        "page": page,
        "criteria": criteria,
        "run": run,
        "sorts": SORTS,
        "part": bool(part),
        "lines": sorted(set(_lines()) | set(criteria.lines)) if not part else [],
        "instead": _instead(criteria, run, mine.scope) if not page.rows and criteria.narrowed else [],
    }
    response = render(request, f"customers/list.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@needs(May.SEE_CUSTOMERS)
@require_safe
def customers_count(request: HttpRequest) -> HttpResponse:
    """The exact count behind a "10,000+", fetched once the list stands."""
    number = order.selected(Criteria.read(request.GET), current_run(), viewer(request).scope).count()
    return render(request, "customers/count.html", {"number": number})


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One person: balance, both values and how they came about, contact, and what happened so far."""
    person, mine = person_or_404(request, customer_id), viewer(request)
    at, run = clock.as_of(), current_run() if mine.may(May.SEE_VALUES) else None
    context = {
        "customer": person,
        "run": run,
        "numbers": [mine.number(one) for one in _numbers(person)],
        "since": profile.since(person),
        "values": profile.values(person, run),
        "reach": profile.reach(person, mine, at=at),
        "family": profile.family(person, mine, run),
        **_history(request, person),
    }
    return render(request, "customers/profile.html", context)


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def customer_timeline(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What happened so far, filtered or further back: the part of the profile that htmx swaps."""
    person = person_or_404(request, customer_id)
    return render(request, "customers/profile.html#timeline", {"customer": person, **_history(request, person)})


def person_or_404(request: HttpRequest, customer_id: int) -> Customer:
    """The customer, if the viewer sees them; trying a neighbour's number leaves a trace."""
    mine = viewer(request)
    found = mine.customers.select_related("unit", "household").filter(pk=customer_id).first()
    if found is None:
        mine.note(Verb.REFUSED, subjects=[customer_id])
        raise Http404(customer_id)
    mine.saw([found.pk])
    return found


def _history(request: HttpRequest, person: Customer) -> dict[str, object]:
    kind = request.GET.get("show", "")
    kind = kind if kind in timeline.SHOWS else ""
    before = timeline.read_time(request.GET.get("before", ""))
    return {
        "history": timeline.history(person.pk, show=kind, before=before, words=viewer(request).knows_people),
        "shows": timeline.SHOWS,
        "show": kind,
        "later": before is not None,
    }


def _numbers(person: Customer) -> list[str]:
    return list(person.identities.order_by("pk").values_list("external_id", flat=True)[:2])


def _lines() -> list[str]:
    return list(Customer.objects.exclude(line="").order_by("line").values_list("line", flat=True).distinct())


def _instead(criteria: Criteria, run: Run | None, scope: Scope) -> list[tuple[str, int, str]]:
    """For an empty list: each filter in use, how many there would be without it, and that address."""
    ways = []
    for field in ("regions", "lines", "text"):
        if getattr(criteria, field):
            wider = criteria.without(field)
            among = order.selected(wider, run, scope)
            ways.append((field, order.count(wider, run, scope, among, up_to=listing.COUNTED), wider.address()))
    return ways


@needs(May.SEE_CAMPAIGNS, personal=True)
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """What the built-in channels showed instead of sending it."""
    number, wanted = request.GET.get("page", "1"), request.GET.get("campaign", "")
    campaign = get_object_or_404(Campaign, pk=int(wanted)) if wanted.isascii() and wanted.isdigit() else None
    page, mine = max(int(number), 1) if number.isascii() and number.isdigit() else 1, viewer(request)
    shown = letters.shown(campaign, mine.scope, page=page)
    rows = letters.rows(shown.messages, mine)
    mine.saw(row.customer.pk for row in rows)
    context = {
        "shown": shown,
        "rows": rows,
        "campaigns": Campaign.objects.filter(launched_at__isnull=False).order_by("-launched_at"),
    }
    return render(request, "customers/messages.html", context)
