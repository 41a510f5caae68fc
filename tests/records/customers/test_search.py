"""Whom a text leads to, in which order, and to whom it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.lib import hangul
from dangol.records.customers import search as searching
from dangol.records.customers.models import Customer, CustomerQuerySet
from dangol.records.customers.search import FoundBy, Hits, search
from dangol.records.customers.search_index import rebuild
from dangol.records.customers.search_terms import squeezed, words
from dangol.records.customers.taking import take_customers
from dangol.records.staff.models import Unit
from dangol.records.staff.scope import Scope

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
PEOPLE = [
    {"external_id": "M-1001", "full_name": "김단골", "mobile": "+821012345678", "email": "dan.gol+7@naver.com",
     "address": "서울특별시 마포구 단골로 9, 101동 202호 (공덕동)", "member_no": "90010023"},
    {"external_id": "M-1002", "full_name": "남궁단비", "mobile": "+821099995678", "household": "집-7"},
    {"external_id": "5678", "full_name": "John Kim", "email": "KIM@example.com", "address": "부산 남구 대연로 3"},
    {"external_id": "M-1004", "full_name": "", "mobile": "+85221234567"},
    {"external_id": "M-1005", "full_name": "단골", "address": "서울 강남구 테헤란로 123"},
    {"external_id": "M-1006", "full_name": "이단골손", "address": "경기 수원시 김단로 1"},
    {"external_id": "M-1007", "full_name": "㈜ 다은 상사"},
    {"external_id": "M-1008", "full_name": "김 단", "email": "wldn92@daum.net"},
]  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def people() -> None:
    take_customers(PEOPLE, source="till", at=AT)


def asked(text: str, *, limit: int = 50, among: CustomerQuerySet | None = None, unfinished: bool = False) -> Hits:
    return search(text, among=Customer.objects.known() if among is None else among, limit=limit, unfinished=unfinished)


def names(hits: Hits) -> list[str]:
    known = Customer.objects.in_bulk(hits.customers)
    return [known[one].full_name for one in hits.customers]


FOUND = [
    # by the name: whole, then its beginning, then a later part; shorter before longer
    ("단골", ["단골", "김단골", "이단골손"], FoundBy.NAME),
    ("김단", ["김 단", "김단골", "이단골손"], FoundBy.NAME),
    ("골", ["김단골", "단골", "이단골손"], FoundBy.NAME),
    (" 궁단 ", ["남궁단비"], FoundBy.NAME),
    ("김단골님", ["김단골"], FoundBy.NAME),
    ("kim", ["John Kim"], FoundBy.NAME),
    ("ＫＩＭ", ["John Kim"], FoundBy.NAME),
    ("n k", ["John Kim"], FoundBy.NAME),
    ("주)다은", [], None),
    ("다은상사", ["㈜ 다은 상사"], FoundBy.NAME),
    # by initials, some of them, and as keyboards compose them
    ("ㄱㄷㄱ", ["김단골"], FoundBy.INITIALS),
    ("ㄷㄱ", ["단골", "김단골", "이단골손"], FoundBy.INITIALS),
    ("ㄴㄱㄷㅂ", ["남궁단비"], FoundBy.INITIALS),
    ("김ㄷㄱ", ["김단골"], FoundBy.NAME),
    ("단ㄱ", ["단골", "김단골", "이단골손"], FoundBy.NAME),
    ("ㄱㅅ", ["이단골손"], FoundBy.INITIALS),
    ("ㄳ", ["이단골손"], FoundBy.INITIALS),
    # by a number
    ("5678", ["John Kim", "김단골", "남궁단비"], FoundBy.NUMBER),
    ("010-1234-5678", ["김단골"], FoundBy.PHONE),
    ("+82 10 9999 5678", ["남궁단비"], FoundBy.PHONE),
    ("(010) 99995678", ["남궁단비"], FoundBy.PHONE),
    ("1012345678", ["김단골"], FoundBy.PHONE),
    ("45678", ["김단골"], FoundBy.PHONE),
    ("0101234", ["김단골"], FoundBy.PHONE),
    ("85221234567", [""], FoundBy.PHONE),
    ("m1004", [""], FoundBy.NUMBER),
    ("M-100", ["김단골", "남궁단비", "", "단골", "이단골손", "㈜ 다은 상사", "김 단"], FoundBy.NUMBER),
    ("90010023", ["김단골"], FoundBy.NUMBER),
    ("집-7", ["남궁단비"], FoundBy.NUMBER),
    # by an address
    ("dan.gol+7@naver.com", ["김단골"], FoundBy.EMAIL),
    ("gol", ["김단골"], FoundBy.EMAIL),
    ("naver", ["김단골"], FoundBy.EMAIL),
    ("@example", ["John Kim"], FoundBy.EMAIL),
    ("마포", ["김단골"], FoundBy.ADDRESS),
    ("공덕동", ["김단골"], FoundBy.ADDRESS),
    ("서울", ["단골", "김단골"], FoundBy.ADDRESS),
    # by several words
    ("서울 단골로", ["김단골"], FoundBy.WORDS),
    ("김단골 마포", ["김단골"], FoundBy.WORDS),
    ("단골로 101동", ["김단골"], FoundBy.WORDS),
    ("테헤란로 123", ["단골"], FoundBy.WORDS),
    ("테헤란로 124", [], None),
    ("남궁단비 5678", ["남궁단비"], FoundBy.WORDS),
    ("서울 ㄱㄷㄱ", ["김단골"], FoundBy.WORDS),
    ("부산 마포구", [], None),
    # with the wrong keyboard on
    ("rlaeksrhf", ["김단골"], FoundBy.NAME),
    ("RLAEKSRHF", ["김단골"], FoundBy.NAME),
    ("rer", ["김단골"], FoundBy.INITIALS),
    ("akvh", ["김단골"], FoundBy.ADDRESS),
    ("ㅏㅑㅡ", ["John Kim"], FoundBy.NAME),
    ("지우", ["김 단"], FoundBy.EMAIL),
    # nobody
    ("", [], None),
    ("  ", [], None),
    ("없는사람", [], None),
    ("%", [], None),
    ("김%", ["김 단", "김단골", "이단골손"], FoundBy.NAME),
    ("(", [], None),
    ("\n", [], None),
    ("a" * 5000, [], None),
]


class TestSearch:
    def test_leads_to_people_the_likeliest_first(self, people: None) -> None:
        wrong = []
        for text, expected, by in FOUND:
            hits = asked(text)
            if (names(hits), hits.more, hits.hits[0].by if hits.hits else None) != (expected, False, by):
                wrong.append((text, names(hits), hits))
        assert wrong == []

    def test_leads_a_dealer_to_their_own_alone(self, people: None, monkeypatch: pytest.MonkeyPatch) -> None:
        unit = Unit.objects.create(code="D1", name="D1", kind="dealer")
        own = {"김단골", "John Kim", "김 단", "㈜ 다은 상사"}
        Customer.objects.filter(full_name__in=own).update(unit=unit)
        mine = Customer.objects.known().seen_by(Scope(frozenset([unit.pk])))
        wrong = []
        for few in (0, 5_000):  # walked along the terms, and looked through card by card
            monkeypatch.setattr(searching, "FEW", few)
            for text, expected, _by in FOUND:
                found = sorted(names(asked(text, among=mine)))
                if found != sorted(own & set(expected)):
                    wrong.append((few, text, found))
        assert wrong == []

    def test_leads_nobody_who_sees_people_masked_letter_by_letter(
        self, people: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        everybody = Customer.objects.known()
        unit = Unit.objects.create(code="D1", name="D1", kind="dealer")
        everybody.update(unit=unit)
        mine = everybody.seen_by(Scope(frozenset([unit.pk])))
        hidden = (
            "dan.gol+",
            "wldn92@daum.net",
            "naver",
            "지우",
            "마포",
            "akvh",
            "0101234",
            "45678",
            "서울 단골로",
            "단골 101동",
        )
        told = ("단골", "ㄱㄷㄱ", "010-1234-5678", "5678", "M-1001", "남궁단비 5678")
        for few, among in ((0, everybody), (0, mine), (5_000, mine)):
            monkeypatch.setattr(searching, "FEW", few)
            for text in hidden:
                assert search(text, among=among, limit=50).hits, text
                assert search(text, among=among, limit=50, in_part=True).hits == [], text
            for text in told:
                by_all = search(text, among=among, limit=50)
                assert search(text, among=among, limit=50, in_part=True) == by_all != Hits(), text

    def test_says_that_there_are_more(self, people: None) -> None:
        first = asked("단", limit=2)
        assert (names(first), first.more) == (["단골", "김단골"][:1] + names(first)[1:], True)
        assert names(asked("단", limit=4))[:2] == names(first)

    def test_knows_that_a_syllable_is_not_finished(self, people: None) -> None:
        assert names(asked("김다", unfinished=True)) == ["김 단", "김단골"]
        assert names(asked("김다")) == []
        assert names(asked("다", unfinished=True))[0] == "㈜ 다은 상사"

    def test_finds_nobody_who_was_forgotten_or_merged(self, people: None) -> None:
        from dangol.records.customers.search_index import index

        gone = Customer.objects.get(full_name="김단골")
        Customer.objects.filter(pk=gone.pk).update(erased_at=AT)
        index([gone.pk])
        assert names(asked("김단골")) == []

    def test_finds_by_common_words_without_looking_at_everybody(
        self, people: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(searching, "RARE", 0)
        assert names(asked("서울 단골로")) == ["김단골"]
        monkeypatch.setattr(searching, "LOOKED", 1)
        assert asked("서울 테헤란로").more


NAMES = st.text(st.sampled_from("김남궁단골다은이 AbcㄱZ㈜"), max_size=6)


class TestEverything:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(NAMES, min_size=1, max_size=6),
        st.text(st.sampled_from("김남궁단골다은이AbcZ"), min_size=1, max_size=3),
    )
    def test_is_found_that_holds_the_text_in_its_name(self, db: Any, called: list[str], text: str) -> None:
        Customer.objects.all().delete() if not Customer.objects.exists() else _cleared()
        Customer.objects.bulk_create(Customer(full_name=name, registered_at=AT) for name in called)
        rebuild()
        wanted = squeezed(text)
        by_name = {hit.customer for hit in asked(text).hits if hit.by == FoundBy.NAME}
        held = {one.pk for one in Customer.objects.all() if wanted in squeezed(one.full_name)}
        assert held <= by_name
        assert by_name - held <= {one.pk for one in Customer.objects.all() if _meant(wanted, squeezed(one.full_name))}


def _cleared() -> None:
    from dangol.records.customers.models import SearchCard, SearchTerm

    SearchTerm.objects.all().delete()
    SearchCard.objects.all().delete()
    Customer.objects.all().delete()


def _meant(wanted: str, name: str) -> bool:
    """Whether a name holds the text as the other keyboard would have written it."""
    return any(squeezed(other) in name for other in (hangul.typed_in_hangul(wanted), hangul.typed_in_latin(wanted)))


class TestWords:
    def test_are_those_that_begin_with_a_letter(self) -> None:
        told = "서울 마포구 서울특별시 마포구 단골로9길 12-3, 101동 (공덕동, 단골아파트 A)"
        assert words(told) == ["a", "공덕동", "단골로9길", "단골아파트", "마포구", "서울특별시"]
