"""A report as the mail one member of staff gets: what it tells of which days, and both files."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.contact.delivery.staff_post import Attachment, Letter
from dangol.insight.analysis.models import Report
from dangol.web import clock
from dangol.web.insight.reports import book, paper
from dangol.web.insight.reports.content import Content
from dangol.web.shell.taking_away import XLSX


def letter(report: Report, content: Content, *, trial: bool = False) -> Letter:
    """What is sent, in the language in use. Raises CannotPrint."""
    day = date_format(content.day, "DATE_FORMAT")
    subject = f"{content.name} · {day}"
    name = file_name(content)
    return Letter(
        f"[{_('Trial')}] {subject}" if trial else subject,
        _text(report, content),
        (
            Attachment(f"{name}.pdf", "application/pdf", paper.pdf(content)),
            Attachment(f"{name}.xlsx", XLSX, book.xlsx(content)),
        ),
    )


def file_name(content: Content) -> str:
    """What its files are called: a name that every system takes."""
    plain = re.sub(r"[^\w]+", "-", content.name).strip("-_")
    return f"{plain or 'report'}-{content.day:%Y-%m-%d}"


def _text(report: Report, content: Content) -> str:
    lines = [content.name, content.of, ""]
    lines += [f"- {part.name}: {part.days}" for part in content.parts]
    lines += [
        "",
        _("The numbers stand in both files that come with this mail, as a PDF to read and as a workbook."),
        f"{clock.home().address or settings.DANGOL_SERVED}/insight/cube/",
        "",
        _("%(who)s had this report sent to you. Tell them if you do not need it any more.") % {"who": report.by},
    ]
    return "\n".join(lines) + "\n"
