"""The cube by the API: what can be asked, the answer to a question, and the customers behind a cell of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from dangol.insight.warehouse.cube import Question, answered, behind, read, unheard
from dangol.insight.warehouse.cube.question import fitting
from dangol.insight.warehouse.cube.reading import conditions
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS
from dangol.insight.warehouse.queries import lake
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Sent, WrongValues, opened
from dangol.web.api.segments import ListedSegment, told_of
from dangol.web.insight.cube.keeping import segment_of
from dangol.web.insight.cube.periods import span_of
from dangol.web.insight.cube_numbers import numbers
from dangol.web.shell.viewer import viewer

router = Router(tags=["insight"])

FIRST = 100  # customers behind a cell who are named


class CubeMetric(Schema):
    """A metric: its unit, formula for people, over what its parts add up, and by which dimensions it can be asked."""

    name: str
    label: str
    unit: str
    formula: str
    additivity: str
    by: list[str]


class CubeDimension(Schema):
    """A dimension; `hierarchy` and `level` say in which way down it stands, and how far down."""

    name: str
    label: str
    meaning: str
    hierarchy: str
    level: int


class CubeRegistry(Schema):
    """Everything that can be asked."""

    metrics: list[CubeMetric]
    dimensions: list[CubeDimension]


class CubeAnswer(Schema):
    """One row a group: dimensions (null where summed over), then numbers; money in major units, shares from 0 to 1.
    `notes` say which values of `where` nothing on record has.
    """

    columns: list[str]
    rows: list[list[Any]]
    as_of: str
    sql: str
    notes: list[str] = []


class AskedOfCube(Sent):
    """Names with commas between; `where` as "place in (강남구, 마포구) and channel = app"; both days are included."""

    metrics: str = Field(max_length=1_000)
    by: str = Field("", max_length=400)
    where: str = Field("", max_length=4_000)
    since: date | None = None
    until: date | None = None

    def question(self, **more: Any) -> Question:
        where = [self.where] if self.where.strip() else []
        return read(self.metrics, self.by, where, since=self.since, last=self.until, **more)


class WantedFromCube(AskedOfCube):
    """The same with subtotals and the grand total, in order of a metric, the first few, or compared."""

    totals: bool = False
    sort: str = Field("", max_length=100)
    falling: bool = False
    top: int | None = Field(None, ge=1, le=100_000)
    compare: Literal["", "share", "before"] = ""


class CellOfCube(AskedOfCube):
    """One cell of the answer: `cell` says which as `where` does, `metric` which number ("" for the first)."""

    cell: str = Field("", max_length=2_000)
    metric: str = Field("", max_length=100)


class KeptCell(CellOfCube):
    """The same kept as a segment; `period` is a time that goes on with the calendar, instead of `since` and `until`."""

    period: Literal["", "this_month", "last_month", "last_3", "last_12", "this_year", "last_year", "all"] = ""
    name: str = Field("", max_length=120)


class CustomerBehind(Schema):
    """A customer, the name as the key sees it."""

    customer: int
    name: str


class CustomersBehind(Schema):
    """How many customers are behind a cell, and the first hundred."""

    number: int
    customers: list[CustomerBehind]


@opened(router, "POST", "/insight/cube/segment", May.RUN_CAMPAIGNS, response=ListedSegment, whole=True)
def keep_behind_cell(request: HttpRequest, told: KeptCell) -> ListedSegment:
    """Keep the known customers behind one cell as a segment: a list with its question, asked again when you say so."""
    question = _narrowed(told)
    if told.metric and told.metric not in question.metrics:
        raise WrongValues({"metric": _("Name one of the metrics that are asked for.")})
    if told.period:
        span = span_of(told.period, clock.day())
        question = replace(question, since=span.since, until=span.until)
    question = replace(question, metrics=(told.metric or question.metrics[0],), by=())
    kept = segment_of(question, {}, told.period, name=told.name, by=viewer(request).user, at=clock.now())
    return ListedSegment(**told_of(kept, None))


def _narrowed(wanted: CellOfCube) -> Question:
    """The question of one cell alone."""
    question = wanted.question()
    cell = conditions(wanted.cell) if wanted.cell.strip() else []
    return replace(question, where=(*question.where, *cell))


@opened(router, "GET", "/insight/cube/metrics", May.ASK_NUMBERS, response=CubeRegistry)
def list_metrics(request: HttpRequest) -> CubeRegistry:
    """What can be asked, and by what."""
    metrics = [
        CubeMetric(
            name=one.name, label=str(one.label), unit=one.unit, formula=str(one.formula), additivity=one.additivity,
            by=fitting([one.name]),
        )
        for one in METRICS.values()
    ]  # fmt: skip
    dimensions = [
        CubeDimension(
            name=one.name, label=str(one.label), meaning=str(one.meaning), hierarchy=one.hierarchy, level=one.level
        )
        for one in DIMENSIONS.values()
    ]
    return CubeRegistry(metrics=metrics, dimensions=dimensions)


@opened(router, "GET", "/insight/cube", May.ASK_NUMBERS, response=CubeAnswer)
def ask_cube(request: HttpRequest, wanted: Query[WantedFromCube]) -> CubeAnswer:
    """Metrics by dimensions, of the customers this key sees."""
    question = wanted.question(
        totals=wanted.totals, sort=wanted.sort, falling=wanted.falling, top=wanted.top, compare=wanted.compare
    )
    scope = viewer(request).scope
    answer = answered(lake(), question, scope=scope)
    rows = numbers(question, answer, clock.home().currency)
    return CubeAnswer(
        columns=list(answer.columns), rows=rows, as_of=answer.as_of, sql=answer.sql,
        notes=list(unheard(lake(), question, scope=scope)),
    )  # fmt: skip


@opened(router, "GET", "/insight/cube/whom", May.ASK_NUMBERS, response=CustomersBehind, personal=True)
def list_behind_cell(request: HttpRequest, wanted: Query[CellOfCube]) -> CustomersBehind:
    """The known customers behind one cell."""
    mine = viewer(request)
    ids = behind(lake(), _narrowed(wanted), {}, scope=mine.scope, metric_name=wanted.metric)
    people = list(mine.customers.filter(pk__in=ids[:FIRST]).order_by("pk"))
    mine.saw(person.pk for person in people)
    return CustomersBehind(
        number=len(ids), customers=[CustomerBehind(customer=one.pk, name=mine.name(one)) for one in people]
    )
