"""What came of a file: its numbers, the rows left out to be mended, and the way back."""

import csv
import os
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.intake import nothing_in, queries, rejects, undoing
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.models import Batch, Reject
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web.clock import now
from dangol.web.imports import columns, tables, tasks, uploads
from dangol.web.imports.views import begin, run, states
from dangol.web.shell import arriving
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

REJECTS_SHOWN = 100
NAMED = 20  # customers who stay after an undo, by name


class Cell(NamedTuple):
    """One cell of a refused row, to be mended; `wrong`: the reason speaks of it."""

    name: str
    heading: str
    value: str
    wrong: bool


class NothingMended(DangolError):
    """The rows were sent as they were."""


@needs(May.IMPORT, whole=True, personal=True)
@require_safe
def import_result(request: HttpRequest, number: int) -> HttpResponse:
    """What was taken in and what was left out, with the way on and the way back."""
    return _result(request, number)


@require_POST
@needs(May.IMPORT, whole=True, personal=True)
def import_mend(request: HttpRequest, number: int) -> HttpResponse:
    """Take in those of the refused rows that were changed here; the others stay where they are."""
    batch = get_object_or_404(queries.files(), pk=number)
    try:
        token = mend(batch, mended(batch, request.POST), user_id=viewer(request).user.pk)
    except DangolError as problem:
        return _result(request, number, problem=str(problem), said=request.POST, status=422)
    return redirect("import_run", token)


@needs(May.IMPORT, whole=True, personal=True)
@require_safe
def import_rejects(request: HttpRequest, number: int) -> HttpResponseBase:
    """The refused rows as they were written, with the reasons, to be mended and uploaded again."""
    batch = get_object_or_404(Batch, pk=number)
    viewer(request).note(Verb.TOOK, reason=gettext("To mend the rows of %(file)s") % {"file": batch.file_name})
    return left_out(batch)


@needs(May.IMPORT, whole=True)
def import_undo(request: HttpRequest, number: int) -> HttpResponse:
    """Say what would go, and take it back when that is confirmed."""
    batch = get_object_or_404(queries.files(), pk=number)
    problem = why_not_undo(batch)
    if request.method == "POST" and not problem:
        begin_undo(batch, user_id=viewer(request).user.pk)
        return redirect("import_undo_run", number)
    context: dict[str, Any] = {"batch": batch, "problem": problem}
    if not problem:
        found = undoing.would_go(batch)
        context |= {"going": tables.told(found.rows), "found": found}
    return render(request, "imports/undo.html", context, status=409 if problem and request.method == "POST" else 200)


@needs(May.IMPORT, whole=True)
@require_safe
@never_cache
def import_undo_run(request: HttpRequest, number: int) -> HttpResponse:
    """How far the undoing is; the result as soon as it is done."""
    get_object_or_404(queries.files(), pk=number)
    file = reverse("import_result", args=[number])
    return run(request, work.look(undo_key(number)), file, undoing=True)


def left_out(batch: Batch) -> FileResponse:
    """The rows left out as a file: made on the disk in the language asked for, and sent from there as it goes."""
    made = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the response
    made.writelines(line.encode() for line in rejects.as_csv(batch))
    made.seek(0)
    return FileResponse(
        made, content_type="text/csv; charset=utf-8", as_attachment=True, filename=f"left-out-{batch.pk}.csv"
    )


def why_not_undo(batch: Batch) -> str:
    """Why undoing cannot be begun; "" where it can, also where all but the valuing after it was done."""
    if batch.state == "undone" and work.look(undo_key(batch.pk)).failed:
        return ""
    return undoing.why_not(batch)


def undo_key(number: int) -> str:
    """What the work of undoing a batch is called."""
    return f"undo-{number}"


def begin_undo(batch: Batch, *, user_id: int | None) -> None:
    """Hand the undoing to the worker, unless it is under way already."""
    key = undo_key(batch.pk)
    work.start(key, tasks.undo, key, batch.pk, user_id, speaks())


def mended(batch: Batch, said: QueryDict) -> dict[int, list[str]]:
    """The refused rows that a form changes, by their number in the file. Raises NothingMended."""
    changed: dict[int, list[str]] = {}
    for one in queries.rejects(batch)[:REJECTS_SHOWN]:
        was = _padded(batch, one)
        cells = [said.get(f"row-{one.row}-{place}", text) for place, text in enumerate(was)]
        if cells != was:
            changed[one.row] = _without_blanks_beyond(cells, len(batch.columns))
    if not changed:
        raise NothingMended(gettext("Change a cell of the rows you want to take in first."))
    return changed


def mend(batch: Batch, rows: dict[int, list[str]], *, user_id: int | None) -> str:
    """Take mended rows in as a file of their own, by the columns of the batch; its token.

    Raises NothingMended for a file whose rows are mended elsewhere or that was undone, and what uploads do.
    """
    if batch.kind not in KINDS or batch.state == "undone":
        raise NothingMended(gettext("The rows of this file are not mended here. Upload the mended file instead."))
    with tempfile.TemporaryDirectory(prefix=f"coming-{os.getpid()}-", dir=arriving.place()) as folder:
        name = arriving.file_name(gettext("mended %(file)s") % {"file": Path(batch.file_name).stem} + ".csv")
        path = Path(folder) / name
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([batch.columns, *rows.values()])
        token = uploads.keep(path, at=now())
    taking = columns.of_task({"mapping": batch.mapping, "kept": batch.kept})
    begin(token, KINDS[batch.kind], taking, user_id=user_id, mends={"batch": batch.pk, "rows": list(rows)})
    return token


def _result(
    request: HttpRequest, number: int, *, problem: str = "", said: QueryDict | None = None, status: int = 200
) -> HttpResponse:
    batch = get_object_or_404(queries.files(), pk=number)
    undone = batch.undoing if hasattr(batch, "undoing") else None
    listed = list(queries.rejects(batch)[:REJECTS_SHOWN])
    viewer(request).saw(())
    context = {
        "batch": batch, "kind": KINDS.get(batch.kind), "problem": problem, "shown": REJECTS_SHOWN, "undone": undone,
        "rejects": [(one, _cells(batch, one, said)) for one in listed], "left": queries.rejects(batch).count(),
        "left_for_good": batch.rejects.filter(needs_nothing=True).count(),
        "to_mend": batch.rejected - batch.called_off,
        "too_wide": any(len(one.original) > len(batch.columns) for one in listed),
        "mendable": batch.kind in KINDS and undone is None, "may_undo": not undoing.why_not(batch),
        "state": states()[batch.state], "nothing_in": nothing_in.in_words(batch.rows),
        "gone": tables.told(undone.removed) if undone else [],
        "stayed": tables.told(undone.stayed) if undone else [], "refusals": undone.refusals if undone else 0,
        "staying": _staying(request, batch) if undone else [],
    }  # fmt: skip
    return render(request, "imports/result.html", context, status=status)


def _staying(request: HttpRequest, batch: Batch) -> list[Any]:
    """Customers who are still here after an undo, as far as the viewer may see them."""
    first = [key for key, _place in zip(undoing.stayed(batch), range(NAMED), strict=False)]
    found = list(viewer(request).customers.filter(pk__in=first).order_by("pk"))
    viewer(request).saw([one.pk for one in found])
    return found


def _cells(batch: Batch, one: Reject, said: QueryDict | None) -> list[Cell]:
    """The cells of a refused row that the import reads or the reason speaks of, in the order of the file.

    Of a row with more cells than there are columns all, so that each can be moved to where it belongs.
    """
    wanted = {*batch.mapping.values(), *batch.kept}
    found = []
    cells, width = _padded(batch, one), len(batch.columns)
    for place, text in enumerate(cells):
        beyond = place >= width
        heading = gettext("Beyond the last column") if beyond else batch.columns[place]
        wrong = beyond or f"“{heading}”" in one.reason or f"{heading} ‘" in one.reason
        name = f"row-{one.row}-{place}"
        # In a row that is too wide any cell may stand under the wrong heading: all of them are shown.
        if wrong or heading in wanted or len(cells) > width:
            typed = said.get(name) if said is not None else None
            found.append(Cell(name, heading, text if typed is None else typed, wrong))
    return found


def _without_blanks_beyond(cells: list[str], width: int) -> list[str]:
    """A row that was too wide and whose texts stand in their columns now is as wide as all others."""
    return cells if any(cell.strip() for cell in cells[width:]) else cells[:width]


def _padded(batch: Batch, one: Reject) -> list[str]:
    cells = [str(cell) for cell in one.original]
    return [*cells, *[""] * (len(batch.columns) - len(cells))]
