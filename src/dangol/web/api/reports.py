"""Reports by the API: planned, changed, ended and taken up again, how every mail went, one for oneself now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import StringConstraints

from dangol.insight.analysis.models import Report
from dangol.insight.analysis.reports import planning
from dangol.insight.analysis.reports.due import next_due
from dangol.insight.analysis.reports.planning import CannotReport, Plan
from dangol.records.outbox import staff_mail
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Number, Sent, opened
from dangol.web.insight.reports import sending, views
from dangol.web.shell.viewer import Viewer, viewer

router = Router(tags=["insight"])


class Reader(Schema):
    """Somebody a report is sent to; `may`: whether their role may see values now."""

    id: int
    name: str
    email: str
    may: bool


class MailOfReport(Schema):
    """One mail: `state` is sent, waiting or trouble; `words` says how it went."""

    id: int
    reader: int
    day: date
    trial: bool
    state: str
    words: str
    problem: str
    handed_over_at: datetime | None


class PlannedReport(Schema):
    """A report; `still`: why nothing of it is sent, else empty; `next`: when it falls due, null where it does not."""

    id: int
    name: str
    questions: list[int]
    rhythm: str
    hour: int
    recipients: list[Reader]
    by: str
    ended_at: datetime | None
    still: str
    next: datetime | None
    mails: list[MailOfReport]


class ReportToPlan(Sent):
    """`questions` and `recipients` by their numbers, the questions in their order; `hour` of the shop's clock."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    questions: list[Number] = Field(min_length=1, max_length=planning.MOST_QUESTIONS)
    rhythm: Literal["day", "week", "month"]
    hour: int = Field(8, ge=0, le=23)
    recipients: list[Number] = Field(min_length=1, max_length=planning.MOST_RECIPIENTS)


@opened(router, "GET", "/insight/reports", May.SEE_VALUES, response=list[PlannedReport], whole=True)
def list_reports(request: HttpRequest) -> list[PlannedReport]:
    """All reports, those that are sent first."""
    return [_told(one) for one in planning.reports()]


@opened(router, "GET", "/insight/readers", May.SEE_VALUES, response=list[Reader], whole=True)
def list_readers(request: HttpRequest) -> list[Reader]:
    """Whom a report can be sent to."""
    return [Reader(id=one.pk, name=str(one), email=one.email, may=True) for one in planning.readers()]


@opened(router, "POST", "/insight/reports", May.SEE_VALUES, response=PlannedReport, whole=True)
def plan_report(request: HttpRequest, told: ReportToPlan) -> PlannedReport:
    """Send saved questions to staff from now on."""
    mine = viewer(request)
    return _told(planning.plan(_plan(told, mine), by=mine.user, at=clock.now()))


@opened(router, "GET", "/insight/reports/{number}", May.SEE_VALUES, response=PlannedReport, whole=True)
def get_report(request: HttpRequest, number: Number) -> PlannedReport:
    """One report, and how its last mails went."""
    return _told(views.report_or_404(number))


@opened(router, "PUT", "/insight/reports/{number}", May.SEE_VALUES, response=PlannedReport, whole=True)
def change_report(request: HttpRequest, number: Number, told: ReportToPlan) -> PlannedReport:
    """Send it otherwise."""
    mine, report = viewer(request), views.report_or_404(number)
    return _told(planning.change(report, _plan(told, mine, report), by=mine.user, at=clock.now()))


@opened(router, "DELETE", "/insight/reports/{number}", May.SEE_VALUES, response=Done, whole=True)
def end_report(request: HttpRequest, number: Number) -> Done:
    """Send nothing of it any more; it can be taken up again."""
    planning.end(views.report_or_404(number), by=viewer(request).user, at=clock.now())
    return Done()


@opened(router, "POST", "/insight/reports/{number}/take-up", May.SEE_VALUES, response=PlannedReport, whole=True)
def take_report_up(request: HttpRequest, number: Number) -> PlannedReport:
    """Send it again from now on."""
    planning.take_up(views.report_or_404(number), by=viewer(request).user, at=clock.now())
    return _told(views.report_or_404(number))


@opened(router, "POST", "/insight/reports/{number}/send", May.SEE_VALUES, response=PlannedReport, whole=True)
def send_report_to_me(request: HttpRequest, number: Number) -> PlannedReport:
    """Send one to this key's user now."""
    report, user = views.report_or_404(number), viewer(request).user
    if problem := views.why_no_trial(user):
        raise CannotReport(problem)
    views.send_trial(report, user)
    return _told(report)


@opened(router, "POST", "/insight/reports/{number}/again/{mail}", May.SEE_VALUES, response=PlannedReport, whole=True)
def send_report_again(request: HttpRequest, number: Number, mail: Number) -> PlannedReport:
    """Send one mail again that did not leave, or of which nobody knows whether it did."""
    report = views.report_or_404(number)
    if not views.send_again(report, mail, by=viewer(request).user):
        raise CannotReport(_("There is no such mail to be sent again."))
    return _told(report)


def _plan(told: ReportToPlan, mine: Viewer, report: Report | None = None) -> Plan:
    """Raises CannotReport where a question or a reader is not there."""
    questions, readers = views.choosable(mine, report), {one.pk: one for one in planning.readers()}
    missing = [str(one) for one in told.questions if str(one) not in questions]
    missing += [str(one) for one in told.recipients if one not in readers]
    if missing:
        raise CannotReport(
            _("These are no questions that can be sent, or no staff who may see values: %(numbers)s.")
            % {"numbers": ", ".join(missing)}
        )
    once = dict.fromkeys(told.questions), dict.fromkeys(told.recipients)
    return Plan(
        told.name, [questions[str(one)] for one in once[0]], told.rhythm, told.hour, [readers[one] for one in once[1]]
    )


def _told(one: Report) -> PlannedReport:
    at = clock.now()
    sent = [views.told(mail, at=at) for mail in staff_mail.of(sending.ref_of(one))[: views.SHOWN]]
    return PlannedReport(
        id=one.pk, name=one.name, questions=[question.pk for question in planning.questions_of(one)],
        rhythm=one.rhythm, hour=one.hour, by=str(one.by), ended_at=one.ended_at,
        recipients=[
            Reader(id=user.pk, name=str(user), email=user.email, may=user.may(May.SEE_VALUES))
            for user in one.recipients.order_by("pk")
        ],
        still="" if one.ended_at else planning.why_still(one),
        next=next_due(one, at=at) if one.ended_at is None and clock.runs() else None,
        mails=[
            MailOfReport(
                id=told.mail.pk, reader=told.mail.user_id, day=told.mail.day, trial=told.trial, state=told.state,
                words=told.words, problem=told.mail.problem, handed_over_at=told.mail.handed_over_at,
            )
            for told in sent
        ],
    )  # fmt: skip
