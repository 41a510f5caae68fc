"""What is left of points and what of it expires next, against the same thought through grant by grant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import PointEntry
from dangol.records.ledger.points_account import Expiring, _earliest, _still, expiring, left
from tests.people import people

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


def entry(one: Customer, kind: str, amount: int, day: str) -> None:
    """Write one entry at noon in Seoul."""
    number = PointEntry.objects.count()
    at = datetime.fromisoformat(f"{day}T12:00:00+09:00")
    whose = Identity.objects.get(customer=one)
    PointEntry.objects.create(identity=whose, source="till", ref=f"p{number}", at=at, kind=kind, amount=amount)


@pytest.mark.django_db
@pytest.mark.store
class TestAccount:
    def test_takes_what_was_used_from_the_oldest_and_names_the_last_day(self, django_assert_num_queries: Any) -> None:
        first, second, third = people(3, consent=None, mobile=False)
        for day, amount in (("2025-10-01", 100), ("2026-01-01", 300), ("2026-01-01", 50), ("2026-04-01", 70)):
            entry(first, "granted", amount, day)
        entry(first, "redeemed", 120, "2026-02-03")
        entry(first, "expired", 30, "2026-10-01")
        entry(second, "granted", 10, "2026-02-28")
        entry(second, "redeemed", 10, "2026-03-01")
        entry(second, "granted", 99, "2026-12-01")  # after the moment asked about
        with django_assert_num_queries(2):
            kept = left(Customer.objects.all(), at=AT)
            found = expiring(Customer.objects.all(), months=12, at=AT, of=kept)
        assert kept == {first.pk: 370, second.pk: 0}
        assert found == {first.pk: Expiring(300, date(2025 + 1, 12, 31))}
        assert third.pk not in kept
        assert expiring(Customer.objects.all(), months=0, at=AT, of=kept) == {}

    def test_says_nothing_of_what_should_have_expired_already(self) -> None:
        (one,) = people(1, consent=None, mobile=False)
        entry(one, "granted", 40, "2025-11-19")
        entry(one, "granted", 5, "2026-05-31")
        kept = left(Customer.objects.all(), at=AT)
        found = expiring(Customer.objects.all(), months=12, at=AT, of=kept)
        assert (kept, found) == ({one.pk: 45}, {one.pk: Expiring(5, date(2027, 5, 30))})


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 50)), min_size=1), st.data())
def test_agrees_with_the_same_thought_through_one_by_one(grants: Sequence[tuple[int, int, int]], data: Any) -> None:
    import numpy as np

    rows = sorted(grants, key=lambda row: (row[0], -row[1]))
    balance = {who: data.draw(st.integers(0, 200)) for who in {row[0] for row in rows}}
    who, days, amounts = (np.array(column) for column in zip(*rows, strict=True))
    still = _still(who, amounts, np.array([balance[one] for one in who.tolist()]))
    found = _earliest(who, days, still, 4)
    wanted: dict[int, dict[int, int]] = {}
    rest = dict(balance)
    for one, day, amount in rows:  # the newest first
        some = min(amount, rest[one])
        rest[one] -= some
        if some and day >= 4:
            wanted.setdefault(one, {}).setdefault(day, 0)
            wanted[one][day] += some
    assert {one: (told.day.toordinal(), told.amount) for one, told in found.items()} == {
        one: min(sums.items()) for one, sums in wanted.items()
    }  # fmt: skip


def test_months_are_long_enough_for_every_day() -> None:
    from dangol.records.ledger.points_account import _last_day

    given_at = datetime(2024, 2, 29, 3, tzinfo=UTC)
    assert date.fromordinal(_last_day(given_at, 12, "Asia/Seoul")) == date(2025, 2, 27)
    assert date.fromordinal(_last_day(given_at + timedelta(days=1), 1, "Asia/Seoul")) == date(2024, 3, 31)
