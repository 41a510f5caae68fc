"""What a customer needs of a category, wherever they buy it: stated, taken back, and the part of it covered with us."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.shares import WHOLE, shares_of, what_of
from dangol.lib.asked_again import asked_again
from dangol.lib.errors import DangolError
from dangol.lib.money import minor
from dangol.records.catalog.models import Category
from dangol.records.customers.models import Customer
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.records.voices import needs as stated
from dangol.records.voices.models import StatedNeed
from dangol.web import clock
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.figures import money, percent
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer

MOST = 10**12  # major units: of no currency more than the records take


@dataclass(frozen=True)
class Need:
    """One need as the profile shows it: what was said, apart from what was measured of it."""

    stated: StatedNeed
    what: str
    amount: str
    share: str
    note: str


class NeedForm(forms.Form):
    """What is said, in major units."""

    category = forms.ModelChoiceField(
        Category.objects.none(), label=gettext_lazy("Category"), required=False, empty_label=WHOLE
    )
    amount = forms.DecimalField(
        label=gettext_lazy("How much they spend, wherever they buy"), min_value=0, max_value=MOST
    )
    period = forms.ChoiceField(label=gettext_lazy("In which time"), choices=StatedNeed.Period.choices)
    how = forms.ChoiceField(label=gettext_lazy("How we know"), choices=StatedNeed.How.choices)
    on = forms.DateField(label=gettext_lazy("Said on"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field: Any = self.fields["category"]
        field.queryset = Category.objects.order_by("path")
        field.label_from_instance = lambda one: one.path
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"

    @property
    def told(self) -> dict[str, Any]:
        """As the records take it."""
        amount: Decimal = self.cleaned_data["amount"]
        return {**self.cleaned_data, "amount": minor(amount, clock.home().currency)}


@needs(May.WRITE_NOTES, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_needs(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What stands, and a form for what the customer says now."""
    mine, person = viewer(request), person_or_404(request, customer_id)
    form = NeedForm(request.POST or None, initial={"on": shops_day(clock.as_of()), "how": StatedNeed.How.TALK})
    if request.method == "POST" and form.is_valid():
        try:
            stated.state_need(person, **form.told, by=mine.user, today=shops_day(clock.as_of()), at=clock.now())
        except DangolError as problem:
            form.add_error(None, str(problem))
        else:
            mine.note(Verb.CHANGED)
            toast(request, _("It is kept."))
            return redirect("customer_needs", person.pk)
    context = {
        "customer": person, "form": form, "standing": needs_shown(person, mine),
        "past": _past(person),
    }  # fmt: skip
    return render(request, "customers/needs.html", context, status=422 if form.errors else 200)


@require_POST
@needs(May.WRITE_NOTES, personal=True)
def customer_need_back(request: HttpRequest, customer_id: int, need_id: int) -> HttpResponse:
    """What was said of one category counts no more; it stays on record."""
    mine, person = viewer(request), person_or_404(request, customer_id)
    need = get_object_or_404(stated.needs_of(person), pk=need_id)
    try:
        stated.take_back_need(need, by=mine.user, today=shops_day(clock.as_of()), at=clock.now())
    except DangolError as problem:
        toast(request, str(problem))
    else:
        mine.note(Verb.CHANGED)
        toast(request, _("It counts no more."))
    return redirect("customer_needs", person.pk)


def needs_shown(person: Customer, mine: Viewer) -> list[Need]:
    """What stands of the customer; the share for those who see values alone."""
    stands = stated.standing_among(_said(person.pk), on=shops_day(clock.as_of()))
    measured = shares_of(person.pk) if stands and mine.may(May.SEE_VALUES) else None
    return [_shown(one, measured) for one in stands]


def written(need: StatedNeed) -> str:
    """How much is needed, and in which time."""
    if need.amount is None:
        return _("Taken back")
    amount = {"amount": money(need.amount)}
    return (_("%(amount)s a month") if need.period == StatedNeed.Period.MONTH else _("%(amount)s a year")) % amount


def note_of(one: NeedShare) -> str:
    """What was measured, or why nothing can be said."""
    if one.state == NeedShare.State.STALE:
        return _("said more than a year ago: ask again")
    if one.state == NeedShare.State.NEW:
        return _("with us for less than a month: not known yet")
    told = _("bought from us for %(money)s in %(days)s days") % {"money": money(one.spent), "days": one.days}
    if one.state == NeedShare.State.OVER:
        told += " · " + _("more than was said: ask again")
    return told


def _shown(need: StatedNeed, measured: dict[int, NeedShare] | None) -> Need:
    one = measured.get(need.pk) if measured else None
    note = note_of(one) if one else ""
    if one is None and measured is not None:
        note = _("the share is worked out when core customers are looked for next")
    share = percent(one.share) if one and one.share is not None else ""
    return Need(need, what_of(need.category), written(need), share, note)


def _past(person: Customer) -> list[tuple[StatedNeed, str, str]]:
    return [(one, what_of(one.category), written(one)) for one in stated.needs_of(person)[:50]]


@asked_again
def _said(customer: Any) -> QuerySet[StatedNeed]:
    return stated.said_by(customer)
