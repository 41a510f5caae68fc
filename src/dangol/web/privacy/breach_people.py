"""The breach workspace: whose data it was, by the access log or by a list, and whom no letter reaches."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import batched
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dangol.lib.errors import DangolError
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.staff.access import queries as log
from dangol.records.staff.access.queries import Wanted
from dangol.records.staff.breach import actions, queries
from dangol.records.staff.breach.models import Affected, Incident
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.privacy import access_words, breach_letters
from dangol.web.privacy.breach_forms import ListForm, LogForm
from dangol.web.privacy.breach_page import incident_or_404, log_form, page
from dangol.web.shell import taking_away
from dangol.web.shell.figures import people as people_words
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer

AT_ONCE = 1_000
UNKNOWN_TOLD = 10  # numbers that nobody has, told one by one


@require_POST
@needs(May.HANDLE_BREACH, whole=True)
def breach_log(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Look into the access log whose data somebody had; add them once the number was seen."""
    incident, form = incident_or_404(incident_id), log_form(request.POST)
    if not form.is_valid():
        return page(request, incident, log_form=form, status=422)
    told = form.cleaned_data
    found = log.people_seen(Wanted(
        since=told["since"].astimezone(UTC), until=told["until"].astimezone(UTC),
        users=tuple(map(int, told["users"])), verbs=tuple(told["verbs"]), pages=tuple(" ".join(told["pages"]).split()),
    ))  # fmt: skip
    if request.POST.get("step") != "add":
        return page(request, incident, log_form=form, found=len(found))
    return _added(request, incident, found, how=Affected.How.LOG, text=_in_words(form), log_form=form)


@require_POST
@needs(May.HANDLE_BREACH, whole=True)
def breach_list(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Add people by a list of customer numbers."""
    incident, form = incident_or_404(incident_id), ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, incident, list_form=form, status=422)
    numbers = _numbers(form.cleaned_data)
    found, unknown = holders(numbers)
    if unknown:
        form.add_error("numbers", _told_unknown(unknown))
    if not found:
        return page(request, incident, list_form=form, status=422)
    name = form.cleaned_data["file"].name if form.cleaned_data["file"] else ""
    return _added(request, incident, found, how=Affected.How.LIST, text=name, list_form=form)


@needs(May.HANDLE_BREACH, whole=True, personal=True)
def breach_file(request: HttpRequest, incident_id: int) -> HttpResponseBase:
    """Those whom no letter reached, with what is on record to reach them otherwise."""
    incident, form = incident_or_404(incident_id), taking_away.form(request)
    people = list(breach_letters.unreached(queries.state(incident, jurisdiction=clock.home().law)))
    if form is None or not form.is_valid():
        return taking_away.page(request, form, what=_("People whom no letter reached"), people=len(people))
    return unreached(request, incident, form)


def unreached(request: HttpRequest, incident: Incident, form: taking_away.TakeForm) -> HttpResponseBase:
    """Those whom no letter reached as a file, once it was said what for."""
    people = list(breach_letters.unreached(queries.state(incident, jurisdiction=clock.home().law)))
    columns = [_("Customer"), _("Name"), _("Ways to reach them")]
    return taking_away.file(
        request, form, name=f"breach-{incident.pk}", columns=columns, rows=_reachable(request, people), subjects=people
    )


def _added(
    request: HttpRequest, incident: Incident, people: Iterable[int], *, how: str, text: str, **forms_: Any
) -> HttpResponse:
    try:
        new = actions.add_people(incident, people, how=how, text=text, by=viewer(request).user, at=clock.now())
    except DangolError as problem:
        return page(request, incident, problem=str(problem), status=422, **forms_)
    told = ngettext("%(people)s person was added.", "%(people)s people were added.", new)
    said = told % {"people": people_words(new)} if new else _("All of them were there already.")
    if any(form.errors for form in forms_.values()):
        return page(request, incident, said=said, **forms_)
    toast(request, said)
    return redirect("breach", incident.pk)


def _in_words(form: LogForm) -> str:
    """What was asked of the log, for the log of decisions."""
    told = form.cleaned_data
    users = dict(form.fields["users"].choices)  # type: ignore[attr-defined]
    parts = [
        ", ".join(str(users[user]) for user in told["users"]),
        f"{localtime(told['since']):%Y-%m-%d %H:%M} – {localtime(told['until']):%Y-%m-%d %H:%M}",
        ", ".join(access_words.verb_words(verb) for verb in told["verbs"]),
        ", ".join(access_words.page_words(page.split()[0]) for page in told["pages"]),
    ]
    return " · ".join(filter(None, parts))


def _numbers(told: dict[str, Any]) -> list[str]:
    """The numbers that were written, and the first column of the file."""
    numbers = re.split(r"[\s,;]+", told.get("numbers", ""))
    if told.get("file"):
        text = told["file"].read().decode("utf-8-sig", "replace")
        numbers += [row[0] for row in csv.reader(io.StringIO(text)) if row]
    return [number.strip() for number in dict.fromkeys(numbers) if number.strip()]


def holders(numbers: list[str]) -> tuple[set[int], list[str]]:
    """The customers of these numbers, and the numbers that nobody has."""
    found: set[int] = set()
    known: set[str] = set()
    for part in batched(numbers, AT_ONCE):
        for number, customer in Identity.objects.filter(external_id__in=part).values_list("external_id", "customer_id"):
            known.add(number)
            found.add(customer)
    return found, [number for number in numbers if number not in known]


def _told_unknown(unknown: list[str]) -> str:
    some = ", ".join(unknown[:UNKNOWN_TOLD])
    told = ngettext(
        "%(n)d number belongs to nobody: %(some)s", "%(n)d numbers belong to nobody: %(some)s", len(unknown)
    ) % {"n": len(unknown), "some": some}
    return told + (" …" if len(unknown) > UNKNOWN_TOLD else "")


def _reachable(request: HttpRequest, people: list[int]) -> Iterator[tuple[Any, ...]]:
    mine = viewer(request)
    for part in batched(people, AT_ONCE):
        customers = Customer.objects.in_bulk(part)
        ways: dict[int, list[str]] = {}
        for point in ContactPoint.objects.filter(customer__in=part, valid_to=None).order_by("customer", "kind"):
            ways.setdefault(point.customer_id, []).append(mine.contact(point.kind, point.value, of=point.customer_id))
        for pk in part:
            known = customers.get(pk)
            yield pk, mine.name(known) if known else "", " · ".join(ways.get(pk, []))
