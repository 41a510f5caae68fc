"""The sum over the chances after which a silent customer may have gone: right, and worked out once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp

from dangol.insight.analysis.estimators.log_mixture import Curved
from dangol.insight.analysis.estimators.silent_chances import gone_by


@st.composite
def silent(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, t_x, n of some customers."""
    rows = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), max_size=30))
    x, more, quiet = (np.array([row[i] for row in rows], dtype=np.float64) for i in range(3))
    t_x = np.where(x > 0, x + more, 0)
    return x, t_x, t_x + quiet


def term(x: np.ndarray, u: np.ndarray) -> Curved:
    """Something of both, with slopes by the two parameters that it stands at."""
    curved = Curved(np.sin(3 * x + u) - 0.3 * u, 2)
    curved.slope[:] = np.cos(x + 2 * u), x - u
    curved.bend[:] = [[np.sin(u), 0 * u], [0 * u, x / (1 + u)]]
    return curved


class TestSum:
    @given(silent())
    def test_is_that_of_all_chances_let_go_by(self, rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
        found = gone_by(term, *rows, 2)
        for i, (x, t_x, n) in enumerate(zip(*rows, strict=True)):
            u = np.arange(t_x, n)
            if not len(u):
                assert found.value[i] == -np.inf
                assert not found.slope[:, i].any()
                continue
            terms = term(np.full(len(u), x), u)
            assert np.isclose(found.value[i], logsumexp(terms.value), rtol=1e-12)
            share = np.exp(terms.value - found.value[i])
            slope = terms.slope @ share
            bend = (terms.bend + terms.slope[:, None] * terms.slope[None]) @ share - np.outer(slope, slope)
            assert np.allclose(found.slope[:, i], slope, rtol=1e-10, atol=1e-12)
            assert np.allclose(found.bend[:, :, i], bend, rtol=1e-9, atol=1e-9)

    def test_works_out_each_term_once_for_all_who_are_alike(self) -> None:
        asked = []

        def counted(x: np.ndarray, u: np.ndarray) -> Curved:
            asked.append(len(x))
            return term(x, u)

        x = np.repeat([0.0, 1.0, 2.0], 50)
        t_x = np.where(x > 0, x + np.tile(np.arange(50.0), 3), 0.0)
        gone_by(counted, x, t_x, np.full(150, 60.0), 2)
        assert len(asked) == 1
        assert asked[0] <= 3 * 60
