"""What the map shows of a run: points up to 5,000, squares above, and the frame around the picture."""

from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries as relationship
from dangol.lib.languages import speaks
from dangol.records.ledger.models import Loan, Transaction
from dangol.web.campaigns.choice import Choice
from dangol.web.relationship import chart, findings
from dangol.web.relationship.in_uses import speaks_of_uses
from dangol.web.shell import words
from dangol.web.shell.chart_files import KINDS
from dangol.web.shell.charts import Chart, Table
from dangol.web.shell.figures import count, decimals, points
from dangol.web.shell.templatetags.shell import region_short

FEWEST = 50
PLACED = ("I", "II", "III")


def placed(run: Run) -> int:
    """Customers on the map."""
    counts = relationship.regions(run)
    return sum(counts[region] for region in PLACED)


def drawable(run: Run) -> bool:
    """Whether there is something to see: customers with both values, or enough with the company's side alone."""
    return bool(placed(run)) or sum(relationship.rug(run)) >= FEWEST


def missing(run: Run | None) -> dict[str, Any]:
    """Why there is no map yet: how many have bought (or borrowed) so far, and how many are needed."""
    by_use = speaks_of_uses(run)
    came = Loan.objects.all() if by_use else Transaction.objects.exclude(identity=None)
    buyers = came.aggregate(n=Count("identity__customer", distinct=True))["n"]
    why = relationship.notes(run) if run and buyers >= FEWEST else []  # enough bought, so it is something else
    return {"buyers": buyers, "needed": FEWEST, "run": run, "own": settings.DANGOL.source == "own", "why": why,
            "by_use": by_use}  # fmt: skip


def lines(run: Run) -> list[str]:
    """Lines of business to filter by; none where there is only one."""
    found = sorted(relationship.groups(run))
    return found if len(found) > 1 else []


def regions(run: Run, choice: Choice) -> dict[str, int]:
    """Customers in each region, of the line that is shown or of all."""
    if len(choice.lines) != 1:
        return relationship.regions(run)
    return _of_line(run, choice.lines[0])


def picture(run: Run, line: str = "") -> chart.Picture:
    """What is drawn of everybody, or of one line of business."""
    squares = relationship.bins(run, line=line or None)
    groups = {name: group for name, group in relationship.groups(run).items() if not line or name == line}
    drawn: dict[str, Any] = {
        "tolerance": float(run.parameters["tolerance"]),
        "groups": groups,
        "regions": _of_line(run, line) if line else relationship.regions(run),
        # The rug is counted over everybody, so it stays away where one line is shown.
        "rug": [] if line else relationship.rug(run),
    }
    if sum(square.customers for square in squares) > relationship.MOST_POINTS:
        rows = [[one.customer_equity, one.customer_value, *map(one.regions.__getitem__, PLACED)] for one in squares]
        return chart.Picture(bins=rows, **drawn)
    found = relationship.points(run, line=line or None)
    return chart.Picture(points=[_dot(point) for point in found], **drawn)


def framed(run: Run, choice: Choice) -> Chart:
    """The picture's frame: finding, unit, source, table, files."""
    line = choice.lines[0] if len(choice.lines) == 1 else ""
    address = Choice(lines=choice.lines).address()
    query = f"?{address}&lang={speaks()}" if address else f"?lang={speaks()}"
    groups = {name: group for name, group in relationship.groups(run).items() if not line or name == line}
    counts = regions(run, choice)
    day = date_format(localtime(run.as_of), "DATE_FORMAT")
    return Chart(
        name="map",
        finding=findings.finding(groups, counts),
        unit=findings.unit(sum(counts[region] for region in PLACED), day=day, line=line),
        spec_url=reverse("map_spec", args=[run.pk]) + query,
        alt=_("Map of value to the company and value to the customer. “Show as table” holds the same numbers."),
        brush=chart.BRUSH,
        provenance=provenance(run, day),
        table=_table(run, line),
        downloads={kind: reverse("map_file", args=[run.pk, kind]) + (f"?{address}" if address else "")
                   for kind in KINDS},
        list_url=reverse("map_list", args=[run.pk]) + (f"?{choice.address()}" if choice.address() else ""),
    )  # fmt: skip


def numbers(run: Run, line: str = "") -> Table:
    """All that is drawn: regions, groups, points or squares, and the row below. Nobody is named there."""
    drawn, table = picture(run, line), _table(run, line)
    kinds = [_("Region")] * len(PLACED) + [_("Line of business")] * (len(table.rows) - len(PLACED))
    rows = [[kind, *row] for kind, row in zip(kinds, table.rows, strict=True)]
    rows += [
        [_("Customer"), region_short(one["region"]), 1, decimals(one["cv"], 1), decimals(one["ce"], 1)]
        for one in drawn.points
    ]
    rows += [*squares(drawn.bins), *below(drawn.rug)]
    columns = [_("What is drawn"), _("Who"), _("Customers"), _("Value to the customer"), _("Value to the company")]
    return Table(columns, rows)


def squares(bins: list[list[int]]) -> list[list[Any]]:
    """Rows of a file: in each square that holds anybody, how many of each region."""
    square, half = _("Square of 5 × 5 points, its middle"), chart.BIN / 2
    return [
        [square, region_short(region), number, y + half, x + half]
        for x, y, *counts in bins for region, number in zip(PLACED, counts, strict=True) if number
    ]  # fmt: skip


def below(rug: list[int]) -> list[list[Any]]:
    """Rows of a file: the row below the map, of those whose value to the customer is not known."""
    name, who = _("Row below the map"), region_short("unknown")
    return [[name, who, number, "", place] for place, number in enumerate(rug) if number]


def provenance(run: Run, day: str) -> list[str]:
    """Source, as-of, what was allowed, run."""
    return [
        _("As of %(day)s") % {"day": day},
        _("Band ±%(points)s points") % {"points": points(run.parameters["tolerance"])},
        _("Run %(number)s") % {"number": run.pk},
    ]


def _dot(point: relationship.Point) -> dict[str, Any]:
    return {"ce": round(point.customer_equity, 1), "cv": round(point.customer_value, 1), "region": point.region}


def _of_line(run: Run, line: str) -> dict[str, int]:
    """Customers of a line in each region, as the squares have them; those not placed are unknown."""
    counts: dict[str, int] = dict.fromkeys(words.REGIONS, 0)
    for square in relationship.bins(run, line=line):
        for region, number in square.regions.items():
            counts[region] += number
    group = relationship.groups(run).get(line)
    counts["unknown"] = group["customers"] - sum(counts.values()) if group else 0
    return counts


def _table(run: Run, line: str) -> Table:
    """Regions and groups: how many, and where they stand on average."""
    rows: list[list[Any]] = []
    told = relationship.means(run, line=line or None)
    for region in PLACED:
        number, value, equity = told.get(region, (0, None, None))
        rows.append([region_short(region), count(number), points(value), points(equity)])
    for name, group in relationship.groups(run).items():
        if not line or name == line:
            mean = [points(group["customer_value"]), points(group["customer_equity"])]
            rows.append([str(words.line_name(name)), count(group["valued"]), *mean])
    columns = [_("Who"), _("Customers"), _("Value to the customer, mean"), _("Value to the company, mean")]
    return Table(columns, rows, frozenset({1, 2, 3}))
