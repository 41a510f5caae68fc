"""Writing a customer down by hand: made fit, entered once, seen by nobody who should not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from dangol.lib.resident_numbers import MASK
from dangol.lib.sealing import unseal
from dangol.records.changes.models import Change
from dangol.records.customers.actions import AlreadyHere, enter
from dangol.records.customers.entering import LONGEST, Details, Unfit, details_of, district, fit, is_number, new_number
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.customers.queries import found
from dangol.records.staff.models import Contract, User
from dangol.records.staff.queries import EntryClosed
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import scope_of
from tests.records.staff.office import AT, office, staff

TODAY = date(2026, 11, 22)
DETAILS = Details(
    full_name="김단골", mobile="010-1234-5678", email="dangol@example.com", birth_date=date(1990, 3, 1), gender="f",
    postcode="04524", address="서울특별시 마포구 느린걸음길 9", line="home_delivery", household="H-1", source="dealer",
    entrance="1234*",
)  # fmt: skip


@pytest.fixture
def dealer(db: None) -> User:
    office()
    return staff(Role.DEALER, "D1")


def entered(by: User, told: Details = DETAILS, **more: object) -> Customer:
    among = Customer.objects.known().seen_by(scope_of(by))
    return enter(told, unit=by.unit, among=among, by=by, at=AT, **more)  # type: ignore[arg-type]


class TestFit:
    def test_brings_numbers_spaces_and_the_district_into_shape(self) -> None:
        made = fit(replace(DETAILS, full_name="  김  단골 ", mobile="1012345678"), today=TODAY)
        assert (made.full_name, made.mobile, made.place) == ("김 단골", "+821012345678", "서울 마포구")

    @pytest.mark.parametrize(
        ("field", "told", "words"),
        [
            ("mobile", "010-12", "Cannot read the phone number “010-12”."),
            ("email", "dangol@", "Cannot read the address “dangol@”."),
            ("birth_date", date(2027, 1, 1), "between 1900 and today"),
            ("birth_date", date(1899, 1, 1), "between 1900 and today"),
            ("gender", "x", "Choose one"),
            ("postcode", "!!", "Write the postcode in figures"),
            ("full_name", "가" * 121, "At most 120 letters."),
        ],
    )
    def test_refuses_field_by_field(self, field: str, told: object, words: str) -> None:
        with translation.override("en"), pytest.raises(Unfit) as refused:
            fit(replace(DETAILS, **{field: told}), today=TODAY)  # type: ignore[arg-type]
        assert list(refused.value.problems) == [field]
        assert words in refused.value.problems[field]

    def test_asks_for_a_name_or_a_number(self) -> None:
        with pytest.raises(Unfit) as refused:
            fit(Details(email="a@example.com"), today=TODAY)
        assert list(refused.value.problems) == ["full_name"]
        fit(Details(mobile="010-1234-5678"), today=TODAY)
        fit(Details(full_name="김단골"), today=TODAY)

    def test_finds_no_fault_with_what_nobody_changed(self) -> None:
        before = Details(mobile="12-34", full_name="김단골")
        assert fit(replace(before, full_name="김단골손님"), today=TODAY, before=before).mobile == "12-34"
        with pytest.raises(Unfit):
            fit(replace(before, mobile="12-35"), today=TODAY, before=before)

    @pytest.mark.parametrize("field", [name for name in LONGEST if name not in ("line", "email", "postcode")])
    def test_keeps_no_resident_number(self, field: str) -> None:
        made = fit(replace(DETAILS, **{field: "메모 900301-1234567"}), today=TODAY)  # type: ignore[arg-type]
        assert getattr(made, field) == f"메모 {MASK}"

    @given(st.text(max_size=30))
    def test_leaves_no_sign_that_nobody_sees(self, name: str) -> None:
        try:
            made = fit(Details(full_name=name, mobile="010-1234-5678"), today=TODAY)
        except Unfit:
            return
        assert made.full_name.isprintable() and made.full_name == made.full_name.strip()

    @pytest.mark.parametrize(
        ("address", "place"),
        [
            ("서울특별시 마포구 느린걸음길 9", "서울 마포구"), ("경기도 성남시 분당구 판교로 1", "경기 성남시"),
            ("강원특별자치도 양양군 1", "강원 양양군"), ("충청북도 청주시 1", "충북 청주시"),
            ("세종특별자치시 한누리대로 1", "세종"), ("마포구 합정동 1", "마포구"), ("12 Main Street", ""), ("", ""),
        ],
    )  # fmt: skip
    def test_finds_the_district_in_an_address(self, address: str, place: str) -> None:
        assert district(address) == place


@pytest.mark.store
@pytest.mark.django_db
class TestEnter:
    def test_writes_everything_down(self, dealer: User) -> None:
        made = entered(dealer)
        made.refresh_from_db()
        assert details_of(made) == fit(replace(DETAILS, entrance=None), today=TODAY)
        assert (made.unit, made.registered_at) == (dealer.unit, AT)
        assert unseal(made.entrance_sealed) == "1234*"
        assert "1234" not in made.entrance_sealed
        assert set(made.contact_points.values_list("kind", "value", "valid_from")) == {
            ("mobile", "+821012345678", AT), ("email", "dangol@example.com", AT),
            ("address", "서울특별시 마포구 느린걸음길 9", AT),
        }  # fmt: skip
        assert is_number(made.identities.get().external_id)

    def test_is_found_like_everybody_else(self, dealer: User) -> None:
        made = entered(dealer)
        mine = Customer.objects.seen_by(scope_of(dealer))
        for text in ("단골", "ㄱㄷ", "5678", made.identities.get().external_id):
            assert list(found(text, among=mine)) == [made]

    def test_tells_the_change_feed(self, dealer: User) -> None:
        entered(dealer)
        tables = set(Change.objects.values_list("table", flat=True))
        assert {"customers_customer", "customers_identity", "customers_contactpoint"} <= tables

    def test_makes_one_customer_of_a_form_that_is_sent_twice(self, dealer: User) -> None:
        number = new_number()
        assert entered(dealer, number=number) == entered(dealer, replace(DETAILS, mobile=""), number=number)
        assert Customer.objects.count() == 1

    def test_takes_no_number_that_is_somebody_elses(self, dealer: User) -> None:
        other = entered(staff(Role.DEALER, "D2"), number=(number := new_number()))
        mine = entered(dealer, number=number)
        assert mine != other
        assert mine.identities.get().external_id != number

    def test_shows_who_has_the_number_already(self, dealer: User) -> None:
        made = entered(dealer)
        with pytest.raises(AlreadyHere) as refused:
            entered(dealer, replace(DETAILS, full_name="다른 사람"))
        assert refused.value.customer == made
        entered(dealer, replace(DETAILS, full_name="같은 집"), another=True)
        assert Customer.objects.count() == 2

    def test_does_not_tell_that_a_neighbour_has_the_number(self, dealer: User) -> None:
        entered(staff(Role.DEALER, "D2"))
        entered(dealer)
        assert Customer.objects.count() == 2

    def test_does_not_take_a_number_that_ended_for_one_that_holds(self, dealer: User) -> None:
        entered(dealer)
        ContactPoint.objects.update(valid_to=AT + timedelta(days=1))
        entered(dealer)
        assert Customer.objects.count() == 2

    def test_stays_closed_without_a_contract(self, dealer: User) -> None:
        Contract.objects.all().delete()
        with pytest.raises(EntryClosed):
            entered(dealer)
        entered(staff(Role.OWNER))

    def test_keeps_nothing_when_something_is_unfit(self, dealer: User) -> None:
        with pytest.raises(Unfit):
            entered(dealer, replace(DETAILS, mobile="010-12"))
        assert not Customer.objects.exists()
