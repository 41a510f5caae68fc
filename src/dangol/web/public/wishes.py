"""The preference centre: what somebody agreed to and since when, what they want to hear of, and how often."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from dangol.lib.languages import speaks
from dangol.records.customers.own_pages import WISHES
from dangol.records.permission.guardians import is_child
from dangol.records.permission.models import Purpose
from dangol.records.permission.policy import home_pack
from dangol.records.permission.preferences import frequency_of, language_of
from dangol.records.permission.standing import standing
from dangol.records.permission.texts import current_text, parts_of
from dangol.web.public import asking, choosing, topics
from dangol.web.public.choosing import NoChoice
from dangol.web.public.pages import Visitor, go, own_page, show


@own_page(WISHES)
@require_http_methods(["GET", "HEAD", "POST"])
def own_wishes(request: HttpRequest, me: Visitor) -> HttpResponse:
    """Everything that can be chosen, as it stands; one press changes one thing and is saved at once."""
    if request.method != "POST":
        return show(request, "wishes", _standing(request, me))
    try:
        done = choosing.make(me, choosing.read(request.POST.get("do", "")))
    except NoChoice as problem:
        return show(request, "wishes", {**_standing(request, me), "problem": problem}, status=422)
    return go(request, "own_wishes", me.token, done=done.choice, back=done.back)


def _standing(request: HttpRequest, me: Visitor) -> dict[str, Any]:
    pack, answers = home_pack(me.at), standing(me.customer)
    automated = current_text(Purpose.AUTOMATED, language=speaks())
    objected = answers.last(Purpose.AUTOMATED)
    return {
        "me": me, "asked": asking.asked(answers, language=speaks(), pack=pack, at=me.at),
        "topics": topics.rows(me.customer, at=me.at),
        "often": choosing.OFTEN, "frequency": frequency_of(me.customer), "language": language_of(me.customer),
        "automated": automated, "automated_parts": parts_of(automated) if automated else [],
        "objected": objected if objected is not None and not objected.granted else None,
        "blocks": choosing.blocks(me),
        "child": is_child(me.customer, pack=pack, at=me.at), "age": pack.rules.age, "done": choosing.made(request),
    }  # fmt: skip
