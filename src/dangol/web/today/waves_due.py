"""A wave of loyalty whose day has come and of which no answers are there, for those who see values of everybody."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.insight.relationship.loyalty.calendar import State
from dangol.insight.relationship.loyalty.queries import pressing
from dangol.web import clock
from dangol.web.today.tasks import Task


def waves_due() -> Iterator[Task]:
    """One question where no wave is planned; none in a home whose clock stands still."""
    found = pressing(today=clock.day()) if clock.runs() else None
    if found is None:
        return
    wave, plan = found
    late = wave.state == State.LATE
    facts = {"day": date_format(wave.day, "DATE_FORMAT"), "name": plan.owner or "–"}
    title = (
        _("Loyalty should have been measured on %(day)s")
        if late
        else _("Loyalty has been due to be measured since %(day)s")
    )
    note = _("No survey answers of that time are there. In charge: %(name)s")
    yield Task(title % facts, note % facts, _("To the calendar"), reverse("loyalty"), icon="warn" if late else "clock")
