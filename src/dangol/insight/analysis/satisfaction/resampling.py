"""How far a fit would wander had others answered: answer sheets drawn anew, with replacement (Efron 1979)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dangol.insight.analysis.satisfaction.effects import explained, total_effects
from dangol.insight.analysis.satisfaction.plan import Plan, Scheme
from dangol.insight.analysis.satisfaction.weighing import Array, NotConverged, regressed, weighed

COARSER = 1e-6  # weights of a draw need no more digits than its chance leaves
LOST = 0.1  # more draws than this without an end, and there are no intervals
ENDS = (2.5, 97.5)


@dataclass(frozen=True)
class Interval:
    """Of each figure: its standard error and the ends of its 95 % interval, by percentiles."""

    error: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Intervals:
    """draws: how many came to an end, of those asked for; the rest as in the fit."""

    draws: int
    asked: int
    weights: Interval
    loadings: Interval
    paths: Interval
    total_effects: Interval
    r_squared: Interval


def resampled(
    answers: Array, plan: Plan, scheme: Scheme, *, standardised: bool, draws: int, seed: int, tolerance: float,
    most_steps: int, like: Array,
) -> Intervals:  # fmt: skip
    """Intervals of a fit whose loadings are `like`: blocks that a draw turns round are turned back."""
    random = np.random.default_rng(seed)
    told: list[tuple[Array, ...]] = []
    for _draw in range(draws):
        drawn = answers[random.integers(0, len(answers), len(answers))]
        try:
            told.append(_again(drawn, plan, scheme, standardised, tolerance, most_steps, like))
        except NotConverged:
            continue
    if len(told) < (1 - LOST) * draws:
        raise NotConverged(
            f"{draws - len(told):,} of {draws:,} draws of the answer sheets did not come to rest: the figures hang on"
            " a few people. Ask more of them."
        )
    intervals = [_interval(np.stack(parts)) for parts in zip(*told, strict=True)]
    return Intervals(len(told), draws, *intervals)


def _again(
    drawn: Array, plan: Plan, scheme: Scheme, standardised: bool, tolerance: float, most_steps: int, like: Array
) -> tuple[Array, ...]:
    if not np.ptp(drawn, axis=0).all():
        raise NotConverged("In this draw everybody answered an item alike.")
    covariance = np.asarray(np.corrcoef(drawn.T) if standardised else np.cov(drawn.T))
    weights = weighed(covariance, plan, scheme, tolerance=max(tolerance, COARSER), most_steps=most_steps).weights
    spread = np.sqrt(np.diag(covariance))
    loadings = covariance @ weights / spread[:, None]
    agree = np.sign(np.where(plan.member, loadings * like, 0.0).sum(axis=0))
    turned = np.where(agree < 0, -1.0, 1.0)
    weights, loadings = weights * turned, loadings * turned
    correlation = weights.T @ covariance @ weights
    paths = regressed(correlation, plan)
    return weights, loadings, paths, total_effects(paths), explained(paths, correlation)


def _interval(told: Array) -> Interval:
    low, high = np.percentile(told, ENDS, axis=0)
    return Interval(told.std(axis=0, ddof=1), low, high)
