"""Reports that did not reach their readers: told to whoever planned them, and to the owner."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.models import Report
from dangol.insight.analysis.reports import planning
from dangol.records.outbox import staff_mail
from dangol.records.outbox.models import StaffMail
from dangol.records.staff.roles import May
from dangol.web.insight.reports.sending import troubled
from dangol.web.shell.viewer import Viewer
from dangol.web.today.tasks import Task

SHOWN = 3


def reporting(viewer: Viewer, *, at: datetime) -> list[Task]:
    """One task at most for each report, by the real clock."""
    if not (viewer.may(May.SEE_VALUES) and viewer.scope.whole):
        return []
    mine = [one for one in planning.standing() if planning.may_change(one, viewer.user)]
    missed = troubled(mine, at=at) if mine else {}
    return [task for one in mine for task in _of(one, missed[one.pk])][:SHOWN]


def _of(report: Report, missed: list[StaffMail]) -> Iterator[Task]:
    name = {"name": report.name}
    url = reverse("insight_report", args=[report.pk])
    if still := planning.why_still(report):
        yield Task(_("The report “%(name)s” is not sent") % name, still, _("To the report"), url, icon="warn")
        return
    if not missed:
        return
    title = ngettext(
        "The report “%(name)s” did not reach %(n)s person",
        "The report “%(name)s” did not reach %(n)s people",
        len(missed),
    ) % {**name, "n": len(missed)}
    first = missed[0]
    why = staff_mail.REASONS.get(first.withheld) or first.problem or _("may have left or not")
    yield Task(title, f"{first.user}: {why}", _("To the report"), url, icon="warn")
