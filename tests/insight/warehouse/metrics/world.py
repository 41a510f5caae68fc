"""Two and a half years of a small business that sells, lends and asks, made of rows; the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from dangol.insight.warehouse.queries import Lake
from tests.insight.warehouse.small_lake import SEOUL, small_lake

PEOPLE, ABSORBED, RECEIPTS = 30, 2, 150
BEGAN, DAYS = date(2024, 2, 1), 960  # the leap day is among them
PLACES = ("서울 강남구", "서울 마포구", "경기 수원시 팔달구", "제주", "")
CATEGORIES = ("우유 / 흰우유 / 저지방", "우유 / 흰우유", "치즈", "")

POINTS = ("granted", "granted", "redeemed", "expired")

type Row = dict[str, Any]
type World = Mapping[str, Sequence[Row]]


def made(seed: int = 11) -> World:
    """Every table of the lake that a metric reads."""
    draw = random.Random(seed)
    known = _people(draw)
    lines = _sold(draw)
    return {
        **known,
        "lines": lines,
        "products": [
            {"product_id": key, "code": f"p{key}", "category": CATEGORIES[key % len(CATEGORIES)]} for key in range(1, 9)
        ],
        "units": [{"unit_id": key, "code": f"u{key}", "kind": ("dealer", "shop")[key % 2]} for key in (1, 2, 3)],
        "points": [
            _met(draw) | {"kind": draw.choice(POINTS), "amount": draw.randint(1, 9)}
            for _ in range(120)
        ],
        "interactions": [*(_contact(draw) for _ in range(380)), *_read_before(lines)],
        "answers": [_answer(draw) for _ in range(120)],
        "loans": [_met(draw) | {"item_class": draw.choice(["", "0", "8"])} for _ in range(50)],
        "assignments": [
            _met(draw) | {"source_ref": f"campaign:{draw.randint(1, 3)}", "arm": draw.choice(["treated", "held_out"])}
            for _ in range(50)
        ],
        **_subscribed(draw),
        **_told(draw),
        "withholdings": [
            _met(draw) | {"source_ref": f"campaign:{draw.randint(1, 3)}", "reason": draw.choice(["night", "capped"])}
            for _ in range(40)
        ],
        "costs": [_cost(draw) for _ in range(60)],
    }  # fmt: skip


def written(folder: Path, world: World, engine: str = "duckdb") -> Lake:
    """Put the world into a lake."""
    return small_lake(folder, engine, **world)


def owner(row: Mapping[str, Any]) -> int | None:
    """Return the customer of a row with an identity."""
    return row["identity_key"] and row["identity_key"] - 1000


def _people(draw: random.Random) -> World:
    return {
        "customers": [
            {
                "customer_key": key, "line": draw.choice(["club", "delivery"]), "place": draw.choice(PLACES),
                "age_band": draw.choice(["30-39", "70+", ""]), "unit_code": draw.choice(["D1", "D2", ""]),
                "registered_on": BEGAN + timedelta(days=draw.randint(-40, 700)),
            }
            for key in range(1, PEOPLE + ABSORBED + 1)
        ],
        "identities": [{"identity_key": 1000 + key, "customer_key": key} for key in range(1, PEOPLE + 1)],
    }  # fmt: skip


def _moment(draw: random.Random, first: int = 0, last: int = DAYS) -> datetime:
    """Draw a time, in UTC without a zone; many lie about midnight."""
    hour = draw.choice([0, 8, 12, 23])
    day = BEGAN + timedelta(days=draw.randint(first, last))
    local = datetime(day.year, day.month, day.day, hour, draw.randrange(60), tzinfo=SEOUL)
    return local.astimezone(UTC).replace(tzinfo=None)


def _met(draw: random.Random) -> Row:
    return {"identity_key": 1000 + draw.randint(1, PEOPLE), "at": _moment(draw)}


def _sold(draw: random.Random) -> list[Row]:
    """Receipts of one to three lines; some customers come all the time, some twice with years between, some never."""
    lines: list[Row] = []
    for number in range(RECEIPTS):
        whose = draw.choice([*range(1, PEOPLE - 3), *[1, 2, 3, 4] * 5, None, None])
        rare = whose is not None and whose % 3 == 0
        at = (
            _moment(draw)
            if not rare
            else _moment(draw, *draw.choice([(0, 60), (DAYS - 500, DAYS - 440), (DAYS - 40, DAYS)]))
        )
        told = {
            "receipt_id": number + 1, "identity_key": whose and 1000 + whose, "at": at, "currency": "KRW",
            "channel": draw.choice(["store", "app", ""]), "unit_id": draw.choice([None, 1, 2, 3]),
        }  # fmt: skip
        lines += [told | _line(draw) for _ in range(draw.randint(1, 3))]
    last = {"receipt_id": RECEIPTS + 1, "identity_key": 1001, "at": _moment(draw, DAYS, DAYS), "currency": "KRW"}
    return [*lines, last | {"amount": 100, "quantity": 1}]


def _line(draw: random.Random) -> Row:
    amount = draw.choice([*[draw.randint(1, 90_000)] * 7, -draw.randint(1, 30_000), 0])
    sign = -1 if amount < 0 else 1
    return {
        "product_id": draw.choice([None, *range(1, 10)]),
        "quantity": sign * draw.randint(1, 5000) / 1000,
        "amount": amount,
        "price_discount": sign * draw.choice([0, 0, draw.randint(1, 3000)]),
        "coupon_discount": sign * draw.choice([0, 0, draw.randint(1, 3000)]),
        "match_discount": sign * draw.choice([0, 0, 100]),
        "fee": draw.choice([0, 0, 2500]),
    }


def _cost(draw: random.Random) -> Row:
    """What was spent, by nobody's identity; not in every month for everything."""
    return {
        "purpose": draw.choice(["win", "win", "keep", "win_back", "joint"]), "channel": draw.choice(["ads", "post"]),
        "identity_key": None, "at": _moment(draw), "amount": draw.randint(1, 900_000), "currency": "KRW",
        "campaign": draw.choice(["", "campaign:1"]),
    }  # fmt: skip


KINDS = (
    ("complaint", "in"), ("inquiry", "in"), ("inquiry", "out"), ("visit", "in"), ("late_delivery", "out"),
    ("gift", "out"), ("referral", "in"), ("survey_invitation", "out"), ("response", "in"), ("mailing", "out"),
    ("clicked", "in"),
)  # fmt: skip


def _contact(draw: random.Random) -> Row:
    kind, direction = draw.choice(KINDS)
    told = {"kind": kind, "direction": direction, "touchpoint": draw.choice(["call", "web", ""])}
    minutes, worth = draw.randint(0, 40), draw.choice([0, 0, 3000])
    campaign = f"campaign:{minutes % 3 + 1}" if kind in ("response", "mailing") else ""
    return _met(draw) | told | {"minutes": minutes / 4, "worth": worth, "campaign": campaign}


def _read_before(lines: Sequence[Row]) -> list[Row]:
    """Visits to web pages up to eight days before some of what was bought."""
    told = {"kind": "visit", "direction": "in", "touchpoint": "web", "minutes": 2.5, "worth": 0, "campaign": ""}
    bought = [one for one in lines[::12] if one["identity_key"] and one["at"].date() > BEGAN + timedelta(days=9)]
    return [
        told | {"identity_key": one["identity_key"], "at": one["at"] - timedelta(days=number % 9)}
        for number, one in enumerate(bought)
    ]


def _answer(draw: random.Random) -> Row:
    lowest, highest = draw.choice([(1, 7), (0, 10)])
    dimension = draw.choice(["trust", "care", "expected_trust", ""])
    told = {"survey": draw.choice(["spring", "autumn"]), "dimension": dimension, "item": f"about {dimension}"}
    return _met(draw) | told | {
        "score": draw.randint(lowest, highest), "scale_min": lowest, "scale_max": highest,
    }  # fmt: skip


def _subscribed(draw: random.Random) -> World:
    """Subscriptions of which some end, some end twice as it is told, some are paused, some go on after their end."""
    begun = [
        _met(draw) | {"product_id": draw.choice([None, 1, 2]), "quantity": 1, "period": draw.choice(["month", ""])}
        for _ in range(40)
    ]
    stories: tuple[tuple[str, ...], ...] = ((), ("ended",), ("paused", "ended"), ("ended", "resumed", "ended"))
    steps = []
    for number, one in enumerate(begun, start=1):
        at = one["at"]
        for kind in draw.choice(stories):
            at += timedelta(days=draw.randint(0, 200))
            steps.append({"subscription_id": number, "identity_key": one["identity_key"], "at": at, "kind": kind})
    return {"subscriptions": begun, "subscription_steps": steps}


def _told(draw: random.Random) -> World:
    """Feedback of which some waits, some is answered, on the day or long after, and some is taken up again."""
    told = [
        _met(draw)
        | {"kind": draw.choice(["complaint", "praise"]), "touchpoint": draw.choice(["call", ""])}
        | {"unit_id": draw.choice([None, 1, 2]), "product_id": draw.choice([None, 1, 2])}
        for _ in range(80)
    ]  # fmt: skip
    stories: tuple[tuple[str, ...], ...] = (
        (), ("taken_up",), ("taken_up", "answered"), ("settled", "open", "answered"), ("answered", "settled"),
    )  # fmt: skip
    steps = []
    for number, one in enumerate(told, start=1):
        at = one["at"]
        for state in draw.choice(stories):
            at += timedelta(days=draw.randint(0, 9), hours=draw.randint(0, 9))
            steps.append({"feedback_id": number, "identity_key": one["identity_key"], "at": at, "state": state})
    return {"feedback": told, "feedback_steps": steps}
