"""Revenue by category: every row in its own, whatever order the categories come in."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pytest

from dangol.insight.relationship.core import contributions


class Everybody:
    """Customers whose keys are their places."""

    def known(self, table: pa.Table) -> tuple[pa.Table, Any, int]:
        return table, table["customer_key"].to_numpy(), 0


def categories(monkeypatch: pytest.MonkeyPatch, names: list[str], keys: list[int], money: list[int]) -> dict[str, Any]:
    table = pa.table({
        "category": pa.array(names, pa.string()), "customer_key": pa.array(keys, pa.int64()),
        "revenue": pa.array(money, pa.int64()),
    })  # fmt: skip
    monkeypatch.setattr(contributions, "revenue_by_category", lambda lake, as_of: table)
    found = contributions.in_categories(cast(Any, None), cast(Any, Everybody()), as_of=date(2026, 1, 1))
    return {one.category: (one.at.tolist(), one.revenue.tolist()) for one in found}


def test_each_row_stands_in_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    names, keys, money = ["milk", "", "milk", "cheese", ""], [0, 1, 2, 0, 3], [5, 6, 7, -8, 9]
    assert categories(monkeypatch, names, keys, money) == {
        "": ([1, 3], [6.0, 9.0]), "cheese": ([0], [-8.0]), "milk": ([0, 2], [5.0, 7.0]),
    }  # fmt: skip


def test_there_are_none_without_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    assert categories(monkeypatch, [], [], []) == {}


def test_many_rows_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    names = random.choice(["a", "b", "c", "d"], 1000).tolist()
    money = random.integers(-5, 50, 1000).tolist()
    found = categories(monkeypatch, names, list(range(1000)), money)
    for name, (at, revenue) in found.items():
        assert at == [place for place, one in enumerate(names) if one == name]
        assert revenue == [money[place] for place in at]
