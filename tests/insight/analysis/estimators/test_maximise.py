"""The climb to the top, where part of the hill is beyond numbers."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.estimators import BeyondNumbers, NotConverged
from dangol.insight.analysis.estimators.maximise import maximise
from dangol.insight.analysis.estimators.summary import Array


def hill(point: Array) -> tuple[float, Array, Array]:
    """Its top is at 1; its curvature there, and steps from -1 lead far beyond it; no numbers above 2."""
    x = float(point[0])
    if x > 2:
        raise BeyondNumbers("too large")
    fall = np.exp(x - 1)
    return float(x - fall), np.array([1 - fall]), np.array([[-fall]])


class TestMaximise:
    def test_shortens_a_step_that_leads_beyond_numbers(self) -> None:
        top = maximise(hill, starts=[np.array([-1.0])], names=("r",), of="The fit", advice="")
        assert top.point == pytest.approx([1])

    def test_says_so_where_it_begins_beyond_numbers(self) -> None:
        with pytest.raises(NotConverged, match=r"The fit did not converge.*Try less"):
            maximise(hill, starts=[np.array([3.0])], names=("r",), of="The fit", advice="Try less.")
