"""From the store and back: who is compared, what is written, what takes the place of what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.insight.analysis.duplicates import actions, reading
from dangol.insight.analysis.duplicates.actions import find_duplicates, settle
from dangol.insight.analysis.duplicates.contradictions import Cut
from dangol.insight.analysis.duplicates.queries import (
    cut_from,
    external_ids,
    kind_of,
    latest_duplicates,
    pairs_within,
    proposals,
)
from dangol.insight.analysis.duplicates.searching import Found, search
from dangol.insight.analysis.models import LikePair, ProposedPerson, Run
from dangol.records.customers import duties
from dangol.records.customers.models import ContactPoint, Customer, Identity, NeverSame
from dangol.records.staff.scope import WHOLE, Scope
from tests.insight.analysis.duplicates.korean_town import as_customers, town
from tests.insight.analysis.duplicates.real_people import store
from tests.records.staff.office import office

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def customer(number: str = "", **columns: object) -> Customer:
    told = {"full_name": "김단골", "birth_date": date(1984, 3, 9), "registered_at": AT, "place": "서울 마포구"}
    made = Customer.objects.create(**(told | columns))
    if number:
        Identity.objects.create(customer=made, source="till", external_id=number)
    return made


def point(owner: Customer, value: str, kind: str = "mobile", *, ended: datetime | None = None) -> None:
    ContactPoint.objects.create(customer=owner, kind=kind, value=value, valid_from=AT, valid_to=ended)


@pytest.fixture
def neighbours() -> None:
    """A small town, so that nobody is alone with anybody."""
    store(list(as_customers(town(60, twice=0.0, seed=8), at=AT)))


@pytest.mark.usefixtures("neighbours")
class TestFindDuplicates:
    @pytest.mark.store
    def test_proposes_the_same_person_and_merges_nobody(self) -> None:
        one, other = customer("A1"), customer("B7")
        before = Customer.objects.count()
        run, found = find_duplicates(WHOLE, as_of=AT, at=AT)
        assert latest_duplicates(WHOLE) == run and run.summary["people"] == len(found.sizes) == 1
        person = proposals(run).get()
        pair = pairs_within(person).get()
        assert (pair.left_id, pair.right_id, person.size) == (one.pk, other.pk, 2)
        assert pair.agreed == {"name": "same", "birth_date": "same", "place": "same"}
        assert pair.probability == person.probability >= 0.9
        assert Customer.objects.known().count() == before

    @pytest.mark.store
    def test_takes_the_place_of_the_search_before(self) -> None:
        customer(), customer()
        find_duplicates(WHOLE, as_of=AT, at=AT)
        run, _found = find_duplicates(WHOLE, as_of=AT, at=AT)
        assert set(LikePair.objects.values_list("run", flat=True)) == {run.pk}
        assert ProposedPerson.objects.count() == 1
        assert Run.objects.filter(kind="duplicates").count() == 2

    def test_shows_whom_it_took_apart_and_never_proposes_them(self) -> None:
        one, other = customer(), customer()
        NeverSame.objects.create(left=one, right=other, at=AT)
        run, _found = find_duplicates(WHOLE, as_of=AT, at=AT)
        assert not proposals(run).exists()
        assert cut_from(run, [other.pk]).get().cut == "never"

    def test_keeps_to_the_customers_of_the_scope(self) -> None:
        units = office()
        mine, alien = customer(unit=units["D1"]), customer(unit=units["D3"])
        scope = Scope(frozenset({units["D1"].pk}), frozenset({"D1"}))
        assert find_duplicates(scope, as_of=AT, at=AT)[1].pairs == []
        again = customer(unit=units["D1"])
        run, found = find_duplicates(scope, as_of=AT, at=AT)
        assert [(pair.left, pair.right) for pair in found.pairs] == [(mine.pk, again.pk)]
        assert latest_duplicates(scope) == run and latest_duplicates(WHOLE) is None
        assert alien.pk not in {pk for pair in LikePair.objects.all() for pk in (pair.left_id, pair.right_id)}

    @pytest.mark.store
    def test_writes_nothing_of_who_was_forgotten_while_it_searched(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, other, third = customer("A1"), customer("B7"), customer("C3")
        for each in (one, other, third):
            point(each, "+821012345678")

        def searched(*told: Any, **how: Any) -> Found:
            found = search(*told, **how)
            Customer.objects.filter(pk=third.pk).update(erased_at=AT)
            return found

        monkeypatch.setattr(actions, "search", searched)
        run, _found = find_duplicates(WHOLE, as_of=AT, at=AT)
        pairs = {(pair.left_id, pair.right_id) for pair in LikePair.objects.filter(run=run)}
        assert (one.pk, other.pk) in pairs
        assert third.pk not in {who for pair in pairs for who in pair}
        assert LikePair.objects.get(run=run, left=one, right=other).person.size == 2

    def test_keeps_the_searches_of_two_regions_apart(self) -> None:
        many = frozenset(range(1, 40))
        assert kind_of(Scope(many | {100})) != kind_of(Scope(many | {101}))

    @pytest.mark.store
    def test_leaves_the_queue_when_somebody_decided(self) -> None:
        customer(), customer()
        run, _found = find_duplicates(WHOLE, as_of=AT, at=AT)
        person = proposals(run).get()
        assert settle(person, at=AT) and not settle(person, at=AT)
        assert not proposals(run).exists()

    @pytest.mark.store
    def test_forgets_a_pair_with_either_of_the_two(self) -> None:
        one, other = customer(), customer()
        find_duplicates(WHOLE, as_of=AT, at=AT)
        table = duties.TABLES["analysis.LikePair"]
        assert table.mine(one.pk).count() == table.mine(other.pk).count() == 1
        assert table.erase is not None and table.erase(other.pk) == 1
        assert not table.mine(one.pk).exists() and not ProposedPerson.objects.exists()


@pytest.mark.store
class TestReading:
    def test_leaves_out_who_is_nobody_and_who_is_no_person(self) -> None:
        kept = customer()
        customer(erased_at=AT)
        customer(merged_into=kept)
        customer(kind=Customer.Kind.ORGANISATION)
        assert reading.told(WHOLE)["id"].to_pylist() == [kept.pk]

    def test_takes_the_number_in_use_first_and_another_second(self) -> None:
        one, two, none = customer(), customer(), customer(birth_date=None)
        point(one, "+821011112222")
        point(one, "+821099998888", ended=AT)
        Identity.objects.create(customer=one, source="", scheme="phone", external_id="+821011112222")
        Identity.objects.create(customer=two, source="", scheme="email", external_id="two@naver.com")
        rows = {row["id"]: row for row in reading.told(WHOLE).to_pylist()}
        assert (rows[one.pk]["phone"], rows[one.pk]["phone2"]) == ("+821011112222", "+821099998888")
        assert (rows[two.pk]["phone"], rows[two.pk]["email"], rows[two.pk]["email2"]) == ("", "two@naver.com", "")
        assert (rows[none.pk]["birth"], rows[one.pk]["birth"]) == ("", "1984-03-09")

    def test_takes_what_reaches_them_before_what_they_are_known_by(self) -> None:
        one = customer()
        for number in range(9):  # rows of another table, with higher numbers
            Identity.objects.create(customer=one, source="", scheme="phone", external_id=f"+82105555000{number}")
        point(one, "+821011112222")
        point(one, "+821099998888", ended=AT)
        (row,) = reading.told(WHOLE).to_pylist()
        assert (row["phone"], row["phone2"]) == ("+821011112222", "+821055550008")

    def test_asks_as_much_about_few_as_about_many(self) -> None:
        customer()
        with CaptureQueriesContext(connection) as few:
            reading.told(WHOLE)
        Customer.objects.bulk_create(Customer(full_name=f"손님{n}", registered_at=AT) for n in range(50))
        with CaptureQueriesContext(connection) as many:
            reading.told(WHOLE)
        assert len(few) == len(many)

    def test_knows_whom_a_merge_brought_along(self) -> None:
        kept, other = customer(), customer()
        absorbed = customer(merged_into=kept)
        NeverSame.objects.create(left=other, right=absorbed, at=AT)
        NeverSame.objects.create(left=kept, right=other, at=AT, ended_at=AT)
        assert reading.never_the_same() == {(kept.pk, other.pk)}


@pytest.mark.store
class TestExternalIds:
    def test_are_the_first_number_that_is_theirs_alone(self) -> None:
        one, two, three = customer(), customer("B7"), customer()
        Identity.objects.create(customer=one, source="", scheme="phone", external_id="+821011112222")
        for number in ("A1", "A2"):
            Identity.objects.create(customer=one, source="till", external_id=number)
        assert external_ids([one.pk, two.pk, three.pk]) == {one.pk: "A1", two.pk: "B7", three.pk: str(three.pk)}


@pytest.mark.store
def test_the_engine_and_the_store_call_cuts_alike() -> None:
    assert {*Cut, ""} == set(LikePair.Cut.values)
