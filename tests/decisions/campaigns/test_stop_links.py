"""Every advertisement leads its own reader, and nobody else, to the page where advertising ends."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from dangol.contact.delivery.actions import carry
from dangol.contact.delivery.models import Displayed
from dangol.decisions.campaigns.actions import launch
from dangol.records.catalog.topics import ensure_topics
from dangol.records.customers import own_pages
from dangol.records.customers.own_pages import STOP
from dangol.records.ledger.models import Interaction
from dangol.records.outbox.models import Message
from dangol.records.permission.asking import ChannelFacts
from tests.decisions.campaigns.test_actions import planned
from tests.people import AT, SMS, TILL, people, valued

pytestmark = [pytest.mark.django_db, pytest.mark.store]

LINK = re.compile(r"https://shop\.example/my/stop/([-\w]+)/")


@pytest.fixture(autouse=True)
def shop(settings: Any) -> None:
    settings.DANGOL = replace(settings.DANGOL, name="우리목장", address="https://shop.example")


def sent(channel: ChannelFacts = SMS, **about: Any) -> list[Message]:
    """Launch a campaign on forty people; the messages of those who are treated."""
    valued(people(40))
    launch(planned(channel=channel, **about), channel=channel, by=None, at=AT)
    return list(Message.objects.select_related("identity"))


def test_each_message_ends_with_its_own_readers_link() -> None:
    for message in sent():
        last = message.body.splitlines()[-1]
        found = LINK.fullmatch(last.removeprefix("무료수신거부: "))
        assert found is not None, last
        assert own_pages.opened(found[1], STOP, at=AT).customer.pk == message.identity.customer_id


def test_the_link_knows_by_which_way_it_came_and_what_about() -> None:
    ensure_topics(at=AT)
    message = sent(topic="news/shop")[0]
    found = LINK.search(message.body)
    assert found is not None
    opened = own_pages.opened(found[1], STOP, at=AT)
    assert opened.link.word == f"sms:{message.topic_id}"


def test_the_writer_may_put_it_elsewhere() -> None:
    message = sent(body="{{이름}}님. 무료수신거부 {{수신거부}} 언제든지요.")[0]
    assert len(LINK.findall(message.body)) == 1
    assert message.body.endswith("언제든지요.")


def test_a_home_outside_korea_says_so_in_its_own_words(settings: Any) -> None:
    settings.DANGOL = replace(settings.DANGOL, jurisdiction="intl")
    last = sent(body="Dear {{name}}")[0].body.splitlines()[-1]
    assert LINK.fullmatch(last.removeprefix("Unsubscribe: "))


def test_a_coupon_at_the_till_needs_none() -> None:
    assert not any("my/stop" in message.body for message in sent(TILL))


def test_the_ledger_keeps_no_link_that_opens() -> None:
    sent()
    carry(at=AT)
    assert LINK.search(Displayed.objects.latest("pk").text)
    told = list(Interaction.objects.values_list("text", flat=True))
    assert told and all("my/stop/…/" in text and not LINK.search(text) for text in told)
