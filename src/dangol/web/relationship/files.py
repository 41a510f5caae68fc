"""The map to take along: a picture, or a list of customers."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.db.models import F
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.counted_in import is_by_use
from dangol.lib.money import as_number
from dangol.records.customers.columns import AT_ONCE
from dangol.web import clock
from dangol.web.campaigns.choice import Choice
from dangol.web.customers.belongings import main_numbers, numbered
from dangol.web.relationship import chart, findings, pictures
from dangol.web.shell import charts, words
from dangol.web.shell.viewer import Viewer

ITEMS = ("full_name", "line", "score", "parts")  # what of the inventory stands in the list


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


def columns(run: Run) -> list[str]:
    """What stands above the list of customers."""
    worth = _("Uses ahead") if is_by_use(run) else _("Customer equity")
    values = [_("Value to the customer (0–100)"), _("Value to the company (0–100)"), worth]
    return [*numbered(), _("Name"), _("Line of business"), _("Region"), *values]


def ids(run: Run, choice: Choice) -> list[int]:
    """The customers on the map, or the picked."""
    return list(_found(run, choice).values_list("pk", flat=True))


def rows(run: Run, choice: Choice, viewer: Viewer) -> Iterator[list[Any]]:
    """These customers, one a row, their names as the viewer sees them."""
    by_use = is_by_use(run)
    currency, lines = clock.home().currency, {line: str(words.line_name(line)) for line in relationship.groups(run)}
    columns = ("pk", "full_name", "line", "region_", "value_", "equity_", "money_")
    for part in batched(_found(run, choice).values_list(*columns).iterator(AT_ONCE), AT_ONCE):
        numbers = main_numbers([row[0] for row in part], viewer)
        for pk, name, line, region, *scores, money in part:
            worth = None if money is None else round(money, 1) if by_use else as_number(round(money), currency)
            values = [None if score is None else round(score, 1) for score in scores]
            yield [pk, numbers.get(pk, ""), viewer.name_text(name), lines.get(line, line), region, *values, worth]


def _found(run: Run, choice: Choice) -> Any:
    placed = relationship.placed(run) if not choice.made else relationship.placed(run).filter(
        pk__in=select(choice.rule, run=run).values("pk")
    )  # fmt: skip
    if choice.lines:
        placed = placed.filter(line__in=choice.lines)
    money = relationship.worked_out(run)
    return placed.annotate(money=money).annotate(money_=F("money__equity")).order_by("pk")
