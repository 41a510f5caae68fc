"""A delivery round: contracts of two plans, one of which is left three times as fast, and faster after a complaint."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from dangol.insight.analysis.contracts.actions import learn_contracts
from dangol.insight.analysis.models import Run
from dangol.insight.warehouse.queries import Lake
from dangol.lib.progress import Progress, silent
from dangol.records.customers.models import Customer
from tests.insight.warehouse.small_lake import customers, noon, small_lake

OPENED, TODAY = date(2023, 6, 1), date(2026, 9, 27)
AS_OF = datetime(2026, 9, 27, 14, 59, 59, tzinfo=UTC)  # the last second of the day in Seoul
PEOPLE = 1500
LOYAL, QUICK = 1, 2  # the plans
LEAVING = {LOYAL: 0.02, QUICK: 0.07}  # a month
ANNOYED = 4.0  # times as fast within the 90 days after a complaint


def people(count: int = PEOPLE) -> None:
    """Put customers on record whose keys in the lake are 1…"""
    Customer.objects.bulk_create(
        Customer(full_name=f"손님{key}", lake_key=key, registered_at=datetime(2023, 1, 1, tzinfo=UTC))
        for key in range(1, count + 1)
    )


@cache
def _life(seed: int, key: int) -> tuple[int, int, tuple[int, ...], int | None]:
    """Of one customer: when they came, the plan, the days of complaints, and the day they left (None: stays)."""
    draw = np.random.default_rng((seed, key))
    plan, came = int(draw.integers(1, 3)), int(draw.integers(0, 1200))
    day, annoyed, met = came, -1000, list[int]()
    while day < 2000:
        day += 1
        if draw.random() < 0.002:
            annoyed = day
            met.append(day)
        rate = LEAVING[plan] / 30.44 * (ANNOYED if day - annoyed < 90 else 1.0)
        if draw.random() < rate:
            return came, plan, tuple(met), day
    return came, plan, tuple(met), None


def subscribed(*, until: date = TODAY, count: int = PEOPLE, seed: int = 0) -> dict[str, Any]:
    """Subscriptions, how they ended and complaints by a day: the same up to it however long it goes on."""
    lives = [(key, *_life(seed, key)) for key in range(1, count + 1)]
    begun = [(key, came, plan) for key, came, plan, _met, _left in lives]
    met = [(key, day) for key, _came, _plan, days, _left in lives for day in days]
    steps = [(key, left) for key, _came, _plan, _met, left in lives if left is not None]
    end = (until - OPENED).days

    def row(key: int, day: int, **more: Any) -> dict[str, Any]:
        return {"identity_key": 1000 + key, "at": noon(OPENED + timedelta(days=day)), **more}

    # a subscription's number is its place: it must not depend on what comes later
    return {
        "subscriptions": [
            row(key, day, product_id=plan, quantity=1, price=plan * 10_000, period="month") for key, day, plan in begun
        ],
        "subscription_steps": [row(key, day, subscription_id=key, kind="ended") for key, day in steps if day <= end],
        "interactions": [row(key, day, kind="complaint", direction="in") for key, day in met if day <= end],
    }


def round_of(folder: Path, *, until: date = TODAY, count: int = PEOPLE, **more: Any) -> Lake:
    """Write the lake as of a day."""
    return small_lake(folder, **customers(count), **(subscribed(until=until, count=count) | more))


def learned_at(as_of: datetime = AS_OF, *, progress: Progress = silent, **more: Any) -> Run:
    """Ask as of a moment."""
    return learn_contracts(as_of=as_of, at=as_of, by=None, progress=progress, **more)
