"""A report as a workbook: a sheet for each question with every row, numbers as numbers."""

from __future__ import annotations

import io
import re
from typing import Any

from django.utils.translation import gettext as _

from dangol.web.insight.cube import tables, told
from dangol.web.insight.cube.written import Names
from dangol.web.insight.reports.content import Content, Part

LONGEST = 31  # letters of a sheet's name


def xlsx(content: Content) -> bytes:
    """The report as a workbook."""
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        taken: set[str] = set()
        for part in content.parts:
            shapes = {shape: book.add_format({"num_format": shape}) for shape in tables.formats(part.asked) if shape}
            _fill(book.add_worksheet(_sheet_name(part.name, taken)), part, content, bold, shapes)
    return made.getvalue()


def _fill(sheet: Any, part: Part, content: Content, bold: Any, shapes: dict[str, Any]) -> None:
    """The title, the days, whose numbers they are; below them the table."""
    names = Names(part.found)
    sheet.write_string(0, 0, part.name, bold)
    sheet.write_string(1, 0, f"{told.title(part.asked, names)} · {part.days}")
    sheet.write_string(2, 0, content.of)
    if part.found is None:
        sheet.write_string(4, 0, _("Nothing happened there."))
        return
    columns, rows = tables.whole(part.asked, part.found, names)
    shown = [shapes.get(shape) for shape in tables.formats(part.asked)]
    sheet.set_column(0, max(0, len(columns) - 1), 18)
    sheet.freeze_panes(5, 0)
    for place, column in enumerate(columns):
        sheet.write_string(4, place, column, bold)
    for number, row in enumerate(rows, 5):
        for place, cell in enumerate(row):
            if isinstance(cell, int | float):
                sheet.write_number(number, place, cell, shown[place])
            elif cell is not None:
                sheet.write_string(number, place, str(cell))


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a workbook takes, once: without its brackets and strokes, and no longer than it can be."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ") or "1"
    found, number = plain[:LONGEST].strip("' ") or "1", 1
    while found.casefold() in taken or found.casefold() == "history":
        number += 1
        found = f"{plain[: LONGEST - len(str(number)) - 1]} {number}"
    taken.add(found.casefold())
    return found
