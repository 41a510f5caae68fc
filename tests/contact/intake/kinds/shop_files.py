"""Files as shops and libraries export them, for the tests of the further kinds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
from django.utils import translation

from dangol.contact.intake import actions
from dangol.contact.intake.models import Batch

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def cp949(place: Path, text: str, name: str = "export.csv") -> Path:
    """A CSV as Excel saves it in Korea."""
    path = place / name
    path.write_bytes(text.strip().replace("\n", "\r\n").encode("cp949"))
    return path


def workbook(place: Path, rows: list[list[Any]], name: str = "export.xlsx") -> Path:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(place / name)
    return place / name


def taken(path: Path, kind: str, *, at: datetime = AT, **more: Any) -> Batch:
    """The file, taken in."""
    with translation.override("en"):
        return actions.import_file(path, kind=kind, by=None, at=at, **more)


def counts(batch: Batch) -> tuple[int, ...]:
    """Rows, accepted, rejected, created, updated, unchanged."""
    return batch.rows, batch.accepted, batch.rejected, batch.created, batch.updated, batch.unchanged


def reasons(batch: Batch) -> dict[int, str]:
    """Why each row was refused."""
    return dict(batch.rejects.order_by("row").values_list("row", "reason"))
