"""The readiness check as a PDF, without anybody's name: it may be handed to whoever mends the data."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.insight.analysis.readiness.report import Report
from dangol.web import clock
from dangol.web.readiness import told
from dangol.web.shell import paper
from dangol.web.shell.templatetags.shell import count, money, percent


def pdf(found: Report) -> bytes:
    """The report as a PDF. Raises CannotPrint."""
    paper.refuse_unavailable()
    business = clock.home().name
    return paper.pdf(story(found, business), title=_("Readiness check"), author=business)


def story(found: Report, business: str) -> list[Any]:
    """The paragraphs of the paper, in order."""
    from reportlab.platypus import Paragraph

    styles = paper.styles()

    def say(text: object, style: str = "text") -> Any:
        return Paragraph(paper.escaped(str(text)), styles[style])

    day = date_format(localtime(found.as_of), "DATE_FORMAT")
    lines = [say(_("Readiness check"), "h1"), say(" · ".join(filter(None, [business, day])), "small")]
    lines += [say(told.verdict(found), "bold"), say(_figures(found)), say(told.twins(found))]
    if found.first_things:
        lines.append(say(_("What to do first"), "h2"))
        lines += [say(f"{n}. {one.check.title}: {one.check.remedy}") for n, one in enumerate(found.first_things, 1)]
    for title, checks in told.parts(found):
        lines.append(say(title, "h2"))
        for line in checks:
            lines.append(
                say(" · ".join(filter(None, [str(line.found.check.title), str(line.level), line.numbers])), "bold")
            )
            if not line.good:
                lines.append(say(f"{line.found.check.cost} {line.found.check.remedy}"))
    if found.months:
        lines.append(say(_("Sales by month, to be set beside the books"), "h2"))
        lines += [say(f"{one.month} · {count(one.sales)} · {money(one.amount)}") for one in found.months]
    return lines


def _figures(found: Report) -> str:
    share = found.named_share
    return " · ".join((
        _("On the map: %(n)s of %(all)s") % {"n": count(found.placed), "all": count(found.customers)},
        _("Can be reached: %(n)s") % {"n": count(found.reachable)},
        _("Revenue with a name: %(share)s") % {"share": "–" if share is None else percent(share)},
    ))  # fmt: skip
