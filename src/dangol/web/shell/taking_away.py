"""Lists of people that leave the house: with a reason, sealed by a password on wish, marked with who took them.

def file(request):
    form = taking_away.form(request)
    if form is None or not form.is_valid():
        return taking_away.page(request, form, what=_("…"), people=number)
    return taking_away.file(request, form, name="map", columns=[…], rows=…, subjects=ids)
"""

import csv
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO, Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.lib.formulas import plain
from dangol.records.staff.access.entries import Verb
from dangol.web import clock
from dangol.web.shell.viewer import Viewer, viewer

SHORTEST_PASSWORD = 8
ROWS_OF_A_SHEET = 1_048_576 - 3  # with the heading, an empty row and the mark
AT_ONCE = 8_000_000  # bytes
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type Row = Sequence[Any]


class TakeForm(forms.Form):
    """Why, in which form, and the password of the file."""

    reason = forms.CharField(
        label=gettext_lazy("What is it for?"), min_length=4, max_length=200,
        help_text=gettext_lazy("It stands in the access log beside your name."),
        error_messages={"required": gettext_lazy("Say what the list is for."),
                        "min_length": gettext_lazy("Say what the list is for.")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("File"), choices=[("xlsx", gettext_lazy("Excel (XLSX)")), ("csv", "CSV")], initial="xlsx"
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the file"), required=False, widget=forms.PasswordInput,
        help_text=gettext_lazy("On wish: Excel asks for it. Tell it by another way than the file itself."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        password = told.get("password")
        if password and told.get("kind") == "csv":
            self.add_error("password", _("A CSV file cannot carry a password. Choose Excel."))
        elif password and len(password) < SHORTEST_PASSWORD:
            self.add_error("password", _("Choose a password of at least %(n)s signs.") % {"n": SHORTEST_PASSWORD})
        return told


def form(request: HttpRequest) -> TakeForm | None:
    """What was sent; None where it is first asked for."""
    return TakeForm(request.POST) if request.method == "POST" else None


def page(request: HttpRequest, wanted: TakeForm | None, *, what: str, people: int) -> HttpResponse:
    """Ask why, before anything leaves."""
    context = {"form": wanted or TakeForm(), "what": what, "people": people}
    return render(request, "shell/take.html", context, status=422 if wanted else 200)


def file(
    request: HttpRequest, wanted: TakeForm, *, name: str, columns: Row, rows: Iterable[Row], subjects: Collection[int]
) -> HttpResponseBase:
    """The list as a file; who took whose data, and why, is written down first."""
    mine, told = viewer(request), wanted.cleaned_data
    mine.note(Verb.TOOK, reason=told["reason"], subjects=subjects)
    mark = watermark(mine, told["reason"])
    if told["kind"] == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            as_csv(columns, rows, mark), content_type="text/csv; charset=utf-8"
        )
    else:
        response = _sent(as_xlsx(columns, rows, mark, password=told["password"]))
    response["Content-Disposition"] = f'attachment; filename="{name}.{told["kind"]}"'
    return response


def watermark(mine: Viewer, reason: str) -> str:
    """Who took the list, when and why: the last line of the file."""
    at = date_format(localtime(clock.now()), "DATETIME_FORMAT")
    return _("Taken by %(who)s on %(at)s: %(reason)s") % {"who": mine.user, "at": at, "reason": reason}


def as_csv(columns: Row, rows: Iterable[Row], mark: str) -> Iterator[str]:
    """Lines that spreadsheets open as they are; the mark last, where there is one."""
    writer = csv.writer(_Line())
    yield "\ufeff"  # tells spreadsheets that this is UTF-8
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([plain(cell) for cell in row])
    if mark:
        yield writer.writerow([plain(mark)])


def as_xlsx(
    columns: Row, rows: Iterable[Row], mark: str, *, password: str = "", formats: Sequence[str] = ()
) -> IO[bytes]:
    """A workbook, on disk while it is made; with a password it opens with that alone (AES, as Excel itself does it).
    formats: how the numbers of each column are shown, as a spreadsheet writes it; as they are without.

    What does not fit on one sheet goes on on the next.
    """
    import xlsxwriter

    made = TemporaryFile()  # noqa: SIM115 -- read from as it is sent
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        bold, number = book.add_format({"bold": True}), 0
        shapes = {shape: book.add_format({"num_format": shape}) for shape in formats if shape}
        shown = [shapes.get(shape) for shape in formats]
        sheet = _sheet(book, columns, bold)
        for row in rows:
            if number == ROWS_OF_A_SHEET:
                sheet, number = _sheet(book, columns, bold), 0
            number += 1
            for place, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(number, place, cell, shown[place] if place < len(shown) else None)
                elif cell is not None:
                    sheet.write_string(number, place, str(cell))
        if mark:
            sheet.write_string(number + 2, 0, mark)
    return _locked(made, password) if password else made


def _sheet(book: Any, columns: Row, bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(column), bold)
    return sheet


def _sent(book: IO[bytes]) -> HttpResponseBase:
    """Read from the disk as it goes where it is large."""
    size = book.seek(0, os.SEEK_END)
    book.seek(0)
    if size <= AT_ONCE:
        with book:
            return HttpResponse(book.read(), content_type=XLSX)
    return FileResponse(book, content_type=XLSX)


def _locked(book: IO[bytes], password: str) -> IO[bytes]:
    from msoffcrypto.format.ooxml import OOXMLFile

    book.seek(0)
    locked = TemporaryFile()  # noqa: SIM115 -- read from as it is sent
    with book:
        OOXMLFile(book).encrypt(password, locked)
    return locked


class _Line:
    """What `csv` writes to: hands every line on instead of keeping it."""

    def write(self, text: str) -> str:
        return text
