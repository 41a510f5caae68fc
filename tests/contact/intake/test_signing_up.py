"""What becomes of a sign-up: taken in as everybody is, added to who is here, turned away, gone with its term."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.contact.intake import signing_up
from dangol.contact.intake.joining import Came
from dangol.contact.intake.models import SignUp
from dangol.contact.intake.signing_up import Answer, Decided, NotThem
from dangol.records.customers.actions import AlreadyHere
from dangol.records.customers.entering import Details
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.permission.actions import TooYoung, opt_out
from dangol.records.permission.models import Consent, ConsentText
from dangol.records.permission.texts import current_text, ensure_texts
from dangol.records.rights import retention
from dangol.records.rights.erasure import erase
from dangol.records.rights.keeping_rules import Moment
from dangol.records.staff.models import User
from dangol.records.staff.queries import EntryClosed
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import WHOLE, scope_of
from tests.records.staff.office import AT, office, staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]

NUMBER = "+821023456789"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def texts(settings: Any, tmp_path: Any) -> None:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    ensure_texts(at=AT - 900 * DAY)


@pytest.fixture
def owner() -> User:
    return staff(Role.OWNER)


def text(purpose: str) -> ConsentText:
    found = current_text(purpose, language="ko")
    assert found is not None
    return found


def signed_up(*yes: str, came: Came = Came(), mark: str = "m1", at: Any = AT, **told: Any) -> SignUp:  # noqa: B008
    """Sign somebody up who agreed to collection, and to advertising by these media alone."""
    said = [Answer(text("collection"), "", True)]
    said += [Answer(text("marketing"), medium, medium in yes) for medium in ("sms", "email")]
    of_age = told.pop("of_age", None)
    details = Details(**{"full_name": "김새봄", "mobile": NUMBER, **told})
    return signing_up.sign_up(
        details, said, came=came, mark=mark, receipt="ABCD-2345", language="ko", place="10.0.0.7", at=at, of_age=of_age
    )


def take(one: SignUp, by: User, *, who: Customer | None = None, another: bool = False, checked: str = "") -> Customer:
    among = Customer.objects.known().seen_by(scope_of(by))
    return signing_up.take_in(one, who=who, another=another, checked=checked, among=among, by=by, at=AT + DAY)


def somebody(number: str = NUMBER, **told: Any) -> Customer:
    made = Customer.objects.create(full_name="정다은", registered_at=AT - 100 * DAY, **told)
    ContactPoint.objects.create(customer=made, kind="mobile", value=number, tail=number[-4:], valid_from=AT - 100 * DAY)
    return made


def said(customer: Customer) -> dict[tuple[str, str], bool]:
    return {(one.purpose, one.channel): one.granted for one in customer.consents.order_by("answered_at", "pk")}


class TestTakenIn:
    def test_becomes_a_customer_with_source_unit_and_every_answer_as_it_was_given(self, owner: User) -> None:
        came = Came("flyer", "가을 전단", office()["D1"])
        one = signed_up("sms", came=came, email="s@shop.kr", birth_date=date(1990, 3, 1), postcode="04524")
        made = take(one, owner, checked="phone")
        assert (made.full_name, made.source, made.came_by, made.unit) == ("김새봄", "flyer", "가을 전단", came.unit)
        assert (made.registered_at, made.birth_date, made.postcode) == (AT, date(1990, 3, 1), "04524")
        assert {*made.contact_points.values_list("value", flat=True)} == {NUMBER, "s@shop.kr"}
        assert made.identities.count() == 1
        assert said(made) == {("collection", ""): True, ("marketing", "sms"): True, ("marketing", "email"): False}
        proof = made.consents.get(purpose="marketing", channel="sms")
        assert (proof.text, proof.how, proof.place, proof.given_by) == (text("marketing"), "web", "10.0.0.7", "person")
        assert proof.answered_at >= AT and proof.answered_at < AT + timedelta(seconds=1)
        assert proof.evidence == f"sign-up form, receipt ABCD-2345, number called, taken in by user {owner.pk}"
        assert list(signing_up.taken_in(WHOLE)) == [one] and not signing_up.waiting(WHOLE).exists()

    def test_agrees_to_no_advertising_while_nobody_checked_the_number(self, owner: User) -> None:
        made = take(signed_up("sms"), owner)
        assert said(made) == {("collection", ""): True}
        assert "what was optional does not count" in made.consents.get().evidence

    def test_keeps_that_they_said_they_were_of_age(self, owner: User) -> None:
        made = take(signed_up(of_age=14), owner, checked="phone")
        assert "said to be 14 or older" in made.consents.get(purpose="collection").evidence

    def test_is_taken_in_once(self, owner: User) -> None:
        one = signed_up()
        take(one, owner)
        for again in (lambda: take(one, owner, another=True), lambda: signing_up.turn_away(one, by=owner, at=AT),
                      lambda: signing_up.delete(one, by=owner, at=AT)):  # fmt: skip
            with pytest.raises(Decided):
                again()
        assert Customer.objects.count() == 1

    def test_makes_nobody_new_of_a_known_number_before_somebody_looked(self, owner: User) -> None:
        one, known = signed_up(), somebody()
        with pytest.raises(AlreadyHere):
            take(one, owner)
        assert signing_up.alike(one, among=Customer.objects.known()) == [known]
        assert take(one, owner, another=True) != known

    def test_is_refused_to_a_dealer_without_a_contract(self) -> None:
        one = signed_up(came=Came(unit=office(contracts=False)["D1"]))
        dealer = staff(Role.DEALER, "D1")
        for deed in (lambda: take(one, dealer), lambda: signing_up.turn_away(one, by=dealer, at=AT),
                     lambda: signing_up.delete(one, by=dealer, at=AT)):  # fmt: skip
            with pytest.raises(EntryClosed):
                deed()


class TestThem:
    def test_gets_what_they_agreed_to_and_nothing_else_changes(self, owner: User) -> None:
        known = somebody(source="shop", birth_date=date(1990, 3, 1))
        before = Customer.objects.filter(pk=known.pk).values().get()
        one = signed_up("sms", email="other@shop.kr", birth_date=date(1980, 1, 1))
        assert take(one, owner, who=known, checked="counter") == known
        assert Customer.objects.filter(pk=known.pk).values().get() == before
        assert known.contact_points.count() == 1
        assert said(known) == {("collection", ""): True, ("marketing", "sms"): True}  # an empty box ends nothing

    def test_keeps_what_was_said_since(self, owner: User) -> None:
        known, one = somebody(), signed_up("sms", "email")
        opt_out(known, channel="sms", by=None, at=AT + timedelta(hours=1), how="phone")
        take(one, owner, who=known, checked="phone")
        assert said(known)["marketing", "sms"] is False
        assert said(known)["marketing", "email"] is True

    @pytest.mark.parametrize("checked", ["", "telepathy"])
    def test_stays_without_advertising_they_refused_while_nobody_checked_the_number(
        self, owner: User, checked: str
    ) -> None:
        known, one = somebody(), signed_up("sms", "email")
        opt_out(known, channel="sms", by=None, at=AT - DAY, how="phone")
        take(one, owner, who=known, checked=checked)
        assert said(known) == {("marketing", "sms"): False, ("collection", ""): True}
        proof = known.consents.get(purpose="collection").evidence
        assert "number not checked, so what was optional does not count" in proof

    @pytest.mark.parametrize(("kept", "written"), [("s@shop.kr", "S@Shop.kr"), ("S@Shop.KR", "s@shop.kr")])
    def test_is_found_by_the_address_however_it_is_spelled(self, kept: str, written: str) -> None:
        known = somebody("+821000000000")
        ContactPoint.objects.create(customer=known, kind="email", value=kept, valid_from=AT)
        one = signed_up(mobile="", email=written)
        assert one.email == "s@shop.kr"
        with CaptureQueriesContext(connection) as asked:
            assert signing_up.alike(one, among=Customer.objects.known()) == [known]
        if connection.vendor == "sqlite":
            (query,) = [one["sql"] for one in asked if "contactpoint" in one["sql"]]
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query}")
                assert "people_found_by_small_email" in str(cursor.fetchall())  # at a million, too

    def test_is_nobody_whose_number_it_is_not(self, owner: User) -> None:
        other = somebody("+821099998888")
        with pytest.raises(NotThem):
            take(signed_up("sms"), owner, who=other)
        assert not Consent.objects.exists()

    def test_is_no_child_who_cannot_agree_alone(self, owner: User) -> None:
        known, one = somebody(birth_date=date(2020, 1, 1)), signed_up("sms")
        with pytest.raises(TooYoung):
            take(one, owner, who=known)
        assert signing_up.state_of(one) == ""


class TestScope:
    def test_shows_a_dealer_their_units_sign_ups_and_customers_alone(self) -> None:
        units = office()
        mine = signed_up(came=Came(unit=units["D1"]))
        signed_up(came=Came(unit=units["D2"]), mark="m2")
        signed_up(mark="m3")
        dealer = staff(Role.DEALER, "D1")
        somebody(unit=units["D2"])
        assert list(signing_up.waiting(scope_of(dealer))) == [mine]
        assert take(mine, dealer).unit == units["D1"]  # the neighbour's customer of this number is nobody's business

    def test_goes_with_the_customer_to_another_unit(self, owner: User) -> None:
        units = office()
        one = signed_up(came=Came(unit=units["D1"]))
        made = take(one, owner)
        Customer.objects.filter(pk=made.pk).update(unit=units["D2"])
        before, now = (scope_of(staff(Role.DEALER, code)) for code in ("D1", "D2"))
        assert not signing_up.taken_in(before).exists() and not SignUp.objects.seen_by(before).exists()
        assert list(signing_up.taken_in(now)) == [one] == list(SignUp.objects.seen_by(WHOLE))


class TestSent:
    def test_twice_is_one_and_with_something_else_in_it_is_another(self) -> None:
        first, second = signed_up(), signed_up()
        other, answered = signed_up(mobile="+821077776666"), signed_up("sms")
        assert first == second
        assert len({first.pk, other.pk, answered.pk}) == SignUp.objects.count() == 3


class TestTurnedAway:
    def test_waits_again_when_brought_back(self, owner: User) -> None:
        one = signed_up()
        signing_up.turn_away(one, by=owner, at=AT)
        assert list(signing_up.turned_away(WHOLE)) == [one]
        with pytest.raises(Decided):
            take(one, owner)
        signing_up.bring_back(one, by=owner, at=AT)
        assert list(signing_up.waiting(WHOLE)) == [one]
        with pytest.raises(Decided):
            signing_up.bring_back(one, by=owner, at=AT)
        assert take(one, owner).full_name == "김새봄"


class TestGone:
    def test_with_the_daily_round_once_nobody_took_it_in_for_thirty_days(self, owner: User) -> None:
        old, turned, kept = (signed_up(mark=mark) for mark in ("a", "b", "c"))
        young = signed_up(mark="d", at=AT + 5 * DAY)
        signing_up.turn_away(turned, by=owner, at=AT)
        take(kept, owner, another=True)
        at = AT + 30 * DAY + timedelta(seconds=1)
        made = retention.run(Moment(as_of=at, at=at))
        assert made is not None and made.tables["sign_ups"] == 2
        assert {*SignUp.objects.all()} == {kept, young} and old not in SignUp.objects.all()

    def test_with_whoever_is_forgotten_under_that_number(self) -> None:
        known, other = somebody(), signed_up(mark="z", mobile="+821077776666")
        signed_up()
        erase(known.pk, reason="asked", by=None, at=AT)
        assert list(SignUp.objects.all()) == [other]

    @pytest.mark.parametrize(("kept", "written"), [("s@shop.kr", "S@Shop.kr"), ("S@Shop.KR", "s@shop.kr")])
    def test_with_whoever_is_forgotten_under_that_address_however_it_is_spelled(self, kept: str, written: str) -> None:
        known = somebody()
        ContactPoint.objects.create(customer=known, kind="email", value=kept, valid_from=AT - 100 * DAY)
        signed_up(mobile="", email=written)
        erase(known.pk, reason="asked", by=None, at=AT)
        assert not SignUp.objects.exists()

    def test_at_once_where_they_ask_for_it(self, owner: User) -> None:
        signing_up.delete(signed_up(), by=owner, at=AT)
        assert not SignUp.objects.exists()
