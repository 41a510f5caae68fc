"""Entries for tests of the access log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dangol.records.staff.access import spool, store
from dangol.records.staff.access.entries import Entry

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def entry(number: int = 0, *subjects: int, **told: Any) -> Entry:
    """The n-th entry: a second after the one before."""
    values = {"verb": "saw", "page": "customer", "user_id": 1, "user": "윤지", "role": "agent", "place": "10.0.0.7"}
    return Entry(at=AT + timedelta(seconds=number), subjects=subjects, **(values | told))


def written(*entries: Entry) -> None:
    """Write entries down and take them into the store."""
    for one in entries:
        spool.append(one)
    store.seal()


def kept() -> list[Entry]:
    """Everything in the store, in its order."""
    with store.reading() as log:
        return list(store.entries_of(log, "1 = 1 ORDER BY id").values())
