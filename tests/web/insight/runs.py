"""Finished runs as the pages of Insight show them, small and known to the last number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dangol.insight.analysis.contracts import names as contracts
from dangol.insight.analysis.leaving import names as leaving
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.rhythm.names import CHECK, KIND
from dangol.records.customers.models import Customer


def rhythm_run(at: datetime, **line: Any) -> Run:
    """Two models tried for one line, the second taken; line: what is otherwise."""
    candidate = {"penalty": 0.0, "params": {"r": 1.0, "alpha": 9.0}, "loglik": -900.0, "aic": 1804.0, "problem": ""}
    told: dict[str, Any] = {
        "line": "", "customers": 250, "known": 240, "actual": 400.0,
        "tried": [
            {"name": "NBD", "title": "NBD", **candidate, "errors": {"total": 440.0, "mae": 1.5, "rmse": 2.5}},
            {"name": "ParetoNBD", "title": "Pareto/NBD", **candidate, "aic": 1790.0,
             "errors": {"total": 396.0, "mae": 1.2, "rmse": 2.0}},
        ],
        "choice": {"name": "ParetoNBD", "reason": "clear", "tied": [], "gain_low": 0.4, "gain_high": 1.1},
        "doubts": [{"code": "under_a_year", "numbers": [51]}],
        "naive": {"total": 300.0, "mae": 1.6, "rmse": 2.6},
        "weeks": [{"day": "2026-08-30", "actual": 100, "expected": 110.0},
                  {"day": "2026-09-06", "actual": 130, "expected": 138.5}],
        "often": [{"x": 0, "customers": 100, "actual": 0.4, "expected": 0.5, "low": 0.3, "high": 0.6},
                  {"x": 40, "customers": 140, "actual": 2.5, "expected": 2.4, "low": 2.2, "high": 2.8}],
        "ahead": [30.0 * week for week in range(1, 14)],
    } | line  # fmt: skip
    return Run.objects.create(
        kind=KIND, as_of=at, started_at=at, finished_at=at, lake_version="v000001",
        parameters={"cut_off": "2026-06-12", "until": "2026-09-11", "weeks": 13, "by": None},
        summary={"first": "2025-09-12", "lines": [told], "seconds": 1.0},
    )  # fmt: skip


def rhythm_check(run: Run, **found: Any) -> Run:
    """What came in the four weeks after a run."""
    told = {"of": run.pk, "weeks": 4, "expected": 120.0, "low": 100.0, "high": 140.0, "actual": 90, "drifts": True}
    return Run.objects.create(
        kind=CHECK, as_of=run.as_of, started_at=run.as_of, finished_at=run.as_of, summary=told | found
    )


def leaving_check(run: Run, **found: Any) -> Run:
    """What became of a forecast: more were said to come back than came."""
    told = {
        "run": run.pk, "day": run.as_of.date().isoformat(), "days": 30, "customers": 200, "said": 0.5, "share": 0.3,
        "low": 0.24, "high": 0.37, "skill": 0.2, "auc": 0.7, "promised": 0.3, "off": True, "worthless": False,
    }  # fmt: skip
    return Run.objects.create(
        kind=leaving.CHECK, as_of=run.as_of, started_at=run.as_of, finished_at=run.as_of, summary=told | found
    )


def leaving_run(at: datetime, people: Iterable[Customer]) -> Run:
    """A forecast for 30 days: half of those who buy daily come back; these customers are the least likely of all."""
    part = {"customers": 100, "said": 0.5, "share": 0.5, "low": 0.4, "high": 0.6}
    spans = {name: {"value": 0.3, "low": 0.2, "high": 0.4} for name in ("brier", "skill", "auc")}
    quality = {"customers": 200, "happened": 100, "said": 0.5, "bins": [part, part], **spans}
    node = {"number": 0, "depth": 0, "step": None, "customers": 200, "share": 0.5, "leaf": False, "chance": None}
    leaves = [
        {**node, "number": number, "depth": 1, "leaf": True, "chance": chance,
         "step": {"column": "days_since_last", "low": low, "high": high}}
        for number, chance, low, high in ((1, 0.8, None, 30.5), (2, 0.2, 30.5, None))
    ]  # fmt: skip
    told = {
        "customers": 200, "likely_to_return": 100.0, "at_stake": 900_000.0, "chosen": "tree",
        "learned": {"day": "2026-09-23", "customers": 190, "returned": 95},
        "judged": {"day": "2026-10-23", "customers": 200, "returned": 100},
        "quality": dict.fromkeys(("tree", "boosting", "network"), quality), "tree": [node, *leaves],
        "ahead": {"name": "boosting", "value": 0.0, "low": -0.01, "high": 0.01}, "reviews": [],
        "ranking": {"treated": [100, 200], "left": [70, 100], "risk": [0.6, 0.1]}, "spent_by_who_returned": 40_000.0,
    }  # fmt: skip
    run = Run.objects.create(
        kind=leaving.KIND, as_of=at, started_at=at, finished_at=at, lake_version="v000001",
        parameters={"days": 30, "back": 365, "by": None}, summary=told,
    )  # fmt: skip
    for one in people:
        for name, value, text in (
            (leaving.CHANCE, 0.1, ""), (leaving.AT_STAKE, 9000.0, ""), (leaving.LEAF, 2.0, ""),
            (leaving.reason_name(1), -0.4, "days_since_last"), (leaving.fact_name(1), 80.0, ""),
        ):  # fmt: skip
            Score.objects.create(run=run, customer=one, name=name, value=value, text=text, provenance="estimated")
    return run


def contracts_run(at: datetime, people: Iterable[Customer] = (), **found: Any) -> Run:
    """Two plans that last 18 months each; of two models the plainer was taken; these customers run."""
    points = [
        {"month": month, "stay": 0.96**month, "low": 0.95**month, "high": 0.97**month, "seen": 400 - 10 * month}
        for month in range(25)
    ]
    lasting = {"contracts": 400, "ended": 220, "points": points, "half": 17.8, "half_low": 15.1, "half_high": 20.9}
    groups = [
        {"customers": 60, "expected": 0.5, "seen": 0.55, "low": 0.42, "high": 0.66},
        {"customers": 60, "expected": 0.8, "seen": 0.78, "low": 0.66, "high": 0.87},
    ]
    tried = {"problem": "", "brier": 0.16, "concordance": 0.71, "expected": 0.64, "groups": groups}
    told = {
        **lasting, "wrong": 2, "told_from": {"day": "2024-11-02", "before": 30, "late": True},
        "parts": [{**lasting, "kind": "plan", "name": 0}, {**lasting, "kind": "line", "name": "delivery"}],
        "test": {
            "cut_off": "2026-03-28", "months": 6, "customers": 120, "left": 42,
            "choice": {"name": "weibull", "reason": "plainer", "gain": 0.04, "gain_low": 0.02, "gain_high": 0.06},
            "naive": {**tried, "name": "age", "brier": 0.2, "concordance": None},
            "tried": [{**tried, "name": "weibull"}, {**tried, "name": "boosted", "brier": 0.161}],
        },
        "ahead": {"running": 180, "told": 3, "stay": {"1": 173.0, "3": 160.0, "12": 110.0}, "commitment": 0.62},
    } | found  # fmt: skip
    run = Run.objects.create(
        kind=contracts.KIND, as_of=at, started_at=at, finished_at=at, lake_version="v000001",
        parameters={"until": "2026-09-28", "horizon": 36, "discount": 0.1, "by": "owner"}, summary=told,
    )  # fmt: skip
    for place, one in enumerate(people):
        for name in (*contracts.STAYS.values(), contracts.COMMITMENT):
            Score.objects.create(run=run, customer=one, name=name, value=0.9 / (place + 1), provenance="estimated")
    return run
