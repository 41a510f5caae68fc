"""The readiness check as a PDF, without anybody's name: it may be handed to whoever mends the data."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.insight.analysis.readiness.report import Report
from dangol.web import clock
from dangol.web.readiness import told
from dangol.web.shell import paper
from dangol.web.shell.figures import count, money, percent

CHECKS, MONTHS = (62, 32, 80), (40, 30, 52, 52)  # mm of their columns, 174 together
INK, LINE = "#191d27", "#d5d5ce"


def pdf(found: Report) -> bytes:
    """The report as a PDF. Raises CannotPrint."""
    paper.refuse_unavailable()
    business = clock.home().name
    return paper.pdf(story(found, business), title=_("Readiness check"), author=business)


def story(found: Report, business: str) -> list[Any]:
    """The paragraphs and tables of the paper, in order."""
    day = date_format(localtime(found.as_of), "DATE_FORMAT")
    lines = [_say(_("Readiness check"), "h1"), _say(" · ".join(filter(None, [business, day])), "small")]
    lines += [_say(told.verdict(found), "bold"), _say(_figures(found)), _say(told.twins(found))]
    lines += [_say(sentence) for sentence in told.left_out()]
    if found.first_things:
        lines.append(_say(_("What to do first"), "h2"))
        lines += [_say(f"{n}. {one.check.title}: {one.check.remedy}") for n, one in enumerate(found.first_things, 1)]
    for title, checks in told.parts(found):
        lines += [_say(title, "h2"), _checks(checks)]
    if found.months:
        lines += [_say(_("Sales by month, to be set beside the books"), "h2"), _months(found)]
    return lines


def _checks(checks: Sequence[told.Line]) -> Any:
    heads = (_("What was looked at"), _("How it stands"), _("What it costs, and what to do"))
    rows = [
        (
            [_say(one.found.check.title, "bold"), *([_say(one.numbers, "small")] if one.numbers else [])],
            _say(" · ".join([str(one.level), *([percent(one.found.share)] if one.numbers else [])])),
            _say("–" if one.good else f"{one.found.check.cost} {one.found.check.remedy}"),
        )
        for one in checks
    ]
    return _table(heads, rows, CHECKS)


def _months(found: Report) -> Any:
    heads = (_("Month"), _("Sales"), _("Amount"), _("With a name"))
    rows = [
        (_say(one.month), *(_say(text, right=True) for text in (count(one.sales), money(one.amount), money(one.named))))
        for one in found.months
    ]
    return _table(heads, rows, MONTHS, right=True)


def _table(heads: Sequence[str], rows: Sequence[tuple[Any, ...]], widths: Sequence[int], *, right: bool = False) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.units import mm
    from reportlab.platypus import LongTable, TableStyle

    first = [_say(head, "small", right=right and at > 0) for at, head in enumerate(heads)]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6), ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(INK)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, HexColor(LINE)),
    ]  # fmt: skip
    return LongTable([first, *rows], colWidths=[wide * mm for wide in widths], repeatRows=1, style=TableStyle(style),
                     hAlign="LEFT")  # fmt: skip


def _say(text: object, style: str = "text", *, right: bool = False) -> Any:
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    chosen = paper.styles()[style]
    if right:
        chosen = ParagraphStyle(f"{style}-right", parent=chosen, alignment=TA_RIGHT)
    return Paragraph(paper.escaped(str(text)), chosen)


def _figures(found: Report) -> str:
    share = found.named_share
    return " · ".join((
        _("On the map: %(n)s of %(all)s") % {"n": count(found.placed), "all": count(found.customers)},
        _("Can be reached: %(n)s") % {"n": count(found.reachable)},
        _("Revenue with a name: %(share)s") % {"share": "–" if share is None else percent(share)},
    ))  # fmt: skip
