"""What both sides of a valuation were worked out from, read for one customer among the scores, or for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from dangol.insight.analysis.models import Provenance, Run, Score
from dangol.insight.analysis.queries import scores_of
from dangol.insight.relationship.frozen_reference import COST, ECONOMIC, EQUITY, SOCIAL
from dangol.insight.relationship.models import Parts
from dangol.lib.asked_again import asked_again
from dangol.lib.plain_rows import columns_of

type Array = npt.NDArray[np.float64]
type Ids = npt.NDArray[np.int64]

MEASURED = (ECONOMIC, COST, "economic_rank", "cost_rank", "parts_known")
ANSWERED = (SOCIAL, "social_rank")  # measured where the customer answered, else estimated
FORETOLD = ("potential", "commitment", EQUITY, "p_alive")


def explained_scores(customer_id: int, run: Run) -> dict[str, Score]:
    """The scores of one customer and, as scores that stand nowhere, what they were worked out from: two queries."""
    kept = scores_of(customer_id, run)
    row = next(iter(_parts_of(customer_id, run.pk)), None)
    return kept if row is None else {**_told(row), **kept}


@asked_again
def _parts_of(customer: Any, run: Any) -> QuerySet[Parts]:
    return Parts.objects.filter(run=run, customer=customer)


def _told(row: Parts) -> dict[str, Score]:
    answered = (Provenance.ESTIMATED if row.social_estimated else Provenance.MEASURED).value
    provenance = (
        dict.fromkeys(MEASURED, Provenance.MEASURED.value) | dict.fromkeys(ANSWERED, answered)
        | dict.fromkeys(FORETOLD, Provenance.ESTIMATED.value)
    )  # fmt: skip
    return {
        name: Score(
            run_id=row.run_id, customer_id=row.customer_id, name=name, value=float(known), provenance=how,
            low=getattr(row, f"{name}_low", None), high=getattr(row, f"{name}_high", None),
        )
        for name, how in provenance.items() if (known := getattr(row, name)) is not None
    }  # fmt: skip


def parts_of_everybody(run: Run, names: Sequence[str]) -> tuple[Ids, dict[str, Array]]:
    """Whose they are, and each of these parts of everybody, NaN where unknown: one query."""
    # In the order in which they were written: by the index on customers a store would leap about the table.
    rows = Parts.objects.filter(run=run).order_by("pk").values_list("customer_id", *names)
    ids, *told = columns_of(rows, np.int64, *[np.float64] * len(names))
    return ids, dict(zip(names, told, strict=True))
