"""The bundle of a person as a PDF that can be read and printed, with Korean letters in it.

The letters come from a font that lies on this machine (Nanum); where there is none, the PDF names the Korean font that
every reader of PDF brings (HYGothic), and shows it with that.
"""

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.customers.further import Further
from dangol.records.rights.bundle import Bundle, Sheet

FONTS = (
    (
        Path("/usr/share/fonts/truetype/nanum/NanumGothic.ttf"),
        Path("/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf"),
    ),
    (Path("/usr/local/share/fonts/NanumGothic.ttf"), Path("/usr/local/share/fonts/NanumGothicBold.ttf")),
)
BUILT_IN = "HYGothic-Medium"


class CannotPrint(DangolError):
    """The part that makes PDF files is not installed."""


def available() -> bool:
    """Whether PDF files can be made here."""
    return find_spec("reportlab") is not None


def pdf(found: Bundle, *, mark: str) -> bytes:
    """The bundle as a PDF; `mark` says who took it, when and why. Raises CannotPrint."""
    if not available():
        raise CannotPrint(_("The part that makes PDF files (reportlab) is not installed. Take the page to be printed."))
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    made = io.BytesIO()
    document = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
        title=_("What we keep about you"), author=found.business,
    )  # fmt: skip
    document.build(_story(found, mark), onFirstPage=_footed, onLaterPages=_footed)
    return made.getvalue()


@cache
def fonts() -> tuple[str, str]:
    """The plain and the bold font, registered once."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    for plain, bold in FONTS:
        if plain.exists() and bold.exists():
            pdfmetrics.registerFont(TTFont("Nanum", str(plain)))
            pdfmetrics.registerFont(TTFont("NanumBold", str(bold)))
            return "Nanum", "NanumBold"
    pdfmetrics.registerFont(UnicodeCIDFont(BUILT_IN))
    return BUILT_IN, BUILT_IN


def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    plain, bold = fonts()
    text = ParagraphStyle("text", fontName=plain, fontSize=8.5, leading=12, wordWrap="CJK", spaceAfter=3)
    return {
        "text": text,
        "small": ParagraphStyle("small", parent=text, fontSize=7.5, leading=10, textColor=HexColor("#656a76")),
        "bold": ParagraphStyle("bold", parent=text, fontName=bold),
        "h1": ParagraphStyle("h1", parent=text, fontName=bold, fontSize=17, leading=24, spaceAfter=6),
        "h2": ParagraphStyle("h2", parent=text, fontName=bold, fontSize=11.5, leading=16, spaceBefore=12, spaceAfter=4),
    }


def _story(found: Bundle, mark: str) -> list[Any]:
    from reportlab.platypus import Paragraph

    styles = _styles()
    made = date_format(localtime(found.made_at), "DATETIME_FORMAT")
    story: list[Any] = [
        Paragraph(_escaped(_("What we keep about you")), styles["h1"]),
        Paragraph(_escaped(f"{found.business} · {made} · {mark}"), styles["small"]),
    ]
    for sheet in found.filled:
        story.append(Paragraph(_escaped(f"{sheet.label[found.language]} ({len(sheet.rows)})"), styles["h2"]))
        story += _rows(sheet, found.language, styles)
    for title, lines in sections(found):
        story.append(Paragraph(_escaped(title), styles["h2"]))
        story += [Paragraph(_escaped(line), styles["text"]) for line in lines]
    return story


def sections(found: Bundle) -> list[tuple[str, list[str]]]:
    """What is told besides the tables: decisions with reasons, texts, recipients, accesses; without empty ones."""
    decided = [" · ".join(filter(None, [one.title, one.result, *one.influence, one.rule])) for one in found.decisions]
    texts = [" / ".join(filter(None, one.values())) for one in found.texts]
    others = [f"{one.unit or one.recipient} ({one.get_status_display()}, {one.country})" for one in found.recipients]
    looked = [f"{verb}: {number}" for verb, number in found.accesses.items()]
    told = [
        (_("Decisions made by a program, and why"), decided),
        (_("How such decisions are made"), [f"{name}: {criteria}" for name, criteria in found.criteria]),
        (_("The texts you were asked with"), texts),
        (_("Further details, and where they came from"), [_from_where(one) for one in found.details]),
        (_("Who else handles your data"), others),
        (_("How often our staff had to do with your data"), looked),
    ]
    return [(title, lines) for title, lines in told if lines]


def _from_where(one: Further) -> str:
    """A detail with whose word it is, what it is for and what allows it."""
    told = [f"{one.label}: {one.value}"]
    if one.partner:
        told.append(_("From %(partner)s: %(dataset)s") % {"partner": one.partner, "dataset": one.dataset})
    if one.received_on:
        told.append(_("received on %(day)s") % {"day": date_format(one.received_on, "SHORT_DATE_FORMAT")})
    return " · ".join(filter(None, [*told, one.purpose, str(one.ground), one.evidence]))


def _rows(sheet: Sheet, language: str, styles: dict[str, Any]) -> list[Any]:
    """Each row as one paragraph of names and values, the empty ones left out."""
    from reportlab.platypus import Paragraph

    told = (
        " · ".join(
            f"{column.label[language]}: {cell.text}"
            for column, cell in zip(sheet.columns, row, strict=True)
            if cell.text
        )
        for row in sheet.rows
    )
    return [Paragraph(_escaped(line), styles["text"]) for line in told]


def _footed(canvas: Any, document: Any) -> None:
    canvas.setFont(fonts()[0], 7.5)
    canvas.drawRightString(document.pagesize[0] - document.rightMargin, 24, str(canvas.getPageNumber()))


def _escaped(text: str) -> str:
    """A paragraph reads tags: what people wrote are none."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br/>")
