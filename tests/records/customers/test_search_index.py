"""What people are found by agrees with what is on record, whatever was written in which order."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.records.customers import search_index
from dangol.records.customers.actions import correct, enter, own_identity
from dangol.records.customers.entering import Details, details_of
from dangol.records.customers.identities import add_identities
from dangol.records.customers.merging import merge, unmerge
from dangol.records.customers.models import Customer, SearchCard, SearchTerm
from dangol.records.customers.schemes import Scheme
from dangol.records.customers.search import search
from dangol.records.customers.search_terms import terms
from dangol.records.customers.taking import ensure_identities, take_customers
from dangol.records.rights.erasure import erase
from dangol.records.staff.roles import Role
from tests.records.staff.office import staff

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
NAMES = st.sampled_from(["김단골", "남궁단비", "John Kim", "㈜단골유통", "", "이 산"])
PEOPLE = st.fixed_dictionaries(
    {"external_id": st.sampled_from(["A-1", "A-2", "B 3"])},
    optional={
        "full_name": NAMES,
        "mobile": st.sampled_from(["+821012345678", "+821099995678", "+85221234567"]),
        "email": st.sampled_from(["dan.gol@naver.com", "a@b.kr"]),
        "address": st.sampled_from(["서울특별시 마포구 단골로 9, 101동 202호", "부산 남구 (대연동)"]),
        "household": st.sampled_from(["집1", "집2"]),
        "member_no": st.sampled_from(["9001", "9002"]),
    },
)


def kept() -> tuple[dict[int, str], set[tuple[str, int]]]:
    """What stands in the index."""
    return (
        dict(SearchCard.objects.values_list("customer_id", "lines")),
        set(SearchTerm.objects.values_list("term", "customer_id")),
    )


def agrees() -> bool:
    """Whether the index is what it is when it is built anew, and the terms are those of the cards."""
    cards, found = kept()
    search_index.rebuild()
    assert (cards, found) == kept()
    assert found == {(term, one) for one, lines in cards.items() for term in terms(lines)}
    return search_index.agreement().whole


def written(what: str, rows: list[dict[str, Any]], number: int, at: datetime) -> None:
    """Write by one of the ways there are."""
    people = list(Customer.objects.known().order_by("pk"))
    person = people[number % len(people)] if people else None
    told = rows[0]
    if what == "take" or person is None:
        take_customers(rows, source="till", at=at)
    elif what == "sell":
        ensure_identities({f"N{number}": at, told["external_id"]: at}, source="till", at=at)
    elif what == "enter":
        enter(Details(full_name="한새로", mobile="010-5555-1234"), unit=None, among=Customer.objects.all(),
              by=staff(Role.OWNER), at=at, another=True)  # fmt: skip
    elif what == "correct":
        right = replace(details_of(person), full_name=told.get("full_name") or "박바름", email="", entrance=None)
        correct(person, right, unit=None, by=None, at=at)
    elif what == "number":
        add_identities([(person.pk, f"M{number}")], source="till", scheme=Scheme.MEMBER, at=at)
    elif what == "own":
        own_identity(person, at=at)
    else:
        erase(person.pk, reason="test", by=None, at=at)


@pytest.mark.django_db(transaction=True)
class TestIndex:
    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["take", "sell", "enter", "correct", "number", "own", "forget"]),
                st.lists(PEOPLE, min_size=1, max_size=3),
                st.integers(0, 4),
            ),
            min_size=1, max_size=5,
        )
    )  # fmt: skip
    def test_is_what_it_is_when_built_anew(self, home_of_keys: None, steps: list[Any]) -> None:
        for hours, (what, rows, number) in enumerate(steps):
            written(what, rows, number, AT + timedelta(hours=hours))
        assert agrees()


@pytest.fixture
def home_of_keys(settings: Any, tmp_path: Any) -> None:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"


def named(names: Iterable[str]) -> list[int]:
    """Customers of these names, written behind the back of the index."""
    return [Customer.objects.create(full_name=name, registered_at=AT).pk for name in names]


@pytest.mark.django_db
@pytest.mark.store
class TestMany:
    def test_goes_in_sorted_as_it_does_one_by_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search_index, "CHUNK", 3)
        monkeypatch.setattr(search_index, "AT_ONCE", 4)
        monkeypatch.setattr(search_index, "STRETCH", 40)
        ids = named(["김단골", "남궁단비", "John Kim", "Zoë", "㈜단골", "ㄱ", "이산", "박하", "최고"])
        search_index.index(ids, fresh=True)
        cards, found = kept()
        assert len(cards) == len(ids)
        assert found == {(term, one) for one, lines in cards.items() for term in terms(lines)}
        Customer.objects.update(full_name="강바뀜")
        search_index.index(ids)
        assert search_index.agreement().whole

    def test_is_told_where_it_does_not_agree(self) -> None:
        ids = named(["김단골", "이산"])
        assert search_index.index_missing() == 2
        assert search_index.agreement().whole
        Customer.objects.filter(pk=ids[0]).update(full_name="김바뀜")
        SearchTerm.objects.filter(term="N이산").delete()
        found = search_index.agreement()
        assert (found.wrong, found.terms_wrong, found.whole) == (1, 1, False)
        search_index.rebuild()
        assert search_index.agreement().whole

    def test_leads_by_the_names_of_the_merged_to_who_stands_for_them_until_they_are_two_again(self) -> None:
        ids = named(["김단골", "박하늘", "이산들", "김단골"])
        search_index.index(ids)
        one, two, three, four = Customer.objects.filter(pk__in=ids).order_by("pk")
        inner = merge(two, [three], by=None, at=AT)
        merge(one, [two, four], by=None, at=AT)
        everybody = Customer.objects.known()
        few = Customer.objects.filter(pk__lt=10**6)  # the same by their cards
        for text in ("김단골", "박하늘", "이산들", "산들", "ㅂㅎㄴ"):
            assert [search(text, among=rows, limit=9).customers for rows in (everybody, few)] == [[one.pk]] * 2
        assert agrees()
        unmerge(inner, by=None, at=AT)
        assert search("이산들", among=everybody, limit=9).customers == [three.pk]
        assert search("박하늘", among=everybody, limit=9).customers == [one.pk]
        assert agrees()

    def test_is_left_by_who_is_taken_out(self) -> None:
        ids = named(["김단골", "이산"])
        search_index.index(ids)
        assert search_index.unindex(ids[:1]) == 1
        assert not SearchTerm.objects.filter(customer_id=ids[0]).exists()
        Customer.objects.filter(pk=ids[0]).delete()
        assert search_index.agreement().whole

    def test_costs_the_same_number_of_questions_for_many(self, django_assert_max_num_queries: Any) -> None:
        ids = named([f"김{number}" for number in range(40)])
        with django_assert_max_num_queries(12):
            search_index.index(ids)
