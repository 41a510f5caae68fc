"""Reports as PDF that can be read and printed, with Korean letters in them.

The letters come from a font that lies on this machine (Nanum); where there is none, the PDF names the Korean font that
every reader of PDF brings (HYGothic), and shows it with that.
"""

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

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


def pdf(story: list[Any], *, title: str, author: str) -> bytes:
    """The story as a PDF of A4 pages, numbered. Raises CannotPrint."""
    refuse_unavailable()
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    made = io.BytesIO()
    document = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
        title=title, author=author,
    )  # fmt: skip
    document.build(story, onFirstPage=_footed, onLaterPages=_footed)
    return made.getvalue()


def refuse_unavailable() -> None:
    """Raise CannotPrint where no PDF can be made."""
    if not available():
        raise CannotPrint(_("The part that makes PDF files (reportlab) is not installed. Take the page to be printed."))


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


def styles() -> dict[str, Any]:
    """The styles of paragraphs, by name: text, small, bold, h1, h2."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    plain, bold = fonts()
    text = ParagraphStyle("text", fontName=plain, fontSize=8.5, leading=12, spaceAfter=3)
    return {
        "text": text,
        "small": ParagraphStyle("small", parent=text, fontSize=7.5, leading=10, textColor=HexColor("#656a76")),
        "bold": ParagraphStyle("bold", parent=text, fontName=bold),
        "h1": ParagraphStyle("h1", parent=text, fontName=bold, fontSize=17, leading=24, spaceAfter=6),
        "h2": ParagraphStyle("h2", parent=text, fontName=bold, fontSize=11.5, leading=16, spaceBefore=12, spaceAfter=4),
    }


def _footed(canvas: Any, document: Any) -> None:
    canvas.setFont(fonts()[0], 7.5)
    canvas.drawRightString(document.pagesize[0] - document.rightMargin, 24, str(canvas.getPageNumber()))


def escaped(text: str) -> str:
    """A paragraph reads tags: what people wrote are none."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br/>")
