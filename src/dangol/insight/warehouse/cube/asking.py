"""A question as one Ibis expression: each fact grouped by itself at every level, then laid side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from dangol.insight.warehouse.cube.question import Condition, Question
from dangol.insight.warehouse.cube.values import meant
from dangol.insight.warehouse.metrics import Additivity, Metric, named, split_named
from dangol.insight.warehouse.metrics.asking import basis, measured, rows_of
from dangol.insight.warehouse.queries import Lake, NotHeld

HOW_MANY = "rows_"  # rows that a group was worked out from; where there are none, there is no answer


type Levels = Sequence[tuple[str, ...]]
type Aside = Callable[[Any], Any]


def levels(by: Sequence[str]) -> Levels:
    """The dimensions of each kind of row: all of them, then every subtotal, then the grand total."""
    return [kept for size in range(len(by), -1, -1) for kept in combinations(by, size)]


def grouped(
    lake: Lake, question: Question, wanted: Levels, kept: Sequence[Any] | None = None, *, aside: Aside = lambda one: one
) -> Any:
    """Columns: the dimensions (null where summed over), the metrics, HOW_MANY. Every level worked out from the rows.

    kept: the values of the first dimension that have rows of their own; totals over it are of all of them. aside: works
    out an expression that is read more than once, and returns what it said.
    """
    parts = [_part(lake, question, metrics, wanted, kept, aside) for metrics in _side_by_side(question.metrics)]
    if len(parts) == 1:
        return parts[0].filter(parts[0][HOW_MANY] > 0).select(*question.by, *question.metrics, HOW_MANY)
    return _laid_together(lake, parts, question)


def rows_asked(lake: Lake, question: Question, one: Metric) -> Any:
    """The rows a metric is worked out from, those of the conditions alone, a column for each dimension asked for.

    Raises NotHeld, MixedCurrencies, BadQuestion.
    """
    try:
        rows = rows_of(lake, one, since=question.since, until=question.until)
        for name in dict.fromkeys((*question.by, *(one.dimension for one in question.where))):
            rows = split_named(name).column(lake, rows)
    except NotHeld as error:
        raise NotHeld(one.name) from error
    return _where(rows, question.where)


def _where(rows: Any, conditions: Iterable[Condition]) -> Any:
    for one in conditions:
        column = rows[one.dimension]
        rows = rows.filter(column.isin([meant(one.dimension, text, column.type()) for text in one.values]))
    return rows


def _side_by_side(metrics: Sequence[str]) -> list[list[Metric]]:
    """Metrics that are worked out from the same rows, together."""
    found: dict[tuple[object, ...], list[Metric]] = {}
    for one in map(named, metrics):
        found.setdefault(basis(one), []).append(one)
    return list(found.values())


def _part(
    lake: Lake, question: Question, metrics: list[Metric], wanted: Levels, first: Sequence[Any] | None, aside: Aside
) -> Any:
    """What one group of metrics says at every level that is wanted, of the first dimension's values only these."""
    import ibis

    rows = rows_asked(lake, question, metrics[0])
    counted = [*metrics, replace(metrics[0], name=HOW_MANY, expression=lambda t: t.count())]
    finest = _finest(lake, question, rows, counted)
    if len(wanted) > 1 and _add_up(metrics):
        finest = aside(finest)
    parts = []
    for kept in wanted:
        if kept == question.by:
            found = finest
        elif _add_up(metrics):
            found = _added_up(finest, counted, kept)
        else:
            found = measured(rows, counted, by=kept)
        if first is not None and question.by[0] in kept:
            found = found.filter(found[question.by[0]].isin(first))
        summed = {name: ibis.null(rows[name].type()) for name in question.by if name not in kept}
        parts.append(found.mutate(**summed).select(*question.by, *(one.name for one in counted)))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _finest(lake: Lake, question: Question, rows: Any, metrics: Sequence[Metric]) -> Any:
    """The metrics by every dimension. Months of rows are told of their days' sums where that comes to the same: to ask
    fifty million lines for their month takes three times as long as to add them up.
    """
    splits = [split_named(name) for name in question.by]
    if not splits or not all(one.of_day for one in splits) or not _add_up(metrics):
        return measured(rows, metrics, by=question.by)
    days = measured(rows, metrics, by=("day",))
    if not all(days[one.name].type().is_integer() for one in metrics):
        return measured(rows, metrics, by=question.by)
    for one in splits:
        days = one.column(lake, days)
    return _added_up(days, metrics, question.by)


def _add_up(metrics: Sequence[Metric]) -> bool:
    """Whether all are sums over rows, so that the rows need not be read once more for a subtotal.

    What is counted but once, such as a receipt, is counted anew at each level, though it should lie in one place alone.
    """
    return all(one.additivity is Additivity.ADDITIVE and one.each is None for one in metrics)


def _added_up(finest: Any, metrics: Sequence[Metric], by: Sequence[str]) -> Any:
    values = {one.name: finest[one.name].sum().cast(finest[one.name].type()) for one in metrics}
    return finest.group_by(*by).aggregate(**values) if by else finest.aggregate(**values)


def _laid_together(lake: Lake, parts: Sequence[Any], question: Question) -> Any:
    """Several parts as one: each row has its metrics from the part that knows them."""
    import ibis

    kinds = {name: part[name].type() for part in parts for name in part.columns if name in question.metrics}
    padded = [
        part.select(
            *question.by,
            *(part[name] if name in part.columns else ibis.null(kinds[name]).name(name) for name in question.metrics),
            HOW_MANY,
        )
        for part in parts
    ]
    both = ibis.union(*padded)
    values = {name: both[name].max() for name in question.metrics} | {HOW_MANY: both[HOW_MANY].sum()}
    together = both.group_by(*question.by).aggregate(**values) if question.by else both.aggregate(**values)
    # Where one fact has rows and another none, sums and counts of the other are 0: a month of complaints without sales.
    told = {name: together[name].fill_null(zero) for name, zero in _over_nothing(lake, question).items()}
    return together.filter(together[HOW_MANY] > 0).mutate(**told).select(*question.by, *question.metrics, HOW_MANY)


def _over_nothing(lake: Lake, question: Question) -> dict[str, Any]:
    """What each metric is over no rows, but those that are unknown then."""
    found: dict[str, Any] = {}
    for metrics in _side_by_side(question.metrics):
        rows = rows_asked(lake, replace(question, by=(), where=()), metrics[0])
        found |= lake.arrow(measured(rows.filter(rows.day.isnull()), metrics)).to_pylist()[0]
    return {name: zero for name, zero in found.items() if zero is not None}
