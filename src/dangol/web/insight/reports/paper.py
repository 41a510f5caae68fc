"""A report as a PDF: each question with its days, its picture and its table."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.records.staff.scope import Scope
from dangol.web import clock
from dangol.web.insight.cube import pictures, told
from dangol.web.insight.cube.pivot import pivot
from dangol.web.insight.cube.written import Names
from dangol.web.insight.reports.content import Content, Part
from dangol.web.insight.reports.printed_table import said, table
from dangol.web.shell import charts, paper

HEADED = 130  # points: a heading, what is below it, and the first rows of the table


def pdf(content: Content) -> bytes:
    """The report as a PDF. Raises CannotPrint."""
    paper.refuse_unavailable()
    return paper.pdf(story(content), title=content.name, author=clock.home().name)


def story(content: Content) -> list[Any]:
    """The paragraphs, pictures and tables of the paper, in order."""
    day = date_format(content.day, "DATE_FORMAT")
    head = " · ".join(filter(None, [clock.home().name, day, content.of]))
    found = [said(content.name, "h1"), said(head, "small")]
    for part in content.parts:
        found += _part(part, content.scope)
    return found


def _part(part: Part, scope: Scope) -> Iterator[Any]:
    names = Names(part.found)
    chart = pictures.chart(part.asked, part.found, names, scope=scope) if part.found is not None else None
    drawn = _drawn(chart.spec) if chart is not None and chart.spec is not None else None
    yield _room((drawn.drawHeight if drawn else 0) + HEADED)
    yield said(part.name, "h2")
    yield said(f"{told.title(part.asked, names)} · {part.days}", "small")
    if part.found is None:
        yield said(_("Nothing happened there."), "text")
        return
    if drawn is not None:
        yield drawn
    yield table(pivot(part.asked, part.found, names), part)
    for note in told.notes(part.asked, part.found):
        yield said(note, "small")


def _room(height: float) -> Any:
    """A new page where less than that is left of this one."""
    from reportlab.platypus import CondPageBreak

    return CondPageBreak(height)


def _drawn(spec: charts.Spec) -> Any:
    from reportlab.lib.units import mm
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image

    content, _kind = charts.file_of(spec, "png", width=620)
    width, height = ImageReader(io.BytesIO(content)).getSize()
    wide = 174 * mm
    tall = wide * height / width
    if tall > 150 * mm:
        wide, tall = wide * 150 * mm / tall, 150 * mm
    return Image(io.BytesIO(content), width=wide, height=tall, hAlign="LEFT")
