"""Equal rows are counted once and nobody is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dangol.insight.analysis.estimators.summary import (
    BadSummary,
    distinct,
    grouped,
    purchase_summary,
    refuse_mixed_units,
)

few = st.sampled_from([0.0, -0.0, 1.0, 2.0, 1 / 7, 3 / 7, 1e300])
tables = arrays(np.float64, st.tuples(st.just(3), st.integers(0, 60)), elements=few)


class TestGrouped:
    @given(tables, st.data())
    def test_leaves_each_row_once_with_its_whole_weight(self, table: np.ndarray, data: st.DataObject) -> None:
        weights = data.draw(arrays(np.float64, table.shape[1], elements=st.sampled_from([0.0, 1.0, 2.5])))
        columns, counts = grouped(tuple(table), weights)
        rows = [tuple(row) for row in np.stack(columns, axis=1)]
        assert len(rows) == len(set(rows))
        expected: dict[tuple[float, ...], float] = {}
        for row, weight in zip(table.T, weights, strict=True):
            if weight:
                expected[tuple(row)] = expected.get(tuple(row), 0.0) + weight
        assert dict(zip(rows, counts, strict=True)) == expected


class TestDistinct:
    @given(tables)
    def test_can_be_spread_out_again(self, table: np.ndarray) -> None:
        columns, like = distinct(tuple(table))
        assert len(set(zip(*columns, strict=True))) == len(columns[0])
        for column, original in zip(columns, table, strict=True):
            assert (column[like] == original).all()

    def test_tells_a_million_days_apart(self) -> None:
        draw = np.random.default_rng(1)
        days = [draw.integers(0, 60, 100_000) / 7 for _ in range(3)]
        columns, _ = distinct(tuple(days))
        assert len(columns[0]) == len(np.unique(np.stack(days), axis=1).T)


class TestMixedUnits:
    def test_are_told_from_a_business_that_has_closed(self) -> None:
        t_x = np.linspace(1, 50, 60)
        for T in (52.0, 90.0, 500.0):
            refuse_mixed_units(purchase_summary(1, t_x, T))
        for unit in (7, 30.4375, 12):
            with pytest.raises(BadSummary, match=rf"none of the 60 .*the latest in row 59: t_x 50, T {52 * unit:g}"):
                refuse_mixed_units(purchase_summary(1, t_x, 52.0 * unit))


class TestCoarsened:
    @given(
        st.lists(st.tuples(st.integers(0, 9), st.floats(1e-6, 1), st.floats(1e-3, 1e3)), min_size=1), st.floats(0.1, 9)
    )
    def test_stays_a_summary_that_can_be_true(self, customers: list[tuple[int, float, float]], grain: float) -> None:
        x, part, T = (np.array(column, dtype=np.float64) for column in zip(*customers, strict=True))
        rows = purchase_summary(x, np.where(x > 0, part * T, 0.0), T)
        rough = rows.coarsened(grain)
        purchase_summary(rough.x, rough.t_x, rough.T, rough.weights)
        assert rough.weights.sum() == len(x)
        assert rough.weights @ rough.x == x.sum()
        assert abs(rough.weights @ rough.T - T.sum()) <= grain * len(x)
