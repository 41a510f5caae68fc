"""The pages Customers: list and profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.queries import current_run
from dangol.records.staff.roles import May
from dangol.records.staff.scope import Scope
from dangol.web.customers import letters, listing, order, profile_page
from dangol.web.customers.criteria import SORTS, Criteria
from dangol.web.customers.seen import lines, person_or_404
from dangol.web.shell.fragments import asks_for_part
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Everybody, filtered and sorted; only the rows when htmx asks for them."""
    mine = viewer(request)
    criteria, run = _wanted(request)
    page = listing.page(criteria, run, mine.scope)
    mine.saw(row.customer.pk for row in page.rows)
    part = "#rows" if asks_for_part(request) else ""
    context = {
        "page": page,
        "criteria": criteria,
        "run": run,
        "sorts": SORTS,
        "part": bool(part),
        "lines": sorted(set(lines()) | set(criteria.lines)) if not part else [],
        "instead": _instead(criteria, run, mine.scope) if not page.rows and criteria.narrowed else [],
    }
    response = render(request, f"customers/list.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@needs(May.SEE_CUSTOMERS)
@require_safe
def customers_count(request: HttpRequest) -> HttpResponse:
    """The exact count behind a "10,000+", fetched once the list stands."""
    criteria, run = _wanted(request)
    number = order.selected(criteria, run, viewer(request).scope).count()
    return render(request, "customers/count.html", {"number": number})


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One person: balance, both values and how they came about, contact, and what happened so far."""
    return profile_page.page(request, person_or_404(request, customer_id))


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def customer_timeline(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What happened so far, filtered or further back: the part of the profile that htmx swaps."""
    person = person_or_404(request, customer_id)
    context = {"customer": person, **profile_page.history(request, person)}
    return render(request, "customers/profile.html#timeline", context)


def _wanted(request: HttpRequest) -> tuple[Criteria, Run | None]:
    """What is asked for; who may not see values is not told who is in which region, nor how many."""
    criteria = Criteria.read(request.GET)
    if viewer(request).may(May.SEE_VALUES):
        return criteria, current_run()
    return criteria.without("regions") if criteria.regions else criteria, None


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
