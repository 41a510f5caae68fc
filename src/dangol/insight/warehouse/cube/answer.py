"""Answers: rows of dimensions and metrics, exact as the engine has them, with the SQL of it as one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube import asking, before
from dangol.insight.warehouse.cube.order import ordered
from dangol.insight.warehouse.cube.question import BEFORE, SHARE, BadQuestion, Question, checked
from dangol.insight.warehouse.cube.values import written
from dangol.insight.warehouse.metrics import Unit, named
from dangol.insight.warehouse.queries import Lake
from dangol.records.staff.scope import Scope

MOST_ROWS = 100_000


@dataclass(frozen=True)
class Answer:
    """One row a group: the dimensions as texts (None where summed over), then the metrics.

    Money is in minor units, shares are from 0 to 1; a number is None where there is nothing to tell it from. levels:
    over how many dimensions each row is summed (0: none; as many as were asked by: the grand total). as_of: when the
    warehouse was brought up to the records, in UTC.
    """

    columns: tuple[str, ...]
    rows: list[list[Any]]
    as_of: str
    sql: str
    levels: list[int] = field(default_factory=list)


def answered(lake: Lake, question: Question, *, scope: Scope | None) -> Answer:
    """What the scope sees (None: everything). No rows where nothing happened. Raises BadQuestion."""
    checked(question)
    if question.compare == BEFORE:
        question = before.as_days(question)
        before.must_have_a_period(question)
    seen = lake if scope is None else lake.seen_by(scope)
    kept = _first_few(seen, question)
    rows, sql = _found(seen, question, kept)
    rows = _compared(seen, question, kept, rows)
    shown = ordered(question, rows)
    columns = (*question.by, *question.metrics, *_compared_columns(question))
    return Answer(
        columns, [[row[name] for name in columns] for row in shown], seen.manifest.at, sql,
        [sum(row[name] is None for name in question.by) for row in shown],
    )  # fmt: skip


def units(question: Question) -> dict[str, Unit]:
    """What each column of numbers is counted in, in their order."""
    own = {name: named(name).unit for name in question.metrics}
    compared = _compared_columns(question)
    return own | {
        name: own[name.removesuffix("_before")] if name.endswith("_before") else Unit.SHARE for name in compared
    }


def _found(lake: Lake, question: Question, kept: Sequence[Any] | None) -> tuple[list[dict[str, Any]], str]:
    """The rows of every level that is needed, the dimensions as texts; and what was asked.

    What totals are summed from is worked out by a statement of its own: of 50 million lines DuckDB 1.5 works it out
    within the memory it has, and waits for ever where the same statement reads it again.
    """
    apart: dict[str, str] = {}
    with ExitStack() as held:

        def aside(one: Any) -> Any:
            table = held.enter_context(lake.kept(one))
            apart[table.get_name()] = lake.sql(one)
            return table

        table = asking.grouped(lake, question, _levels(question), kept, aside=aside).limit(MOST_ROWS + 1)
        found = lake.arrow(table)
    if found.num_rows > MOST_ROWS:
        raise BadQuestion(
            _("The answer has more than %(most)s rows. Ask by less, for a shorter period, or for the first few only.")
            % {"most": f"{MOST_ROWS:,}"}
        )
    columns = {name: found[name].to_pylist() for name in (*question.by, *question.metrics)}
    for name in question.by:
        columns[name] = [written(name, value) for value in columns[name]]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)], _told(
        apart, lake.sql(table)
    )


def _told(apart: Mapping[str, str], sql: str) -> str:
    """Several statements as the one they come to."""
    if not apart:
        return sql
    named_first = ", ".join(f"{name} AS ({one})" for name, one in apart.items())
    return f"WITH {named_first} SELECT * FROM ({sql}) AS answer"  # noqa: S608 -- what the engine itself compiled


def _levels(question: Question) -> asking.Levels:
    """All where totals are asked for; else what rows are put in order by, and the whole that shares are of."""
    if question.totals:
        return asking.levels(question.by)
    wanted = [question.by]
    if question.leading in question.metrics:
        wanted += [question.by[:size] for size in range(len(question.by) - 1, 0, -1)]
    if question.compare == SHARE and question.by:
        wanted.append(())
    return wanted


def _first_few(lake: Lake, question: Question) -> list[Any] | None:
    """The values of the first dimension that are kept, as the engine has them; None: all."""
    if question.top is None:
        return None
    first = replace(question, by=question.by[:1], metrics=_ranking(question))
    table = asking.grouped(lake, first, [first.by])
    column = table[question.leading if question.leading in table.columns else question.by[0]]
    order = column.desc(nulls_first=False) if question.descends else column.asc(nulls_first=False)
    found = lake.arrow(table.order_by(order, first.by[0]).limit(question.top))
    values: list[Any] = found[first.by[0]].to_pylist()
    return values


def _ranking(question: Question) -> tuple[str, ...]:
    return (question.leading,) if question.leading in question.metrics else question.metrics[:1]


def _compared(
    lake: Lake, question: Question, kept: Sequence[Any] | None, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    if question.compare == SHARE:
        whole = next((row for row in rows if all(row[name] is None for name in question.by)), {})
        for row in rows:
            row |= {f"{name}_share": _ratio(row[name], whole.get(name)) for name in question.metrics}
    elif question.compare == BEFORE:
        _beside_before(lake, question, kept, rows)
    return rows


def _beside_before(lake: Lake, question: Question, kept: Sequence[Any] | None, rows: list[dict[str, Any]]) -> None:
    """Each row with its metrics in the period before: of a month that goes on, as many days of the month before."""
    so_far = before.ended(question, lake.manifest.at)
    spanned = question if question.until else so_far
    steps = [before.step_of(spanned, row) for row in rows]
    former: dict[before.Step | None, dict[tuple[Any, ...], dict[str, Any]]] = {None: {}}
    for known in {one for one in steps if one}:
        earlier = known.shifted(so_far)
        found, _sql = _found(lake, earlier, None if question.by[:1] == (known.along,) else kept)
        former[known] = {known.key(question, row): row for row in found if before.along(question, row) == known.along}
    for row, step in zip(rows, steps, strict=True):
        was = former[step].get(tuple(row[name] for name in question.by), {})
        row |= {f"{name}_before": was.get(name) for name in question.metrics}
        row |= {f"{name}_change": _change(row[name], was.get(name)) for name in question.metrics}


def _compared_columns(question: Question) -> list[str]:
    if question.compare == SHARE:
        return [f"{name}_share" for name in question.metrics]
    if question.compare == BEFORE:
        return [f"{name}_{what}" for what in ("before", "change") for name in question.metrics]
    return []


def _ratio(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def _change(now: float | None, then: float | None) -> float | None:
    return None if now is None or not then else (now - then) / abs(then)
