"""Climb a log-likelihood by Newton's method with exact slopes and curvature, or say why the top was not reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf, log

import numpy as np

from dangol.insight.analysis.estimators.asked import BeyondNumbers
from dangol.insight.analysis.estimators.summary import Array
from dangol.lib.errors import DangolError

# at a point: the log-likelihood, its gradient (k) and its Hessian (k, k)
type Objective = Callable[[Array], tuple[float, Array, Array]]

MOST_STEPS = 200
LONGEST_STEP = 3.0
# beyond a hundred-thousandfold of the data's own scale the likelihood is flat: there is no maximum to find
FARTHEST = log(1e5)


@dataclass(frozen=True)
class Step:
    """One step of the climb: where we stood, how high, and how much a further step still promised."""

    point: tuple[float, ...]
    loglik: float
    promise: float


class NotConverged(DangolError):
    """No maximum was reached. `trace` holds every step taken from the last start; no parameters are kept."""

    def __init__(self, message: str, trace: tuple[Step, ...]) -> None:
        super().__init__(message)
        self.trace = trace


@dataclass(frozen=True)
class Optimum:
    """The top of the climb, in the coordinates of the objective (logarithms of the parameters)."""

    point: Array
    covariance: Array
    trace: tuple[Step, ...]


def maximise(
    objective: Objective,
    *,
    starts: Iterable[Array],
    names: tuple[str, ...],
    of: str,
    advice: str,
    farthest: float | Array = FARTHEST,
) -> Optimum:
    """Return the first maximum reached from the starts; raise NotConverged when there is none.

    names: the parameters; the objective takes their logarithms. of, advice: what is fitted and what to try,
    for the message. farthest: how far from 0 a logarithm may go, one for all or one each.
    """
    trace: list[Step] = []
    bounds = np.broadcast_to(farthest, len(names))
    for start in starts:
        trace = []
        point, hessian = _climb(_anywhere(objective), np.array(start, dtype=np.float64), bounds, trace)
        if hessian is not None:
            return Optimum(point, np.linalg.inv(-hessian), tuple(trace))
    raise NotConverged(_reason(trace, names, bounds, of) + advice, tuple(trace))


def with_penalty(objective: Objective, penalty: float) -> Objective:
    """Add the logarithm of a normal prior on each coordinate: mean 0, variance 1 / penalty."""
    if penalty == 0:
        return objective

    def penalised(point: Array) -> tuple[float, Array, Array]:
        value, gradient, hessian = objective(point)
        return (
            value - 0.5 * penalty * float(point @ point),
            gradient - penalty * point,
            hessian - penalty * np.eye(len(point)),
        )

    return penalised


def on_log_scale(parameters: Array, gradient: Array, hessian: Array) -> tuple[Array, Array]:
    """Slopes and curvature by the logarithms of the parameters, given those by the parameters."""
    slope = parameters * gradient
    return slope, np.outer(parameters, parameters) * hessian + np.diag(slope)


def _anywhere(objective: Objective) -> Objective:
    """The objective, infinitely low where it is beyond numbers: no place to be, but a step may be shortened."""

    def lowest(point: Array) -> tuple[float, Array, Array]:
        try:
            return objective(point)
        except BeyondNumbers:
            return -inf, np.full(len(point), np.nan), np.full((len(point), len(point)), np.nan)

    return lowest


def _climb(objective: Objective, point: Array, bounds: Array, trace: list[Step]) -> tuple[Array, Array | None]:
    value, gradient, hessian = objective(point)
    for _ in range(MOST_STEPS):
        step, definite = _newton_step(gradient, hessian)
        promise = 0.5 * float(gradient @ step)
        trace.append(Step(tuple(point.tolist()), value, promise))
        if (np.abs(point) > bounds).any() or not np.isfinite(promise):
            return point, None
        # the last digits of a sum of |value| are noise; below them no step can promise anything
        if promise <= max(1e-12, 1e-15 * abs(value)):
            return point, hessian if definite else None
        length = 1.0
        while True:
            trial = point + length * step
            higher, trial_gradient, trial_hessian = objective(trial)
            if np.isfinite(higher) and higher >= value - 1e-13 * abs(value):
                break
            length /= 2
            if length < 1e-10:
                return point, None
        point, value, gradient, hessian = trial, higher, trial_gradient, trial_hessian
    return point, None


def _newton_step(gradient: Array, hessian: Array) -> tuple[Array, bool]:
    """Newton's step where the hill is concave, else the step of its mirrored curvature; never overlong."""
    if not np.isfinite(hessian).all():
        return np.full_like(gradient, inf), False
    curvature, axes = np.linalg.eigh(-hessian)
    steepest = np.abs(curvature).max()
    bend = np.maximum(np.abs(curvature), max(1e-13 * steepest, 1e-300))
    step = axes @ ((axes.T @ gradient) / bend)
    step *= min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-300))
    return step, bool(curvature.min() > 1e-13 * steepest)


def _reason(trace: list[Step], names: tuple[str, ...], bounds: Array, of: str) -> str:
    last = np.array(trace[-1].point)
    told = ", ".join(
        f"{name} {'falls towards 0' if place < 0 else 'grows without end'}"
        for name, place, bound in zip(names, last, bounds, strict=True)
        if abs(place) > bound
    )
    if told:
        found = f"the likelihood has no maximum ({told})"
    elif trace[-1].promise < 1e-9:
        found = "the likelihood is flat at its top, so these customers cannot tell the parameters apart"
    else:
        found = f"no maximum after {len(trace)} steps"
    return f"{of} did not converge: {found}. "
