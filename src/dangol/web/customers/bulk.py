"""Many customers changed at once from the list: how many first, then the work, then one undo for all of it."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.lib.bulk import runs
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.customers import bulk_changes
from dangol.records.customers.bulk_changes import KINDS, Kind
from dangol.records.customers.columns import Asked, column_of
from dangol.records.customers.models import BulkChange, BulkRow
from dangol.records.customers.selecting import Selected, Selection
from dangol.records.customers.using import Use, used
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.queries import refuse_closed_entry
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers import bulk_tasks, listing, lost_filters
from dangol.web.customers.bulk_forms import FORMS, ChangeForm
from dangol.web.customers.cells import spoken
from dangol.web.customers.criteria import Criteria, left_out, picked
from dangol.web.shell import taking_away
from dangol.web.shell.fragments import asks_for_part
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.start import work

AT_ONCE = 2_000  # customers who are changed while one waits


@needs(May.ENTER_CUSTOMERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def customers_bulk(request: HttpRequest) -> HttpResponse:
    """What is to be done, and to how many; then do it."""
    mine, asked = viewer(request), Asked(clock.as_of())
    try:
        criteria, found = chosen(request, mine, asked)
    except lost_filters.FilterLost as lost:
        return _back_to_the_list(request, lost)
    kinds = offered(mine)
    if not kinds:
        raise Http404
    kind = next((one for one in kinds if one.name == request.GET.get("do")), kinds[0])
    form = FORMS[kind.name](request.POST or None, mine=mine)
    problem: DangolError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _begun(request, kind, form, found.ids(), mine)
        except DangolError as refused:
            problem = refused
    context = {
        "criteria": criteria, "number": found.count(), "what": what(criteria, asked), "kind": kind, "form": form,
        "problem": problem, "kinds": [(one, _doing(request, one)) for one in kinds],
    }  # fmt: skip
    return render(request, "customers/bulk.html", context, status=422 if request.method == "POST" else 200)


@needs(May.ENTER_CUSTOMERS)
@require_safe
@never_cache
def customers_bulk_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """How a change stands, and what came of it."""
    mine = viewer(request)
    change = change_or_404(change_id, mine)
    words = dict(BulkRow.State.choices)
    context = {
        "change": change, "kind": KINDS[change.kind], "told": FORMS[change.kind].spoken(change.told),
        "work": work.look(bulk_tasks.key_of(change)), "may_undo": KINDS[change.kind] in offered(mine),
        "counts": [(words[state], number) for state, number in bulk_changes.counted(change).items()],
    }  # fmt: skip
    part = "#change" if asks_for_part(request) else ""
    return render(request, f"customers/bulk_change.html{part}", context)


@require_POST
@needs(May.ENTER_CUSTOMERS)
def customers_bulk_undo(request: HttpRequest, change_id: int) -> HttpResponse:
    """Put back what was there, for all of them."""
    mine = viewer(request)
    change = change_or_404(change_id, mine)
    if KINDS[change.kind] not in offered(mine):
        raise Http404(change_id)
    try:
        undone(change, mine)
    except DangolError as problem:
        toast(request, str(problem))
    else:
        toast(request, _("What was there before is put back."))
    return redirect("customers_bulk_change", change.pk)


@needs(May.EXPORT, personal=True)
def customers_file(request: HttpRequest) -> HttpResponseBase:
    """The list as a file, with the columns shown."""
    mine, asked = viewer(request), Asked(clock.as_of())
    try:
        criteria, found = chosen(request, mine, asked)
    except lost_filters.FilterLost as lost:
        return _back_to_the_list(request, lost)
    form = taking_away.form(request)
    if form is None or not form.is_valid():
        return taking_away.page(request, form, what=what(criteria, asked) or _("Customers"), people=found.count())
    return taken(request, form, criteria, found, asked)


def taken(
    request: HttpRequest, form: taking_away.TakeForm, criteria: Criteria, found: Selected, asked: Asked
) -> HttpResponseBase:
    """The file, once it was said what for."""
    mine, ids = viewer(request), found.in_order()
    heads, items = listing.file_heads(criteria.shown(mine), asked)
    used(items, Use.LIST, at=clock.as_of())
    rows = listing.exported(ids, criteria.shown(mine), mine, asked)
    name = f"customers-{timezone.localdate(clock.now()):%Y-%m-%d}"
    return taking_away.file(
        request, form, name=name, columns=heads, rows=rows, subjects=ids
    )  # fmt: skip


def chosen(request: HttpRequest, mine: Viewer, asked: Asked) -> tuple[Criteria, Selected]:
    """What the list asks for, and whom of it: the picked, or all but those left out."""
    criteria = Criteria.read(request.GET, mine, asked)
    return criteria, chosen_of(criteria, mine, asked, only=picked(request.GET), but=left_out(request.GET))


def chosen_of(
    criteria: Criteria, mine: Viewer, asked: Asked, *, only: frozenset[int] | None, but: frozenset[int] = frozenset()
) -> Selected:
    """Those picked one by one, whom the viewer sees, or everybody whom the criteria leave but those left out.

    Raises FilterLost where everybody is meant and a filter cannot be applied.
    """
    if only is None:
        lost_filters.refuse(criteria)
    base = listing.selected(criteria, mine, asked).selection
    picked_ = Selection(sort=base.sort, falling=base.falling, only=only)
    return Selected(replace(base, but=but) if only is None else picked_, mine.scope, asked)


def offered(mine: Viewer) -> list[Kind]:
    """What the viewer may do to many."""
    return [kind for kind in KINDS.values() if mine.may(kind.may) and (mine.scope.whole or not kind.whole)]


def begin(kind: Kind, told: dict[str, Any], ids: list[int], mine: Viewer) -> BulkChange:
    """Write it down and do it: few at once, many beside the pages. Raises what the rule refuses."""
    _refuse_closed_entry(kind, mine)
    if len(ids) <= AT_ONCE:
        change = bulk_changes.begin(kind.name, told, ids, by=mine.user, at=clock.now())
        mine.note(Verb.CHANGED, reason=str(kind.label), subjects=ids)
        return bulk_changes.carry_out(change, scope=mine.scope, at=clock.now())
    change = bulk_changes.announce(kind.name, told, len(ids), by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED, reason=str(kind.label), subjects=ids)
    work.start(bulk_tasks.key_of(change), bulk_tasks.carry_out, change.pk, speaks(), runs(ids))
    return change


def undone(change: BulkChange, mine: Viewer) -> BulkChange:
    """Put it back, of those the viewer sees: few at once, many beside the pages. Raises what the rule refuses."""
    _refuse_closed_entry(KINDS[change.kind], mine)
    taken_back = bulk_changes.take_back(change, by=mine.user, at=clock.now())
    if change.rows.filter(state=BulkRow.State.CHANGED).count() <= AT_ONCE:
        bulk_tasks.note_undoing(taken_back, mine)
        return bulk_changes.put_back(taken_back, scope=mine.scope, at=clock.now())
    mine.note(Verb.CHANGED, reason=bulk_tasks.undoing(), subjects=())  # whom it is about stands there with the work
    key = bulk_tasks.key_of(taken_back)
    work.forget(key)
    work.start(key, bulk_tasks.put_back, taken_back.pk, speaks(), {"place": mine.place, "page": mine.page})
    return taken_back


def change_or_404(change_id: int, mine: Viewer) -> BulkChange:
    """A change the viewer made; whoever sees all customers sees all changes."""
    change = get_object_or_404(BulkChange.objects.select_related("by", "undone_by"), pk=change_id)
    if not (mine.scope.whole or change.by_id == mine.user.pk):
        raise Http404(change_id)
    return change


def what(criteria: Criteria, asked: Asked) -> str:
    """The filters in words."""
    found = [(wish, column_of(wish.column, asked)) for wish in criteria.wishes]
    return " · ".join(f"{column.label}: {spoken(wish, column)}" for wish, column in found if column)


def _refuse_closed_entry(kind: Kind, mine: Viewer) -> None:
    if kind.may is May.ENTER_CUSTOMERS:
        refuse_closed_entry(mine.user, on=timezone.localdate(clock.now()))


def _begun(request: HttpRequest, kind: Kind, form: ChangeForm, ids: list[int], mine: Viewer) -> HttpResponse:
    change = begin(kind, form.told(), ids, mine)
    if change.finished_at is None:
        return redirect("customers_bulk_change", change.pk)
    number = bulk_changes.counted(change).get(BulkRow.State.CHANGED, 0)
    toast(
        request, _("%(kind)s: %(number)s changed.") % {"kind": kind.label, "number": number},
        undo=reverse("customers_bulk_undo", args=[change.pk]),
    )  # fmt: skip
    return redirect(f"{reverse('customers')}{chosen(request, mine, Asked(clock.as_of()))[0].address()}")


def _back_to_the_list(request: HttpRequest, why: lost_filters.FilterLost) -> HttpResponse:
    toast(request, str(why))
    criteria = Criteria.read(request.GET, viewer(request), Asked(clock.as_of()))
    return redirect(f"{reverse('customers')}{criteria.address()}")


def _doing(request: HttpRequest, kind: Kind) -> str:
    query = request.GET.copy()
    query["do"] = kind.name
    return f"?{query.urlencode()}"
