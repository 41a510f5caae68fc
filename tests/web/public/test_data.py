"""One's own data: the way there tells nobody who is a customer, and nothing shows before it was made sure who asks."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from dangol.contact.delivery.models import Displayed
from dangol.lib import phones
from dangol.records.customers import own_pages
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.customers.own_pages import DATA
from dangol.records.ledger.models import Delivery, Interaction
from dangol.records.outbox.models import Message
from dangol.records.permission.actions import suppress
from dangol.records.rights.due_dates import day_of
from dangol.records.rights.erasure import erase_for
from dangol.records.rights.models import Request
from dangol.records.rights.queries import objecting, requests, standing
from dangol.records.staff.scope import WHOLE
from dangol.web import clock
from dangol.web.public import identity
from tests.web.public.conftest import NUMBER, path_to, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.store]

CODE = re.compile(r"〔(\d{6})〕")


def last_message() -> str:
    return Displayed.objects.latest("pk").text


def code_sent() -> str:
    found = CODE.search(last_message())
    assert found is not None
    return found[1]


def opened(browser: Client, customer: Customer) -> str:
    """Go the whole way in: have a code sent and write it. The address of the pages behind."""
    path = path_to(DATA, customer)
    browser.post(f"{path}code/", {"road": "shown_sms"})
    assert browser.post(f"{path}code/", {"code": code_sent()}).status_code == 302
    return path


class TestAsking:
    def test_sends_the_link_to_the_number_on_record(self, browser_: Client, person: Customer) -> None:
        assert browser_.post("/my/", {"who": "010-5550-1234"}).status_code == 302
        shown = Displayed.objects.get()
        assert shown.address == NUMBER
        assert "https://shop.example/my/data/" in shown.text

    @pytest.mark.parametrize(
        "who", ["010-5550-1234", "+82 10 5550 1234", "M-00001", "daeun@example.com", "DAEUN@example.com"]
    )
    def test_finds_by_number_address_and_member_number(self, browser_: Client, person: Customer, who: str) -> None:
        before = clock.now() - timedelta(days=9)
        ContactPoint.objects.create(customer=person, kind="email", value="daeun@example.com", valid_from=before)
        browser_.post("/my/", {"who": who.replace("M-00001", f"M-{person.pk:05}")})
        assert Message.objects.filter(identity__customer=person).count() == 1

    def test_finds_an_address_that_is_kept_with_capitals(self, browser_: Client, person: Customer) -> None:
        before = clock.now() - timedelta(days=9)
        ContactPoint.objects.create(customer=person, kind="email", value="Daeun@Example.com", valid_from=before)
        browser_.post("/my/", {"who": "daeun@example.com"})
        assert Message.objects.filter(identity__customer=person).count() == 1

    def test_says_the_same_whether_we_know_the_person_or_not(self, browser_: Client, person: Customer) -> None:
        told = []
        for who in ("010-5550-1234", "010-9999-0000", "nobody@example.com", "M-none"):
            response = browser_.post("/my/", {"who": who}, follow=True)
            told.append((response.redirect_chain, response.content, response.cookies.output()))
        assert all(one == told[0] for one in told)
        assert Message.objects.count() == 1

    def test_sends_nothing_to_whoever_was_forgotten_or_a_number_that_is_over(self, browser_: Client) -> None:
        gone = somebody("황보라", "+821055505678")
        Customer.objects.filter(pk=gone.pk).update(erased_at=clock.now())
        former = somebody("한지민", "+821055509999")
        ContactPoint.objects.filter(customer=former).update(valid_to=clock.now() - timedelta(days=1))
        for who in ("010-5550-5678", "010-5550-9999"):
            browser_.post("/my/", {"who": who})
        assert not Message.objects.exists()

    def test_reaches_whoever_wants_to_be_contacted_by_nobody(self, browser_: Client, person: Customer) -> None:
        suppress(person, reason="asked", by=None, at=clock.now())
        browser_.post("/my/", {"who": "010-5550-1234"})
        assert Displayed.objects.count() == 1

    def test_tells_people_who_share_a_number_apart(self, browser_: Client, person: Customer) -> None:
        somebody("남궁민서")
        browser_.post("/my/", {"who": "010-5550-1234"})
        texts = list(Displayed.objects.order_by("pk").values_list("text", flat=True))
        assert ["정*은" in texts[0], "남**서" in texts[1]] == [True, True]

    def test_sends_at_most_three_an_hour_to_one_person(self, person: Customer) -> None:
        for number in range(6):
            Client(REMOTE_ADDR=f"198.51.100.{number}").post("/my/", {"who": "010-5550-1234"})
        assert Message.objects.count() == 3

    def test_answers_at_most_ten_an_hour_from_one_address(self, browser_: Client) -> None:
        told = [browser_.post("/my/", {"who": f"010-9999-{number:04}"}).status_code for number in range(12)]
        assert told == [302] * 10 + [429] * 2

    def test_keeps_no_resident_number(self, browser_: Client, person: Customer) -> None:
        browser_.post("/my/", {"who": "900101-2345678"})
        assert not Message.objects.exists()


class TestCode:
    def test_is_needed_before_anything_shows(self, browser_: Client, person: Customer) -> None:
        path = path_to(DATA, person)
        page = browser_.get(path).content.decode()
        assert person.full_name not in page and "010-****-1234" in page
        for part in ("see", "correct", "explain", "erase", "requests"):
            assert browser_.get(f"{path}{part}/").status_code == 302
        assert browser_.post(f"{path}file/", {"kind": "json"}).status_code == 302

    def test_opens_the_data_once(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        assert person.full_name in browser_.get(f"{path}see/").content.decode()
        other = Client()
        assert other.post(f"{path}code/", {"code": code_sent()}).status_code == 422

    def test_is_dead_after_five_tries(self, browser_: Client, person: Customer) -> None:
        path = path_to(DATA, person)
        browser_.post(f"{path}code/", {"road": "shown_sms"})
        code = code_sent()
        wrong = "000000" if code != "000000" else "111111"
        for _try in range(5):
            assert browser_.post(f"{path}code/", {"code": wrong}).status_code == 422
        assert browser_.post(f"{path}code/", {"code": code}).status_code == 422

    def test_is_dead_after_ten_minutes(
        self, browser_: Client, person: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = path_to(DATA, person)
        browser_.post(f"{path}code/", {"road": "shown_sms"})
        later = clock.now() + timedelta(minutes=10, seconds=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert browser_.post(f"{path}code/", {"code": code_sent()}).status_code == 422

    def test_is_dead_once_there_is_a_newer_one(self, browser_: Client, person: Customer) -> None:
        path = path_to(DATA, person)
        codes = []
        for _time in range(2):
            browser_.post(f"{path}code/", {"road": "shown_sms"})
            codes.append(code_sent())
        if codes[0] != codes[1]:
            assert browser_.post(f"{path}code/", {"code": codes[0]}).status_code == 422
        assert browser_.post(f"{path}code/", {"code": codes[1]}).status_code == 302

    def test_is_sent_at_most_five_times_an_hour(self, browser_: Client, person: Customer) -> None:
        path = path_to(DATA, person)
        told = [browser_.post(f"{path}code/", {}).status_code for _time in range(6)]
        assert told == [302] * 5 + [429]

    def test_is_kept_as_a_hash_and_stands_in_no_history(self, browser_: Client, person: Customer) -> None:
        path = path_to(DATA, person)
        browser_.post(f"{path}code/", {"road": "shown_sms"})
        code = code_sent()
        kept = cache.get(f"own-code:{person.pk}:see")
        assert kept is not None and code not in repr(kept)
        assert not Interaction.objects.filter(text__contains=code).exists()
        assert Interaction.objects.filter(text__contains="〔······〕").exists()

    def test_of_another_person_opens_nothing(self, browser_: Client, person: Customer) -> None:
        neighbour = somebody("황보라", "+821055505678")
        opened(browser_, neighbour)
        path = path_to(DATA, person)
        assert browser_.get(f"{path}see/").status_code == 302
        browser_.post(f"{path}code/", {"road": "shown_sms"})
        mine = code_sent()
        theirs = path_to(DATA, neighbour)
        assert Client().post(f"{theirs}code/", {"code": mine}).status_code == 422

    def test_stays_open_for_half_an_hour_and_closes_on_wish(
        self, browser_: Client, person: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = opened(browser_, person)
        kept = browser_.cookies[identity.COOKIE]
        assert (kept["path"], kept["httponly"], kept["samesite"]) == ("/my/", True, "Lax")
        later, now = clock.now() + timedelta(minutes=31), clock.now
        monkeypatch.setattr(clock, "now", lambda: later)
        assert browser_.get(f"{path}see/").status_code == 302
        monkeypatch.setattr(clock, "now", now)
        assert browser_.get(f"{path}see/").status_code == 200
        copied = kept.value
        browser_.post(f"{path}close/")
        browser_.cookies[identity.COOKIE] = copied
        assert browser_.get(f"{path}see/").status_code == 302


class TestSeeing:
    def test_shows_everything_in_words_and_gives_it_as_a_file(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        page = browser_.get(f"{path}see/").content.decode()
        assert "form 7" in page and phones.dialled(NUMBER) in page
        response = browser_.post(f"{path}file/", {"kind": "json"})
        told = json.loads(response.content)
        assert told["customer_number"] == person.pk
        assert "attachment" in response["Content-Disposition"]

    def test_is_a_request_that_was_answered_once_a_day(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        for _time in range(3):
            browser_.get(f"{path}see/")
        request = Request.objects.get(customer=person, kind="see")
        assert standing(requests(WHOLE).get(pk=request.pk), on=day_of(clock.now())).closed
        checked = request.steps.get(state="checked")
        assert "010-****-1234" in checked.note


class TestCorrecting:
    def test_changes_number_and_address_at_once(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        sent = {"mobile": "010-7777-8888", "email": "new@example.com", "postcode": "04524", "address": "서울시 중구 1"}
        assert browser_.post(f"{path}correct/", sent).status_code == 302
        points = set(ContactPoint.objects.filter(customer=person, valid_to=None).values_list("kind", "value"))
        assert points >= {("mobile", "+821077778888"), ("email", "new@example.com")}
        assert ("mobile", NUMBER) not in points
        person.refresh_from_db()
        assert person.address == "서울시 중구 1"
        request = Request.objects.get(customer=person, kind="correct")
        assert request.changes["mobile"] == [NUMBER, "+821077778888"]

    def test_changes_nothing_twice(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        for _time in range(2):
            browser_.post(f"{path}correct/", {"mobile": "010-7777-8888"})
        assert Request.objects.filter(customer=person, kind="correct").count() == 1

    @pytest.mark.parametrize(
        "sent",
        [
            {"mobile": "12"}, {"mobile": NUMBER, "email": "nowhere"}, {"mobile": "", "email": ""},
            {"mobile": NUMBER, "postcode": "우편번호"},
        ],
    )  # fmt: skip
    def test_refuses_what_reaches_nobody(self, browser_: Client, person: Customer, sent: dict[str, str]) -> None:
        path = opened(browser_, person)
        assert browser_.post(f"{path}correct/", sent).status_code == 422
        assert ContactPoint.objects.get(customer=person).valid_to is None

    def test_leaves_name_and_birth_to_somebody_who_looks(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        browser_.post(f"{path}correct/", {"mobile": NUMBER, "full_name": "다른 사람", "birth_date": "1970-01-01"})
        browser_.post(f"{path}correct/", {"wish": "생일이 1990-03-02예요. 주민번호는 900302-2345678"})
        person.refresh_from_db()
        assert (person.full_name, person.birth_date) == ("정다은", None)
        request = Request.objects.get(customer=person, kind="correct")
        assert "생일이" in request.wish and "2345678" not in request.wish
        page = browser_.get(f"{path}requests/").content.decode()
        assert "1990-03-02" in page


class TestStopping:
    def test_needs_no_code_and_holds_at_once(self, browser_: Client, person: Customer) -> None:
        path = path_to(DATA, person)
        for _time in range(2):
            browser_.post(f"{path}stop/")
        assert person.suppressions.filter(channel="", until=None).count() == 1
        assert Request.objects.filter(customer=person, kind="stop").count() == 1

    def test_objects_without_a_code(self, browser_: Client, person: Customer) -> None:
        path = path_to(DATA, person)
        for _time in range(2):
            browser_.post(f"{path}object/")
        assert list(objecting()) == [person.pk]
        assert Request.objects.filter(customer=person, kind="object").count() == 1


class TestErasing:
    def test_takes_a_code_of_its_own(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        first = code_sent()
        response = browser_.post(f"{path}erase/", {"code": first, "understood": "yes"})
        assert response.status_code == 422
        assert not Request.objects.filter(kind="erase").exists()

    def test_asks_whether_it_is_understood(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        browser_.post(f"{path}erase/", {"road": "shown_sms"})
        assert browser_.post(f"{path}erase/", {"code": code_sent()}).status_code == 422
        assert not Request.objects.filter(kind="erase").exists()

    def test_is_demanded_told_taken_back_and_done(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        for time in range(2):
            browser_.post(f"{path}erase/", {"road": "shown_sms"})
            code = next(filter(None, (CODE.search(one.text) for one in Displayed.objects.order_by("-pk"))))[1]
            browser_.post(f"{path}erase/", {"code": code, "understood": "yes"})
            request = Request.objects.filter(customer=person, kind="erase").latest("pk")
            with translation.override("ko"):
                day = date_format(request.due_on, "DATE_FORMAT")
            assert f"늦어도 {day}" in browser_.get(f"{path}erase/").content.decode()
            if not time:
                browser_.post(f"{path}requests/", {"back": request.pk})
                assert request.steps.filter(state="withdrawn").exists()
        erase_for(request, by=None, at=clock.now())
        assert browser_.get(path).status_code == 410

    def test_takes_back_nobody_elses_request(self, browser_: Client, person: Customer) -> None:
        neighbour = somebody("황보라", "+821055505678")
        other = Client()
        theirs = opened(other, neighbour)
        other.post(f"{theirs}correct/", {"wish": "이름이 틀렸어요"})
        request = Request.objects.get(customer=neighbour, kind="correct")
        path = opened(browser_, person)
        browser_.post(f"{path}requests/", {"back": request.pk})
        assert not request.steps.filter(state="withdrawn").exists()


class TestExplaining:
    def test_asks_a_person_to_look_again(self, browser_: Client, person: Customer) -> None:
        path = opened(browser_, person)
        assert browser_.get(f"{path}explain/").status_code == 200
        for _time in range(2):
            browser_.post(f"{path}explain/", {"which": "made|up", "wish": "왜 저인가요?"})
        request = Request.objects.get(customer=person, kind="explain")
        assert request.wish == "왜 저인가요?"


def test_a_link_goes_by_the_real_clock_and_lasts_a_day(browser_: Client, person: Customer) -> None:
    assert browser_.get(path_to(DATA, person, hours=23)).status_code == 200
    assert browser_.get(path_to(DATA, person, hours=25)).status_code == 410


def test_texts_that_others_read_hold_no_link_that_opens(person: Customer) -> None:
    link = own_pages.link_to(DATA, person, at=clock.now())
    told = own_pages.without_secrets(f"여기요: {link} 〔123456〕")
    assert told == "여기요: https://shop.example/my/data/…/ 〔······〕"


def test_a_person_without_any_way_is_told_to_come_by(browser_: Client) -> None:
    nobody = somebody("배수아", "+821055507777")
    ContactPoint.objects.filter(customer=nobody).delete()
    page = browser_.get(path_to(DATA, nobody)).content.decode()
    assert 'name="road"' not in page


class TestDeliveries:
    def test_are_shown_once_it_is_sure_who_asks(self, browser_: Client, person: Customer) -> None:
        mine = person.identities.get()
        Delivery.objects.create(identity=mine, source="own", ref="1", at=clock.now(), description="목장 우유")
        path = path_to(DATA, person)
        assert "목장 우유" not in browser_.get(path).content.decode()
        opened(browser_, person)
        page = browser_.get(path).content.decode()
        assert "지금 가고 있는 배송" in page and "목장 우유" in page
