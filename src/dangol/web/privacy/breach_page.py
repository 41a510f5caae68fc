"""One incident as its page shows it; every view of the workspace answers with it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime

from dangol.lib.errors import DangolError
from dangol.records.staff.access import queries as log
from dangol.records.staff.breach import queries
from dangol.records.staff.breach.models import Incident
from dangol.web import clock
from dangol.web.privacy import access_words, breach_letters, breach_tasks
from dangol.web.privacy.breach_forms import DecisionForm, FindingForm, ListForm, LogForm, SendForm
from dangol.web.shell.toasts import toast
from dangol.web.start import work

KNOWN = ("intrusion", "sensitive", "items", "course", "advice", "measures", "contact")


def incident_or_404(incident_id: int) -> Incident:
    """The incident of this number."""
    return get_object_or_404(Incident, pk=incident_id)


def page(request: HttpRequest, incident: Incident, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, with what went wrong or was found kept in it."""
    state, now = queries.state(incident, jurisdiction=clock.home().law), clock.now()
    finding = {name: getattr(state.finding, name) for name in ("standing", *KNOWN)}
    context = {
        "state": state,
        "incident": incident,
        "hours": hours_left(state),
        "alarm": state.alarm(now),
        "way": breach_letters.way(state),
        "work": work.look(breach_tasks.key_of(incident)),
        "finding_form": FindingForm(initial=finding),
        "log_form": log_form(None, initial={"until": localtime(now).replace(tzinfo=None), "verbs": ["saw", "took"]}),
        "list_form": ListForm(),
        "send_form": SendForm(),
        "decision_form": DecisionForm(),
        **_letters(state),
        **more,
    }
    return render(request, "privacy/breach.html", context, status=status)


def done(request: HttpRequest, incident: Incident, do: Callable[[], object], said: str, **forms_: Any) -> HttpResponse:
    """Do it, and go back to the page; what is refused is told there."""
    try:
        do()
    except DangolError as problem:
        return page(request, incident, problem=str(problem), status=422, **forms_)
    toast(request, said)
    return redirect("breach", incident.pk)


def log_form(told: Any, **named: Any) -> LogForm:
    """What is asked of the access log, with the staff and pages that may be chosen."""
    users = [(str(pk), name) for pk, name in sorted(log.users_named().items(), key=lambda user: user[1])]
    return LogForm(told, users=users, pages=_pages(), **named)


def _pages() -> list[tuple[str, str]]:
    """Every page by its words; those of the same words are one choice, their names side by side."""
    named: dict[str, list[str]] = {}
    for name, words in access_words.PAGES.items():
        named.setdefault(str(words), []).append(name)
    return sorted(((" ".join(names), words) for words, names in named.items()), key=lambda page: page[1])


def hours_left(state: queries.State) -> int:
    """Whole hours until the last moment."""
    return state.clock.hours_left(clock.now())


def _letters(state: queries.State) -> dict[str, Any]:
    """The letter in both languages and as a posting, or what is missing for it."""
    try:
        return {
            "letters": [
                (name, code, breach_letters.written(state, language=code),
                 breach_letters.posted(state, language=code, at=clock.now()))
                for code, name in (("ko", "한국어"), ("en", "English"))
            ]
        }  # fmt: skip
    except DangolError as gap:
        return {"letter_gap": str(gap)}
