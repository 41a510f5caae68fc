"""Reports that are planned, changed, ended and taken up again, each by whoever planned it or the owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Report, ReportPart, SavedQuestion
from dangol.insight.analysis.saved_questions.still_fits import moves_on
from dangol.lib.errors import DangolError
from dangol.records.staff.models import User
from dangol.records.staff.roles import May, Role
from dangol.records.staff.scope import scope_of

MOST_QUESTIONS, MOST_RECIPIENTS = 12, 100


class CannotReport(DangolError):
    """The report lacks what it needs, or may not be."""


@dataclass(frozen=True)
class Plan:
    """What a report is to be: its name, the questions in their order, how often, at which hour, to whom."""

    name: str
    questions: Sequence[SavedQuestion]
    rhythm: str
    hour: int
    recipients: Sequence[User]


def reports() -> QuerySet[Report]:
    """All reports, those that are sent first, by name."""
    return Report.objects.select_related("by").order_by("ended_at", "name", "pk")


def standing() -> QuerySet[Report]:
    """The reports that are sent."""
    return Report.objects.filter(ended_at=None).select_related("by", "by__unit").order_by("pk")


def questions_of(report: Report) -> list[SavedQuestion]:
    """What it tells, in order."""
    return [part.question for part in report.parts.select_related("question")]


def may_change(report: Report, user: User) -> bool:
    """Whether somebody may change, end or send it: whoever planned it, and the owner."""
    return report.by_id == user.pk or user.role == Role.OWNER


def readers() -> QuerySet[User]:
    """Whom a report may be sent to: staff who may see values now."""
    roles = [role for role in Role.values if User(role=role).may(May.SEE_VALUES)]
    return User.objects.filter(is_active=True, role__in=roles).order_by("first_name", "username")


@atomic
def plan(wanted: Plan, *, by: User, at: datetime) -> Report:
    """Send this from now on; what was due before is not sent. Raises CannotReport."""
    _refuse(wanted)
    report = Report(by=by, at=at, since=at)
    _keep(report, wanted)
    return report


@atomic
def change(report: Report, wanted: Plan, *, by: User, at: datetime) -> Report:
    """Send it otherwise; with another rhythm or hour only what falls due from now on. Raises CannotReport."""
    _refuse_another(report, by)
    _refuse(wanted)
    if (report.rhythm, report.hour) != (wanted.rhythm, wanted.hour):
        report.since = at
    _keep(report, wanted)
    return report


def end(report: Report, *, by: User, at: datetime) -> None:
    """Nothing of it is sent any more, until it is taken up again. Raises CannotReport."""
    _refuse_another(report, by)
    Report.objects.filter(pk=report.pk, ended_at=None).update(ended_at=at)


def take_up(report: Report, *, by: User, at: datetime) -> None:
    """Send it again from now on. Raises CannotReport where a question is gone or its name is taken."""
    _refuse_another(report, by)
    gone = [one for one in questions_of(report) if one.removed_at is not None]
    if gone:
        raise CannotReport(_("The question “%(name)s” was deleted. Bring it back first.") % {"name": gone[0]})
    try:
        with atomic():
            Report.objects.filter(pk=report.pk).exclude(ended_at=None).update(ended_at=None, since=at)
    except IntegrityError as error:
        raise _taken(report.name) from error


def why_still(report: Report) -> str:
    """Why nothing of it is sent to anybody; "" where it is."""
    user: User = report.by
    if not user.may(May.SEE_VALUES) or not scope_of(user).whole:
        return _("%(who)s may not see the numbers of everybody any more. Somebody who may has to plan it anew.") % {
            "who": user
        }
    return ""


def start_anew(*, at: datetime) -> int:
    """What fell due before is not sent any more, as in a restored home, where it may have left already; how many."""
    return Report.objects.filter(since__lt=at).update(since=at)


def _keep(report: Report, wanted: Plan) -> None:
    report.name, report.rhythm, report.hour = " ".join(wanted.name.split())[:60], wanted.rhythm, wanted.hour
    try:
        with atomic():
            report.save()
    except IntegrityError as error:
        raise _taken(report.name) from error
    report.recipients.set(wanted.recipients)
    report.parts.all().delete()
    ReportPart.objects.bulk_create(
        ReportPart(report=report, question=one, place=place) for place, one in enumerate(wanted.questions)
    )


def _refuse(wanted: Plan) -> None:
    if not wanted.name.strip():
        raise CannotReport(_("Give the report a name."))
    if not wanted.questions or not wanted.recipients:
        raise CannotReport(_("Choose at least one saved question and one recipient."))
    if len(wanted.questions) > MOST_QUESTIONS or len(wanted.recipients) > MOST_RECIPIENTS:
        raise CannotReport(
            _("A report tells at most %(questions)s questions to at most %(people)s people.")
            % {"questions": MOST_QUESTIONS, "people": MOST_RECIPIENTS}
        )
    if wanted.rhythm not in Report.Rhythm.values or not 0 <= wanted.hour <= 23:
        raise CannotReport(_("Choose how often the report is sent, and at which hour from 0 to 23."))
    for one in wanted.questions:
        if not moves_on(one.query):
            raise CannotReport(
                _("“%(name)s” asks of fixed days, so the report would always tell the same. Save it with a period such"
                  " as last month.") % {"name": one}
            )  # fmt: skip


def _taken(name: str) -> CannotReport:
    return CannotReport(_("There is a report “%(name)s” already. Choose another name.") % {"name": name})


def _refuse_another(report: Report, user: User) -> None:
    if not may_change(report, user):
        raise CannotReport(_("This report is somebody else's. Whoever planned it, or the owner, can change it."))
