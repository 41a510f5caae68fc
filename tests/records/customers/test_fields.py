"""The inventory's items: every column of a person's table is one, or says why it is none; how far each is filled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.records.customers import attributes, fields
from dangol.records.customers.attributes import CannotState
from dangol.records.customers.duties import TABLES
from dangol.records.customers.fields import FIELDS, Basis, Field, Side
from dangol.records.customers.filling import attribute_counts, count_fields
from dangol.records.customers.models import ContactPoint, Customer, FieldCount, FieldUse, Identity, StatedAttribute
from dangol.records.customers.using import Use, used
from dangol.records.ledger.models import Interaction, OrderLine, Transaction
from tests.stores import tried

AT = datetime(2026, 11, 22, tzinfo=UTC)
stored = [pytest.mark.django_db, pytest.mark.store]


@contextmanager
def without(name: str) -> Iterator[None]:
    """An inventory that lacks one item."""
    item = FIELDS.pop(name)
    try:
        yield
    finally:
        FIELDS[name] = item


class TestRegistry:
    @pytest.mark.parametrize("table", TABLES)
    def test_covers_every_column_of_every_table_tied_to_a_person(self, table: str) -> None:
        assert fields.uncovered(TABLES[table].model) == []

    def test_misses_a_column_that_nobody_spoke_of(self) -> None:
        with without("gender"):
            assert fields.uncovered(Customer) == ["gender"]
        with without("mobile"):
            assert fields.uncovered(ContactPoint) == ["tail"]  # the others belong to e-mail and post, too

    def test_says_of_every_technical_column_why_it_is_there(self) -> None:
        for label, columns in fields.TECHNICAL.items():
            names = {column.name for column in TABLES[label].model._meta.concrete_fields}
            assert set(columns) <= names, label
            assert all(columns.values()), label

    def test_knows_no_column_as_technical_that_is_an_item(self) -> None:
        for label, columns in fields.TECHNICAL.items():
            taken = {column for item in fields.of_model(TABLES[label].model) for column in item.columns}
            assert not taken & set(columns), label

    @pytest.mark.parametrize("name", FIELDS)
    def test_says_of_every_item_what_it_is_for_and_how_long_it_stays(self, name: str) -> None:
        item = FIELDS[name]
        assert item.name == name
        assert item.label
        assert item.purpose
        assert item.kept
        assert item.model._meta.label in TABLES

    def test_feeds_each_score_from_something(self) -> None:
        assert {"purchase", "line"} <= set(fields.fed(fields.Feeds.CUSTOMER_EQUITY))
        assert {"discount", "points", "gift", "answer", "minutes"} <= set(fields.fed(fields.Feeds.CUSTOMER_VALUE))

    def test_has_information_of_for_and_by_the_customer(self) -> None:
        assert {item.side for item in FIELDS.values()} == set(Side)

    def test_refuses_a_column_that_is_not_there_and_an_item_without_a_purpose(self) -> None:
        with pytest.raises(ValueError, match="no column shoe_size"):
            fields.register(Field("shoe", "Shoe size", Customer, "shoe_size", Side.OF, "none", Basis.CONSENT))
        with pytest.raises(ValueError, match="what it is kept for"):
            fields.register(Field("gender2", "Gender", Customer, "gender", Side.OF, "", Basis.CONSENT))
        assert not {"shoe", "gender2"} & set(FIELDS)


def person(number: int, **about: object) -> Customer:
    made = Customer.objects.create(registered_at=AT, **about)  # type: ignore[misc]
    Identity.objects.create(customer=made, source="t", external_id=str(number))
    return made


def counted(name: str) -> FieldCount:
    return FieldCount.objects.get(name=name)


@pytest.mark.django_db
@pytest.mark.store
class TestCount:
    def test_tells_how_many_have_each_item(self) -> None:
        one, other = person(1, full_name="김단골", gender="f"), person(2, birth_date=date(1990, 1, 1))
        person(3, full_name="지운 사람", erased_at=AT)
        ContactPoint.objects.create(customer=one, kind="mobile", value="+821011112222", valid_from=AT)
        ContactPoint.objects.create(customer=one, kind="email", value="a@example.com", valid_from=AT)
        ContactPoint.objects.create(customer=other, kind="mobile", value="+821011113333", valid_from=AT)
        identity = one.identities.get()
        sale = Transaction.objects.create(identity=identity, source="t", receipt="r", at=AT, amount=10, currency="KRW")
        for place, (price, coupon) in enumerate([(0, 0), (5, 0), (0, 7)]):
            OrderLine.objects.create(
                transaction=sale, position=place, at=AT, description="우유", quantity=1, amount=10,
                price_discount=price, coupon_discount=coupon,
            )  # fmt: skip
        for ref, direction in (("a", "in"), ("b", "out")):
            Interaction.objects.create(
                identity=identity, source_ref=ref, kind="talk", direction=direction, at=AT, text="아"
            )
        count_fields(at=AT)
        found = {row.name: (row.filled, row.rows, row.people, row.everybody) for row in FieldCount.objects.all()}
        assert found["full_name"] == (1, 2, 1, 2)
        assert found["gender"] == (1, 2, 1, 2)
        assert found["birth_date"] == (1, 2, 1, 2)
        assert found["mobile"] == (2, 2, 2, 2)
        assert found["email"] == (1, 1, 1, 2)
        assert found["purchase"] == (1, 1, 1, 2)
        assert found["goods"] == (3, 3, 1, 2)
        assert found["discount"] == (2, 3, 1, 2)
        assert found["said"] == (1, 1, 1, 2)
        assert found["sent"] == (1, 1, 1, 2)
        assert found["answer"] == (0, 0, 0, 2)
        assert found.keys() >= set(FIELDS)

    def test_replaces_what_was_counted_before(self) -> None:
        count_fields(at=AT)
        person(1, full_name="김단골")
        count_fields(at=AT + timedelta(days=1))
        assert (counted("full_name").filled, counted("full_name").at) == (1, AT + timedelta(days=1))

    def test_counts_further_details_by_their_key_and_leaves_empty_ones_out(self) -> None:
        person(1, attributes={"취미": "등산", "job": "", "child": None})
        person(2, attributes={"취미": "수영", "job": "의사"})
        person(3, attributes={"취미": "낚시"}, erased_at=AT)
        assert attribute_counts() == {"job": 1, "취미": 2}
        count_fields(at=AT)
        assert counted("attributes.취미").people == 2

    def test_asks_as_many_questions_however_many_customers_there_are(self) -> None:
        person(1)
        with CaptureQueriesContext(
            connection,
        ) as few:
            count_fields(at=AT)
        for number in range(2, 30):
            person(number, full_name="고객", attributes={"a": "b"})
        with CaptureQueriesContext(connection) as many:
            count_fields(at=AT)
        assert len(many) == len(few)
        tables = {item.model for item in FIELDS.values()}
        assert len(few) <= 2 * len(tables) + 8

    @settings(deadline=None, max_examples=tried(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        people=st.lists(
            st.tuples(
                st.sampled_from(["", "김"]), st.sampled_from(["", "f"]), st.lists(st.sampled_from([0, 9]), max_size=3)
            ),
            max_size=6,
        )
    )
    def test_counts_what_a_look_at_each_row_would_count(self, people: list[tuple[str, str, list[int]]]) -> None:
        Interaction.objects.all().delete()
        Identity.objects.all().delete()
        Customer.objects.all().delete()
        for number, (name, gender, worths) in enumerate(people):
            identity = person(number, full_name=name, gender=gender).identities.get()
            for place, worth in enumerate(worths):
                Interaction.objects.create(
                    identity=identity, source_ref=f"{place}", kind="gift", direction="out", at=AT, worth=worth
                )
        count_fields(at=AT)
        assert counted("full_name").filled == sum(bool(name) for name, _gender, _worths in people)
        assert counted("gender").people == sum(bool(gender) for _name, gender, _worths in people)
        assert counted("gift").filled == sum(worth > 0 for *_rest, worths in people for worth in worths)
        assert counted("gift").people == sum(any(worths) for *_rest, worths in people)
        assert counted("gift").rows == sum(len(worths) for *_rest, worths in people)


@pytest.mark.django_db
@pytest.mark.store
class TestUse:
    def test_is_one_row_for_an_item_and_a_use_with_its_latest_time(self) -> None:
        used(["gender", "place", "gender"], Use.CHOICE, at=AT)
        used(["gender"], Use.CHOICE, at=AT + timedelta(days=3))
        used(["gender"], Use.LIST, at=AT)
        assert set(FieldUse.objects.values_list("name", "use", "at")) == {
            ("gender", "choice", AT + timedelta(days=3)), ("place", "choice", AT), ("gender", "list", AT),
        }  # fmt: skip

    def test_is_not_written_again_and_again(self) -> None:
        assert used(["gender"], Use.SEARCH, at=AT) == 1
        with CaptureQueriesContext(connection) as asked:
            assert used(["gender"], Use.SEARCH, at=AT + timedelta(hours=1)) == 0
        assert len(asked) == 1
        assert used(["gender"], Use.SEARCH, at=AT + timedelta(hours=7)) == 1

    def test_of_nothing_writes_nothing(self) -> None:
        assert used([], Use.LIST, at=AT) == 0


def stated(**changed: str) -> StatedAttribute:
    told = {"label": "취미", "side": "of", "purpose": "동호회 안내", "basis": "consent", **changed}
    return attributes.state("hobby", **told, by=None, at=AT)


@pytest.mark.django_db
@pytest.mark.store
class TestState:
    def test_keeps_every_word_and_counts_the_last(self) -> None:
        stated()
        stated(purpose="산악회 안내")
        assert StatedAttribute.objects.count() == 2
        assert attributes.stated()["hobby"].purpose == "산악회 안내"

    @pytest.mark.parametrize(
        "wrong",
        [{"purpose": ""}, {"purpose": " ? "}, {"basis": "hope"}, {"side": "upon"}, {"partner": "카드사"}],
        ids=str,
    )
    def test_refuses_what_says_nothing(self, wrong: dict[str, str]) -> None:
        with pytest.raises(CannotState):
            stated(**wrong)
        assert not StatedAttribute.objects.exists()

    def test_takes_a_partner_with_the_name_of_the_data(self) -> None:
        made = stated(partner="하나카드", dataset="회원 등급 2026-10")
        assert (made.partner, made.dataset) == ("하나카드", "회원 등급 2026-10")
