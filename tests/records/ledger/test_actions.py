"""Appending to the ledger, and the reversal of a mistake."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dangol.lib.bulk import UTC_TIME
from dangol.records.changes.models import Change
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.actions import (
    CannotReverse,
    append_interactions,
    append_points,
    append_transactions,
    reverse,
)
from dangol.records.ledger.models import Interaction, OrderLine, PointEntry, Transaction

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def an_identity(external_id: str = "c1") -> Identity:
    customer = Customer.objects.create(registered_at=AT)
    return Identity.objects.create(customer=customer, source="till", external_id=external_id)


def lines_of(*rows: tuple[str, int], identity: int | None = None, discount: int = 0) -> pa.Table:
    """Lines of (receipt, amount), a minute apart."""
    count = len(rows)
    return pa.table(
        {
            "receipt": [receipt for receipt, _ in rows],
            "identity_id": pa.array([identity] * count, pa.int64()),
            "time": pa.array([AT.replace(minute=index % 60) for index in range(count)], UTC_TIME),
            "unit_id": pa.nulls(count, pa.int64()),
            "channel": [""] * count,
            "product_id": pa.nulls(count, pa.int64()),
            "description": ["milk, \"fresh\""] * count,
            "quantity": [1.0] * count,
            "amount": pa.array([amount for _, amount in rows], pa.int64()),
            **{name: pa.array([discount] * count, pa.int64()) for name in
               ("price_discount", "coupon_discount", "match_discount")},
            "fee": pa.array([0] * count, pa.int64()),
        }
    )  # fmt: skip


@pytest.mark.store
@pytest.mark.django_db
class TestAppendTransactions:
    def test_makes_a_transaction_of_the_lines_of_a_receipt(self) -> None:
        identity = an_identity()
        done = append_transactions(
            lines_of(("a", 300), ("a", -50), ("b", 70), identity=identity.pk), source="till", currency="KRW", at=AT
        )
        assert (done.transactions, done.lines, done.unchanged, done.differing) == (2, 3, 0, 0)
        first = Transaction.objects.get(receipt="a")
        assert (first.amount, first.at, first.identity_id) == (250, AT, identity.pk)
        assert list(first.lines.order_by("position").values_list("position", "amount")) == [(1, 300), (2, -50)]
        assert first.lines.first().description == 'milk, "fresh"'  # type: ignore[union-attr]

    def test_leaves_a_known_receipt_as_it_is_and_says_when_it_differs(self) -> None:
        append_transactions(lines_of(("a", 300), ("b", 70)), source="till", currency="KRW", at=AT)
        again = append_transactions(lines_of(("a", 999), ("b", 70), ("c", 5)), source="till", currency="KRW", at=AT)
        assert (again.transactions, again.lines, again.unchanged, again.differing) == (1, 1, 2, 1)
        assert Transaction.objects.get(receipt="a").amount == 300

    def test_tells_the_change_feed_the_ranges(self) -> None:
        append_transactions(lines_of(("a", 300), ("a", 1), ("b", 70)), source="till", currency="KRW", at=AT)
        change = Change.objects.get(table=OrderLine._meta.db_table)
        keys = list(OrderLine.objects.order_by("pk").values_list("pk", flat=True))
        assert (change.first_key, change.last_key) == (keys[0], keys[-1])

    def test_refuses_a_receipt_torn_apart(self) -> None:
        with pytest.raises(ValueError, match="side by side"):
            append_transactions(lines_of(("a", 1), ("b", 1), ("a", 1)), source="till", currency="KRW", at=AT)

    def test_takes_discounts_back_with_returned_goods_and_not_with_sold_ones(self) -> None:
        append_transactions(lines_of(("back", -300), discount=-20), source="till", currency="KRW", at=AT)
        assert OrderLine.objects.get().price_discount == -20
        with pytest.raises(IntegrityError), atomic():
            append_transactions(lines_of(("sold", 300), discount=-20), source="till", currency="KRW", at=AT)


@pytest.mark.store
@pytest.mark.django_db
class TestAppendOnce:
    def test_takes_an_interaction_once(self) -> None:
        contacts = pa.table(
            {"identity_id": [an_identity().pk], "source_ref": ["ref-1"], "kind": ["inquiry"], "direction": ["in"],
             "at": pa.array([AT], UTC_TIME), "touchpoint": ["call"], "text": ['안녕하세요, "네"\n'],
             "minutes": [3.5], "worth": [0]}
        )  # fmt: skip
        again = contacts.set_column(1, "source_ref", [["ref-2"]])
        assert append_interactions(contacts, at=AT) == 1
        assert append_interactions(pa.concat_tables([contacts, again]), at=AT) == 1
        assert set(Interaction.objects.values_list("source_ref", "text", "at")) == {
            ("ref-1", '안녕하세요, "네"\n', AT), ("ref-2", '안녕하세요, "네"\n', AT),
        }  # fmt: skip
        assert append_interactions(contacts.slice(0, 0), at=AT) == 0

    def test_takes_a_point_entry_once(self) -> None:
        entries = pa.table(
            {"ref": ["p1", "p2"], "identity_id": [an_identity().pk] * 2, "at": pa.array([AT, AT], UTC_TIME),
             "kind": ["granted", "redeemed"], "amount": [100, 40]}
        )  # fmt: skip
        assert append_points(entries, source="till", at=AT) == 2
        assert append_points(entries, source="till", at=AT) == 0
        assert PointEntry.objects.get(ref="p2").amount == 40


class TestReverse(TestCase):
    @given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=6))
    def test_sums_to_zero_with_what_it_reverses(self, amounts: list[int]) -> None:
        lines = lines_of(*[("a", amount) for amount in amounts], discount=250)
        append_transactions(lines, source="till", currency="KRW", at=AT)
        original = Transaction.objects.get(receipt="a")
        reversal = reverse(original, by=None, at=AT)
        assert original.amount + reversal.amount == 0
        for column in ("amount", "quantity", "fee", "price_discount", "coupon_discount", "match_discount"):
            assert sum(OrderLine.objects.values_list(column, flat=True)) == 0, column
        assert reversal.reverses == original

    def test_happens_once_and_is_not_itself_reversed(self) -> None:
        append_transactions(lines_of(("a", 5)), source="till", currency="KRW", at=AT)
        original = Transaction.objects.get(receipt="a")
        reversal = reverse(original, by=None, at=AT)
        with pytest.raises(CannotReverse, match="already"):
            reverse(original, by=None, at=AT)
        with pytest.raises(CannotReverse, match="itself a reversal"):
            reverse(reversal, by=None, at=AT)
