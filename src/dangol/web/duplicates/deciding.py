"""What somebody decides: these are one, these are not, and taking either back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.lib.errors import DangolError
from dangol.records.customers import never_same
from dangol.records.customers.merged import whole
from dangol.records.customers.merging import merge, unmerge
from dangol.records.customers.models import Customer, Merge, NeverSame
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.duplicates import queue
from dangol.web.duplicates.comparing import FIELDS, MOST
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def duplicates_merge(request: HttpRequest) -> HttpResponse:
    """Let one stand for the others, with the values that were chosen."""
    mine = viewer(request)
    people = _sent(request, mine)
    kept = next((one for one in people if str(one.pk) == request.POST.get("kept")), None)
    try:
        if kept is None:
            raise DangolError(_("Choose who stays."))
        made = merge(
            kept,
            [one for one in people if one != kept],
            by=mine.user,
            at=clock.now(),
            choices=_choices(request, people),
        )
    except DangolError as problem:
        toast(request, str(problem))
        return redirect(_next(request))
    queue.decided({one.pk for one in people}, at=clock.now())
    mine.saw(one.pk for one in people)
    mine.note(Verb.CHANGED)
    toast(request, _("Merged. You can unmerge at any time."), undo=reverse("duplicates_unmerge", args=[made.pk]))
    return redirect(_next(request, usual=reverse("customer", args=[kept.pk])))


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def duplicates_unmerge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take a merge back."""
    mine = viewer(request)
    made = get_object_or_404(Merge, pk=merge_id)
    ids = whole(made.kept_id)
    if not Customer.objects.filter(pk__in=ids).seen_by(mine.scope).filter(pk=made.kept_id).exists():
        mine.note(Verb.REFUSED, subjects=[made.kept_id])
        return redirect("duplicates")
    try:
        unmerge(made, by=mine.user, at=clock.now())
    except DangolError as problem:
        toast(request, str(problem))
        return redirect(_next(request))
    queue.reopened(set(ids))
    mine.saw(ids)
    mine.note(Verb.CHANGED)
    toast(request, _("They are two customers again, as they were."))
    return redirect(_next(request, usual=reverse("customer", args=[made.kept_id])))


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def duplicates_apart(request: HttpRequest) -> HttpResponse:
    """Say that these are different people, however alike."""
    mine = viewer(request)
    people = _sent(request, mine)
    ids = {one.pk for one in people}
    if len(ids) < 2:
        toast(request, _("It takes two customers to say that they are two people."))
        return redirect(_next(request))
    said = never_same.keep_apart(ids, by=mine.user, at=clock.now())
    queue.decided(ids, at=clock.now())
    mine.saw(ids)
    mine.note(Verb.CHANGED)
    undo = reverse("duplicates_apart_back", args=[said[0].pk]) if len(said) == 1 else ""
    toast(request, _("They are never proposed again."), undo=undo)
    return redirect(_next(request))


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def duplicates_apart_back(request: HttpRequest, said_id: int) -> HttpResponse:
    """They may be one after all."""
    mine = viewer(request)
    said = get_object_or_404(NeverSame, pk=said_id)
    ids = {said.left_id, said.right_id}
    if Customer.objects.filter(pk__in=ids).seen_by(mine.scope).count() < 2:
        mine.note(Verb.REFUSED, subjects=ids)
        return redirect("duplicates")
    never_same.take_back(said, by=mine.user, at=clock.now())
    queue.reopened(ids)
    mine.saw(ids)
    mine.note(Verb.CHANGED)
    toast(request, _("They may be proposed again."))
    return redirect(_next(request))


def _sent(request: HttpRequest, mine: Viewer) -> list[Customer]:
    """The customers the form names and has ticked, as far as the viewer sees them."""
    ids = [int(one) for one in request.POST.getlist("with") if one.isdigit() and len(one) < 19][:MOST]
    return list(mine.customers.filter(pk__in=ids).order_by("pk"))


def _choices(request: HttpRequest, people: list[Customer]) -> dict[str, int]:
    """Field → whose value; of somebody who was left out nothing is taken."""
    ids = {one.pk for one in people}
    sent = {name: request.POST.get(f"field-{name}", "") for name in FIELDS}
    return {name: int(value) for name, value in sent.items() if value.isdigit() and int(value) in ids}


def _next(request: HttpRequest, *, usual: str = "") -> str:
    """Where the form came from, or the queue."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return usual or reverse("duplicates")
