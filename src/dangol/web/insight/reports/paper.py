"""A report as a PDF: each question with its days, its picture and its table."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.insight.warehouse.metrics import DIMENSIONS
from dangol.records.staff.scope import Scope
from dangol.web import clock
from dangol.web.insight.cube import pictures, told
from dangol.web.insight.cube.pivot import Column, Pivot, Row, goes_on, pivot
from dangol.web.insight.cube.written import Names
from dangol.web.insight.reports.content import Content, Part
from dangol.web.shell import charts, paper

MOST_ROWS, MOST_COLUMNS = 60, 7  # of numbers on a page of paper; the workbook has them all
INK, LINE, WASH = "#191d27", "#d5d5ce", "#f3f3ef"


def pdf(content: Content) -> bytes:
    """The report as a PDF. Raises CannotPrint."""
    paper.refuse_unavailable()
    return paper.pdf(story(content), title=content.name, author=clock.home().name)


def story(content: Content) -> list[Any]:
    """The paragraphs, pictures and tables of the paper, in order."""
    names = Names()
    day = date_format(content.day, "DATE_FORMAT")
    head = " · ".join(filter(None, [clock.home().name, day, content.of]))
    found = [_said(content.name, "h1"), _said(head, "small")]
    for part in content.parts:
        found += _part(part, names, content.scope)
    return found


def _part(part: Part, names: Names, scope: Scope) -> Iterator[Any]:
    yield _said(part.name, "h2")
    yield _said(f"{told.title(part.asked, names)} · {part.days}", "small")
    if part.found is None:
        yield _said(_("Nothing happened there."), "text")
        return
    chart = pictures.chart(part.asked, part.found, names, scope=scope)
    if chart is not None and chart.spec is not None:
        yield _drawn(chart.spec)
    yield _table(pivot(part.asked, part.found, names), part)
    for note in told.notes(part.asked, part.found):
        yield _said(note, "small")


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


def _table(found: Pivot, part: Part) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import LongTable, TableStyle

    places, left_out = _shown(found, part)
    heads = [" › ".join(str(DIMENSIONS[name].label) for name in part.asked.down)]
    heads += [_heading(found.columns[at], found, part) for at in places]
    rows = found.rows[: MOST_ROWS + 1]
    cells: list[list[Any]] = [[_said(heads[0], "small"), *(_said(head, "small", right=True) for head in heads[1:])]]
    cells += [_row(row, places) for row in rows]
    more = found.rows_left_out + len(found.rows) - len(rows)
    if more or left_out or found.columns_left_out:
        cells.append(
            [_said(_("The workbook that comes with it has all rows and columns."), "small")] + [""] * len(places)
        )
    style = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("TOPPADDING", (0, 0), (-1, -1), 2), ("SPAN", (0, 0), (0, 0)),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2), ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(INK)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, HexColor(LINE)), ("BACKGROUND", (0, 1), (-1, 1), HexColor(WASH)),
        ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]  # fmt: skip
    if len(cells) > len(rows) + 1:
        style.append(("SPAN", (0, -1), (-1, -1)))
    return LongTable(cells, colWidths=_widths(len(places)), repeatRows=1, style=TableStyle(style), spaceBefore=4,
                     spaceAfter=6, hAlign="LEFT")  # fmt: skip


def _widths(numbers: int) -> list[float]:
    from reportlab.lib.units import mm

    first = 174 * mm - min(numbers * 30 * mm, 122 * mm)
    return [first, *([(174 * mm - first) / numbers] * numbers)]


def _shown(found: Pivot, part: Part) -> tuple[list[int], int]:
    """Which columns fit on paper: the totals, and of what lies across the last of a time or the first of all else."""
    across = [at for at, column in enumerate(found.columns) if column.of is not None]
    totals = [at for at, column in enumerate(found.columns) if column.of is None]
    room = max(0, MOST_COLUMNS - len(totals))
    room -= room % len(part.asked.metrics)
    if len(across) <= room:
        return across + totals, 0
    kept = across[len(across) - room :] if goes_on(part.asked.across) else across[:room]
    return kept + totals, len(across) - room


def _heading(column: Column, found: Pivot, part: Part) -> str:
    if column.of is None or len(part.asked.metrics) == 1:
        return column.text
    values = [at for at in found.columns if at.of is not None]
    group = found.groups[values.index(column) // len(part.asked.metrics)][0].text
    return f"{group} · {column.text}"


def _row(row: Row, places: list[int]) -> list[Any]:
    style = "bold" if row.depth == 0 else "text"
    head = _("Total") if row.depth == 0 else f"{chr(0x2003) * (row.depth - 1)}{row.head.text}"
    return [_said(head, style), *(_said(_with_below(row, at), style, right=True) for at in places)]


def _with_below(row: Row, at: int) -> str:
    cell = row.cells[at]
    return f"{cell.text} ({cell.below})" if cell.below else cell.text


def _said(text: str, style: str, *, right: bool = False) -> Any:
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    chosen = paper.styles()[style]
    if right:
        chosen = ParagraphStyle(f"{style}-right", parent=chosen, alignment=TA_RIGHT, wordWrap=None)
    return Paragraph(paper.escaped(text), chosen)
