"""Loyalty as it was measured over two waves, without a warehouse: its run as it is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.satisfaction.measured import share_of
from dangol.insight.analysis.surveys.waves import Wave, waves
from dangol.insight.relationship.loyalty.index import People, index_of
from dangol.insight.relationship.loyalty.measuring import Seen, loyalty_items, told_of
from dangol.insight.relationship.loyalty.names import KIND
from dangol.insight.relationship.loyalty.standing import Again, Expected
from tests.insight.analysis.surveys.sheets import a_wave, invited, told

SPRING, AUTUMN = date(2026, 3, 2), date(2026, 9, 1)
QUARTER = {
    "first": "2026-07-01", "ends": "2026-09-30", "customers": 2000, "out": 3000, "in": 500, "sent": 1000,
    "answers": None, "complaints": 40, "deliveries": None, "late": 30, "bounced": None, "voiced": 20,
    "voiced_answered": 15, "voiced_settled": 5, "days_to_answer": 1.5, "timed": 12,
}  # fmt: skip
WAYS = {
    "sms": {"address": 1900, "agreed": 1200}, "call": {"address": 1900, "agreed": None},
    "email": {"address": 700, "agreed": 300}, "dm": {"address": 2000, "agreed": 1500},
}  # fmt: skip


def seen(wave: Wave, *, again: int = 70, apart: bool = True) -> Seen:
    """A wave before which again of 100 bought again, and 20 customers had a commitment of 60 and 80 in turn."""
    items = loyalty_items(wave)
    said = index_of(wave.people, wave.answers(items), [item.whole for item in items]) if items else None
    keys = np.arange(20, dtype=np.int64)
    lines = np.array(["club", "delivery"] * 10, dtype=object)
    groups = {"line": lines, "unit_code": np.full(20, "", dtype=object)}
    shares = {"line": {"club": share_of(40, 50), "delivery": share_of(again - 40, 50)}, "unit_code": {}}
    return Seen(
        wave, tuple(sorted(item.name for item in items)), said,
        Again(share_of(again, 100), shares if apart else {"line": {}, "unit_code": {}}, date(2024, 9, 1)),
        Expected(
            People(keys, np.where(keys % 2, 80.0, 60.0)), People(keys, np.where(keys < 5, 100.0, 0.0)),
            {"commitment": groups, "balance": groups},
        ),
    )  # fmt: skip


def loyalty_run(at: datetime, *, by_use: bool = False, rows: list[dict[str, Any]] | None = None) -> Run:
    """Keep it; rows: the answers, of two waves of 40 people where none are told."""
    answers = a_wave(40, survey="Spring", day=SPRING, line="club") + a_wave(40, seed=2, line="club")
    found = waves(told(answers if rows is None else rows), invited(range(1, 101), AUTUMN), {})
    summary = {
        "by_use": by_use, "earlier": 0, **told_of([seen(wave) for wave in found]),
        "reach": {"customers": 2000, "nowhere": 0, "ways": WAYS},
        "quarters": [QUARTER], "units": {},
    }  # fmt: skip
    return Run.objects.create(
        kind=KIND, as_of=at, started_at=at, finished_at=at, lake_version="v000001",
        parameters={"by": None, "valuation": None}, summary=summary,
    )  # fmt: skip
