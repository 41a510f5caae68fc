"""What opens behind a link of one's own: seeing, taking along, correcting, stopping, contesting, leaving."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.lib import phones
from dangol.lib.languages import speaks
from dangol.records.customers.entering import Unfit
from dangol.records.customers.own_pages import DATA
from dangol.records.rights import correction, erasure, explaining, hold, queries
from dangol.records.rights.bundle import Cell, Sheet, as_json, bundle
from dangol.records.rights.correction import CannotCorrect
from dangol.records.rights.due_dates import day_of
from dangol.records.rights.models import Request
from dangol.records.staff.scope import WHOLE
from dangol.web.privacy import bundle_paper
from dangol.web.public import choosing, data, demands, identity, sending
from dangol.web.public.data import for_sure, overview
from dangol.web.public.identity import ERASE, Sure, WrongCode
from dangol.web.public.pages import Visitor, go, own_page, show
from dangol.web.shell import paper
from dangol.web.shell.once import by_itself

SHOWN = 30  # rows of a table; the file has them all
LONGEST_WISH = 2000
# Columns that say nothing to the person on the page; the file has them.
INNER = frozenset({"id", "tail", "key", "source_ref", "salt", "position", "pack"})
LEADS = frozenset({"customer", "identity", "transaction", "message", "request", "consent", "run", "reverses", "undoes"})
OWN = ("mobile", "email", "postcode", "address")  # what people put right themselves


class ReachForm(forms.Form):
    """How to reach the person: what is theirs to say."""

    mobile = forms.CharField(label=gettext_lazy("Mobile number"), required=False, max_length=40)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), required=False, max_length=254,
        error_messages={"invalid": gettext_lazy("Please write the address like name@example.com.")},
    )  # fmt: skip
    postcode = forms.RegexField(
        r"^[0-9A-Za-z][0-9A-Za-z -]{2,9}$", label=gettext_lazy("Postal code"), required=False, max_length=10,
        error_messages={"invalid": gettext_lazy("Please write the postal code in figures, like 04524.")},
    )  # fmt: skip
    address = forms.CharField(label=gettext_lazy("Postal address"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "input", "autocomplete": AUTOCOMPLETE[name]}

    def clean_mobile(self) -> str:
        told: str = self.cleaned_data["mobile"]
        number = phones.e164(told) if told else ""
        if number is None:
            raise ValidationError(_("Please write the number like 010-1234-5678."))
        return number

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and not told.get("mobile") and not told.get("email"):
            raise ValidationError(_("Leave at least one way to reach you: without it you could not get here again."))
        return told


AUTOCOMPLETE = {"mobile": "tel", "email": "email", "postcode": "postal-code", "address": "street-address"}


@own_page(DATA)
@require_safe
@for_sure
def own_see(request: HttpRequest, me: Visitor, sure: Sure) -> HttpResponse:
    """Everything that we keep, in plain words; of long tables the latest rows."""
    demands.answered(me, sure)
    found = bundle(me.customer.pk, language=speaks(), at=me.at)
    sheets = [(sheet, [_told(sheet, row) for row in reversed(sheet.rows[-SHOWN:])], len(sheet.rows))
              for sheet in found.filled]  # fmt: skip
    context = {**overview(me, sure), "found": found, "sheets": sheets, "shown": SHOWN, "pdf": paper.available()}
    return show(request, "see", context)


@own_page(DATA)
@require_POST
@for_sure
def own_file(request: HttpRequest, me: Visitor, sure: Sure) -> HttpResponse:
    """The same to take along, with every row."""
    demands.answered(me, sure)
    found = bundle(me.customer.pk, language=speaks(), at=me.at)
    if request.POST.get("kind") == "pdf" and paper.available():
        made = bundle_paper.pdf(found, mark=_("given to the person"))
        return _file(made, "application/pdf", "pdf")
    return _file(as_json(found).encode(), "application/json; charset=utf-8", "json")


@own_page(DATA)
@require_http_methods(["GET", "HEAD", "POST"])
@for_sure
def own_correct(request: HttpRequest, me: Visitor, sure: Sure) -> HttpResponse:
    """Numbers and addresses are changed at once; what else is wrong somebody looks at."""
    now = correction.standing_values(me.customer)
    before = {name: phones.dialled(now[name]) if name == "mobile" else now[name] for name in OWN}
    form, problem = ReachForm(initial=before), None
    if request.method == "POST" and "wish" in request.POST:
        wish = request.POST["wish"].strip()[:LONGEST_WISH]
        if wish:
            demands.ask(me, sure, Request.Kind.CORRECT, wish)
            return go(request, "own_requests", me.token, said="asked")
        problem = _("Please write what is wrong and what is right.")
    elif request.method == "POST":
        form = ReachForm(request.POST, initial=before)
        if form.is_valid():
            try:
                changed = demands.correct(me, sure, {name: form.cleaned_data[name] for name in OWN})
            except (CannotCorrect, Unfit) as refused:
                problem = str(refused)
            else:
                return go(request, "own_correct", me.token, said="corrected" if changed else "same")
    context = {**overview(me, sure), "form": form, "problem": problem, "said": request.GET.get("said", "")}
    return show(request, "correct", context, status=422 if problem or form.errors else 200)


@own_page(DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def own_halt(request: HttpRequest, me: Visitor) -> HttpResponse:
    """Stop everything we do with the data, but what a law or an order makes us do."""
    if request.method == "POST":
        demands.stop(me)
        return go(request, "own_halt", me.token, said="stopped")
    return show(request, "halt", {**_open(request, me), "said": request.GET.get("said", "")})


@own_page(DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def own_object(request: HttpRequest, me: Visitor) -> HttpResponse:
    """Object to decisions that programs make alone."""
    if request.method == "POST":
        demands.object_to_automation(me)
        return go(request, "own_object", me.token, said="objected")
    criteria = list(explaining.EXPLAINERS.values())
    return show(request, "object", {**_open(request, me), "criteria": criteria, "said": request.GET.get("said", "")})


@own_page(DATA)
@require_http_methods(["GET", "HEAD", "POST"])
@for_sure
def own_explain(request: HttpRequest, me: Visitor, sure: Sure) -> HttpResponse:
    """What programs decided, from which data and why; and asking that a person looks again."""
    decided = explaining.explained(me.customer.pk)
    if request.method == "POST":
        which = request.POST.get("which", "")
        title = next((one.title for one in decided if f"{one.decision}|{one.subject}" == which), "")
        wish = " · ".join(filter(None, [title, request.POST.get("wish", "").strip()[:LONGEST_WISH]]))
        demands.ask(me, sure, Request.Kind.EXPLAIN, wish)
        return go(request, "own_requests", me.token, said="asked")
    context = {**overview(me, sure), "decided": decided, "criteria": list(explaining.EXPLAINERS.values())}
    return show(request, "explain", context)


@by_itself
@own_page(DATA)
@require_http_methods(["GET", "HEAD", "POST"])
@for_sure
def own_erase(request: HttpRequest, me: Visitor, sure: Sure) -> HttpResponse:
    """What goes and what the law makes us keep; then, with a code of its own, the demand to be forgotten."""
    problem = None
    if request.method == "POST" and "code" not in request.POST:
        if (road := data.chosen_road(me, request)) is not None:
            identity.send_code(me, road, what=ERASE)
        return go(request, "own_erase", me.token)
    if request.method == "POST" and request.POST.get("understood") != "yes":
        problem = _("Tick that you understand that nothing can be brought back.")
    elif request.method == "POST":
        try:
            fresh = identity.check(me, request.POST["code"], what=ERASE)
        except WrongCode as wrong:
            problem = str(wrong)
        else:
            demands.erase(me, fresh)
            return go(request, "own_erase", me.token)
    rules = [(rule.label(speaks()), rule) for rule in hold.rules(day_of(me.at))]
    waiting = demands.erasing(me)
    context = {
        **overview(me, sure), "plan": erasure.plan(me.customer.pk) if waiting is None else [], "rules": rules,
        "asked": waiting, "roads": sending.roads(me.customer), "waits": identity.waits(me, what=ERASE),
        "problem": problem,
    }  # fmt: skip
    return show(request, "erase", context, status=422 if problem else 200)


@own_page(DATA)
@require_http_methods(["GET", "HEAD", "POST"])
@for_sure
def own_requests(request: HttpRequest, me: Visitor, sure: Sure) -> HttpResponse:
    """What was demanded, by when it is answered, what became of it; and taking back what waits."""
    if request.method == "POST":
        done = demands.take_back(me, choosing.number(request.POST.get("back", "")))
        return go(request, "own_requests", me.token, said="back" if done else "")
    found = queries.requests(WHOLE).filter(customer=me.customer).order_by("-pk")
    rows = [
        (queries.standing(one, on=day_of(me.at)), list(one.steps.exclude(letter="").order_by("pk"))) for one in found
    ]
    return show(request, "requests", {**overview(me, sure), "rows": rows, "said": request.GET.get("said", "")})


def _told(sheet: Sheet, row: list[Cell]) -> list[tuple[str, str]]:
    """Names and values of a row, without what is empty and without numbers that lead from one table to another."""
    return [
        (column.label[speaks()], cell.text)
        for column, cell in zip(sheet.columns, row, strict=True)
        if cell.text and column.name not in INNER and not (isinstance(cell.value, int) and column.name in LEADS)
    ]


def _open(request: HttpRequest, me: Visitor) -> dict[str, Any]:
    """Pages that need no code: what stands is told only to whom it was made sure of."""
    return overview(me, identity.sure_of(request, me))


def _file(made: bytes, kind: str, ending: str) -> HttpResponse:
    name = f"my-data.{ending}"
    return HttpResponse(made, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
