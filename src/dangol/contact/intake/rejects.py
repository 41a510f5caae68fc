"""Rows that were refused: kept as they were written, each with the reason in words.

In the file of them a text that a spreadsheet would take for a formula stands behind an apostrophe: a customer may have
written it. When the file comes back, the apostrophe is taken away.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.contact.intake.checking import CODES
from dangol.contact.intake.kinds.kind import Kind, Type, Word
from dangol.contact.intake.models import Batch, Reject
from dangol.contact.intake.staging import Staging
from dangol.contact.intake.tables import Cells, Table, names_of
from dangol.lib import bulk, formulas
from dangol.lib.resident_numbers import MASK

PART = 20_000
LONGEST = 300
_NUMBER = re.compile(r"-[\d.,]+")
_BEGINNINGS = ", ".join(f"chr({ord(one)})" for one in formulas.BEGINNINGS)

LONG = gettext_lazy("Row %(row)s: the text “%(cell)s” in “%(column)s” is too long for a number or code.")
# What would be accepted, by the type of the field; a kind says it better where it can.
BY_TYPE: dict[Type, Promise] = {
    Type.MOMENT: gettext_lazy(
        "Row %(row)s: cannot read the date “%(cell)s” in “%(column)s”, or it can be read in two ways."
        " Write it like 2026-11-22, 2026.11.22 or 20261122."
    ),
    Type.MONEY: gettext_lazy(
        "Row %(row)s: cannot read the amount “%(cell)s” in “%(column)s”. Write it in figures, like 12000 or 12,000원."
    ),
    Type.NUMBER: gettext_lazy(
        "Row %(row)s: cannot read the number “%(cell)s” in “%(column)s”. Write it in figures, like 1 or 2.5."
    ),
    Type.CHOICE: gettext_lazy("Row %(row)s: “%(cell)s” in “%(column)s” is none of the words taken there: %(choices)s."),
    Type.PHONE: gettext_lazy(
        "Row %(row)s: cannot read the phone number “%(cell)s” in “%(column)s”. Write it like 010-1234-5678."
    ),
    Type.EMAIL: gettext_lazy(
        "Row %(row)s: cannot read the address “%(cell)s” in “%(column)s”. Write it like name@example.com."
    ),
    Type.POSTCODE: gettext_lazy(
        "Row %(row)s: cannot read the postcode “%(cell)s” in “%(column)s”. Write it in figures, like 04524."
    ),
}
UNKEPT = gettext_lazy(
    "Row %(row)s: “%(column)s” held a resident registration number, which may not be kept."
    " Write another number there, or leave it empty."
)
TOO_WIDE = gettext_lazy(
    "Row %(row)s: there are %(cells)s cells under %(columns)s headings."
    " Put text that holds the separator between quotation marks."
)


type Tell = Callable[[int, str, Cells], tuple[str, Cells]]


def refuse(stage: Staging, table: Table, kind: Kind, mapping: Mapping[str, str], batch: Batch) -> Iterator[int]:
    """Keep the refused rows of a checked stage with the batch; how many, part by part."""

    private = {table.headings.index(mapping[name]) for name in kind.private if name in mapping}
    if private:  # in a row that is too wide nobody knows which cell is which
        table.broken[:] = [(row, [""] * len(told)) for row, told in table.broken]

    def tell(row: int, problem: str, told: Cells) -> tuple[str, Cells]:
        why = reason(row, problem, told, table.headings, kind, mapping)
        return why, ["" if place in private else cell for place, cell in enumerate(told)] if private else told

    return keep(stage, table, batch, tell, called_off=kind.called_off)


def keep(stage: Staging, table: Table, batch: Batch, tell: Tell, *, called_off: Collection[str] = ()) -> Iterator[int]:
    """The same with the reasons, and what is kept of each row, told by `tell`: row, problem, cells → reason, cells.

    called_off: words of `problem` that leave nothing to mend.
    """
    width = len(table.headings)
    cells = ", ".join(f"raw.{name}" for name in names_of(width)[1:])
    query = (
        f"SELECT row, problem, {cells} FROM raw JOIN lines USING (row)"  # noqa: S608 -- our own names
        " WHERE problem <> '' ORDER BY row"
    )
    settled = set(called_off)
    for part in stage.batches(query, PART):
        rows = zip(*(column.to_pylist() for column in part.columns), strict=True)
        yield _keep(
            batch,
            ((row, *tell(row, problem, told), not settled.isdisjoint(problem.split())) for row, problem, *told in rows),
        )
    too_wide = str(TOO_WIDE)
    wide = (
        (row, table.reasons.get(row) or too_wide % {"row": row, "cells": len(told), "columns": width}, told, False)
        for row, told in table.broken
    )
    yield _keep(batch, wide)


def reason(row: int, problem: str, told: Cells, headings: Cells, kind: Kind, mapping: Mapping[str, str]) -> str:
    """What is wrong with a row, in words: which row and column, what was there, what would be accepted."""
    sentences = []
    for name in dict.fromkeys(problem.split()):
        column = mapping.get(name) or mapping.get(kind.told_by.get(name, ""), "")
        cell = told[headings.index(column)].strip() if column else ""
        sentence = _sentence(kind, name, cell, empty=bool(column) and not cell)
        choices = ", ".join(field.choices if (field := kind.named(name)) else {})
        words = {"row": row, "column": column, "cell": short(cell), "choices": choices}
        sentences.append(str(sentence) % {**words, "currency": settings.DANGOL.currency})
    return " ".join(sentences)[:LONGEST]


def _sentence(kind: Kind, name: str, cell: str, *, empty: bool) -> Word:
    field = kind.named(name)
    if field is None:
        return kind.reasons[name]
    if MASK in cell and field.type in CODES:
        return UNKEPT
    if empty and (field.needed or name in kind.told_by):
        return kind.empty
    return kind.reasons.get(name) or BY_TYPE.get(field.type, LONG)


def as_csv(batch: Batch) -> Iterator[str]:
    """The refused rows as a spreadsheet opens them: a byte order mark, the original columns, and the reason."""
    yield "\ufeff" + _line([*batch.columns, _("Reason")])
    for told, why in batch.rejects.order_by("row").values_list("original", "reason").iterator(PART):
        padded = [*told[: len(batch.columns)], *[""] * (len(batch.columns) - len(told))]
        yield _line([_text(cell) for cell in (*padded, why, *told[len(batch.columns) :])])


def as_written(stage: Staging, table: Table) -> None:
    """Take away, in a file that came back, what `as_csv` put before texts that begin like formulas."""
    mark = f"chr({ord(formulas.MARK)})"
    for name in names_of(len(table.headings))[1:]:
        stage.engine.execute(
            f"UPDATE raw SET {name} = substr({name}, 2)"  # noqa: S608 -- our own names
            f" WHERE substr({name}, 1, 1) = {mark} AND substr(ltrim({name}, {mark}), 1, 1) IN ({_BEGINNINGS})"
        )


def file_of(batch: Batch) -> Path:
    """Where the refused rows of a batch lie as a file."""
    folder: Path = settings.DANGOL_HOME / "imports"
    return folder / f"rejects-{batch.pk}.csv"


def write_file(batch: Batch) -> None:
    """Put the refused rows beside the store, to be mended and imported again."""
    path = file_of(batch)
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.writelines(as_csv(batch))
    part.replace(path)


def _keep(batch: Batch, rows: Iterator[tuple[int, str, Cells, bool]]) -> int:
    table = Reject._meta.db_table
    numbered = [
        (batch.pk, row, why[:LONGEST], json.dumps(told, ensure_ascii=False), needs_nothing)
        for row, why, told, needs_nothing in rows
    ]
    return bulk.insert(connection, table, ("batch_id", "row", "reason", "original", "needs_nothing"), numbered)


def short(cell: str) -> str:
    """A cell as a sentence quotes it."""
    return cell if len(cell) <= 40 else f"{cell[:40]}…"


def _text(cell: str) -> str:
    """A number below nothing is a number to a spreadsheet, too; what looks as if it were marked already is marked."""
    if _NUMBER.fullmatch(cell):
        return cell
    marked = cell.startswith(formulas.MARK) and cell.lstrip(formulas.MARK).startswith(formulas.BEGINNINGS)
    return f"{formulas.MARK}{cell}" if marked else formulas.plain(cell)


def _line(cells: Cells) -> str:
    sink = io.StringIO()
    csv.writer(sink).writerow(cells)
    return sink.getvalue()
