"""Data of partners: whose, which, on which ground, of how many people; and the end of an alliance."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.intake import alliance
from dangol.lib.errors import DangolError
from dangol.records.customers.fields import BASES, SIDES, Basis, Side
from dangol.records.customers.models import PartnerDetail, PartnerSet
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
def privacy_partners(request: HttpRequest) -> HttpResponse:
    """Every data set with its ground; those that ended below."""
    found = PartnerSet.objects.select_related("by", "ended_by").order_by("-received_on", "-pk")
    of = PartnerDetail.objects.values("partner_set").annotate(people=Count("pk"))
    people = {row["partner_set"]: row["people"] for row in of}
    rows = [(one, BASES[Basis(one.basis)], people.get(one.pk, 0)) for one in found]
    context = {
        "standing": [row for row in rows if row[0].ended_at is None],
        "ended": [row for row in rows if row[0].ended_at is not None],
    }
    return render(request, "privacy/partners.html", context)


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
def privacy_partner(request: HttpRequest, set_id: int) -> HttpResponse:
    """One data set: what was stated of it, what it tells, of how many people; and how to end it."""
    return _page(request, get_object_or_404(PartnerSet, pk=set_id))


@require_POST
@needs(May.CHANGE_SETTINGS, whole=True)
def privacy_partner_end(request: HttpRequest, set_id: int) -> HttpResponse:
    """Take it off everybody at once, and write that into the destruction ledger."""
    one = get_object_or_404(PartnerSet, pk=set_id)
    try:
        alliance.end(one, reason=request.POST.get("reason", ""), by=viewer(request).user, at=clock.now())
    except DangolError as problem:
        return _page(request, one, problem=str(problem), status=422)
    toast(request, _("The data are off everybody. It stands in the destruction ledger."))
    return redirect("privacy_partner", set_id)


def _page(request: HttpRequest, one: PartnerSet, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "one": one, "ground": BASES[Basis(one.basis)], "side": SIDES[Side(one.side)], "people": one.details.count(),
        "problem": problem, "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "privacy/partner.html", context, status=status)
