"""Undoing a batch: the records are as if it had never come, except what others built on it since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dangol.contact.intake import undoing
from dangol.contact.intake.feeds import made
from dangol.contact.intake.load import take_chunk
from dangol.contact.intake.models import Batch, Changed
from dangol.contact.intake.notebook import keeping
from dangol.contact.intake.undoing import CannotUndo, undo
from dangol.insight.analysis.models import Run, Score
from dangol.records.catalog.models import Product
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.ledger.actions import reverse
from dangol.records.ledger.models import Interaction, OrderLine, Transaction
from dangol.records.permission.models import Consent

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
SOURCE = "own"


def people(*rows: tuple[str, str, str, dict[str, str]]) -> Any:
    """Return a feed of customers: number, name, phone, details."""
    import json

    return made(
        "customers",
        {
            "external_id": [row[0] for row in rows],
            "registered_at": [datetime(2026, 1, 1)] * len(rows),
            "full_name": [row[1] for row in rows],
            "phone": [row[2] or None for row in rows],
            "attributes": [json.dumps(row[3], ensure_ascii=False) if row[3] else "" for row in rows],
        },
    )


def sales(*rows: tuple[str, str, int]) -> Any:
    """Return a feed of sales: receipt, customer ("" none), amount."""
    return made(
        "transactions",
        {
            "receipt": [row[0] for row in rows],
            "customer": [row[1] or None for row in rows],
            "time": [datetime(2026, 10, 1)] * len(rows),
            "product": [f"p{row[2] % 3}" for row in rows],
            "quantity": [1.0] * len(rows),
            "amount": [row[2] for row in rows],
        },
    )


def taken(*feeds: Any, number: int = 0) -> Batch:
    """Take feeds in as one batch, as a file would be."""
    at = AT + timedelta(hours=number)
    batch = Batch.objects.create(kind="transactions", source=SOURCE, file_name=f"{number}.csv", started_at=at)
    with transaction.atomic(), keeping(batch):
        done = [take_chunk(feed, source=SOURCE, at=at) for feed in feeds if feed.table.num_rows]
        batch.created, batch.updated = sum(one.created for one in done), sum(one.updated for one in done)
        batch.unchanged, batch.finished_at = sum(one.unchanged for one in done), at
        batch.save()
    return batch


def told() -> dict[str, list[Any]]:
    """Return what the records say, without the keys and moments that are nobody's to compare."""
    who = dict(Identity.objects.values_list("customer_id", "external_id"))
    points = ContactPoint.objects.values_list("customer_id", "kind", "value", "valid_to")
    known = Customer.objects.values_list("pk", "full_name", "attributes")
    return {
        "customers": sorted((who.get(key, "?"), name, sorted(more.items())) for key, name, more in known),
        "points": sorted((who[key], kind, value, ended is None) for key, kind, value, ended in points),
        "sales": sorted(Transaction.objects.values_list("receipt", "amount", "identity__external_id"), key=str),
        "lines": sorted(OrderLine.objects.values_list("transaction__receipt", "amount", "product__code")),
        "products": sorted(Product.objects.values_list("code")),
    }


class TestUndo:
    @pytest.mark.store
    def test_leaves_the_records_as_if_the_batch_had_never_come(self) -> None:
        taken(people(("A1", "김지우", "+821011110001", {"등급": "금"})), sales(("r1", "A1", 100)))
        before = told()
        changes = (("A1", "김지유", "+821022220001", {"등급": "은", "동네": "마포"}), ("A2", "박하늘", "", {}))
        batch = taken(people(*changes), sales(("r2", "A2", 200), ("r3", "", 300)), number=1)
        Score.objects.create(
            run=Run.objects.create(kind="relationship", as_of=AT, started_at=AT), name="equity", value=1,
            customer=Customer.objects.get(full_name="박하늘"), provenance="measured",
        )  # fmt: skip
        assert told() != before
        done = undo(batch, by=None, at=AT)
        assert told() == before
        assert done.removed["ledger_transaction"] == done.removed["ledger_orderline"] == 2
        assert (done.removed["customers_customer"], done.restored, done.stayed) == (1, 2, {})
        assert not Score.objects.exists() and not Changed.objects.exists() and not batch.wrote.exists()

    def test_lets_the_same_file_come_again(self) -> None:
        feeds = people(("A1", "김지우", "+821011110001", {})), sales(("r1", "A1", 100))
        first = taken(*feeds)
        there = told()
        undo(first, by=None, at=AT)
        again = taken(*feeds, number=1)
        assert told() == there
        assert (again.created, again.unchanged) == (first.created, 0)

    def test_keeps_a_customer_on_whom_something_newer_hangs_and_nothing_the_batch_told_of_them(self) -> None:
        batch = taken(people(("A1", "김지우", "+821011110001", {"등급": "금"}), ("A2", "박하늘", "", {})))
        taken(sales(("r1", "A1", 100)), number=1)
        done = undo(batch, by=None, at=AT)
        assert done.stayed == {"customers_customer": 1, "customers_identity": 1}
        assert told()["customers"] == [("A1", "", [])]
        assert told()["points"] == []
        assert list(undoing.stayed(batch)) == [Customer.objects.get().pk]

    def test_keeps_a_receipt_with_its_lines_that_was_reversed_since(self) -> None:
        batch = taken(sales(("r1", "A1", 100), ("r2", "A1", 200)))
        reverse(Transaction.objects.get(receipt="r1"), by=None, at=AT)
        undo(batch, by=None, at=AT)
        assert sorted(Transaction.objects.values_list("receipt", flat=True)) == ["r1", "r1:reversed"]
        assert OrderLine.objects.filter(transaction__receipt="r1").count() == 1

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_leaves_of_a_receipt_in_parts_what_the_other_files_brought(self, order: tuple[int, ...]) -> None:
        parts = [taken(sales(("r1", "A1", 100 * 10**number + number)), number=number) for number in range(3)]
        assert Transaction.objects.get().amount == 11103
        left = {0: 100, 1: 1001, 2: 10002}
        for gone in order:
            undo(parts[gone], by=None, at=AT)
            del left[gone]
            assert [one.amount for one in Transaction.objects.all()] == ([sum(left.values())] if left else [])

    def test_puts_back_what_was_there_where_a_file_told_of_somebody_twice(self) -> None:
        """Parts of a file are taken one after the other: each keeps what stood before it."""
        taken(people(("A1", "김지우", "+821011110001", {"등급": "금"})))
        before = told()
        changes = [people(("A1", name, phone, {"등급": grade})) for name, phone, grade in (
            ("김지유", "+821022220001", "은"), ("김지수", "+821033330001", "동"),
        )]  # fmt: skip
        batch = taken(*changes, number=1)
        later = taken(people(("A1", "김지아", "", {})), number=2)
        undo(batch, by=None, at=AT)
        assert [name for _number, name, _details in told()["customers"]] == ["김지아"]
        undo(later, by=None, at=AT)
        assert told() == before

    def test_leaves_what_somebody_changed_by_hand_since(self) -> None:
        taken(people(("A1", "김지우", "", {})))
        batch = taken(people(("A1", "김지유", "", {"등급": "금"})), number=1)
        Customer.objects.update(full_name="김 지유")
        done = undo(batch, by=None, at=AT)
        assert told()["customers"] == [("A1", "김 지유", [])]
        assert (done.restored, done.overwritten) == (1, 0)

    def test_keeps_a_contact_of_a_customer_with_whom_the_desk_spoke(self) -> None:
        batch = taken(people(("A1", "김지우", "", {})))
        identity = Identity.objects.get()
        Interaction.objects.create(identity=identity, kind="call", direction="in", source_ref="desk:1", at=AT)
        undo(batch, by=None, at=AT)
        assert Identity.objects.get() == identity

    @pytest.mark.store
    def test_keeps_a_refusal_and_whose_it_is_and_says_so(self) -> None:
        batch = taken(people(("A1", "김지우", "", {}), ("A2", "박하늘", "", {})), answers(("A1", False), ("A2", True)))
        found = undoing.would_go(batch)
        assert (found.rows["permission_consent"], found.refusals) == (1, 1)
        done = undo(batch, by=None, at=AT)
        assert list(Consent.objects.values_list("granted", "customer__identities__external_id")) == [(False, "A1")]
        assert told()["customers"] == [("A1", "", [])]
        assert (done.removed["permission_consent"], done.stayed["permission_consent"]) == (1, 1)
        assert done.refusals == 1

    def test_tells_the_truth_where_the_database_refuses(self, caplog: pytest.LogCaptureFixture) -> None:
        batch = taken(sales(("r1", "A1", 100)))
        there = told()
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE beside (of_product bigint REFERENCES catalog_product (id))")
            cursor.execute("INSERT INTO beside SELECT id FROM catalog_product")
        with override("en"), pytest.raises(CannotUndo, match="hangs on rows of this file"):
            undo(batch, by=None, at=AT)
        assert told() == there
        assert "FOREIGN KEY" in caplog.text.upper()

    def test_is_refused_twice_and_for_what_was_never_taken_in(self) -> None:
        batch = taken(sales(("r1", "A1", 100)))
        undo(batch, by=None, at=AT)
        with pytest.raises(CannotUndo):
            undo(Batch.objects.get(pk=batch.pk), by=None, at=AT)
        failed = Batch.objects.create(kind="transactions", source=SOURCE, problem="no", finished_at=AT, started_at=AT)
        with pytest.raises(CannotUndo):
            undo(failed, by=None, at=AT)

    def test_says_before_what_would_go(self) -> None:
        taken(people(("A1", "김지우", "", {})))
        batch = taken(people(("A1", "김지유", "", {})), sales(("r1", "A2", 100), ("r2", "A1", 200)), number=1)
        found = undoing.would_go(batch)
        assert (found.rows["ledger_transaction"], found.rows["customers_customer"], found.restored) == (2, 1, 1)
        assert not found.repeated_later
        taken(sales(("r1", "A2", 100)), number=2)
        assert undoing.would_go(batch).repeated_later


def answers(*rows: tuple[str, bool]) -> Any:
    """Return a feed of answers about advertising: customer, whether they agree."""
    return made(
        "consents",
        {
            "customer": [row[0] for row in rows], "purpose": ["marketing"] * len(rows),
            "granted": [row[1] for row in rows], "answered_at": [datetime(2026, 9, 1)] * len(rows),
            "evidence": ["form 7"] * len(rows),
        },
    )  # fmt: skip


def goods(*rows: tuple[str, str]) -> Any:
    """Return a feed of products: code, name."""
    return made("products", {"code": [row[0] for row in rows], "name": [row[1] for row in rows]})


class TestWhatABatchWrote:
    def by_hand(self, enter: Any) -> None:
        """Somebody enters a product while a file is written that tells of it, too; the file alone is taken back."""
        batch = Batch.objects.create(kind="products", source=SOURCE, file_name="goods.csv", started_at=AT)
        with transaction.atomic(), keeping(batch):
            enter()
            take_chunk(goods(("hand", "as in the file"), ("file", "of the file")), source=SOURCE, at=AT)
            Batch.objects.filter(pk=batch.pk).update(finished_at=AT, created=1, updated=1)
        batch.refresh_from_db()
        assert sum(one.last_key - one.first_key + 1 for one in batch.wrote.all()) == 1
        undo(batch, by=None, at=AT)
        assert list(Product.objects.values_list("code", "name")) == [("hand", "as by hand")]

    def test_is_not_what_others_made_meanwhile(self) -> None:
        self.by_hand(lambda: Product.objects.create(code="hand", name="as by hand"))

    if connection.vendor == "postgresql":  # which alone has two writers at a time

        @pytest.mark.store
        @pytest.mark.django_db(transaction=True)
        def test_is_not_what_another_connection_made_meanwhile(self) -> None:
            other = connection.copy()
            try:
                self.by_hand(lambda: self.entered(other))
            finally:
                other.close()

    def entered(self, other: Any) -> None:
        """Enter a product by another connection, done when this returns."""
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO catalog_product (code, name, stub) VALUES ('hand', 'as by hand', false)")


NUMBERS = ["A1", "A2", "A3"]
FILES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(NUMBERS), unique=True, max_size=3),  # told of: name, phone, a detail
        st.lists(st.sampled_from(["", *NUMBERS]), max_size=3),  # sold to
    ),
    min_size=2,
    max_size=3,
)


def feeds_of(number: int, file: tuple[list[str], list[str]]) -> Iterable[Any]:
    """Return what a file tells: of nobody what another file tells in the same words."""
    named, sold = file
    rows = [(who, f"{who} 이름 {number}", f"+82101111{number:02d}{who[1]:0>2}", {f"d{number % 2}": f"{number}"})
            for who in named]  # fmt: skip
    return people(*rows), sales(*((f"r{number}-{place}", who, 100 + number) for place, who in enumerate(sold)))


class TestAnyOrder:
    @examples(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(files=FILES, draw=st.data())
    def test_of_undoing_leaves_what_the_others_alone_would_have_written(self, files: Any, draw: st.DataObject) -> None:
        numbers = range(len(files))
        order = draw.draw(st.sampled_from(list(permutations(numbers))))
        left = list(numbers)
        alone = []
        for gone in order:
            left.remove(gone)
            with transaction.atomic():
                for number in left:
                    taken(*feeds_of(number, files[number]), number=number)
                alone.append(told())
                transaction.set_rollback(True)
        with transaction.atomic():
            batches = {number: taken(*feeds_of(number, files[number]), number=number) for number in numbers}
            for gone, wanted in zip(order, alone, strict=True):
                if not undoing.why_not(batches[gone]):
                    undo(batches[gone], by=None, at=AT)
                assert told() == wanted
            transaction.set_rollback(True)
