"""Share of need: what part of what customers say they need they cover with us, and where there is most room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.names import NEED_RAISE, NEED_SHARE
from dangol.insight.relationship.core.queries import last_core, settings_in_use
from dangol.insight.relationship.core.shares import called, to_raise
from dangol.records.staff.roles import May
from dangol.web.customers.needs import written
from dangol.web.relationship.core import need_pictures, tasks
from dangol.web.relationship.in_uses import speaks_of_uses
from dangol.web.shell.charts import Chart
from dangol.web.shell.figures import people, percent
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

MOST = 15


@dataclass(frozen=True)
class About:
    """What needs are about: counts of customers, money in minor units a year, and the list of those to raise."""

    told: dict[str, Any]
    name: str
    notes: list[str]
    address: str


@dataclass(frozen=True)
class Room:
    """A customer with a large need of which little is covered."""

    row: NeedShare
    what: str
    said: str


@needs(May.SEE_VALUES, whole=True, personal=True)
@require_safe
def core_need(request: HttpRequest) -> HttpResponse:
    """By category, how shares are spread, and the customers with most room."""
    run, settings = last_core(), settings_in_use()
    if speaks_of_uses(run):
        return render(request, "relationship/core_need_unsold.html")
    found = told_of(run)
    context: dict[str, Any] = {"run": run, "found": found, "work": work.look(tasks.KEY), "settings": settings}
    context["percent_in_use"] = f"{100 * settings.profit_share:g}"
    if run is not None and found and found["customers"]:
        about = _about(found, request.GET.get("about"))
        rows = [_room(one) for one in to_raise(run, about)[:MOST]]
        viewer(request).saw(one.row.customer_id for one in rows)
        context |= {
            "headline": headline(found), "abouts": abouts(found), "about": about, "rows": rows,
            "chart": drawn(run, about), "address": _list_of(about, found), "most": MOST,
        }  # fmt: skip
    return render(request, "relationship/core_need.html", context)


def told_of(run: Run | None) -> dict[str, Any] | None:
    """What the run counted of needs; None where it was before anybody asked for them."""
    return run.summary.get("needs") if run else None


def headline(found: dict[str, Any]) -> str:
    """The page in one sentence."""
    if found["share"] is None:
        return _("What customers said is too old, or they are too new, for a share of their need.")
    return _("%(people)s told what they need, and cover %(share)s of it with you.") % {
        "people": people(found["told"]), "share": percent(found["share"]),
    }  # fmt: skip


def abouts(found: dict[str, Any]) -> list[About]:
    """Each category that anybody stated a need of."""
    return [
        About(one, called(one["path"]), _notes(one), f"{reverse('customers')}?{urlencode({NEED_RAISE: one['about']})}")
        for one in found["about"]
    ]  # fmt: skip


def drawn(run: Run, about: str) -> Chart | None:
    """The spread of shares in a category, or over all needs."""
    found = told_of(run)
    if not found:
        return None
    told = next((one for one in found["about"] if one["about"] == about), None)
    return need_pictures.spread(run, told or found, called(told["path"]) if told else _("All stated needs"))


def _about(found: dict[str, Any], asked: str | None) -> str:
    return asked if asked and asked in {one["about"] for one in found["about"]} else ""


def _list_of(about: str, found: dict[str, Any]) -> str:
    wanted = [about] if about else [one["about"] for one in found["about"] if one["raises"]]
    return f"{reverse('customers')}?{urlencode({NEED_RAISE: wanted}, doseq=True)}&show=name,{NEED_SHARE},{NEED_RAISE}"


def _notes(one: dict[str, Any]) -> list[str]:
    told = (
        (one["stale"], ngettext("%(n)s said it more than a year ago", "%(n)s said it more than a year ago",
                                one["stale"])),
        (one["new"], ngettext("%(n)s is with you for less than a month", "%(n)s are with you for less than a month",
                              one["new"])),
        (one["over"], ngettext("%(n)s bought more than they said", "%(n)s bought more than they said", one["over"])),
    )  # fmt: skip
    return [sentence % {"n": people(n)} for n, sentence in told if n]


def _room(one: NeedShare) -> Room:
    return Room(one, called(one.stated.category.path if one.stated.category else ""), written(one.stated))
