"""How feedback sounds: month by month, by kind and product, what sounds unhappy, and what staff say of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.insight.analysis.models import FeedbackTone, Tone
from dangol.insight.analysis.voices import queries
from dangol.insight.analysis.voices.actions import correct_tone
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.records.voices.models import Feedback
from dangol.web import clock
from dangol.web.insight.feedback import pictures, tasks, told
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting

SHOWN = 10
FARTHEST = 500  # pages


@needs(May.SEE_VALUES, whole=True, personal=True)
@require_safe
def insight_feedback(request: HttpRequest) -> HttpResponse:
    """What was found when feedback was last read, and the newest of one tone."""
    run, at = queries.last_reading(), clock.as_of()
    counted = queries.totals(as_of=at)
    context: dict[str, Any] = {
        "run": run, "work": work.look(tasks.KEY), "counted": counted, "any": sum(counted.values()),
        "taught": told.taught(), "sure": told.certainty(run),
    }  # fmt: skip
    if run is not None:
        months = queries.by_month(as_of=at)
        context |= {
            "chart": pictures.chart(run, months, counted) if months else None,
            "products": [(one.name, one) for one in queries.by_product(as_of=at)],
            "kinds": told.kinds(queries.by_kind(as_of=at)),
            "words": [(tone, Tone(tone).label, run.summary["words"].get(tone, [])) for tone in ("unhappy", "glad")],
            **_listed(request),
        }  # fmt: skip
    return render(request, "insight/feedback.html", context)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def insight_feedback_read(request: HttpRequest) -> HttpResponse:
    """Read what nobody has read yet, beside the pages."""
    work.start(tasks.KEY, tasks.read, viewer(request).user.pk, speaks())
    return redirect("insight_feedback")


@needs(May.SEE_VALUES, whole=True)
@require_safe
@never_cache
def insight_feedback_work(request: HttpRequest) -> HttpResponse:
    """How the reading stands; the page is fetched anew once it is done."""
    return waiting(request, "insight/feedback_work.html", work.look(tasks.KEY))


@needs(May.SEE_VALUES, whole=True)
@require_safe
def insight_feedback_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The months as a picture, or their numbers as CSV."""
    run, at = queries.last_reading(), clock.as_of()
    months = queries.by_month(as_of=at)
    drawn = pictures.chart(run, months, queries.totals(as_of=at)) if run and months else None
    return file_answer(drawn, kind, "feedback")


@require_POST
@needs(May.WRITE_NOTES, whole=True)
def insight_feedback_tone(request: HttpRequest, feedback_id: int) -> HttpResponse:
    """Write down how it sounds to a person."""
    tone = request.POST.get("tone", "")
    if tone not in told.SAID:
        raise Http404(tone)
    try:
        correct_tone(feedback_id, tone=Tone(tone), by=viewer(request).user, at=clock.now())
    except DangolError as problem:
        toast(request, str(problem))
    else:
        toast(request, _("Written down: it sounds “%(tone)s”.") % {"tone": told.said_words(Tone(tone))})
    shown, page = _wanted(request.POST)
    return redirect(f"{reverse('insight_feedback')}?{urlencode({'tone': shown, 'page': page})}#newest")


def _listed(request: HttpRequest) -> dict[str, Any]:
    """The newest of the tone that is asked for, and whom it shows."""
    mine = viewer(request)
    shown, page = _wanted(request.GET)
    found = list(queries.newest(shown, as_of=clock.as_of())[(page - 1) * SHOWN : page * SHOWN + 1])
    rows = [(one, person_of(one)) for one in found[:SHOWN]]
    mine.saw(person.pk for _one, person in rows if person is not None)
    return {
        "rows": rows, "shown": shown, "page": page, "more": len(found) > SHOWN,
        "tones": [(tone, tone.label) for tone in (Tone.UNHAPPY, Tone.GLAD, Tone.UNSURE, Tone.UNREAD)],
        "says": [(tone, told.said_words(tone)) for tone in told.SAID],
        "inquiry": Feedback.Kind.INQUIRY,
    }  # fmt: skip


def _wanted(given: Any) -> tuple[Tone, int]:
    tone, page = given.get("tone_shown") or given.get("tone", ""), given.get("page", "")
    number = int(page) if page.isdecimal() and len(page) < 5 else 1
    return Tone(tone) if tone in Tone.values else Tone.UNHAPPY, min(max(number, 1), FARTHEST)


def person_of(one: FeedbackTone) -> Any:
    """Whom it is of; nobody where nobody is known, or they were forgotten."""
    identity = one.feedback.identity
    return identity.customer if identity is not None and identity.customer.erased_at is None else None
