"""Questions kept under a name: listed, opened, saved from what is on the page, renamed, deleted and brought back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.insight.analysis.models import SavedQuestion
from dangol.insight.analysis.saved_questions.keeping import (
    CannotKeep,
    NameTaken,
    bring_back,
    keep,
    may_change,
    questions_for,
    remove,
    rename,
)
from dangol.insight.analysis.saved_questions.still_fits import why_not
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.insight.cube import told
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.written import Names
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer


@dataclass(frozen=True)
class Kept:
    """A saved question with what it asks in words, of which days today, why it cannot be asked, whether this viewer may
    change it.
    """

    question: SavedQuestion
    words: str
    days: str
    problem: str
    mine: bool
    changes: bool


class QuestionForm(forms.Form):
    """What it is called, and who has it."""

    name = forms.CharField(
        label=gettext_lazy("What is the question called?"), max_length=60,
        error_messages={"required": gettext_lazy("Give the question a name.")},
    )  # fmt: skip
    shared = forms.ChoiceField(
        label=gettext_lazy("Who sees it"), required=False,
        choices=[("", gettext_lazy("Only me")), ("all", gettext_lazy("Everybody who may see values"))],
        help_text=gettext_lazy("Whoever opens it gets the numbers of their own customers."),
    )  # fmt: skip
    replacing = forms.BooleanField(
        label=gettext_lazy("Put it in the place of my question of that name"), required=False
    )

    def __init__(self, *args: Any, offers_place: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if not offers_place:
            del self.fields["replacing"]


def asked_by(question: SavedQuestion) -> Asked:
    """The question as the page knows it."""
    return Asked.read(QueryDict(question.query))


def listed(questions: Iterable[SavedQuestion], mine: Viewer) -> list[Kept]:
    """The questions with what they ask in words."""
    names = Names()
    return [
        Kept(
            one, told.in_words(asked := asked_by(one), names), told.days(asked.span(clock.day())), why_not(one.query),
            one.by_id == mine.user.pk, may_change(one, mine.user),
        )
        for one in questions
    ]  # fmt: skip


@needs(May.SEE_VALUES)
@require_http_methods(["GET", "HEAD", "POST"])
def insight_question_new(request: HttpRequest) -> HttpResponse:
    """Keep what the address asks under a name."""
    mine, asked = viewer(request), Asked.read(request.GET)
    sent = request.POST if request.method == "POST" else None
    form = QuestionForm(sent, offers_place=bool(sent and sent.get("replacing")))
    problem: CannotKeep | None = None
    if sent is not None and form.is_valid():
        clean = form.cleaned_data
        try:
            made = keep(
                clean["name"], asked.query(), shared=bool(clean["shared"]), by=mine.user, at=clock.now(),
                replacing=bool(clean.get("replacing")),
            )  # fmt: skip
        except NameTaken as taken:
            form = QuestionForm(sent, offers_place=True)
            form.is_valid()
            problem = taken
        except CannotKeep as refused:
            problem = refused
        else:
            toast(request, _("“%(name)s” is saved.") % {"name": made})
            return redirect(f"{reverse('insight_cube')}{asked.address()}")
    context = {
        "form": form, "problem": problem, "heading": _("Save this question"), "back": asked.address(),
        "words": told.in_words(asked, Names()),
    }  # fmt: skip
    return render(request, "insight/question_form.html", context, status=422 if sent is not None else 200)


@needs(May.SEE_VALUES)
@require_safe
def insight_question(request: HttpRequest, question_id: int) -> HttpResponse:
    """Ask it; where it does not fit what can be asked today, say so, and show what of it still does."""
    question = question_or_404(question_id, viewer(request))
    if problem := why_not(question.query):
        return _edited(request, question, problem=problem, status=409)
    return redirect(f"{reverse('insight_cube')}{asked_by(question).address()}")


@needs(May.SEE_VALUES)
@require_http_methods(["GET", "HEAD", "POST"])
def insight_question_edit(request: HttpRequest, question_id: int) -> HttpResponse:
    """Call it otherwise, share it or no more."""
    mine = viewer(request)
    question = question_or_404(question_id, mine)
    if request.method != "POST":
        return _edited(request, question)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _edited(request, question, form=form, status=422)
    try:
        rename(question, form.cleaned_data["name"], shared=bool(form.cleaned_data["shared"]), by=mine.user)
    except CannotKeep as refused:
        return _edited(request, question, form=form, problem=str(refused), status=422)
    toast(request, _("“%(name)s” is saved.") % {"name": question})
    return redirect("insight_cube")


@require_POST
@needs(May.SEE_VALUES)
def insight_question_remove(request: HttpRequest, question_id: int) -> HttpResponse:
    """Delete it; it can be brought back."""
    mine = viewer(request)
    question = question_or_404(question_id, mine)
    try:
        remove(question, by=mine.user, at=clock.now())
    except CannotKeep as refused:
        return _edited(request, question, problem=str(refused), status=422)
    back = reverse("insight_question_back", args=[question.pk])
    toast(request, _("“%(name)s” is deleted.") % {"name": question}, undo=back)
    return redirect("insight_cube")


@require_POST
@needs(May.SEE_VALUES)
def insight_question_back(request: HttpRequest, question_id: int) -> HttpResponse:
    """Bring it back."""
    mine = viewer(request)
    question = SavedQuestion.objects.filter(pk=question_id).first()
    if question is None or not may_change(question, mine.user):
        raise Http404(question_id)
    try:
        bring_back(question, by=mine.user)
    except CannotKeep as refused:
        toast(request, str(refused))
    return redirect("insight_cube")


def question_or_404(question_id: int, mine: Viewer) -> SavedQuestion:
    """A question the viewer has."""
    question = questions_for(mine.user).filter(pk=question_id).first()
    if question is None:
        raise Http404(question_id)
    return question


def _edited(
    request: HttpRequest, question: SavedQuestion, *, form: QuestionForm | None = None, problem: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    asked = asked_by(question)
    context = {
        "form": form or QuestionForm(initial={"name": question.name, "shared": "all" if question.shared else ""}),
        "problem": problem, "heading": str(question), "back": asked.address() if not why_not(question.query) else "",
        "words": told.in_words(asked, Names()), "question": question,
        "changes": may_change(question, viewer(request).user), "rest": asked.address() if asked.metrics else "",
    }  # fmt: skip
    return render(request, "insight/question_form.html", context, status=status)
