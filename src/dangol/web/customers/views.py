"""The pages Customers: list and profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dangol.insight.analysis.queries import latest_run
from dangol.records.customers.models import Customer
from dangol.web import clock
from dangol.web.customers import listing, profile, timeline
from dangol.web.customers.criteria import SORTS, Criteria


@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Everybody, filtered and sorted; only the rows when htmx asks for them."""
    criteria, run = Criteria.read(request.GET), latest_run("relationship")
    page = listing.page(criteria, run)
    part = "#rows" if request.htmx and not request.htmx.history_restore_request else ""
    context = {
        "page": page,
        "criteria": criteria,
        "run": run,
        "sorts": SORTS,
        "lines": sorted(set(_lines()) | set(criteria.lines)) if not part else [],
        "instead": _instead(criteria, run) if not page.rows and criteria.narrowed else [],
    }
    response = render(request, f"customers/list.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def customers_count(request: HttpRequest) -> HttpResponse:
    """The exact count behind a "10,000+", fetched once the list stands."""
    number = listing.selected(Criteria.read(request.GET), latest_run("relationship")).count()
    return render(request, "customers/count.html", {"number": number})


@require_safe
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One person: balance, both values and how they came about, contact, and what happened so far."""
    person = get_object_or_404(Customer.objects.select_related("unit", "household"), pk=customer_id)
    at, run = clock.as_of(), latest_run("relationship")
    context = {
        "customer": person,
        "run": run,
        "values": profile.values(person, run),
        "tolerance": clock.home().tolerance,
        "reach": profile.reach(person, at=at),
        "family": profile.family(person, run),
        **_history(request, person),
    }
    return render(request, "customers/profile.html", context)


@require_safe
def customer_timeline(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What happened so far, filtered or further back: the part of the profile that htmx swaps."""
    person = get_object_or_404(Customer, pk=customer_id)
    return render(request, "customers/profile.html#timeline", {"customer": person, **_history(request, person)})


def _history(request: HttpRequest, person: Customer) -> dict[str, object]:
    kind = request.GET.get("show", "")
    kind = kind if kind in timeline.SHOWS else ""
    before = timeline.read_time(request.GET.get("before", ""))
    return {
        "history": timeline.history(person.pk, show=kind, before=before),
        "shows": timeline.SHOWS,
        "show": kind,
        "later": before is not None,
    }


def _lines() -> list[str]:
    return list(Customer.objects.exclude(line="").order_by("line").values_list("line", flat=True).distinct())


def _instead(criteria: Criteria, run: object) -> list[tuple[str, int, str]]:
    """For an empty list: each filter in use, how many there would be without it, and that address."""
    ways = []
    for field in ("regions", "lines", "text"):
        if getattr(criteria, field):
            wider = criteria.without(field)
            count = listing.selected(wider, run).order_by()[: listing.COUNTED].count()  # type: ignore[arg-type]
            ways.append((field, count, wider.address()))
    return ways
