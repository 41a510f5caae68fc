"""More customers than memory holds: their summaries come in batches, and all who are alike are counted once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.summary import BadSummary, PurchaseSummary, purchase_summary

type Batch = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]


def together(batches: Iterable[Batch]) -> PurchaseSummary:
    """The distinct rows (x, t_x, T) of all batches, with how many customers each stands for: what `fit` takes.

    Memory goes with one batch and the distinct rows, not with the customers. Raises BadSummary, which names the batch.
    """
    found = purchase_summary([], [], [])
    for number, batch in enumerate(batches, start=1):
        try:
            more = purchase_summary(*batch).like_rows_together()
        except BadSummary as error:
            raise BadSummary(f"In batch {number}: {error}") from error
        found = PurchaseSummary(
            np.append(found.x, more.x),
            np.append(found.t_x, more.t_x),
            np.append(found.T, more.T),
            np.append(found.weights, more.weights),
        ).like_rows_together()
    return found
