"""Lists kept under a name: saved from what is on the page, edited, removed and brought back."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dangol.records.customers.columns import Asked, column_of
from dangol.records.customers.models import SavedView
from dangol.records.customers.saved_views import (
    CannotSave,
    bring_back,
    default_view,
    may_change,
    remove_view,
    save_view,
    views_for,
)
from dangol.records.staff.models import Unit
from dangol.records.staff.roles import May, Role
from dangol.web import clock
from dangol.web.customers.cells import spoken
from dangol.web.customers.criteria import Criteria
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer


class ViewForm(forms.Form):
    """What the list is called, and who has it."""

    name = forms.CharField(
        label=gettext_lazy("What is the list called?"), max_length=60,
        error_messages={"required": gettext_lazy("Give the view a name.")},
    )  # fmt: skip
    shared = forms.ChoiceField(label=gettext_lazy("Who sees it"), choices=[], required=False)
    unit = forms.ChoiceField(label=gettext_lazy("At which shop or dealer"), choices=[], required=False)
    usual = forms.BooleanField(label=gettext_lazy("My list opens with it"), required=False)

    def __init__(self, *args: Any, mine: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mine = mine
        everybody = [("all", _("Everybody")), *(Role.choices if mine.scope.whole else [])]
        self.fields["shared"].choices = [("", _("Only me")), *everybody]  # type: ignore[attr-defined]
        units = Unit.objects.all() if mine.scope.units is None else Unit.objects.filter(pk__in=mine.scope.units)
        names = [(unit.code, unit.name) for unit in units.order_by("name")]
        anywhere = [("", _("Everywhere"))] if mine.scope.whole else []
        self.fields["unit"].choices = [*anywhere, *names]  # type: ignore[attr-defined]
        if len(names) < 1:
            del self.fields["unit"]

    def told(self) -> dict[str, Any]:
        """What saving takes."""
        clean = self.cleaned_data
        shared = clean["shared"]
        unit = Unit.objects.filter(code=clean.get("unit") or "").first() if shared else None
        if shared and unit is None and not self.mine.scope.whole:
            unit = self.mine.user.unit  # nobody shares a list beyond their own shop
        return {
            "shared": bool(shared), "role": shared if shared in Role.values else "", "unit": unit,
            "usual": clean["usual"],
        }  # fmt: skip


@needs(May.SEE_CUSTOMERS)
@require_http_methods(["GET", "HEAD", "POST"])
def customers_view_new(request: HttpRequest) -> HttpResponse:
    """Keep what is on the page under a name."""
    return _edited(request, None)


@needs(May.SEE_CUSTOMERS)
@require_http_methods(["GET", "HEAD", "POST"])
def customers_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Change what a list is called, who has it, and what is on it: what the address asks for."""
    return _edited(request, view_or_404(view_id, viewer(request)))


@require_POST
@needs(May.SEE_CUSTOMERS)
def customers_view_remove(request: HttpRequest, view_id: int) -> HttpResponse:
    """Take a list away; it can be brought back."""
    mine = viewer(request)
    view = view_or_404(view_id, mine)
    try:
        remove_view(view, by=mine.user, at=clock.now())
    except CannotSave as problem:
        return _refused(request, view, problem)
    back = reverse("customers_view_back", args=[view.pk])
    toast(request, _("The list “%(name)s” is gone.") % {"name": view}, undo=back)
    return redirect(f"{reverse('customers')}?all=1")


@require_POST
@needs(May.SEE_CUSTOMERS)
def customers_view_back(request: HttpRequest, view_id: int) -> HttpResponse:
    """Bring a list back."""
    mine = viewer(request)
    view = SavedView.objects.filter(pk=view_id).first()
    if view is None or not may_change(view, mine.user):
        raise Http404(view_id)
    bring_back(view, by=mine.user)
    return redirect(f"{reverse('customers')}?{view.address}")


def view_or_404(view_id: int, mine: Viewer) -> SavedView:
    """A view the viewer has."""
    view = views_for(mine.user).filter(pk=view_id).first()
    if view is None:
        raise Http404(view_id)
    return view


def kept(criteria: Criteria) -> str:
    """What of a list is kept: not the text, which names people."""
    return criteria.without("q").words(view=False)


def _edited(request: HttpRequest, view: SavedView | None) -> HttpResponse:
    mine, asked = viewer(request), Asked(clock.as_of())
    criteria = Criteria.read(request.GET, mine, asked)
    form = ViewForm(request.POST or None, mine=mine, initial=_initial(view, mine))
    problem: CannotSave | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = save_view(
                form.cleaned_data["name"], kept(criteria), by=mine.user, at=clock.now(), view=view, **form.told()
            )  # fmt: skip
            toast(request, _("The list “%(name)s” is saved.") % {"name": made})
            return redirect(f"{reverse('customers')}?{made.address}")
        except CannotSave as refused:
            problem = refused
    context = {
        "form": form, "problem": problem, "criteria": criteria, "what": _what(criteria, asked),
        "heading": _("Edit this list") if view else _("Save as a list"),
        "view": view if view and may_change(view, mine.user) else None,
    }  # fmt: skip
    return render(request, "customers/view_form.html", context, status=422 if request.method == "POST" else 200)


def _refused(request: HttpRequest, view: SavedView, problem: CannotSave) -> HttpResponse:
    mine = viewer(request)
    context = {"form": ViewForm(mine=mine, initial=_initial(view, mine)), "problem": problem, "heading": str(view),
               "criteria": Criteria(view=view.pk), "what": "", "view": None}  # fmt: skip
    return render(request, "customers/view_form.html", context, status=422)


def _initial(view: SavedView | None, mine: Viewer) -> dict[str, Any]:
    if view is None:
        return {}
    return {
        "name": view.name, "shared": (view.role or "all") if view.shared else "",
        "unit": view.unit.code if view.unit else "", "usual": default_view(mine.user) == view,
    }  # fmt: skip


def _what(criteria: Criteria, asked: Asked) -> str:
    """The filters in words."""
    found = [(wish, column_of(wish.column, asked)) for wish in criteria.wishes]
    return " · ".join(f"{column.label}: {spoken(wish, column)}" for wish, column in found if column)
