"""Imports by the API: which files came in, what was taken of each, and which rows were left out, and why."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from dangol.contact.intake import queries
from dangol.contact.intake.models import Batch
from dangol.records.staff.roles import May
from dangol.web.api.doors import LARGEST, Number, Sent, opened
from dangol.web.imports.views import REJECTS_SHOWN
from dangol.web.shell.viewer import viewer

router = Router(tags=["imports"])


class Imported(Schema):
    """One file: rows = accepted + rejected; `amount_total` in minor units over the accepted."""

    id: int
    file_name: str
    rows: int
    accepted: int
    rejected: int
    created: int
    updated: int
    unchanged: int
    amount_total: int
    problem: str
    warnings: list[str]
    started_at: datetime
    finished_at: datetime | None


class Imports(Schema):
    """The latest first; ask again with `before` = `next`, until it is null."""

    imports: list[Imported]
    next: int | None


class Reject(Schema):
    """One row left out, as it was written, and why."""

    row: int
    reason: str
    original: Any


class WholeImport(Imported):
    """The same with the first hundred rows that were left out."""

    rejects: list[Reject]


class WantedImports(Sent):
    before: int = Field(LARGEST, ge=1, le=LARGEST)
    limit: int = Field(50, ge=1, le=200)


@opened(router, "GET", "/imports", May.IMPORT, response=Imports, whole=True)
def list_imports(request: HttpRequest, wanted: Query[WantedImports]) -> Imports:
    """The files that came in."""
    found = list(queries.files().filter(pk__lt=wanted.before).order_by("-pk")[: wanted.limit + 1])
    shown = found[: wanted.limit]
    following = shown[-1].pk if len(found) > wanted.limit else None
    return Imports(imports=[Imported(**_imported(one)) for one in shown], next=following)


@opened(router, "GET", "/imports/{number}", May.IMPORT, response=WholeImport, whole=True, personal=True)
def get_import(request: HttpRequest, number: Number) -> WholeImport:
    """What was taken in of one file, and what was left out."""
    one = get_object_or_404(queries.files(), pk=number)
    viewer(request).saw(())  # people whom the records do not know
    rejects = queries.rejects(one)[:REJECTS_SHOWN]
    return WholeImport(
        **_imported(one), rejects=[Reject(row=row.row, reason=row.reason, original=row.original) for row in rejects]
    )


def _imported(one: Batch) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Imported.model_fields}
