"""Stopping advertising: looking changes nothing, one press ends it, a mail program may do so by itself (RFC 8058)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from dangol.records.catalog.models import Topic
from dangol.records.customers.own_pages import STOP
from dangol.records.permission.actions import opt_out
from dangol.records.permission.models import Purpose
from dangol.records.permission.preferences import frequency_of
from dangol.records.permission.reasons import MEDIA
from dangol.records.permission.second_thoughts import stood_before
from dangol.records.permission.standing import standing
from dangol.web.public import choosing, topics
from dangol.web.public.choosing import NoChoice, alone, medium_name
from dangol.web.public.pages import HANDED_OUT, Visitor, go, own_page, show

ONE_CLICK = "List-Unsubscribe"
OFFERED = {"stop", "again", "topic", "often"}


@own_page(STOP)
@require_http_methods(["GET", "HEAD", "POST"])
def own_stop(request: HttpRequest, me: Visitor) -> HttpResponse:
    """What can be stopped; or, asked to by a button or a mail program, stopping it."""
    if request.method != "POST":
        return show(request, "stop", _standing(request, me))
    if request.POST.get(ONE_CLICK) == "One-Click":
        return _one_click(me)
    try:
        choice = choosing.read(request.POST.get("do", ""))
        if choice.kind not in OFFERED:
            raise NoChoice
        done = choosing.make(me, choice)
    except NoChoice as problem:
        return show(request, "stop", {**_standing(request, me), "problem": problem}, status=422)
    return go(request, "own_stop", me.token, done=done.choice, back=done.back)


def _one_click(me: Visitor) -> HttpResponse:
    """What a mail program asks for by itself: done at once, nothing asked, nobody led elsewhere."""
    with alone(me):
        opt_out(me.customer, channel=_came(me)[0], **choosing.proof(me))
    return HttpResponse("OK\n", content_type="text/plain; charset=utf-8")


def _came(me: Visitor) -> tuple[str, Topic | None]:
    """By which medium the link came, and what about, as far as it knows."""
    medium, _sep, topic = me.link.word.partition(":")
    if me.link.word.startswith(HANDED_OUT) or medium not in MEDIA:
        return "", None
    return medium, Topic.objects.filter(pk=int(topic)).first() if topic.isdigit() else None


def _standing(request: HttpRequest, me: Visitor) -> dict[str, Any]:
    """How things stand and what can be chosen."""
    medium, topic = _came(me)
    answers = standing(me.customer, purposes=[Purpose.MARKETING])
    newest = answers.answers[0] if answers.answers else None
    ends = []
    for code in dict.fromkeys((medium, "")):
        last = answers.last(Purpose.MARKETING, channel=code) if code else newest
        over = last is not None and not last.granted and last.channel in {"", code}
        ends.append({
            "code": code, "name": medium_name(code), "over": last if over else None,
            "back": bool(stood_before(answers, channel=code, at=me.at)),
        })  # fmt: skip
    return {
        "me": me, "ends": ends, "topic": topic, "topics": topics.rows(me.customer, at=me.at), "often": choosing.OFTEN,
        "frequency": frequency_of(me.customer), "done": choosing.made(request),
    }  # fmt: skip
