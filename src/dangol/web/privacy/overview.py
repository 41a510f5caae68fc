"""The page Privacy: the way to each topic that the viewer may open."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dangol.records.staff.roles import May
from dangol.web.shell.frame import address_of
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer


@dataclass(frozen=True)
class Topic:
    """One page of Privacy: its address by name, what it is called, what it tells, and what opens it."""

    url_name: str
    title: str | Promise
    told: str | Promise
    icon: str
    may: May
    whole: bool = False


# A topic is one line here and one file of views beside this one.
TOPICS: tuple[Topic, ...] = ()


@needs(None)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The topics there are for this viewer."""
    mine = viewer(request)
    topics = [
        (topic, url)
        for topic in TOPICS
        if mine.may(topic.may) and (mine.scope.whole or not topic.whole) and (url := address_of(topic.url_name))
    ]
    return render(request, "privacy/privacy.html", {"topics": topics})
