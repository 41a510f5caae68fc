"""Three ways to learn a yes or no: a tree that can be drawn, many small trees one upon another, a neural network.

Each is told the same: what is not known stands at the median of those learned from. Seeds are fixed, so the same
customers teach the same. One thread each: several that wait for one another on a busy machine took forty times as long.
scikit-learn is imported where it is used: it takes a second to load.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.prediction.examples import Examples, refuse_unfit

type Array = npt.NDArray[np.float64]

TREE, BOOSTING, NETWORK = "tree", "boosting", "network"
SEED = 0
MOST = 100_000  # customers learned from; of more, so many are drawn
AT_ONCE = 200_000  # customers asked about at once


@dataclass(frozen=True)
class Learned:
    """One learner after it saw the examples. medians: of its columns, which stand in for what is not known."""

    name: str
    names: tuple[str, ...]
    medians: Array
    estimator: Any

    def raw(self, values: Array) -> Array:
        """What it says of each customer, 0 to 1, before calibration; columns as in `names`."""
        filled = np.where(np.isnan(values), self.medians, values)
        parts = [filled[start : start + AT_ONCE] for start in range(0, len(filled), AT_ONCE)]
        with one_thread():
            told = [self.estimator.predict_proba(part)[:, 1] for part in parts]
        return np.concatenate(told) if told else np.zeros(0)


def learn(name: str, examples: Examples) -> Learned:
    """Teach one of the three. Columns that tell nothing are left out. Raises CannotLearn."""
    refuse_unfit(examples)
    some = examples.only(examples.telling).at_most(MOST, seed=SEED)
    medians = np.nanmedian(some.values, axis=0)
    filled = np.where(np.isnan(some.values), medians, some.values)
    estimator = LEARNERS[name](len(some))
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")  # a network that stops early says so; what it is worth is measured later
        estimator.fit(filled, some.happened)
    return Learned(name, some.names, medians, estimator)


def one_thread() -> AbstractContextManager[Any]:
    """Keep the work below to one thread."""
    from threadpoolctl import threadpool_limits

    limited: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limited


def _tree(customers: int) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    # Few leaves, each of many: it is to be read, and its shares are to hold.
    return DecisionTreeClassifier(
        criterion="log_loss", max_depth=4, max_leaf_nodes=10, min_samples_leaf=max(20, customers // 50),
        random_state=SEED,
    )  # fmt: skip


def _boosting(customers: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_depth=3, learning_rate=0.05, max_iter=150, min_samples_leaf=max(10, min(100, customers // 50)),
        l2_regularization=1.0, early_stopping=False, random_state=SEED,
    )  # fmt: skip


def _network(_customers: int) -> Any:
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    # Money and counts lie far apart at their upper end; the logarithm brings them to one scale first.
    return make_pipeline(
        FunctionTransformer(_drawn_together), StandardScaler(),
        MLPClassifier((16,), alpha=1.0, early_stopping=True, n_iter_no_change=20, max_iter=300, random_state=SEED),
    )  # fmt: skip


def _drawn_together(values: Array) -> Array:
    drawn: Array = np.sign(values) * np.log1p(np.abs(values))
    return drawn


LEARNERS: dict[str, Callable[[int], Any]] = {TREE: _tree, BOOSTING: _boosting, NETWORK: _network}
