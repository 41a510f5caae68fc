"""The customers behind a cell: those for whom the metric is not nothing there, and what it is for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangol.insight.warehouse.cube.asking import rows_asked
from dangol.insight.warehouse.cube.question import Condition, Question, checked
from dangol.insight.warehouse.metrics import named
from dangol.insight.warehouse.metrics.asking import measured
from dangol.insight.warehouse.queries import Lake
from dangol.records.customers.models import Customer
from dangol.records.staff.scope import WHOLE, Scope


def behind(
    lake: Lake, question: Question, cell: Mapping[str, str | None], *, scope: Scope | None, metric_name: str = ""
) -> list[int]:
    """The ids of the known customers behind a cell (a dimension not named or None: all of it), in order.

    metric_name: one of those asked for, the first where none is named. Raises BadQuestion.
    """
    checked(question)
    chosen = named(metric_name or question.metrics[0])
    narrow = tuple(Condition(name, (str(value),)) for name, value in cell.items() if value is not None)
    asked = Question((chosen.name,), where=(*question.where, *narrow), since=question.since, until=question.until)
    checked(asked)
    seen = lake.seen_by(scope or WHOLE)
    keys = seen.arrow(_keys(seen, asked))["customer_key"].to_pylist()
    mine = Customer.objects.known().seen_by(scope or WHOLE).filter(lake_key__among=keys)
    return list(mine.order_by("pk").values_list("pk", flat=True))


def _keys(lake: Lake, asked: Question) -> Any:
    """Each customer whose own figure is something: who bought for the buyers, who returned for the returns."""
    one = named(asked.metrics[0])
    rows = _of_customers(lake, rows_asked(lake, asked, one))
    if one.each is not None:  # told of many customers at once: everybody whom it is told of
        return one.each(rows, ()).select("customer_key").distinct()
    found = measured(rows, [one], by=["customer_key"])
    return found.filter(found[one.name].notnull(), found[one.name] != 0).select("customer_key")


def of_each(lake: Lake, question: Question, *, scope: Scope | None) -> Any:
    """The first metric's own figure of each customer it is told of, by no order: an Arrow array. Raises BadQuestion."""
    asked = Question(question.metrics[:1], where=question.where, since=question.since, until=question.until)
    checked(asked)
    one, seen = named(asked.metrics[0]), lake.seen_by(scope or WHOLE)
    found = measured(_of_customers(seen, rows_asked(seen, asked, one)), [one], by=["customer_key"])
    return seen.arrow(found.filter(found[one.name].notnull()).select(one.name))[one.name]


def _of_customers(lake: Lake, rows: Any) -> Any:
    """The rows of customers, each with its customer."""
    if "customer_key" in rows.columns:
        return rows
    return rows.inner_join(lake.people().select("identity_key", "customer_key"), "identity_key")
