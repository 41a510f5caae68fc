"""A chart to take away: drawn with what it says above it, or its numbers for a spreadsheet."""

from django.http import Http404, HttpResponse

from dangol.web.shell import charts
from dangol.web.shell.charts import Chart
from dangol.web.shell.said import in_numbers
from dangol.web.shell.taking_away import as_csv
from dangol.web.shell.titles import in_lines

KINDS = (*charts.FORMATS, "csv")
WIDTH = 720  # pixels


def file_answer(chart: Chart | None, kind: str, name: str) -> HttpResponse:
    """The chart as a file of this name and kind. Raises Http404 where there is none, or no such kind of file."""
    if chart is None or kind not in KINDS:
        raise Http404(name)
    content, content_type = as_file(chart, kind)
    disposition = f'attachment; filename="{name}.{kind}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})


def as_file(chart: Chart, kind: str) -> tuple[bytes, str]:
    """(content, content type) of one of KINDS."""
    if kind == "csv":
        table = chart.table or charts.Table([], [])
        return "".join(as_csv(*in_numbers(table.columns, table.rows), "")).encode(), "text/csv; charset=utf-8"
    title = {"text": in_lines(chart.finding, 15, WIDTH), "subtitle": in_lines(chart.unit, 12, WIDTH)}
    return charts.file_of({**(chart.spec or {}), "title": title}, kind, width=WIDTH)
