"""PLS path models: what drives what among things that are seen only by the items asked about them.

Scores are weighted sums of the items, with variance 1; the weights are sought by the algorithm of Wold (1982) in the
form of Lohmöller (1989); paths are least squares between scores (Tenenhaus et al. 2005, "PLS path modeling",
Computational Statistics & Data Analysis 48). Reflective blocks weigh each item by its covariance with what lies around
the block, formative ones by regression.

All of it says what goes along with what among those who answered. That mending an element lifts satisfaction is an
experiment's to show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.satisfaction.effects import explained, total_effects
from dangol.insight.analysis.satisfaction.plan import Block, Mode, Plan, Scheme, planned
from dangol.insight.analysis.satisfaction.reliability import Reliability, reliability_of
from dangol.insight.analysis.satisfaction.resampling import Intervals, resampled
from dangol.insight.analysis.satisfaction.weighing import Array, regressed, weighed
from dangol.lib.errors import DangolError

TOLERANCE = 1e-9
STEPS = 300
DRAWS = 500
SEED = 20260101
FEWEST = 10  # answer sheets for each arrow of the largest regression (Barclay, Higgins and Thompson 1995)


class BadAnswers(DangolError):
    """The answers cannot be fitted as they are; the message says which, and what would be accepted."""


class PathModel:
    """A PLS path model of answer sheets.

    standardised: items enter with variance 1, each on an equal footing; else in their own units, all alike. draws:
    answer sheets are drawn anew so often for the intervals (0: none), always the same by `seed`.

    Learned, with blocks in the order of plan_.names and items in that of plan_.items: weights_ and loadings_ (items,
    blocks; loadings_ with all blocks), communalities_ (items), paths_, total_effects_ and indirect_effects_ (to, from),
    r_squared_, ave_ and redundancies_ (blocks), scores_ (sheets, blocks), correlations_ (blocks, blocks), gof_,
    reliability_ (blocks; None of formative ones), intervals_, steps_, n_.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        paths: Sequence[tuple[str, str]],
        *,
        scheme: Scheme = Scheme.PATH,
        standardised: bool = True,
        draws: int = DRAWS,
        seed: int = SEED,
        tolerance: float = TOLERANCE,
        most_steps: int = STEPS,
    ) -> None:
        self.plan_ = planned(blocks, paths)
        self.scheme = Scheme(scheme)
        self.standardised = standardised
        self.draws = draws
        self.seed = seed
        self.tolerance = tolerance
        self.most_steps = most_steps

    def fit(self, answers: npt.ArrayLike, items: Sequence[str]) -> Self:
        """Fit to answers (sheets, items), with the names of their columns. Raises BadAnswers, NotConverged."""
        chosen = _chosen(np.asarray(answers, np.float64), items, self.plan_)
        centred = chosen - chosen.mean(axis=0)
        scale = chosen.std(axis=0, ddof=1) if self.standardised else np.ones(chosen.shape[1])
        rows = centred / scale
        covariance = np.asarray(rows.T @ rows / (len(rows) - 1))
        self._learn(covariance)
        self.n_ = len(rows)
        self.scores_: Array = rows @ self.weights_
        self.intervals_: Intervals | None = None
        if self.draws:
            self.intervals_ = resampled(
                chosen, self.plan_, self.scheme, standardised=self.standardised, draws=self.draws, seed=self.seed,
                tolerance=self.tolerance, most_steps=self.most_steps, like=self.loadings_,
            )  # fmt: skip
        return self

    def _learn(self, covariance: Array) -> None:
        plan = self.plan_
        found = weighed(covariance, plan, self.scheme, tolerance=self.tolerance, most_steps=self.most_steps)
        self.weights_, self.steps_ = found.weights, found.steps
        spread = np.sqrt(np.diag(covariance))
        self.loadings_: Array = covariance @ self.weights_ / spread[:, None]
        self.correlations_: Array = self.weights_.T @ covariance @ self.weights_
        self.paths_ = regressed(self.correlations_, plan)
        self.total_effects_ = total_effects(self.paths_)
        self.indirect_effects_: Array = self.total_effects_ - self.paths_
        self.r_squared_ = explained(self.paths_, self.correlations_)
        self.communalities_: Array = (self.loadings_**2 * plan.member).sum(axis=1)
        self.ave_: Array = self.communalities_ @ plan.member / plan.member.sum(axis=0)
        self.redundancies_: Array = self.ave_ * self.r_squared_
        self.gof_ = self._goodness()
        correlation = covariance / np.outer(spread, spread)
        self.reliability_: tuple[Reliability | None, ...] = tuple(
            reliability_of(correlation[np.ix_(mine, mine)]) if block.mode is Mode.REFLECTIVE else None
            for block, mine in zip(plan.blocks, plan.member.T, strict=True)
        )

    def _goodness(self) -> float:
        """√(mean communality of blocks of several items × mean R² of blocks that paths lead to); Tenenhaus 2004."""
        several = self.plan_.member @ (self.plan_.member.sum(axis=0) > 1)
        told = self.communalities_[several] if several.any() else self.communalities_
        return float(np.sqrt(told.mean() * self.r_squared_[self.plan_.paths.any(axis=1)].mean()))


def _chosen(answers: Array, items: Sequence[str], plan: Plan) -> Array:
    """The columns of the plan, in its order, or a refusal."""
    if answers.ndim != 2 or answers.shape[1] != len(items):
        raise BadAnswers(f"{len(items)} names of items for answers of the shape {answers.shape}.")
    if gone := [item for item in plan.items if item not in items]:
        raise BadAnswers(f"No answers to {', '.join(gone)}; there are {', '.join(items)}.")
    chosen = answers[:, [list(items).index(item) for item in plan.items]]
    if missing := int((~np.isfinite(chosen)).any(axis=1).sum()):
        raise BadAnswers(f"{missing:,} of {len(chosen):,} sheets lack an answer; leave them out or fill them in first.")
    if len(chosen) < (fewest := max(FEWEST * plan.most_arrows, FEWEST)):
        raise BadAnswers(f"{len(chosen):,} answer sheets; {fewest:,} are the fewest that tell these paths apart.")
    if constant := [item for item, told in zip(plan.items, np.ptp(chosen, axis=0), strict=True) if not told]:
        raise BadAnswers(f"Everybody answered {constant[0]} alike: it explains nothing. Leave it out.")
    return chosen
