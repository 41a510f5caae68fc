"""A few customers off the line, a portfolio for them, and a campaign that carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from dangol.decisions.campaigns.actions import launch, plan
from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.models import Followed, Parts, Reference, Snapshot
from dangol.insight.relationship.positioning.actions import position
from dangol.insight.relationship.positioning.catalogue import Terms, write_programme
from dangol.insight.relationship.positioning.learning import NOTHING
from tests.insight.relationship.movement.made import made
from tests.people import AT, TILL, offer, people

SCALE = FrozenScale().fit(np.arange(0.0, 1001.0))
POINTS = FrozenScale().fit(np.linspace(0.0, 100.0, 1001))
A, C = (85.0, 30.0), (25.0, 80.0)  # value to the customer, value to the company
SELL = Terms("할인권", "Coupon", "transactional", 10, 200, 100, 300, 50, 0, 100, channel=TILL.name)
CARE = Terms("감사 선물", "Gift", "care", 10, 20, 0, 40, 200, 100, 300, channel=TILL.name)


def crowd(count: int = 60) -> Run:
    """Half of them at A, half at C, valued by one run on scales that stand."""
    run = Run.objects.create(
        kind="relationship", as_of=AT, started_at=AT, finished_at=AT, lake_version="v000001",
        parameters={"margin_rate": 0.3, "tolerance": 15.0, "horizon_months": 36, "minute_value": 200},
    )  # fmt: skip
    for part, scale in (("economic_value", SCALE), ("equity", SCALE), ("customer_value", POINTS)):
        Reference.objects.create(run=run, part=part, scale=scale.to_bytes(), customers=count, frozen_at=AT)
    scores, parts = [], []
    for number, one in enumerate(people(count)):
        value, equity = (A, C)[number % 2]
        told = {"customer_value": value, "customer_equity": equity}
        parts.append(Parts(
            run=run, customer=one, economic_value=value * 10, potential=equity * 20, equity=equity * 10,
            economic_rank=value, social_rank=value, cost_rank=100 - value,
        ))  # fmt: skip
        scores.append(Score(run=run, customer=one, name="region", text=("I", "II")[number % 2], provenance="measured"))
        scores += [
            Score(run=run, customer=one, name=name, value=each, provenance="measured") for name, each in told.items()
        ]
    Score.objects.bulk_create(scores)
    Parts.objects.bulk_create(parts)
    return run


def portfolio(valued: Run) -> Run:
    """A coupon for A, a gift for C."""
    for code, terms in (("coupon", SELL), ("gift", CARE)):
        write_programme(code=code, terms=terms, by=None, at=AT)
    return position(valued, budget=10**9, channels={TILL.name: TILL}, past=NOTHING, at=AT, by=None)


def carried_out(*programmes: str, name: str = "A", holdout: float = 0.4) -> Campaign:
    """A campaign to those whom these programmes are recommended to."""
    rule = {"programme": list(programmes)} if programmes else {"region": ["I", "II"]}
    planned = plan(
        name=name, rule=rule, offer_code=offer(f"offer_{name}".lower()).code, channel=TILL, subject="", body="x",
        holdout_share=holdout, weeks=4, estimator="raw", by=None, at=AT,
    )  # fmt: skip
    launch(planned, channel=TILL, by=None, at=AT)
    return planned


def month(valued: Run, day: date, *, treated: Mapping[str, float], held_out: Mapping[str, float]) -> Snapshot:
    """The month in which those of each arm gained so many points: `value`, `equity`."""
    places = []
    for one in Followed.objects.all():
        gained = treated if one.treated else held_out
        value, equity = gained.get("value", 0.0), gained.get("equity", 0.0)
        places.append((one.customer_id, one.customer_value + value, one.customer_equity + equity))
    return made(valued, {day: places}, at=AT)[0]
