"""A question that was asked before is put in the words it had then, and in no other's."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
import pytest

from dangol.insight.warehouse.engine import DuckDB
from dangol.insight.warehouse.questions import Questions

COLUMNS = {"day": "date", "amount": "int64"}


def asked(least: int, columns: dict[str, str] = COLUMNS, name: str = "sales") -> Any:
    sales = ibis.table(columns, name=name)
    return sales.filter(sales.amount > least)


class TestQuestion:
    def test_is_translated_once(self) -> None:
        translated: list[Any] = []
        questions = Questions()
        first, again = (questions.put(asked(5), lambda one: translated.append(one) or "SELECT") for _ in range(2))
        assert first is again and len(translated) == 1
        assert first.columns == pa.schema([("day", pa.date32()), ("amount", pa.int64())])

    @pytest.mark.parametrize("other", [
        asked(6), asked(5, {**COLUMNS, "amount": "float64"}), asked(5, {"amount": "int64"}), asked(5, name="returns"),
    ], ids=["another number", "another type", "other columns", "another table"])  # fmt: skip
    def test_that_differs_in_anything_is_another(self, other: Any) -> None:
        questions = Questions()
        assert questions.put(asked(5), ibis.to_sql) != questions.put(other, ibis.to_sql)

    def test_that_was_not_asked_for_long_is_let_go(self) -> None:
        questions, translated = Questions(kept=2), list[int]()
        for least in (1, 2, 1, 3, 1, 2):
            questions.put(asked(least), lambda _, least=least: translated.append(least) or "SELECT")  # type: ignore[misc]
        assert translated == [1, 2, 3, 2]


class TestTablesKeptForAWhile:
    def test_are_each_their_own_and_named_alike_the_next_time(self, tmp_path: Any) -> None:
        engine = DuckDB({}, tmp_path)
        names = []
        for number in (1, 2):
            with (
                engine.given(pa.table({"n": [number]})) as given,
                engine.kept(given) as first,
                engine.kept(first.mutate(n=first.n + 10)) as second,
            ):
                assert engine.arrow(first.union(second).order_by("n"))["n"].to_pylist() == [number, number + 10]
                names.append([one.get_name() for one in (given, first, second)])
        assert names[0] == names[1] and len(set(names[0])) == 3
