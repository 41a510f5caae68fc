"""Questions whose SQL is made once: they say what the queryset says, each time they are asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count, OuterRef, QuerySet, Subquery
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dangol.lib.asked_again import asked_again
from dangol.records.customers.models import ContactPoint, Customer, Identity
from tests.people import EARLIER, people, person

pytestmark = [pytest.mark.django_db, pytest.mark.store]
made: list[tuple[Any, ...]] = []


def registered(since: Any, until: Any, *, kind: str) -> QuerySet[Any, Any]:
    """Customers of some time, as rows, tuples or counts."""
    made.append((since, until, kind))
    newest = ContactPoint.objects.filter(customer=OuterRef("pk"), valid_from__gte=since).order_by("-pk")
    mine = Customer.objects.filter(registered_at__gte=since).order_by("-registered_at", "pk")
    mine = mine.annotate(reached=Subquery(newest.values("value")[:1]))
    mine = mine if until is None else mine.filter(registered_at__lt=until)
    if kind == "rows":
        return mine.select_related("unit").prefetch_related("identities")[:3]
    if kind == "counts":
        return mine.order_by().values("place").annotate(n=Count("pk")).order_by("place")
    return mine.values_list("pk", "reached", "registered_at")


asked = asked_again(registered)


def told(kind: str, rows: Any) -> list[Any]:
    """What can be compared: of a row its columns, and what was read with it."""
    if kind != "rows":
        return list(rows)
    return [(one.pk, one.reached, one.registered_at, [each.pk for each in one.identities.all()]) for one in rows]


class TestQuestion(TestCase):
    @given(
        kinds=st.lists(st.sampled_from(["rows", "counts", "tuples"]), min_size=1, max_size=4),
        days=st.lists(st.integers(-2, 6), min_size=5, max_size=5),
        until=st.none() | st.integers(-1, 6),
    )
    def test_says_what_the_queryset_says(self, kinds: list[str], days: list[int], until: int | None) -> None:
        for number, (one, day) in enumerate(zip(people(len(days)), days, strict=True)):
            Customer.objects.filter(pk=one.pk).update(
                registered_at=EARLIER + timedelta(days=day), place=str(number % 2)
            )
        for back, kind in enumerate(kinds):
            since = EARLIER - timedelta(days=back)
            end = None if until is None else EARLIER + timedelta(days=until)
            assert told(kind, asked(since, end, kind=kind)) == told(kind, registered(since, end, kind=kind))


class TestSql:
    def test_is_made_once_for_every_shape(self, django_assert_num_queries: Any) -> None:
        again = asked_again(registered)
        made.clear()
        for day in range(3):
            with django_assert_num_queries(2):
                again(EARLIER, EARLIER + timedelta(days=day), kind="tuples")
                again(EARLIER, None, kind="tuples")
        assert len(made) == 2
        again(EARLIER, None, kind="counts")
        assert len(made) == 3


class TestAnswer:
    def test_is_read_anew_each_time(self) -> None:
        one = person().pk
        assert numbers_of(one) == ["c000000"]
        Identity.objects.filter(customer=one).update(external_id="b")
        assert numbers_of(one) == ["b"]
        assert numbers_of(one + 1) == []

    def test_hangs_on_what_is_worked_out_of_a_value_each_time(self) -> None:
        one = person()
        found = [before_the_day_after(EARLIER + timedelta(days=day)) for day in (-2, -1, 0)]
        assert found == [[], [], [one.pk]]

    def test_is_nothing_where_nothing_can_be(self) -> None:
        person()
        assert nobody(EARLIER) == [] == nobody_by_number(EARLIER)

    def test_is_nothing_for_a_number_no_store_can_hold(self) -> None:
        one = person()
        assert [names_of(one.pk), names_of(10**30)] == [[one.full_name], []]


@asked_again
def numbers_of(customer: Any) -> QuerySet[Any, str]:
    """What leads to somebody."""
    return Identity.objects.filter(customer=customer).values_list("external_id", flat=True)


@asked_again
def names_of(customer: Any) -> QuerySet[Any, str]:
    """What somebody is called."""
    return Customer.objects.filter(pk=customer).values_list("full_name", flat=True)


@asked_again
def before_the_day_after(at: Any) -> QuerySet[Any, int]:
    """Who was registered before a day has passed."""
    return Customer.objects.filter(registered_at__lt=at.then(a_day_later)).values_list("pk", flat=True)


@asked_again
def nobody(at: Any) -> QuerySet[Customer]:
    """Nobody at all."""
    return Customer.objects.filter(registered_at__gte=at, pk__in=[])


@asked_again
def nobody_by_number(at: Any) -> QuerySet[Any, Any]:
    """Nobody at all, as tuples."""
    return Customer.objects.filter(registered_at__gte=at, pk__in=[]).values_list("pk", "place")


def a_day_later(at: datetime) -> datetime:
    """The same time on the next day."""
    return at + timedelta(days=1)
