"""Expectation: the best customers below it with reasons, and the excluded who complain."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dangol.insight.relationship.expectation.gaps import DAYS, FEWEST, FLOOR
from dangol.insight.relationship.expectation.queries import best_below, last_expectation
from dangol.records.staff.roles import May
from dangol.web.relationship.expectation import words
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer

SHOWN = 20


@needs(May.SEE_VALUES, whole=True, personal=True)
@require_safe
def expectation(request: HttpRequest) -> HttpResponse:
    """What the newest valuation found of it."""
    found = last_expectation()
    if found is None:
        return render(request, "relationship/expectation.html", {"found": None})
    listed = best_below(found.run, limit=SHOWN)
    viewer(request).saw(one.customer.pk for one in listed)
    context = {
        "found": found, "finding": words.finding(found), "upset": words.upset(found),
        "listed": [(one, words.reasons(one)) for one in listed], "more": max(found.best_below - len(listed), 0),
        "excluded": [(words.GROUPS[one.group], one) for one in found.excluded],
        "days": DAYS, "floor": round(-100 * FLOOR), "fewest": FEWEST,
    }  # fmt: skip
    return render(request, "relationship/expectation.html", context)
