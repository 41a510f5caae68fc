"""Forgetting and telling a person is quick among a million

On a copy of a home with 1,000,000 customers on SQLite, made by bulk inserts, no row by the ORM. "Like others" are
twenty customers with a receipt, a number and scores each; "busy" is one with 2,000 receipts of three lines, 500
contacts with words and 300 messages. A bundle is everything gathered and written as JSON; an erasure is one transaction
over every registered table, with the legal hold (thousands of records sealed for the busy one) and the ledger on disk.
The slowest of twenty is judged, in one process, after one that warms.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from tests.bench import homes, million
from tests.bench.figures import Figure

CUSTOMERS, PEOPLE = 1_000_000, 20
RECEIPTS, LINES, TALKS, MESSAGES = 2_000, 3, 500, 300
BUSY = 500_000
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def figures() -> list[Figure]:
    """Seconds of a bundle and of an erasure, of people like others and of a busy one."""
    made = million.loaded(CUSTOMERS)
    home = homes.fresh("rights")
    shutil.copytree(made, home)
    os.environ["DANGOL_HOME"] = str(home)
    homes.opened(home)
    from django.core.management import call_command

    from dangol.records.rights.bundle import as_json, bundle
    from dangol.records.rights.erasure import erase

    call_command("migrate", verbosity=0, interactive=False)
    _make_busy()
    _complete_run()
    plain = [1_000 + 40_001 * number for number in range(PEOPLE + 1)]
    gather: Callable[[int], Any] = lambda who: as_json(bundle(who, at=AT))  # noqa: E731
    forget: Callable[[int], Any] = lambda who: erase(who, reason="bench", by=None, at=AT)  # noqa: E731
    bundles, busy_bundle = _seconds(gather, plain), _seconds(gather, [BUSY, BUSY])
    size = len(as_json(bundle(BUSY, at=AT)).encode())
    erasures, busy_erasure = _seconds(forget, plain), _seconds(forget, [BUSY + 1, BUSY])
    found = [
        Figure.at_most("a bundle, like others", max(bundles), 3.0, "s", f"{PEOPLE} people"),
        Figure.at_most("a bundle, busy", busy_bundle[-1], 3.0, "s", f"{size / 1e6:.1f} MB of JSON"),
        Figure.at_most("an erasure, like others", max(erasures), 2.0, "s", f"{PEOPLE} people"),
        Figure.at_most("an erasure, busy", busy_erasure[-1], 2.0, "s", f"{RECEIPTS:,} receipts held by law, sealed"),
    ]
    shutil.rmtree(home, ignore_errors=True)
    return found


def _seconds(act: Callable[[int], Any], people: list[int]) -> list[float]:
    """Of everybody but the first, who warms."""
    times = []
    for who in people:
        began = time.perf_counter()
        act(who)
        times.append(time.perf_counter() - began)
    return times[1:]


def _make_busy() -> None:
    from django.db import connection
    from django.db.transaction import atomic

    from dangol.lib import bulk

    with atomic():
        for table, rows in _tables(bulk):
            bulk.insert_table(connection, table, rows)


def _complete_run() -> None:
    """What a valuation says of itself, as far as an explanation reads it."""
    from dangol.insight.analysis.models import Run

    part = {"measured": 1, "estimated": 0, "unknown": 0}
    parts = dict.fromkeys(("economic_value", "social_value", "relationship_cost"), part)
    parameters = {"tolerance": 15.0, "horizon_months": 36, "margin_rate": 0.3, "minute_value": 200}
    Run.objects.update(summary={"parts": parts, "social": {"correlation": 0.4}}, parameters=parameters)


def _tables(bulk: Any) -> list[tuple[str, pa.Table]]:
    first, last = 10 * CUSTOMERS, RECEIPTS * LINES
    receipts, lines, talks, messages = (np.arange(first, first + n) for n in (RECEIPTS, last, TALKS, MESSAGES))
    day = np.timedelta64(1, "D")

    def when(count: int) -> pa.Array:
        return pa.array(np.datetime64("2026-11-01T03:00:00", "us") - np.arange(count) % 1_500 * day, bulk.UTC_TIME)

    text = "배달이 또 늦었어요. 아침에 아이가 마실 우유인데 점심에 왔어요."
    return [
        ("ledger_transaction", pa.table({
            "id": receipts, "identity_id": pa.repeat(BUSY, RECEIPTS), "source": pa.repeat("bench", RECEIPTS),
            "receipt": [f"busy{key}" for key in receipts], "at": when(RECEIPTS),
            "channel": pa.repeat("store", RECEIPTS), "amount": pa.repeat(9_000, RECEIPTS),
            "currency": pa.repeat("KRW", RECEIPTS),
        })),
        ("ledger_orderline", pa.table({
            "id": lines, "transaction_id": np.repeat(receipts, LINES), "position": np.tile(np.arange(LINES), RECEIPTS),
            "at": when(last), "description": pa.repeat("우유 900mL", last), "quantity": pa.repeat(1.0, last),
            "amount": pa.repeat(3_000, last), "price_discount": pa.repeat(100, last),
            "coupon_discount": pa.repeat(0, last), "match_discount": pa.repeat(0, last), "fee": pa.repeat(0, last),
        })),
        ("ledger_interaction", pa.table({
            "id": talks, "identity_id": pa.repeat(BUSY, TALKS), "source_ref": [f"busy:{key}" for key in talks],
            "kind": pa.repeat("complaint", TALKS), "direction": pa.repeat("in", TALKS), "at": when(TALKS),
            "touchpoint": pa.repeat("phone", TALKS), "text": pa.repeat(text, TALKS), "minutes": pa.repeat(3.0, TALKS),
            "worth": pa.repeat(0, TALKS),
        })),
        ("outbox_message", pa.table({
            "id": messages, "key": [f"busy:{key}" for key in messages], "identity_id": pa.repeat(BUSY, MESSAGES),
            "source_ref": pa.repeat("campaign:1", MESSAGES), "offer": pa.repeat("", MESSAGES),
            "channel": pa.repeat("shown_sms", MESSAGES), "kind": pa.repeat("advertising", MESSAGES),
            "address": pa.repeat("+821012345678", MESSAGES), "subject": pa.repeat("", MESSAGES),
            "body": pa.repeat(text, MESSAGES), "enqueued_at": when(MESSAGES), "handed_over_at": when(MESSAGES),
            "withheld": pa.repeat("", MESSAGES),
        })),
    ]  # fmt: skip
