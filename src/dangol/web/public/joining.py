"""Signing up: a form that anybody may open once the owner opened it, and that nobody believes before it was looked at.

Nobody is looked up, so that the answer is the same, and takes as long, whether somebody is a customer already or not.
What a program sends (a field nobody sees filled in) gets the answer of everybody else and is kept nowhere.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dangol.contact.intake import joining, signing_up
from dangol.contact.intake.signing_up import Answer
from dangol.lib import links
from dangol.lib.languages import speaks
from dangol.lib.links import BadLink, Link, Maker
from dangol.lib.sealing import KeyLost
from dangol.records.permission.policy import Pack, home_pack
from dangol.records.permission.standing import Standing
from dangol.records.rights.keeping_rules import term
from dangol.web import clock
from dangol.web.public import asking, choosing, consent, limits
from dangol.web.public.asking import Asked
from dangol.web.public.choosing import NoChoice
from dangol.web.public.join_form import JoinForm
from dangol.web.public.pages import LinkRefused, go, open_page, show
from dangol.web.shell.door import place_of
from dangol.web.shell.proxy import network_of

PURPOSE = "join"  # of the mark that a form carries: when it was shown, and that it is ours
GOOD_FOR = timedelta(hours=12)
QUICK = timedelta(seconds=2)  # nobody reads and writes that fast
TRAP = "website"  # a field that people do not see
CODE = re.compile(r"[\w-]{1,40}")
RECEIPT = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")


class Stale(NoChoice):
    """The form stood open for too long, or is none of ours; nothing is wrong with what it says."""


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_join(request: HttpRequest) -> HttpResponse:
    """The form; or, sent, that it is on its way to somebody."""
    door = joining.open_door()
    if door is None:
        raise LinkRefused("unreadable")  # what an address that never was says
    at = clock.now()
    if RECEIPT.fullmatch(done := request.GET.get("done", "")):
        return _shown(request, "join_done", {"receipt": done}, at=at)
    form = JoinForm(request.POST or None, asked=joining.asked(door), today=clock.today())
    if request.method != "POST":
        return _form(request, form, at=at)
    return _sent(request, form, home_pack(at), at=at)


def _sent(request: HttpRequest, form: JoinForm, pack: Pack, *, at: datetime) -> HttpResponse:
    for name in ("joined_from", "joined_from_a_day"):
        limits.take(name, network_of(place_of(request)))
    if request.POST.get(TRAP):
        return _done(request, choosing.receipt())
    try:
        if not form.is_valid():
            return _form(request, form, at=at, status=422)
        if (born := form.details.birth_date) is not None and born > pack.of_age_born_by(at):
            return _shown(request, "join_child", {"age": pack.rules.age}, at=at)
        found = _asked(pack, at=at)
        said = consent.ticked(found, request.POST, needs_age=born is None, age=pack.rules.age)
        if set(said) != {question.name for one in found for question in one.questions}:
            raise NoChoice(_("The texts have changed meanwhile. Please read them again; nothing was recorded."))
        mark = _mark(request.POST.get("mark", ""), at=at)
    except NoChoice as problem:
        return _form(request, form, at=at, problem=problem, status=422)
    limits.take("joined", "all")
    questions = {question.name: question for one in found for question in one.questions}
    made = signing_up.sign_up(
        form.details, [Answer(questions[name].text, questions[name].channel, yes) for name, yes in said.items()],
        came=joining.came(source=_code(request, "from"), unit=_code(request, "unit"), on=clock.today()), mark=mark,
        receipt=choosing.receipt(), language=speaks(), place=request.META.get("REMOTE_ADDR", ""), at=at,
        of_age=pack.rules.age if request.POST.get(consent.OF_AGE) == consent.YES else None,
    )  # fmt: skip
    return _done(request, made.receipt)


def _mark(token: str, *, at: datetime) -> str:
    """What tells one form from another. Raises Stale, and NoChoice for one that was sent at once."""
    try:
        link = links.opened(token, purpose=PURPOSE, at=at)
    except (BadLink, KeyLost) as refused:
        raise Stale(_("This page stood open for long. Look at it once more, then send it again.")) from refused
    if at - (link.until - GOOD_FOR) < QUICK:
        raise NoChoice(_("That was very quick. Look at it once more, then send it again."))
    return link.word


def _form(
    request: HttpRequest, form: JoinForm, *, at: datetime, problem: NoChoice | None = None, status: int = 200
) -> HttpResponse:
    pack = home_pack(at)
    found = _asked(pack, at=at)
    ticked = {name for name, value in request.POST.items() if value == consent.YES}
    context = {
        "form": form, "problem": problem, "trap": TRAP, "age": pack.rules.age, "ticked": ticked,
        "of_age": consent.OF_AGE in ticked, "asks_birth_date": "birth_date" in form.fields,
        "required": [one for one in found if one.text.required],
        "optional": [one for one in found if not one.text.required],
        "mark": _carried(request, problem) or _new_mark(at),
    }  # fmt: skip
    return _shown(request, "join", context, at=at, status=status)


def _carried(request: HttpRequest, problem: NoChoice | None) -> str:
    """The mark the form came with: what is mended is the same form."""
    return "" if isinstance(problem, Stale) else request.POST.get("mark", "")[: links.LONGEST]


def _new_mark(at: datetime) -> str:
    return Maker(PURPOSE).made(Link(0, at + GOOD_FOR, secrets.token_urlsafe(18)))


def _asked(pack: Pack, *, at: datetime) -> list[Asked]:
    return asking.asked(Standing(()), language=speaks(), pack=pack, at=at)


def _shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, at: datetime, status: int = 200
) -> HttpResponse:
    """A page that keeps how somebody came, also in the other language."""
    way = _way(request)
    told = {"lang": speaks() if request.GET.get("lang") else "", **way}
    query = urlencode({name: value for name, value in told.items() if value})
    days = term("sign_ups", clock.today())
    along = f"&{urlencode(way)}" if way else ""
    where = {"here": f"{request.path}?{query}" if query else request.path, "along": along, "days": days}
    return show(request, template, {**where, **context}, status=status)


def _done(request: HttpRequest, receipt: str) -> HttpResponse:
    return go(request, "own_join", done=receipt, **_way(request))


def _way(request: HttpRequest) -> dict[str, str]:
    return {name: code for name in ("from", "unit") if (code := _code(request, name))}


def _code(request: HttpRequest, name: str) -> str:
    found = CODE.fullmatch(request.GET.get(name, ""))
    return found[0] if found else ""
