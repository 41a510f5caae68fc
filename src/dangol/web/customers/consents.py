"""What one person allowed: every answer with its evidence, and recording what staff were told."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.lib import sealing
from dangol.lib.errors import DangolError
from dangol.records.catalog.topics import ensure_topics, tree
from dangol.records.customers.models import Customer
from dangol.records.permission import actions
from dangol.records.permission.guardians import is_child, record_guardian
from dangol.records.permission.models import Consent, Guardianship
from dangol.records.permission.policy import Pack, home_pack
from dangol.records.permission.preferences import keep_wishes, wishes_of
from dangol.records.permission.texts import ensure_texts
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.on_behalf import OnBehalf, Who
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers import verdicts
from dangol.web.customers.consent_forms import (
    WROTE_IN,
    AnswerForm,
    GuardianForm,
    LiftForm,
    SuppressForm,
    WishesForm,
)
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer


@needs(May.KEEP_CONSENT, personal=True)
@require_safe
def customer_consents(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Everything this person answered, what stands now, and the forms to record more."""
    return _page(request, person_or_404(request, customer_id))


@require_POST
@needs(May.KEEP_CONSENT, personal=True)
def customer_answer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Record one answer: agreed, refused, or taken back."""
    person, form = person_or_404(request, customer_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, person, answer=form)
    told = form.cleaned_data
    try:
        made = actions.record_form(
            person, [form.given()], by=viewer(request).user, at=clock.now(), how=told["how"], evidence=told["evidence"],
            given_by=told["given_by"], place=told["place"],
        )  # fmt: skip
    except DangolError as problem:
        form.add_error(None, str(problem))
        return _page(request, person, answer=form)
    return _done(request, person, _("The answer is recorded."), made[0].on_behalf)


@require_POST
@needs(May.KEEP_CONSENT, personal=True)
def customer_suppress(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Put the person on the do-not-contact list."""
    person, form = person_or_404(request, customer_id), SuppressForm(request.POST)
    if not form.is_valid():
        return _page(request, person, suppress=form)
    actions.suppress(person, **form.cleaned_data, by=viewer(request).user, at=clock.now())
    said = OnBehalf(Who.PERSON, form.cleaned_data["how"])
    return _done(request, person, _("Nothing is sent to them any more."), said)


@require_POST
@needs(May.KEEP_CONSENT, personal=True)
def customer_lift(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Take the person off the do-not-contact list."""
    person, form = person_or_404(request, customer_id), LiftForm(request.POST)
    if not form.is_valid():
        return _page(request, person, lift=form)
    actions.lift_suppression(person, **form.cleaned_data, by=viewer(request).user, at=clock.now())
    said = OnBehalf(Who.PERSON, form.cleaned_data["how"])
    return _done(request, person, _("They are off the list; what they agreed to counts again."), said)


@require_POST
@needs(May.KEEP_CONSENT, personal=True)
def customer_wishes(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Record what they wish to hear of, how often and in which language."""
    person = person_or_404(request, customer_id)
    form = WishesForm(request.POST, topics=tree(), wishes=wishes_of(person))
    if not form.is_valid():
        return _page(request, person, wishes=form)
    told = form.cleaned_data
    try:
        keep_wishes(person, form.wishes(), how=told["how"], by=viewer(request).user, at=clock.now(), seen=told["seen"])
    except DangolError as problem:
        form = WishesForm(topics=tree(), wishes=wishes_of(person))  # what stands now, to choose anew
        form.problem = problem
        return _page(request, person, wishes=form)
    return _done(request, person, _("What they wish is kept."), OnBehalf(Who.PERSON, told["how"]))


@require_POST
@needs(May.KEEP_CONSENT, personal=True)
def customer_guardian(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Record what a child's guardian answered."""
    person, pack = person_or_404(request, customer_id), home_pack(clock.as_of())
    if not is_child(person, pack=pack, at=clock.as_of()):  # grew up while the form was open
        return redirect("customer_consents", person.pk)
    form = GuardianForm(request.POST, pack=pack)
    if not form.is_valid():
        return _page(request, person, guardian=form)
    told = form.cleaned_data
    try:
        made = record_guardian(
            person, granted=told["answer"] == "yes", method=told["method"], name=told["name"], contact=told["contact"],
            evidence=told["evidence"], by=viewer(request).user, at=clock.now(),
        )  # fmt: skip
    except DangolError as problem:
        form.add_error(None, str(problem))
        return _page(request, person, guardian=form)
    return _done(request, person, _("The guardian's answer is recorded."), made.on_behalf)


def _page(request: HttpRequest, person: Customer, **forms_: forms.Form) -> HttpResponse:
    ensure_texts(at=clock.now())
    at = clock.as_of()
    pack = home_pack(at)
    context: dict[str, Any] = {
        "customer": person, "pack": pack,
        "verdicts": verdicts.verdicts(person, at=at),
        "answers": [(one, verdicts.question(one)) for one in verdicts.last_answers(person)],
        "history": [(one, verdicts.question(one)) for one in _history(person)],
        "blocks": [(one, verdicts.medium(one.channel), _lift(one.channel, forms_.get("lift")))
                   for one in verdicts.standing_suppressions(person)],
        "answer_form": forms_.get("answer") or AnswerForm(initial=_first_words()),
        "suppress_form": forms_.get("suppress") or SuppressForm(),
        **_wished(person, forms_.get("wishes")),
        **_of_child(person, pack, forms_.get("guardian")),
    }  # fmt: skip
    return render(request, "customers/consents.html", context, status=422 if forms_ else 200)


def _of_child(person: Customer, pack: Pack, form: forms.Form | None) -> dict[str, Any]:
    """A child's guardian and the form for an answer; {} for whoever decides alone."""
    if not is_child(person, pack=pack, at=clock.as_of()):
        return {}
    last = person.guardians.order_by("-answered_at", "-id").first()
    return {"child": True, "guardian": last, "guardian_known": _opened(last) if last else ("", ""),
            "guardian_form": form or GuardianForm(pack=pack)}  # fmt: skip


def _wished(person: Customer, form: forms.Form | None) -> dict[str, Any]:
    """What they wish, and the form to record that they wish something else."""
    ensure_topics(at=clock.now())
    topics, wishes = tree(), wishes_of(person)
    return {
        "wishes": wishes, "declined": [topic for topic in topics if topic.pk not in wishes.topics],
        "language": dict(WROTE_IN).get(wishes.language, ""),
        "wishes_form": form or WishesForm(topics=topics, wishes=wishes),
    }  # fmt: skip


def _opened(last: Guardianship) -> tuple[str, str]:
    try:
        return sealing.unseal(last.name_sealed), sealing.unseal(last.contact_sealed)
    except sealing.KeyLost as problem:
        return str(problem), ""


def _history(person: Customer) -> list[Consent]:
    mine = Consent.objects.filter(customer=person).select_related("text", "recorded_by")
    return list(mine.order_by("-answered_at", "-id"))


def _lift(channel: str, tried: forms.Form | None) -> forms.Form:
    if tried is not None and tried.data.get("channel", "") == channel:
        return tried
    return LiftForm(initial={"channel": channel}, auto_id=f"lift_{channel}_%s")


def _first_words() -> dict[str, str]:
    return {"question": "marketing|sms|", "how": "counter", "shown": "ko" if clock.home().law == "kr" else "en"}


def _done(request: HttpRequest, person: Customer, words: str, said: OnBehalf) -> HttpResponse:
    viewer(request).note(Verb.CHANGED, on_behalf=said)
    toast(request, words)
    return redirect("customer_consents", person.pk)
