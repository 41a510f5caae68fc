"""What every estimator does alike: climb to the top, keep what was learned, show it, save it and load it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from dangol.insight.analysis.estimators.asked import named_numbers, one_number
from dangol.insight.analysis.estimators.maximise import FARTHEST, Objective, Step, maximise, with_penalty
from dangol.insight.analysis.estimators.parameters import (
    BadParameters,
    NotFitted,
    ParameterEstimate,
    checked,
    estimates,
)
from dangol.insight.analysis.estimators.summary import Array
from dangol.lib.errors import DangolError


class NotAFit(DangolError):
    """The file does not hold a fit of this estimator."""


class CannotSave(DangolError):
    """The fit could not be written to that place."""


class Fitted:
    """Settings in `__init__`, work in `fit`; what `fit` learned ends in an underscore.

    params_: by name; loglik_: without penalty, on the data's own scale; converged_; standard_errors_: by name;
    covariance_: (k, k) in the order of params_; n_customers_; trace_: the steps of the climb.
    """

    NAMES: ClassVar[tuple[str, ...]]
    # how people call it, and what to try when there is no maximum
    TITLE: ClassVar[str]
    ADVICE: ClassVar[str]
    # how far from 0 the logarithm of a parameter may go, in the data's own scale, where not as far as others
    FARTHEST: ClassVar[dict[str, float]] = {}

    params_: dict[str, float]
    loglik_: float
    converged_: bool
    standard_errors_: dict[str, float]
    covariance_: Array
    n_customers_: float
    trace_: tuple[Step, ...]

    def __init__(self, *, penalty: float = 0.0) -> None:
        self.penalty = one_number("penalty", penalty, BadParameters)
        if not (np.isfinite(self.penalty) and self.penalty >= 0):
            raise BadParameters(f"penalty is {self.penalty:g}; it must be 0 or more.")

    @classmethod
    def from_params(cls, params: Mapping[str, float]) -> Self:
        """An estimator that predicts with given parameters, in the units of the data to come."""
        estimator = cls()
        estimator.params_ = checked(params, cls.NAMES)
        estimator.standard_errors_ = {}
        return estimator

    def summary(self) -> tuple[ParameterEstimate, ...]:
        """The parameters with standard errors and 95 % intervals."""
        return estimates(self._params(), self.standard_errors_, positive=self.NAMES)

    def save(self, path: Path | str) -> None:
        """Write what was learned as JSON: numbers to their last digit, no code."""
        told: dict[str, Any] = {
            "estimator": type(self).__name__,
            "settings": self._settings(),
            "params": self._params(),
        }
        if self.standard_errors_:
            told |= {
                "standard_errors": self.standard_errors_,
                "covariance": self.covariance_.tolist(),
                "loglik": self.loglik_,
                "converged": self.converged_,
                "n_customers": self.n_customers_,
                "trace": [[list(step.point), step.loglik, step.promise] for step in self.trace_],
            }
        try:
            Path(path).write_text(json.dumps(told, allow_nan=False, indent=1) + "\n", encoding="utf-8")
        except (OSError, TypeError, ValueError) as error:
            raise CannotSave(f"The fit was not written to {path} ({error}).") from error

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """The estimator that `save` wrote. Raises NotAFit."""
        try:
            told = json.loads(Path(path).read_text(encoding="utf-8"))
            if told["estimator"] != cls.__name__:
                raise NotAFit(f"{path} holds a fit of {told['estimator']}; load it with that.")
            estimator = cls(**told["settings"])
            estimator._remember(told)
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError, BadParameters) as error:
            raise NotAFit(f"{path} holds no fit of {cls.__name__} ({error}).") from error
        return estimator

    def _settings(self) -> dict[str, Any]:
        """What `__init__` was told."""
        return {"penalty": self.penalty}

    def _remember(self, told: dict[str, Any]) -> None:
        self.params_ = _finite(told["params"])
        checked({name: value for name, value in self.params_.items() if name in self.NAMES}, self.NAMES)
        self.standard_errors_ = _finite(told.get("standard_errors", {}))
        if self.standard_errors_:
            self.covariance_ = np.array(told["covariance"], dtype=np.float64)
            self.loglik_, self.converged_ = told["loglik"], told["converged"]
            self.n_customers_ = told["n_customers"]
            self.trace_ = tuple(Step(tuple(point), loglik, promise) for point, loglik, promise in told["trace"])

    def _climb(self, objective: Objective, starts: list[Array], names: tuple[str, ...]) -> tuple[Array, Array, float]:
        """Top, covariance (both as the objective is called) and the log-likelihood there, without penalty."""
        top = maximise(
            with_penalty(objective, self.penalty),
            starts=starts,
            names=names,
            of=f"The {self.TITLE} fit",
            advice=self.ADVICE,
            farthest=np.array([self.FARTHEST.get(name, FARTHEST) for name in names]),
        )
        self.trace_ = top.trace
        return top.point, top.covariance, objective(top.point)[0]

    def _learn(self, names: tuple[str, ...], values: Array, covariance: Array, loglik: float, customers: float) -> None:
        """Keep what was found; values and covariance in natural units."""
        self.params_ = dict(zip(names, values.tolist(), strict=True))
        self.covariance_ = covariance
        self.standard_errors_ = dict(zip(names, np.sqrt(np.diag(covariance)).tolist(), strict=True))
        self.loglik_, self.n_customers_, self.converged_ = loglik, customers, True

    def _params(self) -> dict[str, float]:
        if not hasattr(self, "params_"):
            raise NotFitted(f"This {self.TITLE} has no parameters yet: call fit, or build it with from_params.")
        return self.params_


def _finite(given: object) -> dict[str, float]:
    """Numbers by name, as a file told them; raises BadParameters."""
    values = {
        name: one_number(name, value, BadParameters) for name, value in named_numbers(given, BadParameters).items()
    }
    if not np.isfinite(list(values.values())).all():
        raise BadParameters("A number is missing or infinite.")
    return values
