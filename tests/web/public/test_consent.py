"""Agreeing on one's own page: each purpose apart, nothing ticked beforehand, nothing stored that nobody said."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import CONSENT
from dangol.records.permission.models import Consent, ConsentText
from dangol.records.permission.texts import current_text, publish_text, write_text
from dangol.web import clock
from tests.web.public.conftest import path_to, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.store]

ADULT = date(1990, 3, 1)


@pytest.fixture
def newcomer() -> Customer:
    """Return somebody who was never asked."""
    return somebody("황보라", "+821055505678", agreed=None, birth_date=ADULT)


def text(purpose: str) -> ConsentText:
    found = current_text(purpose, language="ko")
    assert found is not None
    return found


def box(purpose: str, channel: str = "") -> str:
    return f"q{text(purpose).pk}:{channel}"


def form(*ticked: str, **more: str) -> dict[str, Any]:
    """What a browser sends: every box that was asked, and those that were ticked."""
    asked = [box("collection"), box("marketing", "sms"), box("night", "sms")]
    return {"asked": asked, **dict.fromkeys(ticked, "yes"), **more}


def answers(customer: Customer) -> dict[tuple[str, str], bool]:
    return {(one.purpose, one.channel): one.granted for one in Consent.objects.filter(customer=customer).order_by("pk")}


class TestPage:
    def test_ticks_nothing_beforehand(self, browser_: Client, newcomer: Customer) -> None:
        page = browser_.get(path_to(CONSENT, newcomer)).content.decode()
        boxes = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", page)
        assert len(boxes) == 4  # collection, advertising, night, and all of them
        assert not any("checked" in one for one in boxes)

    def test_shows_what_is_required_apart_from_what_is_not(self, browser_: Client, newcomer: Customer) -> None:
        page = browser_.get(path_to(CONSENT, newcomer)).content.decode()
        required, optional = page.index('id="required"'), page.index('id="optional"')
        assert required < page.index(text("collection").title) < optional < page.index(text("marketing").title)

    def test_makes_catch_the_eye_what_the_law_names(self, browser_: Client, newcomer: Customer) -> None:
        page = browser_.get(path_to(CONSENT, newcomer)).content.decode()
        for part in ("collection", "marketing"):
            kept = re.search(r'<div class="strong"><dt>[^<]*</dt><dd>' + re.escape(text(part).retention[:20]), page)
            assert kept, part
        assert re.search(r'<div class="strong"><dt>[^<]*</dt><dd>' + re.escape(text("marketing").aim[:20]), page)
        assert not re.search(r'<div class="strong"><dt>[^<]*</dt><dd>' + re.escape(text("collection").aim[:20]), page)

    def test_gives_the_box_for_all_no_name_of_its_own(self, browser_: Client, newcomer: Customer) -> None:
        page = browser_.get(path_to(CONSENT, newcomer)).content.decode()
        every = re.search(r'<input type="checkbox" id="all"[^>]*>', page)
        assert every is not None and "name=" not in every[0]

    def test_asks_nothing_twice(self, browser_: Client, newcomer: Customer) -> None:
        path = path_to(CONSENT, newcomer)
        browser_.post(path, form(box("collection"), box("marketing", "sms"), box("night", "sms")))
        page = browser_.get(path).content.decode()
        assert 'name="asked"' not in page


class TestSend:
    def test_takes_the_required_one_alone(self, browser_: Client, newcomer: Customer) -> None:
        response = browser_.post(path_to(CONSENT, newcomer), form(box("collection")))
        assert response.status_code == 200
        assert answers(newcomer) == {("collection", ""): True, ("marketing", "sms"): False, ("night", "sms"): False}

    def test_stores_only_the_single_answers_when_somebody_sends_agree_to_all(
        self, browser_: Client, newcomer: Customer
    ) -> None:
        browser_.post(path_to(CONSENT, newcomer), form(box("collection"), all="yes", agree_all="on", marketing="yes"))
        assert [key for key, granted in answers(newcomer).items() if granted] == [("collection", "")]

    def test_keeps_each_with_its_text_and_evidence(self, browser_: Client, newcomer: Customer) -> None:
        response = browser_.post(
            path_to(CONSENT, newcomer), form(box("collection"), box("marketing", "sms")), REMOTE_ADDR="203.0.113.9"
        )
        given = Consent.objects.get(customer=newcomer, purpose="marketing")
        assert (given.text, given.how, given.given_by) == (text("marketing"), "web", "person")
        assert given.place == "203.0.113.9"
        receipt = re.search(r"receipt (\w{4}-\w{4})", given.evidence)
        assert receipt is not None and receipt[1] in response.content.decode()

    def test_says_through_whose_hands_the_link_went(self, browser_: Client, newcomer: Customer) -> None:
        browser_.post(path_to(CONSENT, newcomer, word="by:7"), form(box("collection")))
        given = Consent.objects.get(customer=newcomer, purpose="collection")
        assert given.evidence.endswith("link handed out by user 7")

    def test_records_nothing_without_the_required_one(self, browser_: Client, newcomer: Customer) -> None:
        response = browser_.post(path_to(CONSENT, newcomer), form(box("marketing", "sms")))
        assert response.status_code == 422
        assert not Consent.objects.filter(customer=newcomer).exists()

    def test_changes_nothing_when_it_comes_twice(self, browser_: Client, newcomer: Customer) -> None:
        path, sent = path_to(CONSENT, newcomer), form(box("collection"), box("marketing", "sms"))
        browser_.post(path, sent)
        before = list(Consent.objects.values())
        assert browser_.post(path, sent).status_code == 200
        assert list(Consent.objects.values()) == before

    def test_refuses_yes_and_no_to_one_question(self, browser_: Client, newcomer: Customer) -> None:
        both = form(box("collection")) | {box("marketing", "sms"): ["yes", "no"]}
        assert browser_.post(path_to(CONSENT, newcomer), both).status_code == 422
        assert not Consent.objects.filter(customer=newcomer).exists()

    def test_refuses_texts_that_are_no_longer_shown(self, browser_: Client, newcomer: Customer) -> None:
        path, sent = path_to(CONSENT, newcomer), form(box("collection"))
        old = text("collection")
        parts = {name: getattr(old, name) for name in ("aim", "items", "retention", "refusal")}
        newer = write_text(purpose="collection", language="ko", title=old.title, by=None, at=clock.now(), **parts)
        publish_text(newer, by=None, at=clock.now())
        assert browser_.post(path, sent).status_code == 422
        assert not Consent.objects.filter(customer=newcomer).exists()

    def test_takes_no_question_that_was_not_asked(self, browser_: Client, newcomer: Customer) -> None:
        made_up = form(box("collection")) | {"asked": [box("collection"), "q999:sms", "marketing"]}
        assert browser_.post(path_to(CONSENT, newcomer), made_up).status_code == 422
        assert not Consent.objects.exists()

    def test_asks_for_the_age_where_it_is_not_known(self, browser_: Client) -> None:
        stranger = somebody("한지민", "+821055509999", agreed=None)
        path, sent = path_to(CONSENT, stranger), form(box("collection"))
        assert browser_.post(path, sent).status_code == 422
        assert browser_.post(path, sent | {"of_age": "yes"}).status_code == 200
        assert answers(stranger)["collection", ""] is True


class TestChild:
    def test_is_shown_the_guardians_way_and_agrees_to_nothing(self, browser_: Client) -> None:
        today = clock.now().date()
        child = somebody("문태오", "+821055504321", agreed=None, birth_date=today - timedelta(days=365 * 9))
        path = path_to(CONSENT, child)
        page = browser_.get(path).content.decode()
        assert "<form" not in page.partition("<main")[2]
        assert "02-123-4567" in page
        assert browser_.post(path, form(box("collection"), of_age="yes")).status_code == 200
        assert not Consent.objects.filter(customer=child).exists()
