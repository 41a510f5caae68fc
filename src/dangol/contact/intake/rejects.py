"""Rows that were refused: kept as they were written, each with the reason in words."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.contact.intake.checking import CODES
from dangol.contact.intake.models import Batch, Reject
from dangol.contact.intake.staging import Staging
from dangol.contact.intake.tables import Cells, Table, names_of
from dangol.lib import bulk
from dangol.lib.resident_numbers import MASK

PART = 20_000
LONGEST = 300

REASONS: dict[str, Promise] = {
    "time": gettext_lazy(
        "Row %(row)s: cannot read the date “%(cell)s” in “%(column)s”, or it can be read in two ways."
        " Write it like 2026-11-22, 2026.11.22 or 20261122."
    ),
    "amount": gettext_lazy(
        "Row %(row)s: cannot read the amount “%(cell)s” in “%(column)s”. Write it in figures, like 12000 or 12,000원."
    ),
    "unit_price": gettext_lazy(
        "Row %(row)s: cannot read the price “%(cell)s” in “%(column)s”. Write it in figures, like 12000 or 12,000원."
    ),
    "quantity": gettext_lazy(
        "Row %(row)s: cannot read the quantity “%(cell)s” in “%(column)s”. Write it in figures, like 1 or 2.5."
    ),
    "discount": gettext_lazy(
        "Row %(row)s: cannot read the discount “%(cell)s” in “%(column)s”."
        " Write it in figures, like 500, or leave it empty."
    ),
    "long": gettext_lazy("Row %(row)s: the text “%(cell)s” in “%(column)s” is too long for a number or code."),
}
EMPTY = gettext_lazy("Row %(row)s: “%(column)s” is empty. Every row needs a date and an amount.")
UNKEPT = gettext_lazy(
    "Row %(row)s: “%(column)s” held a resident registration number, which may not be kept."
    " Write another number there, or leave it empty."
)
TOO_WIDE = gettext_lazy(
    "Row %(row)s: there are %(cells)s cells under %(columns)s headings."
    " Put text that holds the separator between quotation marks."
)


type Tell = Callable[[int, str, Cells], tuple[str, Cells]]


def refuse(stage: Staging, table: Table, mapping: Mapping[str, str], batch: Batch) -> Iterator[int]:
    """Keep the refused rows of a checked stage with the batch; how many, part by part."""
    return keep(
        stage, table, batch, lambda row, problem, told: (reason(row, problem, told, table.headings, mapping), told)
    )


def keep(stage: Staging, table: Table, batch: Batch, tell: Tell) -> Iterator[int]:
    """The same with the reasons, and what is kept of each row, told by `tell`: row, problem, cells → reason, cells."""
    width = len(table.headings)
    cells = ", ".join(f"raw.{name}" for name in names_of(width)[1:])
    query = (
        f"SELECT row, problem, {cells} FROM raw JOIN lines USING (row)"  # noqa: S608 -- our own names
        " WHERE problem <> '' ORDER BY row"
    )
    for part in stage.batches(query, PART):
        rows = zip(*(column.to_pylist() for column in part.columns), strict=True)
        yield _keep(batch, ((row, *tell(row, problem, told)) for row, problem, *told in rows))
    wide = (
        (row, str(TOO_WIDE) % {"row": row, "cells": len(told), "columns": width}, told) for row, told in table.broken
    )
    yield _keep(batch, wide)


def reason(row: int, problem: str, told: Cells, headings: Cells, mapping: Mapping[str, str]) -> str:
    """What is wrong with a row, in words: which row and column, what was there, what would be accepted."""
    sentences = []
    for field in dict.fromkeys(problem.split()):
        column = mapping.get(field) or mapping.get("unit_price", "")
        cell = told[headings.index(column)].strip()
        known = UNKEPT if MASK in cell and field in CODES else REASONS.get(field, REASONS["long"])
        sentence = EMPTY if not cell and field in {"time", "amount"} else known
        sentences.append(str(sentence) % {"row": row, "column": column, "cell": short(cell)})
    return " ".join(sentences)[:LONGEST]


def as_csv(batch: Batch) -> Iterator[str]:
    """The refused rows as a spreadsheet opens them: a byte order mark, the original columns, and the reason."""
    yield "\ufeff" + _line([*batch.columns, _("Reason")])
    for told, why in batch.rejects.order_by("row").values_list("original", "reason").iterator(PART):
        padded = [*told[: len(batch.columns)], *[""] * (len(batch.columns) - len(told))]
        yield _line([*padded, why, *told[len(batch.columns) :]])


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


def _keep(batch: Batch, rows: Iterator[tuple[int, str, Cells]]) -> int:
    table = Reject._meta.db_table
    numbered = [(batch.pk, row, why[:LONGEST], json.dumps(told, ensure_ascii=False)) for row, why, told in rows]
    return bulk.insert(connection, table, ("batch_id", "row", "reason", "original"), numbered)


def short(cell: str) -> str:
    """A cell as a sentence quotes it."""
    return cell if len(cell) <= 40 else f"{cell[:40]}…"


def _line(cells: Cells) -> str:
    sink = io.StringIO()
    csv.writer(sink).writerow(cells)
    return sink.getvalue()
