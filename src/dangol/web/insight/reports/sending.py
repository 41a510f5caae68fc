"""Reports on their way: put into the outbox when they fall due, written and handed over one after the other.

What is due is asked for once, in one transaction with all its recipients. Each mail is written when it leaves, by what
its reader may see at that moment. A kill between any two steps is taken up where it was.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.db.transaction import atomic
from django.utils import translation
from django.utils.translation import gettext as _

from dangol.contact.delivery.staff_post import Letter, post
from dangol.insight.analysis.models import Report
from dangol.insight.analysis.reports import due, planning
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.records.outbox import staff_mail
from dangol.records.outbox.models import StaffMail
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.records.staff.scope import Scope, scope_of
from dangol.web import clock
from dangol.web.insight.reports.content import content_of
from dangol.web.insight.reports.letters import letter

REF, TRIAL = "report", "trial"
SENDING = "sending"

log = logging.getLogger(__name__)

type Written = dict[tuple[int, date, Scope, str, bool], Letter]


def ref_of(report: Report) -> str:
    """What mail of a report bears."""
    return f"{REF}:{report.pk}"


def ask_due(*, at: datetime) -> int:
    """Put into the outbox what is due by now, once; how many mails are new. Nothing where the home's clock stands."""
    if not clock.runs():
        return 0
    return sum(_ask_one(report, at=at) for report in planning.standing() if not planning.why_still(report))


def ask_trial(report: Report, user: User, *, at: datetime) -> None:
    """One for this reader alone, now."""
    staff_mail.ask(ref_of(report), f"{TRIAL}:{at:%Y%m%dT%H%M%S%f}", [user], day=clock.day(), at=at)


def send_waiting(*, at: datetime, progress: Progress = silent) -> int:
    """Write and hand over everything that may be tried now; how many left."""
    left = 0
    written: Written = {}
    waiting = list(staff_mail.ripe(at=at).values_list("pk", flat=True))
    for tried, number in enumerate(waiting, 1):
        mail = staff_mail.waiting().filter(pk=number).first()  # as it is now: rights are taken away at any moment
        left += mail is not None and _send(mail, written, at=at)
        progress(SENDING, tried, len(waiting))
    return left


@atomic
def _ask_one(report: Report, *, at: datetime) -> int:
    day = due.claim_due(report, at=at)
    if day is None:
        return 0
    return staff_mail.ask(ref_of(report), day.isoformat(), report.recipients.order_by("pk"), day=day, at=at)


def _send(mail: StaffMail, written: Written, *, at: datetime) -> bool:
    """One mail: what its reader may not have is withheld, what cannot be written or handed over says why."""
    report = Report.objects.select_related("by", "by__unit").filter(pk=_number(mail.source_ref)).first()
    if report is None or (report.ended_at is not None and not is_trial(mail)):
        staff_mail.withhold(mail, staff_mail.STOPPED)
        return False
    if reason := _why_not(report, mail):
        staff_mail.withhold(mail, reason)
        return False
    with translation.override(mail.user.language or settings.LANGUAGE_CODE):
        try:
            return post(mail, _letter(report, mail, written), at=at)
        except DangolError as error:
            staff_mail.failed(mail, str(error), at=at)
        except Exception as error:  # what nobody foresaw holds no other mail back
            log.exception("The mail %s could not be written.", mail.key)
            words = _("Dangol did not foresee this (%(name)s: %(what)s). Nothing was done by halves.")
            staff_mail.failed(mail, words % {"name": type(error).__name__, "what": error}, at=at)
    return False


def _why_not(report: Report, mail: StaffMail) -> str:
    """The word for why this reader gets nothing; "" where they do. Who sees nobody has no numbers of their own."""
    reader = mail.user
    scope = scope_of(reader)
    if not reader.may(May.SEE_VALUES) or scope.units == frozenset() or planning.why_still(report):
        return staff_mail.NO_RIGHT
    return "" if reader.email else staff_mail.NO_ADDRESS


def _letter(report: Report, mail: StaffMail, written: Written) -> Letter:
    """Written once for all who see the same, in their language."""
    reader, trial = mail.user, is_trial(mail)
    key = (report.pk, mail.day, scope_of(reader), translation.get_language() or "", trial)
    if key not in written:
        written[key] = letter(report, content_of(report, reader, mail.day), trial=trial)
    return written[key]


def troubled(reports: Sequence[Report], *, at: datetime) -> dict[int, list[StaffMail]]:
    """What did not reach its reader of the last time each report was due, by report; of those alone who are still to
    get it. Two questions, however many reports there are.
    """
    prefetch_related_objects(reports, "recipients")
    readers = {one.pk: {user.pk for user in one.recipients.all()} for one in reports}
    found: dict[int, list[StaffMail]] = {one.pk: [] for one in reports}
    for mail in staff_mail.last_time([ref_of(one) for one in reports], but=f":{TRIAL}:"):
        number = _number(mail.source_ref)
        if mail.user_id in readers[number]:
            found[number].append(mail)
    return {number: staff_mail.troubled(mails, at=at) for number, mails in found.items()}


def is_trial(mail: StaffMail) -> bool:
    """Whether somebody asked for it to see what it is like."""
    return f":{TRIAL}:" in mail.key


def _number(source_ref: str) -> int:
    found = re.fullmatch(rf"{REF}:(\d+)", source_ref)
    return int(found[1]) if found else 0
