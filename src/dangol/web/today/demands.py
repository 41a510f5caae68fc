"""What people demanded and what has run out, as far as it presses: it comes before everything else to do."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.records.rights.due_dates import day_of
from dangol.records.rights.models import Request
from dangol.records.rights.queries import Standing, for_a_person, pressing
from dangol.records.staff.roles import May
from dangol.web.shell.figures import people
from dangol.web.shell.viewer import Viewer
from dangol.web.start import daily
from dangol.web.today.tasks import Task

SHOWN = 3


def demands(viewer: Viewer, *, at: datetime) -> list[Task]:
    """Demands whose last day is near, for those who answer them; for the owner, customers due to be forgotten."""
    found: list[Task] = []
    if viewer.may(May.ANSWER_REQUESTS):
        found += _pressing(pressing(viewer.scope, on=day_of(at)))
        found += _by_hand(viewer)
    if viewer.may(May.CHANGE_SETTINGS) and viewer.scope.whole:
        found += _due()
    return found


def _pressing(found: list[Standing]) -> Iterator[Task]:
    for one in found[:SHOWN]:
        facts = {"day": date_format(one.due_on, "DATE_FORMAT"), "what": Request.Kind(one.request.kind).label}
        title = _("Overdue since %(day)s: %(what)s") if one.overdue else _("Due on %(day)s: %(what)s")
        yield Task(
            title % facts, _("Request %(number)s waits for our answer.") % {"number": one.request.pk},
            _("Answer it"), reverse("privacy_request", args=[one.request.pk]), icon="warn" if one.overdue else "clock",
        )  # fmt: skip
    if (further := len(found) - SHOWN) > 0:
        title = ngettext("%(n)s more request presses", "%(n)s more requests press", further) % {"n": further}
        yield Task(title, "", _("See them"), reverse("privacy_requests"), icon="clock")


def _by_hand(viewer: Viewer) -> Iterator[Task]:
    for one in for_a_person(viewer.scope)[:SHOWN]:
        yield Task(
            _("A person has to decide, not a program"),
            _("Request %(number)s: look at what was decided and write down what you find.") % {"number": one.pk},
            _("Decide"), reverse("privacy_request", args=[one.pk]), icon="person",
        )  # fmt: skip


def _due() -> Iterator[Task]:
    for number in daily.waiting().values():
        title = ngettext(
            "%(people)s customer is due to be forgotten", "%(people)s customers are due to be forgotten", number
        ) % {"people": people(number)}
        yield Task(
            title,
            _("No purchase, contact or consent for years. Nothing goes before you have looked."),
            _("Look"), reverse("privacy_retention"), icon="clock",
        )  # fmt: skip
