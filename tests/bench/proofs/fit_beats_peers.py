"""The same customers, fitted by others

BG/NBD and Pareto/NBD on the customers of "A million customers are fitted and foretold", by lifetimes 0.11.3 and by
pymc-marketing 1.3.0 (most likely parameters under flat priors), each in an environment of its own, once each; ours the
median of three. Ratios are to the quicker of the two. Likelihoods are ours, at the parameters that each found.
"""

from __future__ import annotations

import numpy as np

from tests.bench.figures import Figure
from tests.bench.homes import FOLDER
from tests.bench.peers import PEERS, fitted_by
from tests.bench.proofs.fit_is_quick import CUSTOMERS, simulated, timed

WANTED = {"BG/NBD": 20.0, "Pareto/NBD": 50.0}
EQUAL = 1e-6


def figures() -> list[Figure]:
    """For each model: how many times quicker, and by how much less likely the parameters of the best peer are."""
    from dangol.insight.analysis.estimators import BetaGeoNBD, ParetoNBD
    from dangol.insight.analysis.estimators.summary import purchase_summary

    rows = simulated(CUSTOMERS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    np.save(FOLDER / "customers.npy", np.stack(rows))
    found = []
    for estimator in (BetaGeoNBD(), ParetoNBD()):
        name = estimator.TITLE
        model, fit = timed(lambda estimator=estimator: estimator.fit(*rows))
        likelihood = model.likelihood(purchase_summary(*rows).like_rows_together())
        top = likelihood(np.log(list(model.params_.values())))[0]
        told = {peer: fitted_by(peer, name, FOLDER / "customers.npy") for peer in PEERS}
        for peer, one in told.items():
            below = likelihood(np.log([one["params"][n] for n in model.params_]))[0] / top - 1
            remark = f"peak {one['mebibytes']:,.0f} MiB; likelihood differs by {below:.1e} of ours"
            found.append(Figure(f"{name} fit by {peer}", one["fit"], "s", remark=remark))
            found.append(Figure(f"{name} 39-week prediction by {peer}", one["predict"], "s"))
            found.append(Figure.at_most(f"{name}: likelihood of {peer} above ours", max(0.0, -below), EQUAL, ""))
        quickest = min(one["fit"] for one in told.values())
        found.append(Figure(f"{name} fit by Dangol", fit, "s"))
        found.append(Figure.at_least(f"{name}: times quicker", quickest / fit, WANTED[name], "×"))
    return found
