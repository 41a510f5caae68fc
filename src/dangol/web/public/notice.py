"""The privacy notice: open to anybody, with nobody's data on it. What it says comes from what is really kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dangol.lib.languages import speaks
from dangol.records.permission.texts import parts_of
from dangol.records.rights import explaining
from dangol.records.rights.due_dates import TERMS, day_of
from dangol.records.rights.models import Request
from dangol.web import clock
from dangol.web.privacy import inventory_notice
from dangol.web.public.asking import published
from dangol.web.public.pages import open_page, show


@open_page
@require_safe
def own_notice(request: HttpRequest) -> HttpResponse:
    """What is kept and why, for how long, who else gets it, and what people may demand."""
    at = clock.now()
    context = {
        "found": inventory_notice.notice(day_of(at)),
        "texts": [(text, parts_of(text)) for text in published(speaks(), at=at)],
        "rights": [(kind.label, TERMS[kind.value]) for kind in Request.Kind],
        "criteria": list(explaining.EXPLAINERS.values()),
    }  # fmt: skip
    return show(request, "notice", context)
