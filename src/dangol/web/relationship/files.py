"""The map to take along: a picture, or a list of customers."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.http import StreamingHttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries as relationship
from dangol.lib.money import as_number
from dangol.web import clock
from dangol.web.campaigns.choice import Choice
from dangol.web.relationship import chart, findings, pictures
from dangol.web.shell import charts, words


class _Line:
    """What `csv` writes to: hands every line on instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def drawn(run: Run, line: str, kind: str) -> tuple[bytes, str]:
    """The map as png, svg or pdf, its finding and unit above it: (content, content type)."""
    picture = pictures.picture(run, line)
    placed = sum(picture.regions[region] for region in pictures.PLACED)
    groups = {name: group for name, group in relationship.groups(run).items() if not line or name == line}
    spec = chart.map_spec(picture, side=chart.FILE_SIDE)
    day = date_format(localtime(run.as_of), "DATE_FORMAT")
    spec["title"] = {
        "text": findings.finding(groups, picture.regions),
        "subtitle": findings.unit(placed, day=day, line=line),
    }
    return charts.file_of(spec, kind)


def customers_csv(run: Run, choice: Choice) -> StreamingHttpResponse:
    """The customers on the map, or the picked, one a row; opens in spreadsheets as it is."""
    columns = [_("Customer number"), _("Name"), _("Line of business"), _("Region"), _("Value to the customer (0–100)")]
    heading = [*columns, _("Value to the company (0–100)"), _("Customer equity")]
    lines = {line: str(words.line_name(line)) for line in relationship.groups(run)}
    return StreamingHttpResponse(_rows(heading, lines, run, choice), content_type="text/csv; charset=utf-8")


def _rows(heading: list[str], lines: dict[str, str], run: Run, choice: Choice) -> Iterator[str]:
    writer, currency = csv.writer(_Line()), clock.home().currency
    yield "\ufeff"  # tells spreadsheets that this is UTF-8
    yield writer.writerow(heading)
    for row in _found(run, choice).iterator(chunk_size=2000):
        number, name, line, *scores, money = row
        worth = "" if money is None else as_number(round(money), currency)
        yield writer.writerow([number, _plain(name), lines.get(line, _plain(line)), *map(_plain, scores), worth])


def _found(run: Run, choice: Choice) -> Any:
    placed = relationship.placed(run) if not choice.made else relationship.placed(run).filter(
        pk__in=select(choice.rule, run=run).values("pk")
    )  # fmt: skip
    if choice.lines:
        placed = placed.filter(line__in=choice.lines)
    money = FilteredRelation("scores", condition=Q(scores__run=run, scores__name="equity"))
    found = placed.annotate(money=money).annotate(money_=F("money__value")).order_by("pk")
    return found.values_list("pk", "full_name", "line", "region_", "value_", "equity_", "money_")


def _plain(value: Any) -> Any:
    """Numbers to one decimal; a text that a spreadsheet would take for a formula is told to be text."""
    if isinstance(value, float):
        return round(value, 1)
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
