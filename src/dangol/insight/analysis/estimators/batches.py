"""More customers than memory holds: their summaries come in batches, and all who are alike are counted once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.summary import BadSummary, PurchaseSummary, purchase_summary

type Batch = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]


def together(batches: Iterable[Batch]) -> PurchaseSummary:
    """The distinct rows (x, t_x, T) of all batches, with how many customers each stands for: what `fit` takes.

    Memory goes with one batch and the distinct rows, not with the customers. Raises BadSummary, which names the batch.
    """
    found, new = [purchase_summary([], [], [])], 0
    for number, batch in enumerate(batches, start=1):
        try:
            found.append(purchase_summary(*batch).like_rows_together())
        except BadSummary as error:
            raise BadSummary(f"In batch {number}: {error}") from error
        new += len(found[-1].x)
        # sorted anew only where as many have come as there were: each row is sorted a few times, however many batches
        if new > len(found[0].x):
            found, new = [_one(found)], 0
    return _one(found)


def _one(parts: Sequence[PurchaseSummary]) -> PurchaseSummary:
    x, t_x, T, weights = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "t_x", "T", "weights")
    )
    return PurchaseSummary(x, t_x, T, weights).like_rows_together()
