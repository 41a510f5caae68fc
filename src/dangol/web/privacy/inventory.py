"""Data inventory: what is kept of people, why and how long, what nobody uses, what is missing; and the notice of it."""

from datetime import date

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.customers import attributes
from dangol.records.customers.fields import BASES, SIDES, Basis, Side
from dangol.records.staff.queries import recipients
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.privacy import inventory_notice, inventory_tasks
from dangol.web.privacy.inventory_items import inventory
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting

LANGUAGES = ("ko", "en")


class DetailForm(forms.Form):
    """What a further detail is for."""

    label = forms.CharField(label=gettext_lazy("What it is called"), max_length=80)
    purpose = forms.CharField(
        label=gettext_lazy("What it is kept for"), max_length=200,
        help_text=gettext_lazy("In words the customer would understand: it stands in the privacy notice."),
    )  # fmt: skip
    basis = forms.ChoiceField(label=gettext_lazy("On which ground"), choices=[(one.value, BASES[one]) for one in Basis])
    side = forms.ChoiceField(
        label=gettext_lazy("Which kind of information"), choices=[(one.value, SIDES[one]) for one in Side]
    )
    partner = forms.CharField(
        label=gettext_lazy("From which partner"), max_length=120, required=False,
        help_text=gettext_lazy("Only where it did not come from the customer: a card company, a mall, a mailing list."),
    )  # fmt: skip
    dataset = forms.CharField(label=gettext_lazy("Which data of the partner"), max_length=120, required=False)


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
def privacy_inventory(request: HttpRequest) -> HttpResponse:
    """Every item with its purpose, ground, term, how far it is filled, when it was last used."""
    context = {
        "found": inventory(_today()), "recipients": recipients(on=_today()), "work": work.look(inventory_tasks.KEY),
    }  # fmt: skip
    return render(request, "privacy/inventory.html", context)


@require_POST
@needs(May.SEE_INVENTORY, whole=True)
def privacy_inventory_count(request: HttpRequest) -> HttpResponse:
    """Count everything anew, beside the pages."""
    work.start(inventory_tasks.KEY, inventory_tasks.count, speaks())
    return redirect("privacy_inventory")


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
@never_cache
def privacy_inventory_work(request: HttpRequest) -> HttpResponse:
    """How the counting stands; the page is fetched anew once it is done."""
    return waiting(request, "privacy/inventory_work.html", work.look(inventory_tasks.KEY))


@needs(May.CHANGE_SETTINGS, whole=True)
def privacy_inventory_detail(request: HttpRequest) -> HttpResponse:
    """Say what a further detail is for."""
    key = request.GET.get("key", "")
    if key not in attributes.known_keys():
        raise Http404(key)
    if request.method != "POST":
        return render(request, "privacy/inventory_detail.html", {"key": key, "form": DetailForm(initial=_known(key))})
    form, problem = DetailForm(request.POST), ""
    if form.is_valid():
        try:
            attributes.state(key, **form.cleaned_data, by=viewer(request).user, at=clock.now())
            toast(request, _("It stands in the inventory and in the privacy notice."))
            return redirect("privacy_inventory")
        except DangolError as error:
            problem = str(error)
    context = {"key": key, "form": form, "problem": problem}
    return render(request, "privacy/inventory_detail.html", context, status=422)


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """What is kept, as a page to be printed and handed to a lawyer: with consent and without, apart."""
    language = request.GET.get("language", "")
    with translation.override(language if language in LANGUAGES else speaks()):
        found = inventory_notice.notice(_today())
        return render(request, "privacy/notice.html", {"found": found, "languages": LANGUAGES})


def _known(key: str) -> dict[str, str]:
    told = attributes.stated().get(key)
    if told is None:
        return {"label": key, "basis": Basis.CONSENT.value, "side": Side.OF.value}
    return {name: getattr(told, name) for name in ("label", "purpose", "basis", "side", "partner", "dataset")}


def _today() -> date:
    return localtime(clock.as_of()).date()
