"""A crowd whose permissions are as mixed as a real shop's, and questions about all of them, timed.

`python -m tests.bench.crowd HOME` fills the store that Django opens there and prints seconds by question as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from tests.bench import homes

type Table = tuple[str, Sequence[str], Iterator[Sequence[Any]]]

PEOPLE = 250_000
RUNS = 3
AT = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Asia/Seoul"))


def fill() -> None:
    """Write everybody down: most were asked and agreed, some long ago; a few refused, are children or on the list."""
    from django.db.transaction import atomic

    from dangol.records.catalog.models import Category, Product
    from dangol.records.catalog.topics import ensure_topics

    ensure_topics(at=AT)
    milk = Category.objects.create(path="우유", name="우유")
    product = Product.objects.create(code="m", name="우유", category=milk)
    random = np.random.default_rng(3)
    with atomic():
        for table, columns, rows in _tables(random, product.pk):
            _put(table, columns, rows)


def _tables(random: np.random.Generator, product: int) -> Iterator[Table]:
    everybody = range(1, PEOPLE + 1)
    draws = random.random((8, PEOPLE))
    ages = random.integers(0, 1_400, PEOPLE)
    long_ago = AT - timedelta(days=1_500)

    children = set(np.flatnonzero(draws[7] < 0.01) + 1)

    def some(row: int, share: float) -> list[int]:
        return [number for number in everybody if draws[row][number - 1] < share]

    yield "customers_customer", (
        "id", "full_name", "birth_date", "gender", "line", "registered_at", "place", "postcode", "address",
        "source", "attributes", "lake_key",
    ), (
        (
            n, f"고객{n}", date(2020, 1, 1) if n in children else date(1980, 1, 1), "", "", long_ago, "", "",
            "", "", "{}", n,
        )
        for n in everybody
    )  # fmt: skip
    yield (
        "customers_identity",
        ("id", "customer_id", "source", "external_id", "lake_key"),
        ((n, n, "till", f"c{n:07}", n) for n in everybody),
    )
    yield (
        "customers_contactpoint",
        ("customer_id", "kind", "value", "tail", "valid_from"),
        ((n, "mobile", f"+8210{n:08}", f"{n % 10_000:04}", long_ago) for n in some(0, 0.95)),
    )
    names = ("customer_id", "purpose", "channel", "granted", "answered_at", "evidence", "how", "text_version")
    for row, purpose, channel, asked, agreed in (
        (1, "marketing", "sms", 0.8, 0.75), (2, "marketing", "email", 0.5, 0.6), (1, "night", "sms", 0.6, 0.2),
        (3, "collection", "", 1.0, 1.0),
    ):  # fmt: skip
        yield "permission_consent", names, (
            (
                n, purpose, channel, bool(draws[4][n - 1] < agreed), AT - timedelta(days=int(ages[n - 1])), "form",
                "paper", "",
            )
            for n in some(row, asked)
        )  # fmt: skip
    yield (
        "permission_suppression",
        ("customer_id", "channel", "reason", "since"),
        ((n, "", "asked", long_ago) for n in some(5, 0.02)),
    )
    yield (
        "permission_frequencywish",
        ("customer_id", "per_month", "answered_at", "how"),
        ((n, 2, long_ago, "web") for n in some(6, 0.02)),
    )
    contact = ("identity_id", "source_ref", "kind", "direction", "at", "touchpoint", "text", "minutes", "worth")
    yield (
        "ledger_interaction",
        contact,
        (
            (n, f"campaign:{campaign}", "sent", "out", AT - timedelta(days=7 * campaign), "shown_sms", "", 0.0, 0)
            for n in some(2, 0.2)
            for campaign in range(1, 6)
        ),
    )
    bought = some(3, 0.5)
    yield (
        "ledger_transaction",
        ("id", "identity_id", "source", "receipt", "at", "channel", "amount", "currency"),
        ((n, n, "till", f"r{n}", AT - timedelta(days=n % 400), "", 5_000, "KRW") for n in bought),
    )
    line = ("transaction_id", "position", "at", "product_id", "description", "quantity", "amount", "price_discount",
            "coupon_discount", "match_discount", "fee")  # fmt: skip
    yield (
        "ledger_orderline",
        line,
        ((n, 1, AT - timedelta(days=n % 400), product, "", 1, 5_000, 0, 0, 0, 0) for n in bought),
    )


def _put(table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    from django.db import connection

    from dangol.lib import bulk

    stored = connection.ops.adapt_datetimefield_value
    plain = ([stored(cell) if isinstance(cell, datetime) else cell for cell in row] for row in rows)
    if connection.vendor != "postgresql":
        plain = ([str(cell) if type(cell) is date else cell for cell in row] for row in plain)
    bulk.insert(connection, table, columns, plain)


def timed() -> dict[str, Any]:
    """Seconds of each question about everybody, and what came out, by reason."""
    from collections import Counter

    from django.db import connection

    from dangol.records.catalog.models import Category, Topic
    from dangol.records.customers.models import Customer
    from dangol.records.permission.asking import About, ChannelFacts
    from dangol.records.permission.queries import decisions

    homes.let_look_over()
    sms = ChannelFacts("shown_sms", needs="mobile", needs_consent=True, medium="sms")
    about = About(Category.objects.get().pk, Topic.objects.get(path="news/shop").pk)
    questions: dict[str, dict[str, Any]] = {
        "advertising by day": {"kind": "advertising", "at": AT},
        "advertising at night": {"kind": "advertising", "at": AT.replace(hour=23)},
        "advertising for goods, about a topic": {"kind": "advertising", "at": AT, "about": about},
        "information": {"kind": "informational", "at": AT},
    }
    told: dict[str, Any] = {"people": PEOPLE, "store": connection.vendor, "questions": {}}
    for name, question in questions.items():
        found, seconds = Counter[str](), []
        for _ in range(RUNS):
            began = time.perf_counter()
            verdicts = decisions(Customer.objects.all(), channel=sms, **question)
            found = Counter(verdict.reason or verdict.ground for _pk, verdict in verdicts)
            seconds.append(time.perf_counter() - began)
        told["questions"][name] = {"seconds": median(seconds), "found": dict(found.most_common())}
    return told


def main(home: Path) -> None:
    """Fill and ask."""
    os.environ.update(DANGOL_HOME=str(home), DJANGO_SETTINGS_MODULE="dangol.config.settings")
    import django
    from django.core.management import call_command

    home.mkdir(parents=True, exist_ok=True)
    django.setup()
    call_command("migrate", verbosity=0)
    fill()
    print(json.dumps(timed(), ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
