"""Finished runs of RFM and groups as the page shows them, small and known to the last number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dangol.insight.analysis.groups.names import GROUPS_KIND, RFM_KIND
from dangol.insight.analysis.models import Run

SIDE: dict[str, Any] = {
    "customers": 40, "purchases": 80, "revenue": 800_000, "basket": 10_000.0, "each": 2.0, "off_share": 0.1,
    "off_days": 0.25, "returned": [4, 0.1, 0.04, 0.23],
    "categories": [["식품 / 우유", 30, 0.75, 0.6, 0.86, 2.5, 2.1, 2.9]],
    "channels": [["delivery", 20, 0.5, 0.35, 0.65]],
    "said": [["complaint", 4, 0.1, 0.04, 0.23]], "wants": [],
}  # fmt: skip


def rfm_run(at: datetime) -> Run:
    """Ten customers in two cells of three steps each way, two who never bought."""
    return Run.objects.create(
        kind=RFM_KIND, as_of=at, started_at=at, finished_at=at, parameters={"bins": 3}, summary={
            "bins": 3, "customers": 10, "without_purchase": 2, "left_out": 0, "objected": 0,
            "cells": [[1, 1, 1, 4, 40_000], [3, 2, 1, 1, 9_000], [3, 2, 3, 5, 700_000]],
            "cuts": [
                {"measure": "days_since_last", "score": 1, "low": 90, "high": 300, "customers": 4},
                {"measure": "days_since_last", "score": 3, "low": 1, "high": 1, "customers": 6},
                {"measure": "purchase_count", "score": 1, "low": 1, "high": 1, "customers": 4},
                {"measure": "purchase_count", "score": 2, "low": 2, "high": 9, "customers": 6},
            ],
        },
    )  # fmt: skip


def groups_run(at: datetime, **found: Any) -> Run:
    """Two groups found among 400 customers; found: what is otherwise."""
    codes = ("often-lately-small", "seldom-large-discounts")
    told: dict[str, Any] = {
        "customers": 500, "lately": 400, "revenue": 10_000_000.0, "on_record": 700,
        "standing": {"best": [80, 5e6], "steady": [200, 4e6], "leaving": [70, 9e5], "stopped": [90, 0.0],
                     "prospective": [60, 1e5]},
        "long_standing": [150, 6e6], "sensitive": {"price": [50, 1e6], "relationship": [30, 2e6]},
        "sensitive_told": True, "off_share": 0.4,
        "groups": dict(zip(codes, ([250, 3e6], [150, 7e6]), strict=True)),
        "found": {
            "customers": 400, "fewest": 200, "features": ["recency", "frequency", "basket", "discount"],
            "by": ["frequency", "basket"], "method": "kmeans", "tried": [
                {"method": "kmeans", "features": ["recency", "frequency", "basket", "discount"], "groups": 2,
                 "silhouette": 0.5, "smallest": 0.3, "p": 1e-9, "left": 0.1, "stability": 0.97},
            ],
            "groups": [{"code": code, "stability": sure, "profile": [turn * 0.5, -turn, turn, turn * 0.2]}
                       for code, sure, turn in zip(codes, (0.97, 0.8), (-1, 1), strict=True)],
        },
        "side_by_side": dict.fromkeys(("best", "stopped", "long_standing", "everybody", *codes), SIDE),
    } | found  # fmt: skip
    return Run.objects.create(kind=GROUPS_KIND, as_of=at, started_at=at, finished_at=at, summary=told)
