"""Agreeing: each purpose and medium by itself, nothing ticked beforehand, what is required apart from what is not.

What is stored are the single answers, each bound to the version that was shown. "Agree to all" ticks boxes in the
browser and is no answer of its own.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dangol.lib.languages import speaks
from dangol.records.customers.own_pages import CONSENT
from dangol.records.permission.actions import Contradiction, NewAnswer, TooYoung, WrongText, record_form
from dangol.records.permission.guardians import is_child
from dangol.records.permission.models import Consent
from dangol.records.permission.policy import home_pack
from dangol.records.permission.standing import standing
from dangol.web.public import asking, choosing, limits
from dangol.web.public.asking import Asked, Question
from dangol.web.public.choosing import NoChoice, alone, too_young
from dangol.web.public.pages import Visitor, own_page, show

YES, NO = "yes", "no"
OF_AGE = "of_age"  # said by those whose date of birth we do not know


@own_page(CONSENT)
@require_http_methods(["GET", "HEAD", "POST"])
def own_consent(request: HttpRequest, me: Visitor) -> HttpResponse:
    """The texts with their boxes; or, sent, what was recorded of each."""
    context = _asked(me)
    if request.method != "POST" or context["child"]:
        return show(request, "consent", context)
    number = choosing.receipt()
    try:
        recorded = _record(me, context["asked"], request.POST, needs_age=context["age_unknown"], receipt=number)
    except NoChoice as problem:
        ticked = {name for name, value in request.POST.items() if value == YES}
        return show(request, "consent", {**_asked(me), "problem": problem, "ticked": ticked}, status=422)
    return show(request, "consent_done", {"recorded": recorded, "receipt": number, "me": me})


def _asked(me: Visitor) -> dict[str, Any]:
    pack = home_pack(me.at)
    found = asking.asked(standing(me.customer), language=speaks(), pack=pack, at=me.at)
    return {
        "me": me, "asked": found, "open": any(not one.settled for one in found),
        "required": [one for one in found if one.text.required],
        "optional": [one for one in found if not one.text.required],
        "child": is_child(me.customer, pack=pack, at=me.at), "age": pack.rules.age,
        "age_unknown": me.customer.birth_date is None, "ticked": set[str](),
    }  # fmt: skip


def _record(
    me: Visitor, asked: list[Asked], form: QueryDict, *, needs_age: bool, receipt: str
) -> list[tuple[Question, Consent]]:
    """Write down what the form says of each question that it asked; the same said again is not written again.

    Raises NoChoice with what is to be done, and nothing is recorded then.
    """
    limits.take("writes", me.customer.pk)
    questions = {question.name: question for one in asked for question in one.questions}
    said = ticked(asked, form, needs_age=needs_age, age=home_pack(me.at).rules.age)
    new = {name: yes for name, yes in said.items() if not _is_said(questions[name], yes)}
    try:
        with alone(me):
            made = record_form(
                me.customer, [_answer(questions[name], yes) for name, yes in new.items()],
                **(choosing.proof(me) | {"evidence": me.evidence(receipt)}),
            )  # fmt: skip
    except TooYoung as problem:
        raise NoChoice(too_young(me.at)) from problem
    except (Contradiction, WrongText) as problem:
        raise NoChoice from problem
    return [(questions[name], answer) for name, answer in zip(new, made, strict=True)]


def ticked(asked: list[Asked], form: QueryDict, *, needs_age: bool, age: int) -> dict[str, bool]:
    """What a form says to each question it asked, by its name. Raises NoChoice with what is to be done."""
    questions = {question.name: question for one in asked for question in one.questions}
    names = form.getlist("asked")
    if not names or set(names) - set(questions):
        raise NoChoice(_("The texts have changed meanwhile. Please read them again; nothing was recorded."))
    said = {name: _said(form.getlist(name)) for name in names}
    missing = [questions[name].text.title for name, yes in said.items() if questions[name].text.required and not yes]
    if missing:
        raise NoChoice(
            _("“%(title)s” is needed for membership. Nothing was recorded: agree to it, or leave this page as it is.")
            % {"title": missing[0]}
        )
    if needs_age and any(said.values()) and form.get(OF_AGE) != YES:
        raise NoChoice(
            _("Say that you are %(age)s or older. If you are younger, a parent or guardian has to agree: speak to us.")
            % {"age": age}
        )
    return said


def _said(values: list[str]) -> bool:
    """Whether a box was ticked. Raises NoChoice where the form says both."""
    if YES in values and NO in values:
        raise NoChoice(_("The form says yes and no to the same question. Nothing was recorded: please choose again."))
    return YES in values


def _is_said(question: Question, yes: bool) -> bool:
    last = question.last
    return last is not None and last.granted == yes and (question.to_this if yes else last.text_id == question.text.pk)


def _answer(question: Question, yes: bool) -> NewAnswer:
    text = question.text
    return NewAnswer(text.purpose, yes, question.channel, text.recipient, text)
