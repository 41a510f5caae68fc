"""The pages Monthly review: each month of the access log, member of staff by member of staff, and who signed it."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.lib.errors import DangolError
from dangol.records.staff.access import actions, review
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import AccessReview
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.privacy import access_words
from dangol.web.privacy.access_filter import zone
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer

PROFILES = ("customer",)  # pages that show one person, by the names of their addresses
COUNTED = (Verb.SAW, Verb.CHANGED, Verb.TOOK, Verb.UNMASKED, Verb.REFUSED)


@needs(May.REVIEW_ACCESS, whole=True)
@require_safe
def access_reviews(request: HttpRequest) -> HttpResponse:
    """Every month the log tells of, and whether it was signed."""
    signed = {one.month: one for one in AccessReview.objects.select_related("by")}
    months = sorted({*review.months(zone=zone()), *signed}, reverse=True)
    context = {"months": [(month, signed.get(month)) for month in months], "this_month": _this_month()}
    return render(request, "privacy/review_list.html", context)


@needs(May.REVIEW_ACCESS, whole=True, personal=True)
@require_safe
def access_review(request: HttpRequest, month: str) -> HttpResponse:
    """One month in review."""
    return _page(request, first_of(month))


@require_POST
@needs(May.REVIEW_ACCESS, whole=True, personal=True)
def access_sign(request: HttpRequest, month: str) -> HttpResponse:
    """Sign a month, with a note about what was found."""
    first, note = first_of(month), request.POST.get("note", "")
    try:
        actions.sign_month(first, note=note, by=viewer(request).user, at=clock.now(), zone=zone())
    except DangolError as problem:
        return _page(request, first, problem=str(problem), note=note, status=422)
    toast(request, _("The month is signed."))
    return redirect("access_review", month)


def _page(request: HttpRequest, first: date, *, status: int = 200, **more: Any) -> HttpResponse:
    mine, told = viewer(request), review.month(first, zone=zone(), profiles=PROFILES)
    lists = {
        "taken": access_words.rows(told.taken, mine),
        "unmasked": access_words.rows(told.unmasked, mine),
        "refused": access_words.rows(told.refused, mine),
    }
    mine.saw(number for rows in lists.values() for row in rows for number, _name in row.people)
    since, until = review.bounds(first, zone())
    context = {
        **lists,
        "month": told,
        "users": [(user, access_words.role_words(user.role), _counts(user)) for user in told.users],
        "verbs": [access_words.verb_words(verb) for verb in COUNTED],
        "signed": AccessReview.objects.select_related("by").filter(month=first).first(),
        "over": until <= clock.now(),
        "days": f"since={first.isoformat()}&until={_last_day(first).isoformat()}",
        "listed": review.LISTED,
        "since": since,
        **more,
    }
    return render(request, "privacy/review.html", context, status=status)


def _counts(user: review.OfUser) -> list[tuple[str, int]]:
    return [(verb.value, user.counts.get(verb, 0)) for verb in COUNTED]


def first_of(month: str) -> date:
    """The first day of a month as an address tells it; Http404 for what is none."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise Http404(month) from error
    if not 1970 <= first.year <= 9000:
        raise Http404(month)
    return first


def _this_month() -> date:
    return localdate(clock.now()).replace(day=1)


def _last_day(first: date) -> date:
    return date.fromordinal(review.following(first).toordinal() - 1)
