"""Files for teams of the house: what goes out, how often, what went out, and taking it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.lib.languages import speaks
from dangol.records.customers.fields import BASES
from dangol.records.customers.saved_views import views_for
from dangol.records.outbox import files
from dangol.records.outbox.files import CannotExtract
from dangol.records.outbox.models import Extract, OutgoingFile
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.imports import outgoing, outgoing_tasks
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.start import work

SHOWN = 100  # files of one extract


class ExtractForm(forms.Form):
    """Whom, for whom, what for, in which form, how often, where to."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    team = forms.ChoiceField(label=gettext_lazy("For which team"), choices=Extract.Team.choices)
    purpose = forms.CharField(
        label=gettext_lazy("What the team needs it for"), min_length=files.LEAST, max_length=200,
        help_text=gettext_lazy("It stands in the access log with each file."),
    )  # fmt: skip
    what = forms.ChoiceField(label=gettext_lazy("What goes out"), choices=Extract.What.choices)
    view = forms.ChoiceField(
        label=gettext_lazy("Saved list"), required=False,
        help_text=gettext_lazy("Its filters say who is in the file, its columns what of them."),
    )  # fmt: skip
    ground = forms.ChoiceField(
        label=gettext_lazy("With or without names"), required=False,
        help_text=gettext_lazy(
            "A team that studies customers needs no names. With names they leave only on a ground, which is kept."
        ),
    )  # fmt: skip
    form = forms.ChoiceField(label=gettext_lazy("File"), choices=Extract.Form.choices)
    rhythm = forms.ChoiceField(label=gettext_lazy("How often it goes out"), choices=Extract.Rhythm.choices)
    folder = forms.CharField(
        label=gettext_lazy("Folder"), required=False, max_length=60,
        help_text=gettext_lazy("In the folder “outgoing” of the home. Empty: called as the extract."),
    )  # fmt: skip

    def __init__(self, *args: Any, mine: Viewer, **more: Any) -> None:
        super().__init__(*args, **more)
        views = views_for(mine.user) if mine.user.pk else ()
        named = [(one.value, _("With names: %(ground)s") % {"ground": word}) for one, word in BASES.items()]
        self.fields["view"].choices = [("", _("All customers")), *((str(one.pk), one.name) for one in views)]  # type: ignore[attr-defined]
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            ("", _("Without names: a mark in the place of each person")), *(named if mine.may(May.SEE_PERSON) else []),
        ]  # fmt: skip
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.EXPORT, whole=True)
def extracts(request: HttpRequest) -> HttpResponse:
    """What goes out to teams, and a form for another."""
    mine = viewer(request)
    form = ExtractForm(request.POST, mine=mine) if request.method == "POST" else ExtractForm(mine=mine)
    if request.method == "POST" and form.is_valid():
        try:
            made = begin(form.cleaned_data, mine)
        except CannotExtract as problem:
            form.add_error(None, str(problem))
        else:
            toast(request, _("“%(name)s” goes out from now on.") % {"name": made.name})
            return redirect("extract", made.pk)
    found = [(one, outgoing.why_still(one), one.files.order_by("-pk").first()) for one in files.standing()]
    context = {"found": found, "form": form, "place": outgoing.place()}
    return render(request, "imports/extracts.html", context, status=422 if form.errors else 200)


@require_safe
@needs(May.EXPORT, whole=True)
def extract(request: HttpRequest, number: int) -> HttpResponse:
    """One extract: what it holds, and every file of it with rows, hash and seconds."""
    one = get_object_or_404(Extract.objects.select_related("by", "view", "ended_by"), pk=number)
    listed = list(one.files.select_related("by", "removed_by").order_by("-pk")[:SHOWN])
    forgotten = outgoing.forgotten_since(listed)
    context = {
        "extract": one, "still": "" if one.ended_at else outgoing.why_still(one), "folder": outgoing.folder_of(one),
        "files": [(file, forgotten.get(file.pk, 0)) for file in listed], "work": work.look(outgoing_tasks.KEY),
        "ground": {base.value: word for base, word in BASES.items()}.get(one.ground, ""),
    }  # fmt: skip
    return render(request, "imports/extract.html", context)


@require_POST
@needs(May.EXPORT, whole=True)
def extract_make(request: HttpRequest, number: int) -> HttpResponse:
    """Have a file of it made now, beside the pages."""
    one = get_object_or_404(Extract, pk=number, ended_at=None)
    ask_now(one, viewer(request))
    toast(request, _("The file is being made; it stands here when it is in its folder."))
    return redirect("extract", one.pk)


@require_POST
@needs(May.EXPORT, whole=True)
def extract_end(request: HttpRequest, number: int) -> HttpResponse:
    """Nothing of it goes out any more."""
    one = get_object_or_404(Extract, pk=number)
    files.end(one, by=viewer(request).user, at=clock.now())
    toast(request, _("“%(name)s” goes out no more. What went out stands here.") % {"name": one.name})
    return redirect("extract", one.pk)


@require_POST
@needs(May.EXPORT, whole=True)
def extract_delete(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a file that went out; that it was there, and who deleted it, stays on record."""
    file = get_object_or_404(OutgoingFile.objects.select_related("extract"), pk=number)
    there = delete(file, viewer(request))
    told = _("The file is deleted.") if there else _("The file did not lie there any more: somebody picked it up.")
    toast(request, told)
    return redirect("extract", file.extract_id)


def begin(told: dict[str, Any], mine: Viewer) -> Extract:
    """Keep it for this viewer. Raises CannotExtract."""
    view = None
    if told.get("view") and told["what"] == Extract.What.PEOPLE:
        view = views_for(mine.user).filter(pk=int(told["view"])).first()
        if view is None:
            raise CannotExtract(_("There is no such saved list."))
    ground = told.get("ground", "")
    if ground and not mine.may(May.SEE_PERSON):
        raise CannotExtract(_("You see nobody's name, so you cannot send names."))
    direct = bool(ground) and told["what"] == Extract.What.PEOPLE
    return files.begin(
        name=told["name"], what=told["what"], view=view, team=told["team"], purpose=told["purpose"], direct=direct,
        ground=ground if direct else "", form=told["form"], rhythm=told["rhythm"], language=speaks(), by=mine.user,
        folder=outgoing.folder_named(told.get("folder") or told["name"]), at=clock.now(),
    )  # fmt: skip


def ask_now(one: Extract, mine: Viewer) -> OutgoingFile:
    """Put a file into the outbox, and have it made."""
    at = clock.now()
    file = files.ask(one, f"hand:{at.isoformat()}", by=mine.user, at=at)
    work.start(outgoing_tasks.KEY, outgoing_tasks.make_files, speaks())
    return file


def delete(file: OutgoingFile, mine: Viewer) -> bool:
    """Delete it, and note who did; whether it lay there."""
    there = outgoing.take_back(file, by=mine.user, at=clock.now())
    mine.note(Verb.CHANGED, reason=f"{outgoing.mark_of(file)} {_('deleted')}", subjects=())
    return there
