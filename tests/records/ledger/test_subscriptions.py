"""Subscriptions: begun once, and what becomes of them told step by step."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dangol.lib.bulk import UTC_TIME, Counted
from dangol.records.changes.models import Change
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Subscription, SubscriptionStep
from dangol.records.ledger.subscriptions import append_subscriptions

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
SPRING, SUMMER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def somebody() -> Identity:
    return Identity.objects.create(
        customer=Customer.objects.create(registered_at=AT), source="own", external_id=f"c{Identity.objects.count()}"
    )


def rows(*told: dict[str, Any], identity: Identity) -> pa.Table:
    """Rows of a file: what is not said is not known."""
    blank = {"ref": "S1", "at": SPRING, "description": "우유", "period": "month", "price": None, "ends": None,
             "state": "", "state_at": None, "reason": ""}  # fmt: skip
    full = [blank | row for row in told]
    types = {"at": UTC_TIME, "ends": UTC_TIME, "state_at": UTC_TIME, "price": pa.int64()}
    count = len(full)
    return pa.table({
        **{name: pa.array([row[name] for row in full], types.get(name, pa.string())) for name in blank},
        "identity_id": pa.array([identity.pk] * count, pa.int64()),
        "product_id": pa.nulls(count, pa.int64()), "unit_id": pa.nulls(count, pa.int64()),
        "quantity": pa.array([1.0] * count), "currency": ["KRW"] * count,
    })  # fmt: skip


def told(*of: dict[str, Any], identity: Identity, at: datetime = AT) -> Counted:
    return append_subscriptions(rows(*of, identity=identity), source="own", at=at)


def steps() -> list[tuple[str, datetime]]:
    """Return what was told of the subscription, in the order of time."""
    return list(SubscriptionStep.objects.order_by("at", "pk").values_list("kind", "at"))


@pytest.mark.store
@pytest.mark.django_db
class TestAppend:
    def test_adds_the_end_that_a_later_file_tells_and_edits_nothing(self) -> None:
        who = somebody()
        assert told({"price": 30_000}, identity=who) == Counted(created=1)
        before = Subscription.objects.values().get()
        assert told({"price": 30_000, "ends": SUMMER, "reason": "이사"}, identity=who) == Counted(updated=1)
        assert Subscription.objects.values().get() == before
        assert list(SubscriptionStep.objects.values_list("kind", "at", "reason")) == [("ended", SUMMER, "이사")]

    def test_takes_the_same_file_again_old_or_new_without_a_change(self) -> None:
        who = somebody()
        files = ({"price": 10}, {"state": "paused"}, {"price": 12, "state": "resumed", "state_at": SUMMER},
                 {"ends": SUMMER, "state": "ended"}, {"state": "ended"})  # fmt: skip
        for place, file in enumerate(files):
            told(file, identity=who, at=AT + timedelta(hours=place))
        before, changes = list(SubscriptionStep.objects.values()), Change.objects.count()
        for file in (*files, *reversed(files)):
            assert told(file, identity=who, at=AT + timedelta(days=9)) == Counted(unchanged=1)
        assert list(SubscriptionStep.objects.values()) == before
        assert Change.objects.count() == changes

    def test_dates_a_state_without_a_day_from_the_clock_and_a_resumption_never(self) -> None:
        who = somebody()
        told({"state": "paused"}, identity=who)
        assert told({"state": "resumed"}, identity=who, at=AT + timedelta(days=1)) == Counted(unchanged=1)
        told({"state": "resumed", "state_at": AT + timedelta(days=2)}, identity=who)
        assert steps() == [("paused", AT), ("resumed", AT + timedelta(days=2))]

    def test_tells_two_prices_of_one_moment_apart(self) -> None:
        who = somebody()
        assert told({"price": 10}, {"price": 12}, {"price": 15}, identity=who) == Counted(created=1, updated=2)
        assert Subscription.objects.get().price == 10
        assert sorted(SubscriptionStep.objects.values_list("price", flat=True)) == [12, 15]

    def test_asks_as_many_questions_however_many_rows_there_are(self, django_assert_max_num_queries: Any) -> None:
        who = somebody()
        many = [{"ref": f"S{number}", "ends": SUMMER, "price": number} for number in range(500)]
        with django_assert_max_num_queries(18):
            assert told(*many, identity=who) == Counted(created=500)


@pytest.mark.django_db
class TestAnyOrder(TestCase):
    moments = st.sampled_from([SPRING, SUMMER, AT])
    row = st.fixed_dictionaries({
        "ref": st.sampled_from(["S1", "S2"]), "price": st.none() | st.integers(0, 3),
        "ends": st.none() | moments, "state": st.sampled_from(["", "paused", "resumed", "ended"]),
        "state_at": st.none() | moments,
    })  # fmt: skip

    @given(st.lists(row, max_size=8))
    def test_counts_every_row_once_and_takes_any_file_twice(self, of: list[dict[str, Any]]) -> None:
        who = somebody()
        first = told(*of, identity=who)
        assert first.created + first.updated + first.unchanged == len(of)
        assert told(*of, identity=who, at=AT + timedelta(days=1)) == Counted(unchanged=len(of))
