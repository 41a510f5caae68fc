"""What customers chosen by somebody contribute, such as those of a saved segment."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db.models import QuerySet

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.core import parts
from dangol.insight.relationship.core.names import CONTRIBUTION, REVENUE_YEAR
from dangol.records.customers.models import Customer


def contribution_of(run: Run, code: str, chosen: QuerySet[Customer]) -> dict[str, Any]:
    """What these customers contributed, as lines and categories are told; points and gifts are in the cost."""
    among = chosen.values("pk")
    told = {
        name: dict(
            Score.objects.filter(run=run, name=name, customer__in=among).values_list("customer_id", "value")
        )
        for name in (REVENUE_YEAR, CONTRIBUTION)
    }  # fmt: skip
    left = told[CONTRIBUTION]
    return parts.of_scores(
        code, np.array([told[REVENUE_YEAR].get(key, 0.0) for key in left], np.float64),
        np.array(list(left.values()), np.float64),
    )  # fmt: skip
