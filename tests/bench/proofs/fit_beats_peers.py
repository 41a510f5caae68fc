"""The same customers, fitted by others

BG/NBD and Pareto/NBD on the customers of "A million customers are fitted and foretold", by lifetimes 0.11.3 and by
pymc-marketing 1.3.0 (most likely parameters under flat priors), each in an environment of its own, once each; ours the
median of three. All are given the same raw rows, one a customer: lifetimes could be given like customers together,
but does not put them together itself. Ratios are to the quicker of the two. Likelihoods are all judged by ours, at the
parameters that each found: theirs count other constants. A peer that cannot be installed is skipped, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.figures import Figure
from tests.bench.homes import FOLDER
from tests.bench.peers import PEERS, NotHere, fitted_by
from tests.bench.proofs.fit_is_quick import CUSTOMERS, simulated, timed

WANTED = {"BG/NBD": 20.0, "Pareto/NBD": 50.0}
EQUAL = 1e-6

type Likely = Callable[[dict[str, float]], float]


def figures(customers: int = CUSTOMERS) -> list[Figure]:
    """For each model: how many times quicker, and by how much less likely the parameters of the best peer are."""
    from dangol.insight.analysis.estimators import BetaGeoNBD, ParetoNBD
    from dangol.insight.analysis.estimators.summary import purchase_summary

    rows = simulated(customers)
    FOLDER.mkdir(parents=True, exist_ok=True)
    np.save(FOLDER / "customers.npy", np.stack(rows))
    found = []
    for estimator in (BetaGeoNBD(), ParetoNBD()):
        name = estimator.TITLE
        model, fit = timed(lambda estimator=estimator: estimator.fit(*rows))
        likelihood = model.likelihood(purchase_summary(*rows).like_rows_together())
        names = list(model.params_)

        def likely(params: dict[str, float], likelihood: Any = likelihood, names: list[str] = names) -> float:
            return float(likelihood(np.log([params[one] for one in names]))[0])

        found.append(Figure(f"{name} fit by Dangol", fit, "s", remark=f"{customers:,} customers"))
        found += compared(name, fit, likely, likely(model.params_), FOLDER / "customers.npy")
    return found


def compared(name: str, fit: float, likely: Likely, top: float, rows: Path) -> list[Figure]:
    """One model by all peers, and the ratio to the quicker of those that are here."""
    found, quickest = [], []
    for peer in PEERS:
        try:
            one = fitted_by(peer, name, rows)
        except NotHere as reason:
            found.append(Figure(f"{name} fit by {peer}", "skipped", remark=str(reason)))
            continue
        quickest.append(one["fit"])
        below = likely(one["params"]) / top - 1
        remark = f"peak {one['mebibytes']:,.0f} MiB; likelihood differs by {below:.1e} of ours"
        found.append(Figure(f"{name} fit by {peer}", one["fit"], "s", remark=remark))
        found.append(Figure(f"{name} 39-week prediction by {peer}", one["predict"], "s"))
        found.append(Figure.at_most(f"{name}: likelihood of {peer} above ours", max(0.0, -below), EQUAL, ""))
    ratio = f"{name}: times quicker"
    if not quickest:
        return [*found, Figure(ratio, "skipped", remark="no other library could be installed")]
    alone = "" if len(quickest) == len(PEERS) else "than the one that could be installed"
    return [*found, Figure.at_least(ratio, min(quickest) / fit, WANTED[name], "×", remark=alone)]
