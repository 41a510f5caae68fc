"""One fit by another library, run by its own Python: `peer_fit.py PEER MODEL ROWS.npy` prints one JSON object."""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

WEEKS = 39


def main(peer: str, model: str, path: str) -> None:
    """Fit, foretell, and tell how long each took."""
    warnings.simplefilter("ignore")
    x, t_x, T = np.load(path)
    by = {"lifetimes": by_lifetimes, "pymc_marketing": by_pymc_marketing}[peer]
    by(model, x[:1000], t_x[:1000], T[:1000])[0]()  # what it compiles, it shall have compiled
    fit, foretell = by(model, x, t_x, T)
    params, seconds = _timed(fit)
    _, ahead = _timed(foretell)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(json.dumps({"params": params, "fit": seconds, "predict": ahead, "mebibytes": peak}))


def by_lifetimes(model: str, x: Any, t_x: Any, T: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """As its documentation shows, without penalty."""
    from lifetimes import BetaGeoFitter, ParetoNBDFitter

    fitter = {"BG/NBD": BetaGeoFitter, "Pareto/NBD": ParetoNBDFitter}[model]()

    def fit() -> dict[str, float]:
        fitter.fit(x, t_x, T)
        return {name: float(value) for name, value in fitter.params_.items()}

    return fit, lambda: fitter.conditional_expected_number_of_purchases_up_to_time(WEEKS, x, t_x, T)


def by_pymc_marketing(model: str, x: Any, t_x: Any, T: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The most likely parameters under flat priors: the nearest it has to maximum likelihood."""
    import pandas as pd
    from pymc_extras.prior import Prior
    from pymc_marketing.clv import BetaGeoModel, ParetoNBDModel

    data = pd.DataFrame({"customer_id": np.arange(len(x)), "frequency": x, "recency": t_x, "T": T})
    kind, names = {
        "BG/NBD": (BetaGeoModel, ("r", "alpha", "a", "b")),
        "Pareto/NBD": (ParetoNBDModel, ("r", "alpha", "s", "beta")),
    }[model]
    clv = kind(model_config={name: Prior("HalfFlat") for name in names})

    def fit() -> dict[str, float]:
        clv.fit(data, method="map", progressbar=False)
        return {name: float(clv.fit_result[name].mean()) for name in names}

    return fit, lambda: clv.expected_purchases(data=data, future_t=WEEKS)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    made = work()
    return made, time.perf_counter() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
