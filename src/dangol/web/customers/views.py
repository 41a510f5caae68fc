"""The pages Customers: list and profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.queries import current_run
from dangol.records.customers.models import Customer
from dangol.web import clock
from dangol.web.customers import letters, listing, order, profile, timeline
from dangol.web.customers.criteria import SORTS, Criteria
from dangol.web.shell.fragments import asks_for_part


@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Everybody, filtered and sorted; only the rows when htmx asks for them."""
    criteria, run = Criteria.read(request.GET), current_run()
    page = listing.page(criteria, run)
    part = "#rows" if asks_for_part(request) else ""
    context = {
        "page": page,
        "criteria": criteria,
        "run": run,
        "sorts": SORTS,
        "part": bool(part),
        "lines": sorted(set(_lines()) | set(criteria.lines)) if not part else [],
        "instead": _instead(criteria, run) if not page.rows and criteria.narrowed else [],
    }
    response = render(request, f"customers/list.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def customers_count(request: HttpRequest) -> HttpResponse:
    """The exact count behind a "10,000+", fetched once the list stands."""
    number = order.selected(Criteria.read(request.GET), current_run()).count()
    return render(request, "customers/count.html", {"number": number})


@require_safe
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One person: balance, both values and how they came about, contact, and what happened so far."""
    person = get_object_or_404(Customer.objects.select_related("unit", "household"), pk=customer_id)
    at, run = clock.as_of(), current_run()
    context = {
        "customer": person,
        "run": run,
        "numbers": list(person.identities.order_by("pk").values_list("external_id", flat=True)[:2]),
        "since": profile.since(person),
        "values": profile.values(person, run),
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


def _instead(criteria: Criteria, run: Run | None) -> list[tuple[str, int, str]]:
    """For an empty list: each filter in use, how many there would be without it, and that address."""
    ways = []
    for field in ("regions", "lines", "text"):
        if getattr(criteria, field):
            wider = criteria.without(field)
            ways.append(
                (field, order.count(wider, run, order.selected(wider, run), up_to=listing.COUNTED), wider.address())
            )
    return ways


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """What the built-in channels showed instead of sending it."""
    number, wanted = request.GET.get("page", "1"), request.GET.get("campaign", "")
    campaign = get_object_or_404(Campaign, pk=int(wanted)) if wanted.isascii() and wanted.isdigit() else None
    shown = letters.shown(campaign, page=max(int(number), 1) if number.isascii() and number.isdigit() else 1)
    context = {
        "shown": shown,
        "rows": letters.rows(shown.messages),
        "campaigns": Campaign.objects.filter(launched_at__isnull=False).order_by("-launched_at"),
    }
    return render(request, "customers/messages.html", context)
