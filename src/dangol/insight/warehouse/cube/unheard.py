"""Values of conditions that nothing on record has: of a mistyped word an answer would say nothing, or less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube.asking import rows_asked
from dangol.insight.warehouse.cube.question import Condition, Question
from dangol.insight.warehouse.metrics import Form, named, split_named
from dangol.insight.warehouse.metrics.registry import near
from dangol.insight.warehouse.queries import Lake
from dangol.records.staff.scope import Scope

MOST = 100_000  # values that are looked through


def unheard(lake: Lake, question: Question, *, scope: Scope | None) -> Iterator[str]:
    """A sentence for each, with the values most like it that this scope sees; whatever the period."""
    seen = lake if scope is None else lake.seen_by(scope)
    for one in question.where:
        if split_named(one.dimension).form is not Form.TEXT:
            continue
        for value in one.values:
            if any(_stands(seen, metric, Condition(one.dimension, (value,))) for metric in question.metrics):
                continue
            known = set[str]().union(*(_values(seen, metric, one.dimension) for metric in question.metrics))
            yield _("Nothing on record has '%(value)s' as '%(dimension)s'. Near it: %(known)s.") % {
                "value": value, "dimension": one.dimension, "known": near(value, sorted(known - {""})) or "–",
            }  # fmt: skip


def _stands(lake: Lake, metric: str, condition: Condition) -> bool:
    """Whether any row fulfils it: the first that does ends the search."""
    rows = rows_asked(lake, Question((metric,), (condition.dimension,), (condition,)), named(metric))
    return bool(lake.arrow(rows.select(condition.dimension).limit(1)).num_rows)


def _values(lake: Lake, metric: str, dimension: str) -> set[Any]:
    rows = rows_asked(lake, Question((metric,), (dimension,)), named(metric))
    return {*lake.arrow(rows.select(dimension).distinct().limit(MOST))[dimension].to_pylist()}
