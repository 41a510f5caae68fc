"""Answer sheets of a shop, made up, as the warehouse gives them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

DAY = date(2026, 9, 1)
QUESTIONS = {
    "All in all, how satisfied are you?": ("", 1, 10),
    "Compared with what you expected?": ("", 1, 10),
    "Compared with an ideal shop?": ("", 1, 10),
    "How likely would you recommend us?": ("commitment", 0, 10),
    "Parking is easy": ("convenience", 1, 7),
    "Opening hours suit me": ("convenience", 1, 7),
    "They keep their word": ("trust", 1, 7),
    "They know me": ("care", 1, 7),
}


def answer(
    customer: int, item: str, score: float, *, survey: str = "Autumn", day: date = DAY, dimension: str = "",
    low: float = 1, high: float = 7, line: str = "", unit: str = "",
) -> dict[str, Any]:  # fmt: skip
    return {
        "customer_key": customer, "survey": survey, "item": item, "dimension": dimension, "score": float(score),
        "scale_min": float(low), "scale_max": float(high), "day": day, "line": line, "unit_code": unit,
    }  # fmt: skip


def told(rows: Iterable[dict[str, Any]]) -> pa.Table:
    names = {name: pa.string() for name in ("survey", "item", "dimension", "line", "unit_code")}
    schema = pa.schema([
        ("customer_key", pa.int64()), *names.items(),
        *((name, pa.float64()) for name in ("score", "scale_min", "scale_max")), ("day", pa.date32()),
    ])  # fmt: skip
    return pa.Table.from_pylist(list(rows), schema=schema)


def invited(customers: Sequence[int], day: date) -> pa.Table:
    return pa.table({
        "customer_key": pa.array(customers, pa.int64()),
        "day": pa.array([day] * len(customers), pa.date32()),
    })  # fmt: skip


def a_wave(people: int = 300, *, seed: int = 1, leave_out: Sequence[str] = (), **more: Any) -> list[dict[str, Any]]:
    """Sheets on which convenience moves satisfaction most, trust a little and care not at all."""
    draw = np.random.default_rng(seed)
    convenience, trust, care = draw.normal(size=(3, people))
    goal = 0.7 * convenience + 0.3 * trust + 0.5 * draw.normal(size=people)
    sides = {"convenience": convenience, "trust": trust, "care": care}
    rows = []
    for item, (dimension, low, high) in QUESTIONS.items():
        if item in leave_out:
            continue
        seen = sides.get(dimension, goal) + 0.4 * draw.normal(size=people)
        scores = np.clip(np.rint((low + high) / 2 + 1 + seen * (high - low) / 6), low, high)
        rows += [
            answer(customer, item, score, dimension=dimension, low=low, high=high, **more)
            for customer, score in enumerate(scores, start=1)
        ]
    return rows
