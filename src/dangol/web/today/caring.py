"""What the viewer is to do for customers in person, and how much of it is overdue."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.decisions.care.queries import pressing
from dangol.records.staff.roles import May
from dangol.web.shell.figures import count
from dangol.web.shell.viewer import Viewer
from dangol.web.today.tasks import Task


def caring(viewer: Viewer, *, today: date) -> list[Task]:
    """For whoever tasks can be given to: one question."""
    number, late = pressing(viewer.user, viewer.scope, today=today) if viewer.may(May.WRITE_NOTES) else (0, 0)
    if not number:
        return []
    title = ngettext("%(n)s care task is yours", "%(n)s care tasks are yours", number) % {"n": count(number)}
    overdue = ngettext("%(n)s is overdue.", "%(n)s are overdue.", late) % {"n": count(late)}
    return [
        Task(title, overdue if late else _("None is overdue."), _("To the tasks"), f"{reverse('care')}?who=mine",
             icon="warn" if late else "heart")
    ]  # fmt: skip
