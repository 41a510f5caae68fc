"""Weights of the items: neighbours and items are weighed in turn until nothing moves (Wold 1982; Lohmöller 1989).

Everything is worked out of the covariances of the items, so that a fit takes as long for a million answer sheets as
for a hundred once these are summed up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.satisfaction.plan import Mode, Plan, Scheme
from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]


class NotConverged(DangolError):
    """The weights of a path model did not come to rest, so there are none."""


@dataclass(frozen=True)
class Weighed:
    """weights (items, blocks): scores of variance 1 are items · weights; steps: how many rounds it took."""

    weights: Array
    steps: int


def weighed(covariance: Array, plan: Plan, scheme: Scheme, *, tolerance: float, most_steps: int) -> Weighed:
    """The weights at rest: no weight of an item in units of its own spread moves by more than `tolerance`."""
    spread = np.sqrt(np.diag(covariance))
    weights = _of_variance_one(plan.member.astype(np.float64), covariance)
    for step in range(1, most_steps + 1):
        pulled = weights @ _pulls(weights.T @ covariance @ weights, plan, scheme)
        later = _of_variance_one(_outer(covariance, covariance @ pulled, plan), covariance)
        moved = np.abs(np.abs(later) - np.abs(weights)).T @ spread
        weights = later
        if moved.max() <= tolerance:
            return Weighed(_upright(weights, covariance, plan), step)
    raise NotConverged(
        f"After {most_steps} rounds the weights still moved by {moved.max():.2g}: the answers do not hold together as"
        " these blocks say. Look for an item that is asked the other way round, or for blocks that hardly correlate."
    )


def _pulls(correlation: Array, plan: Plan, scheme: Scheme) -> Array:
    """Inner weights (blocks, blocks): what of each neighbour (row) goes into each block (column)."""
    beside = plan.paths | plan.paths.T
    if scheme is Scheme.CENTROID:
        return np.where(beside, np.sign(correlation), 0.0)
    pulls = np.where(beside, correlation, 0.0)
    if scheme is Scheme.PATH:
        pulls = np.where(plan.paths.T, regressed(correlation, plan).T, pulls)
    return np.asarray(pulls)


def regressed(correlation: Array, plan: Plan) -> Array:
    """Path coefficients (to, from): each block on those that lead to it, by least squares."""
    found = np.zeros_like(correlation)
    for to, leads in enumerate(plan.paths):
        if leads.any():
            found[to, leads] = np.linalg.lstsq(correlation[np.ix_(leads, leads)], correlation[leads, to])[0]
    return found


def _outer(covariance: Array, with_inner: Array, plan: Plan) -> Array:
    """Raw weights of each block's items by its mode: covariances with the inner score, or their regression."""
    weights = np.where(plan.member, with_inner, 0.0)
    for place, block in enumerate(plan.blocks):
        if block.mode is Mode.FORMATIVE:
            mine = plan.member[:, place]
            weights[mine, place] = np.linalg.lstsq(covariance[np.ix_(mine, mine)], with_inner[mine, place])[0]
    return np.asarray(weights)


def _of_variance_one(weights: Array, covariance: Array) -> Array:
    variance = (weights * (covariance @ weights)).sum(axis=0)
    if (variance <= 0).any() or not np.isfinite(variance).all():
        raise NotConverged("A block has no spread left: its items cancel each other out. Turn the reversed item round.")
    return np.asarray(weights / np.sqrt(variance))


def _upright(weights: Array, covariance: Array, plan: Plan) -> Array:
    """Turned so that most items of a block go along with it; where as many do as do not, most of the other items."""
    with_all = covariance @ weights / np.sqrt(np.diag(covariance))[:, None]
    votes = np.sign(np.where(plan.member, with_all, 0.0)).sum(axis=0)
    around = np.where(plan.member, 0.0, with_all).sum(axis=0)
    return np.asarray(weights * np.where((votes < 0) | ((votes == 0) & (around < 0)), -1.0, 1.0))
