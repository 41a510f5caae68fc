"""A list in columns leaves in the records what its people leave, told one by one."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.lib import bulk
from dangol.records.customers import search_index
from dangol.records.customers.arriving import COLUMNS, Arrived
from dangol.records.customers.forgetting import forget_customer, forget_identities
from dangol.records.customers.models import ContactPoint, Customer, Household, SearchCard
from dangol.records.customers.strangers import strangers_among
from dangol.records.customers.taking import ensure_identities, take_customers, take_list
from tests.stores import tried

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
PHONES, EMAILS = st.sampled_from(["", "+821012345678", "+821099995678"]), st.sampled_from(["", "a@b.kr", "c@d.kr"])
TOLD = {
    "external_id": st.sampled_from(["A-1", "A-2", "A-3", "A-4", "+821012345678", "a@b.kr"]),
    "scheme": st.sampled_from(["", "customer", "member", "phone", "email"]),
    "member_no": st.sampled_from(["", "", "A-1", "9001", "9002"]),
    "full_name": st.sampled_from(["", "김단골", "이산"]),
    "birth_date": st.sampled_from([None, date(1990, 2, 3)]),
    "household": st.sampled_from([None, "", "집1"]),
    "unit_id": st.none(),
    "mobile": PHONES,
    "email": EMAILS,
    "address": st.sampled_from([None, "", "마포구 단골로 9"]),
    "registered_at": st.sampled_from([None, AT - timedelta(days=9)]),
    "attributes": st.sampled_from([{}, {"펫": "고양이"}]),
    "occupation": st.sampled_from(["", "농부"]),
    **dict.fromkeys(("gender", "line", "place", "postcode", "source", "came_by"), st.just("")),
}
TYPES = {"birth_date": pa.date32(), "unit_id": pa.int64(), "registered_at": bulk.UTC_TIME}
PEOPLE = st.lists(st.fixed_dictionaries(TOLD), max_size=5)


def as_list(people: list[dict[str, Any]]) -> pa.Table:
    """The same people in columns."""
    rows = [{**row, "attributes": json.dumps(row["attributes"]) if row["attributes"] else ""} for row in people]
    return pa.table({name: pa.array([row[name] for row in rows], TYPES.get(name, pa.string())) for name in TOLD})


def left() -> Counter[Any]:
    """What stands of everybody, under whatever key."""
    cards = dict(SearchCard.objects.values_list("customer_id", "lines"))
    return Counter(
        (
            *(getattr(one, name) for name in COLUMNS if name != "household_id"), one.registered_at,
            json.dumps(one.attributes), one.household.code if one.household else "", cards.get(one.pk),
            *(tuple(sorted(rows.values_list(*names))) for rows, names in (
                (one.identities, ("source", "scheme", "external_id")),
                (one.contact_points, ("kind", "value", "tail", "valid_from")))),
        )
        for one in Customer.objects.select_related("household")
    )  # fmt: skip


def forget(customer: int) -> None:
    """Empty the rooms of a customer, as an erasure does, inside this transaction."""
    search_index.unindex([customer])
    ContactPoint.objects.filter(customer=customer).delete()
    forget_identities(customer)
    forget_customer(customer)
    Customer.objects.filter(pk=customer).update(erased_at=AT)


def taken(take: Callable[[], Arrived], before: list[dict[str, Any]]) -> tuple[Any, ...]:
    """What is told and what is left when people are taken, some being known and one forgotten; then all is undone."""
    with transaction.atomic():
        ensure_identities({"A-1": AT, "9001": AT}, source="till", at=AT)
        take_customers(before, source="till", at=AT)
        for gone in Customer.objects.filter(identities__external_id="A-4")[:1]:
            forget(gone.pk)
        told = take()
        found = (told, left(), sorted(Household.objects.values_list("code")), search_index.agreement().whole)
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.store
class TestList:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=tried(40), deadline=None)
    @given(before=PEOPLE, people=PEOPLE)
    def test_leaves_what_its_people_leave_one_by_one(
        self, before: list[dict[str, Any]], people: list[dict[str, Any]]
    ) -> None:
        at = AT + timedelta(days=1)
        one_by_one = taken(lambda: take_customers(people, source="till", at=at), before)
        assert taken(lambda: take_list(as_list(people), source="till", at=at), before) == one_by_one
        assert one_by_one[-1]


@pytest.mark.django_db
class TestStrangers:
    def test_are_those_with_whom_nobody_shares_a_number(self) -> None:
        ensure_identities({"A-1": AT}, source="till", at=AT)
        blank = dict.fromkeys(TOLD, "") | dict.fromkeys(TYPES) | {"attributes": {}, "scheme": "customer"}
        told = [
            {"external_id": "A-1"}, {"external_id": "A-2", "mobile": "+821012345678"},
            {"external_id": "A-3", "mobile": "+821012345678"}, {"external_id": "A-4", "member_no": "9001"},
            {"external_id": "A-5", "member_no": "A-1"},
            {"external_id": "+821099995678", "scheme": "phone", "mobile": "+821099995678"},
        ]  # fmt: skip
        strange = strangers_among(as_list([blank | one for one in told]), source="till")
        assert strange.to_pylist() == [False, False, False, True, False, True]
