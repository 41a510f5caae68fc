"""The order of an answer's rows: subtotals after what they are of, the grand total last."""

from __future__ import annotations

from typing import Any

from dangol.insight.warehouse.cube.question import Question

type Row = dict[str, Any]


def ordered(question: Question, rows: list[Row]) -> list[Row]:
    """The rows that were asked for, in order: by the dimensions, or by a metric at each level of them."""
    by, lead = question.by, question.leading
    if lead in question.metrics:
        known = {tuple(row[name] for name in by): row[lead] for row in rows}
        key = _by_metric(by, known, falls=question.descends)
    else:
        key = _by_name(by, question.sort, falls=question.descends)
    shown = rows if question.totals else [row for row in rows if all(row[name] is not None for name in by)]
    return sorted(shown, key=key)


def _by_metric(by: tuple[str, ...], known: dict[tuple[Any, ...], Any], *, falls: bool) -> Any:
    def key(row: Row) -> list[Any]:
        parts: list[Any] = []
        for place, name in enumerate(by):
            values = [row[one] if at <= place else None for at, one in enumerate(by)]
            value = known.get(tuple(values))
            parts.append((row[name] is None, value is None, (-value if falls else value) if value is not None else 0))
            parts.append(_text(row[name]))
        return parts

    return key


def _by_name(by: tuple[str, ...], sort: str, *, falls: bool) -> Any:
    def key(row: Row) -> list[Any]:
        return [(row[name] is None, _turned(row[name]) if falls and name == sort else _text(row[name])) for name in by]

    return key


def _text(value: Any) -> Any:
    return "" if value is None else value


def _turned(value: Any) -> Any:
    """What sorts the other way round."""
    if isinstance(value, str):
        return [-ord(letter) for letter in value] + [1]
    return -value if value is not None else 0
