"""Patterns that were found, without a warehouse: for tests of doors and pages."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import pytest

from dangol.insight.analysis.baskets import whom
from dangol.insight.analysis.baskets.report import KIND, Part, Pattern
from dangol.insight.analysis.baskets.whom import Proposals
from dangol.insight.analysis.models import Run
from dangol.records.catalog.models import Product
from dangol.records.customers.models import Customer


def pattern(first: int, then: int, *, share: float = 0.23, lift: float | None = 1.8) -> Pattern:
    """Make one that holds."""
    ends = (None, 9.0, None) if lift is None else (lift, lift - 0.3, lift + 0.4)
    return Pattern((first,), then, 23, 100, share, share - 0.04, share + 0.05, *ends, 0.001)


def patterns(*, at: datetime, **about: Any) -> Run:
    """Keep a run that found that bread goes with milk, and that nothing is known of what comes next."""
    milk, _ = Product.objects.get_or_create(code="milk", defaults={"name": "저지방 우유 900mL"})
    bread, _ = Product.objects.get_or_create(code="bread", defaults={"name": "식빵"})
    together = Part((pattern(milk.pk, bread.pk), pattern(bread.pk, milk.pk, share=0.41)), 900, 5, 120, 9, 2, 1)
    told = {"together": asdict(together), "following": None} | about
    told["together"]["patterns"] = [{**row, "because": list(row["because"])} for row in told["together"]["patterns"]]
    parameters = {"since": "2024-11-22", "until": "2026-11-21", "window": 60, "level": 0.05, "by": None}
    return Run.objects.create(
        kind=KIND, as_of=at, started_at=at, finished_at=at, lake_version="v000001", parameters=parameters, summary=told
    )


def everybody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every customer be one who should hear of any pattern: there is no warehouse to ask."""

    def hearers(_pattern: Pattern, *, as_of: datetime) -> list[int]:
        return list(Customer.objects.known().order_by("pk").values_list("pk", flat=True))

    def proposals(_found: Any, *, as_of: datetime) -> Proposals:
        milk, bread = (Product.objects.get(code=code).pk for code in ("milk", "bread"))
        told = pattern(milk, bread)
        return whom.to_each(hearers(told, as_of=as_of), told)

    monkeypatch.setattr(whom, "hearers", hearers)
    monkeypatch.setattr(whom, "proposals", proposals)
    monkeypatch.setattr(whom, "reached", lambda found, *, as_of: proposals(found, as_of=as_of).customers)
