"""Notes about a customer: written, struck, and shown on request where they are sensitive."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.lib.errors import DangolError
from dangol.records.ledger import notes
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers import profile_page
from dangol.web.customers.seen import person_or_404
from dangol.web.customers.words import NOTED_AT
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer


@require_POST
@needs(May.WRITE_NOTES, personal=True)
def customer_note(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Write a note; the page comes back with what was written where it cannot be kept."""
    person = person_or_404(request, customer_id)
    text, where = request.POST.get("text", ""), request.POST.get("touchpoint", "")
    try:
        notes.write_note(
            person, text, sensitive="sensitive" in request.POST, touchpoint=where if where in NOTED_AT else "",
            by=viewer(request).user, at=clock.now(), mark=request.POST.get("mark", ""),
        )  # fmt: skip
    except DangolError as problem:
        written = {"text": text, "touchpoint": where, "sensitive": "sensitive" in request.POST, "problem": problem}
        return profile_page.page(request, person, note=written, status=422)
    viewer(request).note(Verb.CHANGED)
    toast(request, _("The note is kept."))
    return redirect("customer", person.pk)


@needs(May.WRITE_NOTES, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_note_strike(request: HttpRequest, customer_id: int, note_id: int) -> HttpResponse:
    """Strike a note by a later one that says what is right; both stay."""
    person = person_or_404(request, customer_id)
    note = get_object_or_404(notes.notes_of(person), pk=note_id)
    text, problem = request.POST.get("text", ""), None
    if request.method == "POST":
        try:
            notes.write_note(
                person, text, sensitive=bool(note.sealed), touchpoint=note.interaction.touchpoint, strikes=note,
                by=viewer(request).user, at=clock.now(), mark=request.POST.get("mark", ""),
            )  # fmt: skip
        except DangolError as error:
            problem = error
        else:
            viewer(request).note(Verb.CHANGED)
            toast(request, _("The note is struck."))
            return redirect("customer", person.pk)
    context = {"customer": person, "note": note, "text": text, "problem": problem, "mark": notes.new_mark()}
    return render(request, "customers/strike.html", context, status=422 if problem else 200)


@require_POST
@needs(May.SEE_PERSON, personal=True)
def customer_note_shown(request: HttpRequest, customer_id: int, note_id: int) -> HttpResponse:
    """Show a sensitive note, once, leaving a trace."""
    person = person_or_404(request, customer_id)
    note = get_object_or_404(notes.notes_of(person), pk=note_id)
    return profile_page.shown(
        request, person, lambda: notes.text_of(note), reason=_("A sensitive note"), at=f"note-{note.pk}"
    )
