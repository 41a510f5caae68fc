"""An answer as a table on paper: as wide as the page, no number broken in two, parts below what they are part of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.metrics import DIMENSIONS
from dangol.web.insight.cube.pivot import Column, Pivot, Row, goes_on
from dangol.web.insight.reports.content import Part
from dangol.web.shell import paper

MOST_ROWS, MOST_COLUMNS = 60, 7  # of numbers on a page of paper; the workbook has them all
INK, LINE, WASH = "#191d27", "#d5d5ce", "#f3f3ef"
PAGE, BESIDE = 493.0, 4.0  # points: across the page, and beside a number
NAMED, NUMBERED = (48.0, 150.0), 84.0  # points: for what rows are called, and the most for a number where there is room
LETTERS, SMALLEST = 8.5, 5.5  # points
INWARD = 9  # points by which what is part of a row stands in from it
UNBROKEN = "\u00a0"


def table(found: Pivot, part: Part) -> Any:
    """The total, then row by row; its headings again on every page."""
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import LongTable, TableStyle

    places, left_out = _shown(found, part)
    heads = [" › ".join(str(DIMENSIONS[name].label) for name in part.asked.down)]
    heads += [_heading(found.columns[at], found, part) for at in places]
    rows = found.rows[: MOST_ROWS + 1]
    size, widths = _fitting(rows, places)
    cells: list[list[Any]] = [[said(heads[0], "small"), *(said(head, "small", right=True) for head in heads[1:])]]
    cells += [_row(row, places, size, len(part.asked.down)) for row in rows]
    more = found.rows_left_out + len(found.rows) - len(rows)
    if more or left_out or found.columns_left_out:
        cells.append(
            [said(_("The workbook that comes with it has all rows and columns."), "small")] + [""] * len(places)
        )
    style = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("TOPPADDING", (0, 0), (-1, -1), 2), ("SPAN", (0, 0), (0, 0)),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2), ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(INK)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, HexColor(LINE)), ("BACKGROUND", (0, 1), (-1, 1), HexColor(WASH)),
        ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]  # fmt: skip
    if len(cells) > len(rows) + 1:
        style.append(("SPAN", (0, -1), (-1, -1)))
    return LongTable(cells, colWidths=widths, repeatRows=1, style=TableStyle(style), spaceBefore=4,
                     spaceAfter=6, hAlign="LEFT")  # fmt: skip


def _fitting(rows: tuple[Row, ...], places: list[int]) -> tuple[float, list[float]]:
    """How large numbers are written so that each stands in one line, and how wide columns are for that."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    bold = paper.fonts()[1]

    def wide(texts: Iterable[str]) -> float:
        return max(float(stringWidth(text, bold, LETTERS)) for text in texts)

    numbers = [wide(text for row in rows for text in (row.cells[at].text, row.cells[at].below)) for at in places]
    first = min(max(wide(row.head.text for row in rows) + INWARD + 2 * BESIDE, NAMED[0]), NAMED[1])
    room = PAGE - first - 2 * BESIDE * len(numbers)
    size = max(SMALLEST, min(LETTERS, LETTERS * room / max(sum(numbers), 1.0)))
    widths = [number * size / LETTERS + 2 * BESIDE for number in numbers]
    apart = min((PAGE - first) / len(widths), NUMBERED)
    widths = [max(width, apart) for width in widths] if apart >= max(widths) else widths
    return size, [max(PAGE - sum(widths), first), *widths]


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


def _row(row: Row, places: list[int], size: float, levels: int) -> list[Any]:
    """Bold where it is made of other rows, as the total is."""
    style = "bold" if row.depth < levels or row.depth == 0 else "text"
    head = said(_("Total") if row.depth == 0 else row.head.text, style, inward=INWARD * max(0, row.depth - 1))
    return [head, *(_number(row, at, style, size) for at in places)]


def _number(row: Row, at: int, style: str, size: float) -> Any:
    cell = row.cells[at]
    lines = [line.replace(" ", UNBROKEN) for line in (cell.text, cell.below) if line]
    return said("\n".join(lines), style, right=True, size=size)


def said(text: str, style: str, *, right: bool = False, inward: float = 0, size: float = 0) -> Any:
    """A paragraph. right: as numbers stand; inward: points from the left; size: of its letters, 0 as the style has."""
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    chosen = paper.styles()[style]
    if right:
        chosen = ParagraphStyle(f"{style}-right", parent=chosen, alignment=TA_RIGHT, wordWrap=None)
    if inward or size:
        chosen = ParagraphStyle(f"{style}-own", parent=chosen, leftIndent=inward, fontSize=size or chosen.fontSize)
    return Paragraph(paper.escaped(text), chosen)
