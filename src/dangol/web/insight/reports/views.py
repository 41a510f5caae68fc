"""The pages of reports: what is sent to whom and when, how it went, one for oneself now, and the files to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.contact.delivery.staff_post import can_post
from dangol.insight.analysis.models import Report
from dangol.insight.analysis.reports import planning
from dangol.insight.analysis.reports.due import next_due
from dangol.insight.analysis.reports.planning import CannotReport, Plan
from dangol.insight.analysis.saved_questions.keeping import questions_for
from dangol.insight.analysis.saved_questions.still_fits import moves_on, why_not
from dangol.lib.errors import DangolError
from dangol.records.outbox import staff_mail
from dangol.records.outbox.models import StaffMail
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.records.staff.scope import scope_of
from dangol.web import clock
from dangol.web.insight.cube.saved import listed
from dangol.web.insight.reports import book, paper, regular, sending
from dangol.web.insight.reports.content import content_of, whose
from dangol.web.insight.reports.letters import file_name
from dangol.web.shell.gate import needs
from dangol.web.shell.taking_away import XLSX
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer

SHOWN = 60  # mails of one report


@dataclass(frozen=True)
class Sent:
    """One mail as the page tells it. state: sent, waiting, trouble; again: it can be sent again."""

    mail: StaffMail
    state: str
    words: str
    again: bool
    trial: bool


class ReportForm(forms.Form):
    """What is sent, how often, at which hour, to whom."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("Saved questions"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one saved question and one recipient.")},
    )  # fmt: skip
    rhythm = forms.ChoiceField(label=gettext_lazy("How often it is sent"), choices=Report.Rhythm.choices)
    hour = forms.TypedChoiceField(
        label=gettext_lazy("At which hour"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        initial=8,
    )  # fmt: skip
    recipients = forms.MultipleChoiceField(
        label=gettext_lazy("To whom"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one saved question and one recipient.")},
    )  # fmt: skip

    def __init__(self, *args: Any, mine: Viewer, report: Report | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = choosable(mine, report)
        self.readers = {str(one.pk): one for one in planning.readers()}
        self.fields["questions"].choices = [(key, one.name) for key, one in self.known.items()]  # type: ignore[attr-defined]
        self.fields["recipients"].choices = [(key, reader_words(one)) for key, one in self.readers.items()]  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        """What the form says."""
        clean = self.cleaned_data
        return Plan(
            clean["name"], [self.known[key] for key in clean["questions"]], clean["rhythm"], clean["hour"],
            [self.readers[key] for key in clean["recipients"]],
        )  # fmt: skip


def choosable(mine: Viewer, report: Report | None = None) -> dict[str, Any]:
    """Questions that a report can tell: those the planner has and whose days move on, and what it tells already."""
    found = [one for one in questions_for(mine.user) if moves_on(one.query) and not why_not(one.query)]
    there = planning.questions_of(report) if report else []
    return {str(one.pk): one for one in [*there, *found]}


def reader_words(user: User) -> str:
    """Who it is, whose numbers they get, and where they are sent to."""
    where = user.email or _("no e-mail address yet")
    return f"{user} · {whose(user, scope_of(user))} · {where}"


@needs(May.SEE_VALUES, whole=True)
@require_http_methods(["GET", "HEAD", "POST"])
def insight_reports(request: HttpRequest) -> HttpResponse:
    """What is sent, and a form for another."""
    mine = viewer(request)
    form = ReportForm(request.POST if request.method == "POST" else None, mine=mine)
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.plan(form.plan(), by=mine.user, at=clock.now())
        except CannotReport as problem:
            form.add_error(None, str(problem))
        else:
            toast(request, _("“%(name)s” is sent from now on.") % {"name": made})
            return redirect("insight_report", made.pk)
    at = clock.now()
    known = list(planning.reports())
    missed = sending.troubled(known, at=at)
    rows = [(one, planning.why_still(one), _next(one, at), missed[one.pk]) for one in known]
    context = {
        "rows": rows, "form": form, "can_post": can_post(), "runs": clock.runs(), "any": bool(form.known),
    }  # fmt: skip
    return render(request, "insight/reports.html", context, status=422 if form.errors else 200)


@needs(May.SEE_VALUES, whole=True)
@require_safe
def insight_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report: what it tells of which days, to whom, when next, and how every mail went."""
    return _shown(request, report_or_404(report_id))


@needs(May.SEE_VALUES, whole=True)
@require_http_methods(["GET", "HEAD", "POST"])
def insight_report_edit(request: HttpRequest, report_id: int) -> HttpResponse:
    """Send it otherwise."""
    mine, report = viewer(request), report_or_404(report_id)
    initial = {
        "name": report.name, "rhythm": report.rhythm, "hour": report.hour,
        "questions": [str(one.pk) for one in planning.questions_of(report)],
        "recipients": [str(one.pk) for one in report.recipients.all()],
    }  # fmt: skip
    form = ReportForm(request.POST if request.method == "POST" else None, mine=mine, report=report, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            planning.change(report, form.plan(), by=mine.user, at=clock.now())
        except CannotReport as problem:
            form.add_error(None, str(problem))
        else:
            toast(request, _("“%(name)s” is saved.") % {"name": report})
            return redirect("insight_report", report.pk)
    context = {"report": report, "form": form}
    return render(request, "insight/report_edit.html", context, status=422 if form.errors else 200)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def insight_report_end(request: HttpRequest, report_id: int) -> HttpResponse:
    """Send nothing of it any more; it can be taken up again."""
    report = report_or_404(report_id)
    try:
        planning.end(report, by=viewer(request).user, at=clock.now())
    except CannotReport as problem:
        return _shown(request, report, problem=str(problem), status=422)
    back = reverse("insight_report_take_up", args=[report.pk])
    toast(request, _("“%(name)s” is sent no more.") % {"name": report}, undo=back)
    return redirect("insight_reports")


@require_POST
@needs(May.SEE_VALUES, whole=True)
def insight_report_take_up(request: HttpRequest, report_id: int) -> HttpResponse:
    """Send it again from now on."""
    report = report_or_404(report_id)
    try:
        planning.take_up(report, by=viewer(request).user, at=clock.now())
    except CannotReport as problem:
        return _shown(request, report, problem=str(problem), status=422)
    toast(request, _("“%(name)s” is sent from now on.") % {"name": report})
    return redirect("insight_report", report.pk)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def insight_report_send(request: HttpRequest, report_id: int) -> HttpResponse:
    """Send one to oneself now, to see what it is like."""
    report, mine = report_or_404(report_id), viewer(request)
    if problem := why_no_trial(mine.user):
        return _shown(request, report, problem=problem, status=422)
    send_trial(report, mine.user)
    toast(request, _("One is on its way to %(address)s.") % {"address": mine.user.email})
    return redirect("insight_report", report.pk)


@require_POST
@needs(May.SEE_VALUES, whole=True)
def insight_report_again(request: HttpRequest, report_id: int, mail_id: int) -> HttpResponse:
    """Send one mail again that did not leave, or of which nobody knows whether it did."""
    report = report_or_404(report_id)
    if not send_again(report, mail_id, by=viewer(request).user):
        raise Http404(mail_id)
    toast(request, _("It is sent again."))
    return redirect("insight_report", report.pk)


@needs(May.SEE_VALUES, whole=True)
@require_safe
def insight_report_file(request: HttpRequest, report_id: int, kind: str) -> HttpResponse:
    """The report as this viewer would get it today."""
    report = report_or_404(report_id)
    if kind not in ("pdf", "xlsx"):
        raise Http404(kind)
    try:
        content = content_of(report, viewer(request).user, clock.day())
        made, mime = (paper.pdf(content), "application/pdf") if kind == "pdf" else (book.xlsx(content), XLSX)
    except DangolError as problem:
        return _shown(request, report, problem=str(problem), status=409)
    named = content_disposition_header(True, f"{file_name(content)}.{kind}") or "attachment"
    return HttpResponse(made, content_type=mime, headers={"Content-Disposition": named})


def report_or_404(report_id: int) -> Report:
    """The report of that number."""
    return get_object_or_404(Report.objects.select_related("by", "by__unit"), pk=report_id)


def why_no_trial(user: User) -> str:
    """Why nothing can be sent to somebody now; "" where it can."""
    if not can_post():
        return _("No mail server is set. Whoever runs this machine sets it by DANGOL_MAIL.")
    if not user.email:
        return _("There is no e-mail address of yours. Set it under My account.")
    return ""


def send_trial(report: Report, user: User) -> None:
    """One for this reader alone, by the worker."""
    at = clock.now()
    sending.ask_trial(report, user, at=at)
    regular.look(at=at)


def send_again(report: Report, mail_id: int, *, by: User) -> bool:
    """Have a mail in trouble leave after all; False where there is none."""
    at = clock.now()
    mail = staff_mail.of(sending.ref_of(report)).filter(pk=mail_id).first()
    if mail is None or not planning.may_change(report, by) or not staff_mail.troubled([mail], at=at):
        return False
    if not staff_mail.send_again(mail, at=at):
        return False
    regular.look(at=at)
    return True


def told(mail: StaffMail, *, at: datetime) -> Sent:
    """How one mail went, in words."""
    trial = sending.is_trial(mail)
    if mail.handed_over_at:
        return Sent(mail, "sent", pgettext("report", "sent"), again=False, trial=trial)
    if mail.withheld:
        return Sent(mail, "trouble", str(staff_mail.REASONS.get(mail.withheld, mail.withheld)), again=True, trial=trial)
    if staff_mail.is_unsure(mail, at=at):
        words = _("may have left or not: the work stopped while it was handed over. Ask before you send it again.")
        return Sent(mail, "trouble", words, again=True, trial=trial)
    words = _("is tried again every ten minutes") if mail.problem else pgettext("report", "on its way")
    return Sent(mail, "trouble" if mail.problem else "waiting", words, again=False, trial=trial)


def _next(report: Report, at: datetime) -> datetime | None:
    return next_due(report, at=at) if report.ended_at is None and clock.runs() else None


def _shown(request: HttpRequest, report: Report, *, problem: str = "", status: int = 200) -> HttpResponse:
    mine, at = viewer(request), clock.now()
    mails = [told(one, at=at) for one in staff_mail.of(sending.ref_of(report))[:SHOWN]]
    context = {
        "report": report, "problem": problem, "still": "" if report.ended_at else planning.why_still(report),
        "kept": listed(planning.questions_of(report), mine), "next": _next(report, at), "runs": clock.runs(),
        "readers": [(one, whose(one, scope_of(one)), one.may(May.SEE_VALUES)) for one in report.recipients.all()],
        "mails": mails, "waiting": any(one.state == "waiting" for one in mails), "can_post": can_post(),
        "changes": planning.may_change(report, mine.user),
    }  # fmt: skip
    return render(request, "insight/report.html", context, status=status)
