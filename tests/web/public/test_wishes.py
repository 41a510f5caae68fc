"""The preference centre: one press, saved at once, told, and taken back by the same page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from dangol.records.catalog.models import Topic
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import WISHES
from dangol.records.permission.actions import suppress
from dangol.records.permission.models import Consent, FrequencyWish
from dangol.records.permission.preferences import frequency_of, language_of, topics_of
from dangol.records.permission.queries import may_send
from dangol.records.permission.standing import standing
from dangol.records.permission.texts import current_text
from dangol.web import clock
from tests.people import SMS
from tests.web.public.conftest import path_to, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def reason(customer: Customer) -> str:
    told = may_send(customer.pk, channel=SMS, kind="advertising", at=clock.now()).reason
    return "" if told == "night" else told


def text_id(purpose: str) -> int:
    found = current_text(purpose, language="ko")
    assert found is not None
    return found.pk


class TestPage:
    def test_shows_what_was_agreed_to_and_since_when(self, browser_: Client, person: Customer) -> None:
        page = browser_.get(path_to(WISHES, person)).content.decode()
        given = Consent.objects.get(customer=person)
        assert f"{given.answered_at:%Y}년 {given.answered_at.month}월" in page
        assert person.full_name not in page

    def test_shows_the_four_parts_before_somebody_agrees(self, browser_: Client) -> None:
        stranger = somebody("황보라", "+821055505678", agreed=None)
        page = browser_.get(path_to(WISHES, stranger)).content.decode()
        text = current_text("marketing", language="ko")
        assert text is not None
        for part in (text.aim, text.items, text.retention, text.refusal):
            assert part[:15] in page

    def test_speaks_the_language_that_was_wished(self, browser_: Client, person: Customer) -> None:
        path = path_to(WISHES, person)
        browser_.post(path, {"do": "language:en"})
        assert language_of(person) == "en"
        assert '<html lang="en">' in browser_.get(path).content.decode()
        assert '<html lang="ko">' in browser_.get(f"{path}?lang=ko").content.decode()


class TestPress:
    def test_agrees_and_ends_it_again_each_with_its_text(self, browser_: Client) -> None:
        stranger = somebody("황보라", "+821055505678", agreed=None)
        path, text = path_to(WISHES, stranger), text_id("marketing")
        browser_.post(path, {"do": f"agree:{text}:sms"})
        assert reason(stranger) == ""
        browser_.post(path, {"do": f"agree:{text}:sms"})
        browser_.post(path, {"do": f"refuse:{text}:sms"})
        assert reason(stranger) == "consent_refused"
        rows = list(Consent.objects.filter(customer=stranger).order_by("pk").values_list("granted", "text_id", "how"))
        assert rows == [(True, text, "web"), (False, text, "web")]

    def test_offers_to_take_back_what_was_just_done(self, browser_: Client, person: Customer) -> None:
        path, topic = path_to(WISHES, person), Topic.objects.get(path="benefits")
        after = browser_.post(path, {"do": f"topic:{topic.pk}:0"}, follow=True).content.decode()
        back = re.search(r'value="(topic:\d+:1)"', after)
        assert back is not None
        assert not dict(topics_of(person))[Topic.objects.get(path="benefits/points")]
        browser_.post(path, {"do": back[1]})
        assert dict(topics_of(person))[Topic.objects.get(path="benefits/points")]

    def test_sets_how_often(self, browser_: Client, person: Customer) -> None:
        path = path_to(WISHES, person)
        for press, wish in (("often:2", 2), ("often:2", 2), ("often:", None)):
            browser_.post(path, {"do": press})
            assert frequency_of(person) == wish
        assert FrequencyWish.objects.filter(customer=person).count() == 2

    def test_objects_to_decisions_by_programs_and_takes_it_back(self, browser_: Client, person: Customer) -> None:
        path = path_to(WISHES, person)
        for press, granted in (("automated:0", False), ("automated:1", True)):
            browser_.post(path, {"do": press})
            last = standing(person, purposes=["automated"]).last("automated")
            assert last is not None and last.granted is granted

    def test_lets_us_contact_somebody_again_who_had_stopped_everything(
        self, browser_: Client, person: Customer
    ) -> None:
        suppress(person, reason="asked", by=None, at=clock.now() - timedelta(days=1))
        path = path_to(WISHES, person)
        assert 'value="lift"' in browser_.get(path).content.decode()
        browser_.post(path, {"do": "lift"})
        assert reason(person) == ""

    def test_does_not_end_what_membership_needs(self, browser_: Client, person: Customer) -> None:
        text = text_id("collection")
        browser_.post(path_to(WISHES, person), {"do": f"agree:{text}:"})
        assert browser_.post(path_to(WISHES, person), {"do": f"refuse:{text}:"}).status_code == 422
        assert standing(person).agreed("collection") is not None

    def test_does_not_let_a_child_agree(self, browser_: Client) -> None:
        child = somebody("문태오", "+821055504321", agreed=None, birth_date=clock.now().date() - timedelta(days=3000))
        response = browser_.post(path_to(WISHES, child), {"do": f"agree:{text_id('marketing')}:sms"})
        assert response.status_code == 422
        assert not Consent.objects.filter(customer=child).exists()

    @pytest.mark.parametrize(
        "do", ["agree:0:sms", "agree:{text}:nonsense", "agree:{text}:sms:more", "language:xx", "automated", "erase:1"]
    )
    def test_means_nothing_when_a_page_was_changed_by_hand(self, browser_: Client, person: Customer, do: str) -> None:
        press = do.format(text=text_id("marketing"))
        assert browser_.post(path_to(WISHES, person), {"do": press}).status_code == 422
        assert Consent.objects.filter(customer=person).count() == 1
