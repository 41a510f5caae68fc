"""Feeds become records, each fact once, also after a kill."""

import json
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dangol.contact.intake import load
from dangol.contact.intake.feeds import Feed, WrongFeed, made
from dangol.contact.intake.load import Taken, take
from dangol.contact.intake.models import Batch
from dangol.records.catalog.models import Category, Product
from dangol.records.changes.models import Change
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.ledger.models import Interaction, OrderLine, PointEntry, Transaction
from dangol.records.permission.models import Consent
from dangol.records.staff.models import Unit
from dangol.records.voices.models import SurveyAnswer

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
NOON = np.datetime64("2026-11-21T12:00:00", "us")  # shop time, 03:00 UTC in Seoul


def feed(kind: str, *rows: dict[str, Any]) -> Feed:
    columns = {name: [row.get(name) for row in rows] for name in rows[0]}
    return made(kind, columns)


def sale(receipt: str, amount: int, **more: Any) -> dict[str, Any]:
    return {"receipt": receipt, "customer": "c1", "time": NOON.item(), "product": "milk", "store": "s1",
            "description": "우유 1L", "quantity": 1.0, "amount": amount} | more  # fmt: skip


def taken(feed: Feed) -> Taken:
    return take(feed, source="till", by=None, at=AT)


def everything() -> dict[str, list[Any]]:
    """All rows of the store, but for the random lake keys and the batches."""
    models = (Unit, Category, Product, Customer, Identity, ContactPoint, Transaction, OrderLine, PointEntry,
              Interaction, SurveyAnswer, Consent)  # fmt: skip
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "lake_key"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in models
    }


@pytest.mark.store
@pytest.mark.django_db
class TestTransactions:
    def test_sum_lines_into_receipts_wherever_the_lines_stand(self) -> None:
        done = taken(feed("transactions", sale("r1", 100), sale("r2", 7), sale("r1", -30)))
        assert done == Taken(rows=3, created=3, amount_total=77)
        assert dict(Transaction.objects.values_list("receipt", "amount")) == {"r1": 70, "r2": 7}
        assert Transaction.objects.get(receipt="r1").at == datetime(2026, 11, 21, 3, tzinfo=UTC)

    def test_make_unknown_customers_products_and_shops(self) -> None:
        taken(feed("transactions", sale("r1", 100), sale("r2", 5, customer=None, product=None, store=None)))
        identity = Identity.objects.get(source="till", external_id="c1")
        assert identity.customer.registered_at == datetime(2026, 11, 21, 3, tzinfo=UTC)
        product = Product.objects.get(code="milk")
        assert (product.name, product.stub) == ("우유 1L", True)
        assert Unit.objects.get(code="s1").kind == Unit.Kind.SHOP
        anonymous = Transaction.objects.get(receipt="r2")
        assert (anonymous.identity_id, anonymous.unit_id, anonymous.lines.get().product_id) == (None, None, None)

    def test_taken_again_change_nothing(self) -> None:
        sales = feed("transactions", sale("r1", 100), sale("r2", 7), sale("r1", -30))
        taken(sales)
        before, changes = everything(), Change.objects.count()
        assert taken(sales) == Taken(rows=3, unchanged=3, amount_total=77)
        assert everything() == before
        assert Change.objects.count() == changes

    def test_keep_the_first_of_a_receipt_that_comes_again_with_another_sum(self) -> None:
        taken(feed("transactions", sale("r1", 100)))
        assert taken(feed("transactions", sale("r1", 999))) == Taken(rows=1, unchanged=1, amount_total=999, differing=1)
        assert Transaction.objects.get().amount == 100

    def test_are_the_same_in_chunks_as_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(load, "CHUNK", 3)
        rows = [sale(f"r{index % 5}", index) for index in range(17)]
        parts = list(load.chunks(feed("transactions", *rows)))
        assert [part.table.num_rows for part in parts] == [4, 4, 3, 3, 3]
        assert taken(feed("transactions", *rows)) == Taken(rows=17, created=17, amount_total=sum(range(17)))
        assert Transaction.objects.count() == 5
        assert Transaction.objects.get(receipt="r1").amount == 1 + 6 + 11 + 16


@pytest.mark.store
@pytest.mark.django_db
class TestEveryKind:
    FEEDS = (
        feed("units", {"code": "d1", "name": "강남", "kind": "dealer", "parent": "hq"},
             {"code": "hq", "name": "본사", "kind": "head_office", "parent": None}),
        feed("products", {"code": "milk", "name": "우유", "category": "유제품 / 우유", "unit_price": 2500},
             {"code": "bag", "name": "봉투", "category": None, "unit_price": None}),
        feed("customers", {"external_id": "c1", "full_name": "김단골", "birth_date": date(1990, 3, 1), "gender": "f",
                           "line": "club", "unit": "d1", "household": "h1", "registered_at": NOON.item(),
                           "place": "강남구", "phone": "010-1234-5678", "email": "a@b.kr", "address": "길 1",
                           "attributes": json.dumps({"stage": 2})}),
        feed("consents", {"customer": "c1", "purpose": "marketing", "channel": "sms", "granted": True,
                          "answered_at": NOON.item(), "evidence": "form 7", "text_version": "1"}),
        feed("transactions", sale("r1", 100), sale("r1", 20)),
        feed("points", {"ref": "p1", "customer": "c1", "time": NOON.item(), "kind": "granted", "amount": 10}),
        feed("interactions", {"ref": "i1", "customer": "c1", "time": NOON.item(), "direction": "in",
                              "kind": "complaint", "text": "늦었어요", "minutes": 3.0, "worth": 0}),
        feed("answers", {"ref": "a1", "customer": "c1", "time": NOON.item(), "survey": "2026", "item": "q1",
                         "dimension": "trust", "score": 4.0, "scale_min": 1.0, "scale_max": 7.0}),
    )  # fmt: skip

    def test_is_taken_once(self) -> None:
        for one in self.FEEDS:
            assert taken(one).created == one.table.num_rows, one.kind
        before, changes = everything(), Change.objects.count()
        for one in self.FEEDS:
            assert taken(one).unchanged == one.table.num_rows, one.kind
        assert everything() == before
        assert Change.objects.count() == changes
        assert Batch.objects.filter(kind="answers").first().accepted == 1  # type: ignore[union-attr]

    def test_lands_where_it_belongs(self) -> None:
        for one in self.FEEDS:
            taken(one)
        customer = Customer.objects.get()
        assert (customer.full_name, customer.attributes) == ("김단골", {"stage": 2})
        assert customer.unit is not None and customer.unit.parent is not None
        assert customer.household is not None and customer.household.code == "h1"
        assert dict(customer.contact_points.values_list("kind", "value")) == {
            "mobile": "+821012345678", "email": "a@b.kr", "address": "길 1",
        }  # fmt: skip
        product = Product.objects.get(code="milk")
        assert product.category is not None and product.category.parent is not None
        assert (product.category.name, product.category.parent.path, product.stub) == ("우유", "유제품", False)
        assert Consent.objects.get().customer == customer
        assert Interaction.objects.get().source_ref == "till:i1"

    def test_describes_what_was_sold_or_met_before(self) -> None:
        taken(self.FEEDS[4])
        for one in self.FEEDS:
            taken(one)
        assert (Product.objects.get(code="milk").stub, Customer.objects.get().full_name) == (False, "김단골")


@pytest.mark.store
@pytest.mark.django_db
class TestCustomers:
    def test_keep_what_a_later_feed_leaves_empty(self) -> None:
        taken(feed("customers", {"external_id": "c1", "full_name": "김단골", "place": "강남구"}))
        done = taken(feed("customers", {"external_id": "c1", "full_name": "", "place": "서초구"}))
        assert done == Taken(rows=1, updated=1)
        assert (Customer.objects.get().full_name, Customer.objects.get().place) == ("김단골", "서초구")

    def test_end_the_validity_of_a_former_number(self) -> None:
        for phone in ("010-1111-2222", "010-3333-4444"):
            done = taken(feed("customers", {"external_id": "c1", "phone": phone, "registered_at": NOON.item()}))
        assert done == Taken(rows=1, updated=1)
        assert dict(ContactPoint.objects.values_list("tail", "valid_to")) == {"2222": AT, "4444": None}


@pytest.mark.django_db
class TestRefusal:
    def test_names_what_the_table_lacks(self) -> None:
        with pytest.raises(WrongFeed, match="lacks the column"):
            taken(Feed("points", pa.table({"ref": ["p"]})))
        assert not Batch.objects.exists()
