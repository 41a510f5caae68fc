"""A million customers are fitted and foretold

BG/NBD and Pareto/NBD on 1,000,000 customers simulated by the story of the BG/NBD (r .243, α 4.414 weeks, a .793,
b 2.426: those of CDNOW), who first bought on one of 84 days and are observed for 27 to 39 weeks, to the day; then each
one's purchases in the next 39 weeks and the probability that each is still with us. Median of three. Other libraries
on the same customers: "The same customers, fitted by others".
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from tests.bench.figures import Figure

CUSTOMERS = 1_000_000
TRUE = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
RUNS = 3


def figures() -> list[Figure]:
    """Seconds of fit and prediction of both models, and that the truth was found again."""
    from dangol.insight.analysis.estimators import BetaGeoNBD, ParetoNBD

    rows = simulated(CUSTOMERS)
    distinct = len(np.unique(np.stack(rows), axis=1).T)
    found = []
    for estimator in (BetaGeoNBD(), ParetoNBD()):
        name = estimator.TITLE
        model, fit = timed(lambda estimator=estimator: estimator.fit(*rows))
        ahead, foretold = timed(lambda model=model: model.predict(39.0, *rows))
        _, alive = timed(lambda model=model: model.p_alive(*rows))
        found += [
            Figure(f"{name} fit", fit, "s", remark=f"{distinct:,} distinct rows, {len(model.trace_)} steps"),
            Figure.at_most(f"{name} 39-week prediction", foretold, 0.5, "s", remark=f"{ahead.sum():,.0f} purchases"),
            Figure.at_most(f"{name} P(alive)", alive, 0.5, "s"),
            Figure(f"{name} log-likelihood", f"{model.loglik_:,.2f}"),
        ]
        if name == "BG/NBD":
            found += [Figure(f"fitted {n}", model.params_[n], remark=f"simulated with {TRUE[n]}") for n in TRUE]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return [*found, Figure.at_most("peak memory, data and fits", peak, 600, "MB")]


def simulated(customers: int, *, seed: int = 39) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, t_x, T in weeks, whole days (a purchase counts at the end of its day)."""
    random = np.random.default_rng(seed)
    age = random.integers(27 * 7, 39 * 7 + 1, customers) / 7
    rate = random.gamma(TRUE["r"], 1 / TRUE["alpha"], customers)
    leaves = random.beta(TRUE["a"], TRUE["b"], customers)
    x, t_x, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    here = np.arange(customers)
    while len(here):
        with np.errstate(divide="ignore"):
            now[here] += random.exponential(size=len(here)) / rate[here]
        here = here[now[here] <= age[here]]
        x[here], t_x[here] = x[here] + 1, np.ceil(now[here] * 7) / 7
        here = here[random.random(len(here)) >= leaves[here]]
    return x, t_x, age


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work made, and the median of its seconds."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - began)
    return made, median(times)
