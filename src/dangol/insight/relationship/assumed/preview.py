"""What other settings would do to the values that stand, before anybody sets them.

Weights and the band move customer value and regions alone; the margin rate multiplies every equity. So all of it
follows from the ranks and equities of the run and its frozen scales, exactly as the next valuation of the same records
would find it: nothing is read or fitted anew. For any other setting everybody is valued anew (`anew`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.score_arrays import laid_beside, score_arrays
from dangol.insight.relationship import fair_line
from dangol.insight.relationship.assumed.anew import preview_anew
from dangol.insight.relationship.assumed.compared import Preview, Sides, compared
from dangol.insight.relationship.assumed.numbers import needs_valuing
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.customer_value import balance
from dangol.insight.relationship.frozen_reference import CUSTOMER_VALUE, EQUITY, standing_scales
from dangol.insight.relationship.parts import parts_of_everybody
from dangol.insight.relationship.settings import ValueSettings
from dangol.lib.progress import Progress, silent

type Array = npt.NDArray[np.float64]

ASKED = ("economic_rank", "social_rank", "cost_rank", EQUITY)
EACH = 5e-6  # seconds a customer takes where everything follows from the scores


def preview(run: Run, *, now: ValueSettings, then: ValueSettings, progress: Progress = silent) -> Preview:
    """Hold what these settings make of the run against what those make of it.

    now: the settings the run was made under. Raises NoLake, BrokenLake where everybody has to be valued anew.
    """
    if needs_valuing(now, then):
        return preview_anew(run, now=now, then=then, progress=progress)
    ids, scores = _columns(run)
    scales = standing_scales()
    if is_by_use(run):  # no use has a margin
        then = replace(then, margin_rate=now.margin_rate)
    before, after = (_sides(scores, scales, now, settings) for settings in (now, then))
    return compared(ids, before, after)


def seconds_expected(run: Run, *, now: ValueSettings, then: ValueSettings) -> float:
    """About how long that takes: by how long the valuation took, or by the number of customers."""
    if needs_valuing(now, then):
        return float(run.summary.get("seconds", 0.0))
    return EACH * int(run.summary.get("customers", 0))


def _columns(run: Run) -> tuple[npt.NDArray[np.int64], dict[str, Array]]:
    """Everybody of the run, by id, and their columns, NaN where unknown."""
    ids = np.sort(score_arrays(run, "region")[0])
    whose, told = parts_of_everybody(run, ASKED)
    return ids, {name: laid_beside(ids, whose, values) for name, values in told.items()}


def _sides(
    scores: Mapping[str, Array], scales: Mapping[str, FrozenScale], made_under: ValueSettings, settings: ValueSettings
) -> Sides:
    mean = balance(scores["economic_rank"], scores["social_rank"], scores["cost_rank"], weights=settings.weights)
    equity = scores["equity"] * (settings.margin_rate / made_under.margin_rate)
    unknown = np.full(len(mean), np.nan)
    value = scales[CUSTOMER_VALUE].transform(mean) if CUSTOMER_VALUE in scales else unknown
    rank = scales[EQUITY].transform(equity) if EQUITY in scales else unknown
    return Sides(value, rank, equity, fair_line.region(value, rank, settings.tolerance), {})
