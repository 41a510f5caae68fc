"""Customers who come in batches are fitted as those who come at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.estimators import BadSummary, BetaGeoNBD, together
from dangol.insight.analysis.estimators.summary import PurchaseSummary, purchase_summary

from .test_family import drawn

customers = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(3, 5)), max_size=40)


class TestTogether:
    @given(customers, st.integers(1, 7))
    def test_loses_nobody_and_counts_like_rows_once(self, rows: list[tuple[int, int, int]], size: int) -> None:
        columns = np.array(rows, dtype=np.float64).reshape(-1, 3).T
        x, t_x, T = columns[0], np.where(columns[0] > 0, columns[1], 0), columns[2]
        found = together((x[i : i + size], t_x[i : i + size], T[i : i + size]) for i in range(0, len(x), size))
        whole = purchase_summary(x, t_x, T).like_rows_together()

        def told(rows: object) -> dict[tuple[float, ...], float]:
            columns = (getattr(rows, name).tolist() for name in ("x", "t_x", "T", "weights"))
            return {tuple(row[:3]): row[3] for row in zip(*columns, strict=True)}

        assert told(found) == told(whole)
        assert len(found.x) == len(told(found))

    def test_is_fitted_as_if_all_had_come_at_once(self) -> None:
        x, t_x, T = (np.round(column) for column in drawn()[:3])
        t_x = np.where(x > 0, np.maximum(t_x, 1), 0)
        rows = together((x[i : i + 100], t_x[i : i + 100], T[i : i + 100]) for i in range(0, 500, 100))
        fitted = BetaGeoNBD().fit(rows.x, rows.t_x, rows.T, weights=rows.weights)
        assert fitted.params_ == pytest.approx(BetaGeoNBD().fit(x, t_x, T).params_, rel=1e-6)
        assert fitted.n_customers_ == 500

    def test_sorts_each_row_a_few_times_however_many_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Sorting all that was found anew with each batch would take 200 batches 100 times as long as one."""
        sorted_rows = 0
        once = PurchaseSummary.like_rows_together

        def counted(rows: PurchaseSummary) -> PurchaseSummary:
            nonlocal sorted_rows
            sorted_rows += len(rows.x)
            return once(rows)

        monkeypatch.setattr(PurchaseSummary, "like_rows_together", counted)
        T = np.arange(1.0, 20_001.0)
        found = together((np.zeros(100), np.zeros(100), T[i : i + 100]) for i in range(0, len(T), 100))
        assert sorted(found.T) == T.tolist()
        assert sorted_rows < 6 * len(T)

    def test_names_the_batch_that_cannot_be_true(self) -> None:
        with pytest.raises(BadSummary, match="In batch 2: For 1 of 1 customers t_x is later than T"):
            together([([1], [1], [2]), ([1], [3], [2])])

    def test_of_no_batches_is_nobody(self) -> None:
        rows = together([])
        assert len(rows.x) == 0
        with pytest.raises(BadSummary, match="Only 0 customers"):
            BetaGeoNBD().fit(rows.x, rows.t_x, rows.T, weights=rows.weights)
