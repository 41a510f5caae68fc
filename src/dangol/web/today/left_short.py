"""Customers of high equity whom the newest month leaves short: until somebody has closed the matter."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.relationship.movement.imbalance import last_step, open_imbalance
from dangol.web.shell.figures import people
from dangol.web.today.tasks import Task


def left_short(*, today: date) -> Iterator[Task]:
    """For those who see values of everybody. One question where there is none."""
    matter = open_imbalance()
    if matter is None:
        return
    title = ngettext(
        "%(people)s of high equity newly gets too little",
        "%(people)s of high equity newly get too little",
        matter.customers,
    ) % {"people": people(matter.customers)}
    step = last_step(matter)
    if step is None or step.due_on is None:
        note, late = _("Nobody has it yet. Give it to somebody, with a day."), False
    else:
        late = step.due_on < today
        told = _("Overdue since %(day)s. In charge: %(name)s") if late else _("Until %(day)s. In charge: %(name)s")
        note = told % {"day": date_format(step.due_on, "DATE_FORMAT"), "name": step.owner}
    yield Task(title, note, _("See who"), reverse("movement"), icon="warn" if late else "", region="" if late else "II")
