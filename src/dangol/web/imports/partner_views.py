"""The page Import for what a partner knows of our customers: who it speaks of, what is taken, on which ground."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.intake import details
from dangol.contact.intake.actions import Preview, day_of
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.customers import partners
from dangol.records.customers.fields import BASES, SIDES, Basis, Side
from dangol.records.customers.partners import CannotTakeDetails, Statement
from dangol.records.staff.roles import May
from dangol.web.clock import now
from dangol.web.imports import columns, tasks, uploads
from dangol.web.imports.views import choose, run
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

DETAIL = "detail"


class StatementForm(forms.Form):
    """Whose data they are, and on which ground they may be kept."""

    partner = forms.CharField(
        label=_("From which partner"), max_length=120, required=False,
        help_text=_("The company that gave you the data: a card company, a mall, a shop next door."),
    )  # fmt: skip
    dataset = forms.CharField(
        label=_("Which data of the partner"), max_length=120, required=False,
        help_text=_("A name and a date, by which you will know them again."),
    )  # fmt: skip
    received_on = forms.DateField(
        label=_("When the data came to you"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("What they are to be used for"), max_length=200, required=False,
        help_text=_("In words the customer would understand: it stands in the privacy notice."),
    )  # fmt: skip
    basis = forms.ChoiceField(label=_("On which ground"), choices=[(one.value, BASES[one]) for one in Basis])
    evidence = forms.CharField(
        label=_("What proves the ground"), max_length=300, required=False,
        help_text=_("The consent form with its version and where the answers are kept; the contract; the article."),
    )  # fmt: skip
    side = forms.ChoiceField(label=_("Which kind of information"), choices=[(one.value, SIDES[one]) for one in Side])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
            field.widget.attrs["autocomplete"] = "off"

    def statement(self) -> Statement | None:
        """The statement, None where it does not say enough: then the form says what lacks."""
        if not self.is_valid():
            return None
        try:
            return partners.sound(Statement(**self.cleaned_data), today=day_of(now()))
        except CannotTakeDetails as lack:
            self.add_error(lack.about or None, str(lack))
            return None


@needs(May.IMPORT, whole=True, personal=True)
@require_safe
def import_details(request: HttpRequest, token: str) -> HttpResponse:
    """A partner's file before it is taken in: its columns, whose data it is, on which ground."""
    return _file(request, token, request.GET, StatementForm(initial={"basis": Basis.CONSENT, "side": Side.OF}))


@needs(May.IMPORT, whole=True)
@require_safe
@never_cache
def import_details_trial(request: HttpRequest, token: str) -> HttpResponse:
    """What taking these columns in would do: begun when first asked for, then watched."""
    try:
        preview = details.preview(uploads.path_of(token), at=now())
        taken = _taken(request.GET, preview)
    except DangolError as problem:
        return render(request, "imports/trial.html", {"problem": problem})
    key = f"try-details-{token}-{columns.digest(taken.mapping | dict.fromkeys(taken.details, ''))}-{speaks()}"
    if work.look(key).state == "absent":
        work.start(key, tasks.attempt_details, key, token, taken.mapping, list(taken.details), speaks())
    again = reverse("import_details_trial", args=[token])
    return render(request, "imports/trial.html", {"again": again, "work": work.look(key)})


@require_POST
@needs(May.IMPORT, whole=True)
def import_details_take(request: HttpRequest, token: str) -> HttpResponse:
    """Take the details in, once it is said whose they are and what proves that they may be kept."""
    form, problem = StatementForm(request.POST), ""
    told = form.statement()
    try:
        taken = _taken(request.POST, details.preview(uploads.path_of(token), at=now()))
    except uploads.NoSuchUpload as gone:
        return choose(request, problem=str(gone))
    except DangolError as error:
        problem = str(error)
    if told is None or problem:
        return _file(request, token, request.POST, form, problem=problem, status=422)
    statement = {**vars(told), "received_on": str(told.received_on)}
    key = _key(token)
    work.start(
        key, tasks.take_details_in, key, token, statement, taken.mapping, list(taken.details), viewer(request).user.pk,
        speaks(),
    )  # fmt: skip
    return redirect("import_details_run", token)


@needs(May.IMPORT, whole=True)
@require_safe
@never_cache
def import_details_run(request: HttpRequest, token: str) -> HttpResponse:
    """How far the import is; its result as soon as it is done."""
    return run(request, work.look(_key(token)), reverse("import_details", args=[token]), of_partner=True)


def _file(
    request: HttpRequest, token: str, said: QueryDict, form: StatementForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    try:
        path = uploads.path_of(token)
        preview = details.preview(path, at=now())
    except DangolError as gone:
        return choose(request, problem=str(gone))
    viewer(request).saw(())  # rows of a file: whom it means is looked up when it is tried
    context = {
        "token": token, "file_name": path.name, "preview": preview, "form": form, "problem": problem,
        "columns": columns.columns(preview, _uses(said, preview)), "uses": {**details.ways(), DETAIL: _("a detail")},
    }  # fmt: skip
    return render(request, "imports/details.html", context, status=status)


def _uses(said: QueryDict, preview: Preview) -> dict[str, list[str]]:
    """What each column is used as: use → headings; the guess where nothing is said."""
    found: dict[str, list[str]] = {}
    if not any(name.startswith("column-") for name in said):
        guess = details.guessed(preview.columns)
        taken = guess.details if guess else details.details_among(preview.columns, who="")
        return {DETAIL: list(taken)} | ({guess.key.value: [guess.who]} if guess else {})
    for place, heading in enumerate(preview.columns):
        if use := said.get(f"column-{place}", ""):
            found.setdefault(use, []).append(heading)
    return found


def _taken(said: QueryDict, preview: Preview) -> details.Columns:
    """The columns to go by. Raises WrongMapping."""
    uses = _uses(said, preview)
    names = {key: headings for key, headings in uses.items() if key in details.ways()}
    if any(len(headings) > 1 for headings in names.values()) or not names:
        raise details.one_column_says_who()
    mapping = {key: headings[0] for key, headings in names.items()}
    if not uses.get(DETAIL):
        raise details.nothing_told()
    return details.chosen(preview.columns, mapping=mapping, only=uses.get(DETAIL, ()))


def _key(token: str) -> str:
    return f"details-{token}"
