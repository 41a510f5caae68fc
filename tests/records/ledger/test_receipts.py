"""Receipts of a source that had none are looked up only where they may have come in meanwhile."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dangol.records.ledger.actions import Appended, append_transactions
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.ledger.receipts import on_record, remembering_receipts
from tests.records.ledger.test_actions import AT, lines_of

LOOKED_UP = '"receipt"'
PART = st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.integers(1, 3), min_size=1, max_size=3), min_size=1)


def append(part: dict[str, list[int]], source: str = "till") -> Appended:
    lines = lines_of(*((receipt, amount) for receipt, amounts in part.items() for amount in amounts))
    return append_transactions(lines, source=source, currency="KRW", at=AT)


class TestSeveralParts(TestCase):
    @settings(max_examples=30)
    @given(before=st.lists(PART, max_size=1), parts=st.lists(PART, min_size=1, max_size=4))
    def test_come_to_the_same_as_without_remembering(
        self, before: list[dict[str, list[int]]], parts: list[dict[str, list[int]]]
    ) -> None:
        for part in before:
            append(part)
            append(part, "shop")
        plainly = [append(part, "shop") for part in parts]
        with remembering_receipts():
            assert [append(part) for part in parts] == plainly
        assert kept("till") == kept("shop")


def kept(source: str) -> list[tuple[object, ...]]:
    lines = OrderLine.objects.filter(transaction__source=source).order_by("transaction__receipt", "position")
    return list(lines.values_list("transaction__receipt", "transaction__amount", "position", "amount"))


@pytest.mark.django_db
class TestRemembering:
    def test_looks_up_no_receipt_where_the_source_had_none(self) -> None:
        with remembering_receipts(), CaptureQueriesContext(connection) as asked:
            append({"a": [1]})
            append({"b": [1]})
        told = [one["sql"] for one in asked.captured_queries]
        assert not [sql for sql in told if sql.startswith("SELECT") and LOOKED_UP in sql]

    def test_finds_what_came_in_a_part_before(self) -> None:
        with remembering_receipts():
            append({"a": [1], "b": [2]})
            assert on_record(["a", "c"], source="till").keys() == {"a"}
            assert append({"a": [1]}).unchanged == 1

    def test_looks_all_up_where_the_source_had_receipts(self) -> None:
        append({"a": [1]})
        with remembering_receipts(), atomic():
            assert append({"a": [1], "b": [1]}).transactions == 1
        assert Transaction.objects.count() == 2
