"""The pages Customers: list and profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dangol.decisions.campaigns.models import Campaign
from dangol.insight.relationship.value_columns import run_of
from dangol.records.customers.columns import COLUMNS, Asked, column_of
from dangol.records.customers.saved_views import default_view, views_for
from dangol.records.customers.selecting import Selected, Selection
from dangol.records.staff.roles import May
from dangol.records.staff.scope import WHOLE
from dangol.web import clock
from dangol.web.customers import bulk, letters, list_rows, listing, lost_filters, profile_page
from dangol.web.customers.cells import spoken
from dangol.web.customers.criteria import Criteria
from dangol.web.customers.seen import lines, person_or_404
from dangol.web.shell.fragments import asks_for_part
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import Viewer, viewer


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Everybody, filtered and sorted; only the rows when htmx asks for them."""
    mine, asked = viewer(request), Asked(clock.as_of())
    if not request.GET and (usual := default_view(mine.user)) is not None:
        return redirect(f"{request.path}?{usual.address}")
    criteria = Criteria.read(request.GET, mine, asked)
    page = listing.page(criteria, mine, asked)
    mine.saw(row.customer.pk for row in page.rows)
    part = "#rows" if asks_for_part(request) else ""
    can_pick = bool(page.rows and (bulk.offered(mine) or mine.may(May.EXPORT)))
    context = {
        "page": page,
        "rows": list_rows.written(page.rows, page.heads, mine, can_pick=can_pick),
        "criteria": criteria,
        "run": run_of(asked) if mine.may(May.SEE_VALUES) else None,
        "part": bool(part),
        "lost": lost_filters.names(criteria),
        "chips": _chips(criteria, asked),
        "can_change": bool(page.rows and bulk.offered(mine)),
        "can_pick": can_pick,
        "instead": _instead(criteria, mine, asked) if not page.rows and criteria.narrowed else [],
        **({} if part else _around(criteria, mine, asked)),
    }
    response = render(request, f"customers/list.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@needs(May.SEE_CUSTOMERS)
@require_safe
def customers_count(request: HttpRequest) -> HttpResponse:
    """The exact count behind a "10,000+", fetched once the list stands."""
    mine, asked = viewer(request), Asked(clock.as_of())
    number = listing.selected(Criteria.read(request.GET, mine, asked), mine, asked).count()
    return render(request, "customers/count.html", {"number": number})


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One person: balance, both values and how they came about, contact, and what happened so far."""
    person = person_or_404(request, customer_id)
    if person.pk != customer_id:  # merged since: old addresses and bookmarks lead on
        return redirect("customer", person.pk)
    return profile_page.page(request, person)


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def customer_timeline(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What happened so far, filtered or further back: the part of the profile that htmx swaps."""
    person = person_or_404(request, customer_id)
    context = {"customer": person, **profile_page.history(request, person)}
    return render(request, "customers/profile.html#timeline", context)


def _around(criteria: Criteria, mine: Viewer, asked: Asked) -> dict[str, object]:
    """What stands around the rows: the saved views, and the buttons of the lines of business."""
    views = list(views_for(mine.user))
    now = next((view for view in views if view.pk == criteria.view), None)
    return {
        "lines": sorted(_lines(asked) | set(criteria.lines)),
        "views": views,
        "now": now,
        "changed": now is not None and now.query != criteria.words(view=False),
        "plain": not criteria.narrowed and not criteria.sort and not criteria.show,
    }


def _lines(asked: Asked) -> set[str]:
    """The lines of business there are; of very many customers asked of what is kept at hand."""
    everybody = Selected(Selection(), WHOLE, asked)
    if not everybody.large:
        return set(lines())
    return everybody.present(COLUMNS["line"])


def _chips(criteria: Criteria, asked: Asked) -> list[tuple[str, str, str, str]]:
    """Each filter but those with a button of their own: name, what it is called, its words, the address without it."""
    found = [(wish, column_of(wish.column, asked)) for wish in criteria.wishes]
    return [
        (wish.column, str(column.label), spoken(wish, column), criteria.without(wish.column).address())
        for wish, column in found
        if column is not None and (wish.without or wish.column not in {"region", "line"})
    ]


def _instead(criteria: Criteria, mine: Viewer, asked: Asked) -> list[tuple[str, int, str]]:
    """For an empty list: each filter in use, how many there would be without it, and that address."""
    names = [wish.column for wish in criteria.wishes] + (["q"] if criteria.text else [])
    ways = []
    for name in names:
        wider = criteria.without(name)
        column = column_of(name, asked)
        label = str(column.label) if column else ""
        ways.append((label, listing.selected(wider, mine, asked).count(), wider.address()))
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
