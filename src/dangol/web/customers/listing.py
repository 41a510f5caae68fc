"""One page of the customer list, in a fixed number of queries however many rows it has: one a column."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import scores
from dangol.insight.relationship.value_columns import run_of
from dangol.records.customers.columns import RANGES, Asked, Column, column_of
from dangol.records.customers.models import Customer
from dangol.records.customers.selecting import Selected
from dangol.records.ledger.models import Transaction
from dangol.web.customers.belongings import main_numbers, numbered
from dangol.web.customers.cells import Told
from dangol.web.customers.criteria import BALANCE, REVERSED, Criteria, may_sort
from dangol.web.shell.viewer import Viewer

ROWS = 50
COUNTED = 10_000  # above it a count is told as "10,000+" until it is asked for
SIDES = ("region", "customer_value", "customer_equity")


@dataclass(frozen=True)
class Head:
    """What stands above a column: `sort` is the address that sorts by it, `sorted` how the page is sorted by it."""

    name: str
    label: str | Promise
    number: bool = False
    sort: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Cell:
    """What one column tells of one customer."""

    head: Head
    text: str
    score: Score | None = None


@dataclass(frozen=True)
class Row:
    """One customer as the list shows them."""

    customer: Customer
    scores: dict[str, Score]
    last_purchase: datetime | None = None
    cells: tuple[Cell, ...] = ()

    region_shown: str = "unknown"

    @property
    def region(self) -> str:
        score = self.scores.get("region")
        return score.text if score else "unknown"


@dataclass(frozen=True)
class Page:
    """Rows of one page; `count` is exact up to COUNTED, and `more` says that there are others beyond it."""

    rows: list[Row]
    heads: list[Head]
    criteria: Criteria
    count: int
    more: bool
    every: int

    @property
    def first(self) -> int:
        return (self.criteria.page - 1) * ROWS + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def previous(self) -> str:
        return self.criteria.address(page=self.criteria.page - 1) if self.criteria.page > 1 else ""

    @property
    def next(self) -> str:
        return self.criteria.address(page=self.criteria.page + 1) if self.last < self.every else ""


def page(criteria: Criteria, mine: Viewer, asked: Asked) -> Page:
    """The page asked for, of the customers within the viewer's scope."""
    found = selected(criteria, mine, asked)
    number, ids = found.stretch((criteria.page - 1) * ROWS, ROWS)
    above = heads(criteria, mine, asked, found)
    return Page(rows(ids, above, mine, asked), above, criteria, min(number, COUNTED), number > COUNTED, number)


def selected(criteria: Criteria, mine: Viewer, asked: Asked) -> Selected:
    """The customers asked for whom the viewer sees."""
    return Selected(criteria.selection(mine, valued=run_of(asked) is not None), mine.scope, asked)


def heads(criteria: Criteria, mine: Viewer, asked: Asked, found: Selected) -> list[Head]:
    """What stands above the columns shown."""
    now = found.selection
    made = []
    for name in criteria.shown(mine):
        column = column_of(name, asked)
        if column is None:
            made.append(Head(name, _("Both values")))
            continue
        made.append(_head(column, criteria, mine, falling=now.falling if now.sort == name else None))
    return made


def rows(ids: list[int], above: list[Head], mine: Viewer, asked: Asked) -> list[Row]:
    """These customers, in this order, with what the columns tell of them."""
    # Asked again of the records, whatever was kept at hand: nobody outside the scope is ever shown.
    customers = mine.customers.select_related("unit").in_bulk(ids)
    here = [pk for pk in ids if pk in customers]
    told = {
        head.name: Told.of(column, here, asked)
        for head in above
        if head.name != "name" and (column := column_of(head.name, asked)) is not None
    }
    regions = "region" in told
    marks = sides(here, asked) if any(head.name == BALANCE for head in above) else {}
    return [
        Row(
            customers[pk], marks.get(pk, {}), region_shown=told["region"].values.get(pk, "unknown") if regions else "",
            cells=tuple(Cell(head, told[head.name].text(pk, mine) if head.name in told else "") for head in above),
        )
        for pk in here
    ]  # fmt: skip


def sides(ids: list[int], asked: Asked) -> dict[int, dict[str, Score]]:
    """Both values and the region of each of these: one question."""
    run = run_of(asked)
    return _scores(ids, run, SIDES) if run else {}


def rows_of(customers: list[Customer], run: Run | None) -> list[Row]:
    """Each of these with both values and the last purchase, for the page of somebody they live with."""
    ids = [customer.pk for customer in customers]
    known: dict[int, dict[str, Score]] = _scores(ids, run, SIDES) if run else {}
    bought = last_purchases(ids)
    return [Row(customer, known.get(customer.pk, {}), bought.get(customer.pk)) for customer in customers]


def last_purchases(ids: list[int]) -> dict[int, datetime]:
    """The time of each customer's last purchase; who never bought is not in it."""
    sales = Transaction.objects.filter(identity__customer__in=ids, amount__gt=0)
    return dict(sales.values_list("identity__customer").annotate(Max("at")))


def _scores(ids: list[int], run: Run, names: tuple[str, ...]) -> dict[int, dict[str, Score]]:
    by_customer: dict[int, dict[str, Score]] = defaultdict(dict)
    for score in scores(run, names=names).filter(customer__in=ids):
        by_customer[score.customer_id][score.name] = score
    return by_customer


def _head(column: Column, criteria: Criteria, mine: Viewer, *, falling: bool | None) -> Head:
    """Pressed once it sorts as one wants to see the column, pressed again the other way round."""
    if not may_sort(column, mine):
        return Head(column.name, column.label, column.kind in RANGES)
    turned = falling is not None and falling == column.falling
    sort = f"{column.name}{REVERSED}" if turned else column.name
    now = {None: "", True: "descending", False: "ascending"}[falling]
    return Head(column.name, column.label, column.kind in RANGES, criteria.ordered(sort).address(), now)


def exported(ids: list[int], names: tuple[str, ...], mine: Viewer, asked: Asked, *, at_once: int = 2_000) -> Any:
    """Rows for a file, a part at a time: flat in memory however many they are. First the customer's number here, then
    that by which the business knows them.
    """
    columns = columns_in_file(names, asked)
    for start in range(0, len(ids), at_once):
        part = ids[start : start + at_once]
        numbers = main_numbers(part, mine)
        for pk, *cells in rows_in_file(part, columns, mine, asked):
            yield [pk, numbers.get(pk, ""), *cells]


def rows_in_file(part: list[int], columns: list[Column], mine: Viewer, asked: Asked) -> Any:
    """Rows of a file for some customers: of those whom the viewer sees. First the customer's number."""
    told = [Told.of(column, part, asked) for column in columns]
    here = set(mine.customers.filter(pk__in=part).values_list("pk", flat=True))
    for pk in part:
        if pk in here:
            yield [pk, *(one.plain(pk, mine) for one in told)]


def columns_in_file(names: tuple[str, ...], asked: Asked) -> list[Column]:
    """What stands in a file that shows these."""
    return [column for name in names for column in _in_file(name, asked)]


def file_heads(names: tuple[str, ...], asked: Asked) -> tuple[list[str], list[str]]:
    """What stands above the columns of `exported`, and the items of the inventory that are in it."""
    columns = columns_in_file(names, asked)
    labels = (*numbered(), *(column.label for column in columns))
    return [str(label) for label in labels], ["external_id", *(column.item for column in columns if column.item)]


def _in_file(name: str, asked: Asked) -> list[Column]:
    wanted = ("customer_value", "customer_equity") if name == BALANCE else (name,)
    return [column for one in wanted if (column := column_of(one, asked)) is not None]
