"""A finished search for core customers as the page shows it, of 100 customers of whom all is known."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.spread import spread_of
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User
from dangol.records.voices.models import StatedNeed
from dangol.records.voices.needs import state_need

SIDE = {
    "customers": 20, "purchases": 400, "revenue": 9e6, "basket": 22_500.0, "each": 20.0, "off_share": 0.1,
    "off_days": 0.2, "returned": [2, 0.1, 0.03, 0.3],
    "categories": [["식품 / 우유", 18, 0.9, 0.7, 0.97, 2.5, 2.1, 3.0]],
    "channels": [["app", 10, 0.5, 0.3, 0.7]], "said": [], "wants": [],
}  # fmt: skip


def core_run(at: datetime, **found: Any) -> Run:
    """Five of a hundred cost more than they bring in; nobody was ever heard."""
    worth = np.concatenate([np.full(5, -1_000.0), np.random.default_rng(5).lognormal(10, 1, 95)])
    spread = spread_of(worth)
    assert spread is not None
    whole = float(worth.sum())
    row = {
        "code": "", "customers": 100, "revenue": whole / 0.3, "cost": whole / 0.3 - whole, "given": 5_000.0,
        "contribution": whole, "negative": 5, "negative_total": -5_000.0, "gini": [0.5, 0.4, 0.6],
        "top_share": [0.55, 0.5, 0.6],
    }  # fmt: skip
    nobody = [0, 0.0, 0.0]
    about = {
        "about": "0", "path": "", "customers": 9, "told": 6, "stale": 2, "new": 1, "over": 1, "need": 7_200_000.0,
        "spent": 1_800_000.0, "share": 0.25, "room": 5_400_000.0, "large": 1_200_000.0, "raises": 2,
        "histogram": [2, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1],
    }  # fmt: skip
    needs = {"customers": 9, "told": 6, "share": 0.25, "histogram": [2, 0, 1, 0, 0, 1, 0, 1, 0, 1], "raises": 2,
             "about": [about]}  # fmt: skip
    told = {
        "needs": needs,
        "customers": 120, "here": 100, "on_record": 400, "whole": row, "least": 40_000.0, "met": [80, 25, 15, 0],
        "core": {"core_profit": [20, whole / 0.6, whole / 2], "core_exchange": [35, whole, whole / 3],
                 "core_opinion": None},
        "sets": {"profit": [5, 1e5, 3e4], "exchange": [20, 1e5, 3e4], "opinion": nobody,
                 "profit-exchange": [15, 1e6, 3e5], "profit-opinion": nobody, "exchange-opinion": nobody,
                 "profit-exchange-opinion": nobody},
        "heard": {}, "spread": {"contribution": asdict(spread), "revenue": asdict(spread), "equity": None},
        "lines": [{**row, "code": "club"}], "categories": [{**row, "code": "식품 / 우유"}, {**row, "code": ""}],
        "described": {"everybody": {**SIDE, "customers": 100, "categories": []}, "core_profit": SIDE,
                      "core_exchange": SIDE, **{f"contribution_tenth_{n}": SIDE for n in (*range(1, 11), "loss")}},
    }  # fmt: skip
    return Run.objects.create(
        kind="core", as_of=at, started_at=at, finished_at=at, lake_version="v000001",
        parameters={"profit_by": "contribution", "profit_share": 0.2, "months": 9, "words": 1, "margin_rate": 0.3,
                    "by": None, "valuation": None},
        summary={**told, **found},
    )  # fmt: skip


def need_of(customer: Customer, by: User, *, at: datetime, **told: Any) -> StatedNeed:
    """A need of everything sold, said on the day, and by the newest look for core customers a tenth of it covered."""
    usual = {"category": None, "amount": 100_000, "period": "month", "how": "talk", "on": shops_day(at)}
    said = state_need(customer, **{**usual, **told}, by=by, today=shops_day(at), at=at)
    NeedShare.objects.create(
        run=Run.objects.filter(kind="core").latest("pk"), customer=customer, stated=said,
        about=str(said.category_id or 0),
        need=1_200_000, spent=120_000, days=365, share=0.1, state="told", room=1_080_000, raises=True,
    )  # fmt: skip
    return said
