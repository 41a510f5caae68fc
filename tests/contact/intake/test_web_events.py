"""What the business's own site tells becomes visits of those who agreed, once each, and of nobody else."""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.contact.intake.web_events import MOST, Event, TakenEvents, _Person, _Read, _visits, take_events
from dangol.records.customers.models import Customer, Identity
from dangol.records.customers.schemes import Scheme
from dangol.records.customers.taking import ensure_identities
from dangol.records.ledger.models import Interaction
from dangol.records.permission.actions import give_consent, withdraw_consent
from dangol.records.permission.models import Purpose

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
START = AT - timedelta(hours=3)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def event(number: int, minute: float = 0, path: str = "/milk", **told: Any) -> Event:
    at = (START + timedelta(minutes=minute)).isoformat()
    return Event(f"e{number}", at, told.pop("kind", "view"), path, agent=told.pop("agent", FIREFOX), **told)


def agreed(number: str) -> Customer:
    """A customer of that number, who agreed to having what they read kept."""
    made = ensure_identities({number: START}, source="own", at=START)
    person = Identity.objects.select_related("customer").get(pk=made[number]).customer
    give_consent(person, purpose=Purpose.BEHAVIOUR, by=None, at=START, how="web", evidence="banner")
    return person


def told() -> list[tuple[str, str, float]]:
    return list(Interaction.objects.order_by("at").values_list("kind", "text", "minutes"))


@pytest.mark.django_db
@pytest.mark.store
class TestVisits:
    def test_are_kept_of_whoever_agreed_with_what_they_did(self) -> None:
        agreed("m1")
        steps = [
            event(1, 0, "/milk?phone=01012345678", customer="m1"), event(2, 4, kind="cart", customer="m1"),
            event(3, 60, "/", customer="m1", campaign="가을"),
        ]  # fmt: skip
        assert take_events(steps, at=AT).visits == 2
        assert told() == [("visit", "/milk · cart /milk (2)", 4.0), ("clicked", "/ (1)", 0.0)]

    def test_of_those_who_did_not_agree_and_of_strangers_are_kept_nowhere(self) -> None:
        ensure_identities({"m2": START}, source="own", at=START)
        person = agreed("m3")
        withdraw_consent(person, purpose=Purpose.BEHAVIOUR, by=None, at=START + timedelta(hours=1))
        before = Customer.objects.count()
        taken = take_events([event(number, customer=f"m{number}", browser=f"b{number}") for number in (2, 3, 4)], at=AT)
        assert taken == TakenEvents(0, taken.left_out)
        assert taken.left_out == {"not_agreed": 2, "nobody_known": 1}
        assert (Interaction.objects.count(), Customer.objects.count()) == (0, before)
        assert not Identity.objects.filter(scheme=Scheme.COOKIE).exists()

    def test_are_theirs_whose_browser_signed_in_once(self) -> None:
        person = agreed("m1")
        take_events([event(1, 0, "/a", browser="b1"), event(2, 1, "/in", browser="b1", customer="m1")], at=AT)
        take_events([event(3, 90, "/b", browser="b1"), event(4, 90, "/b", browser="b9")], at=AT)
        assert [text for _kind, text, _minutes in told()] == ["/a · /in (2)", "/b (1)"]
        assert set(Interaction.objects.values_list("identity__customer", flat=True)) == {person.pk}

    def test_told_again_change_nothing_however_they_are_cut(self) -> None:
        agreed("m1")
        steps = [event(number, number * 10, f"/{number}", customer="m1") for number in range(6)]
        take_events(steps, at=AT)
        again = [take_events(steps[first : first + 2], at=AT) for first in (0, 2, 4)]
        assert [(one.visits, one.left_out) for one in again] == [(0, {"told_again": 2})] * 3
        assert len(told()) == 1

    def test_lose_their_pages_when_the_consent_is_withdrawn(self) -> None:
        person = agreed("m1")
        take_events([event(1, customer="m1")], at=AT)
        withdraw_consent(person, purpose=Purpose.BEHAVIOUR, by=None, at=AT)
        assert told() == [("visit", "", 0.0)]

    def test_of_programs_and_of_parts_of_pages_are_none(self) -> None:
        agreed("m1")
        taken = take_events([event(1, agent="Yeti/1.1", customer="m1"), event(2, path="/a.css", customer="m1")], at=AT)
        assert (taken.visits, taken.left_out) == (0, {"robots": 1, "no_page": 1})


@pytest.mark.django_db
def test_sessions_of_a_real_shop_become_one_visit_each_with_all_their_pages(real_data: Path) -> None:
    """A clothing shop's first sixty sessions of 2008, as if everybody had agreed; clicks have an order and no time."""
    folder = real_data / "eshop_clothing_2008"
    with ZipFile(folder / "clickstream_data_for_online_shopping.zip") as shop, shop.open(shop.namelist()[0]) as file:
        clicks = [row for row in csv.DictReader(TextIOWrapper(file), delimiter=";") if int(row["session ID"]) <= 60]
    sessions = Counter(f"s{row['session ID']}" for row in clicks)
    for one in sessions:
        agreed(one)
    steps = [
        event(number, int(row["order"]) / 3, f"/{row['page 1 (main category)']}/{row['page 2 (clothing model)']}",
              kind="product", customer=f"s{row['session ID']}")
        for number, row in enumerate(clicks)
    ]  # fmt: skip
    tellings = [steps[first : first + MOST] for first in range(0, len(steps), MOST)]
    assert sum(take_events(some, at=AT).visits for some in tellings) == len(sessions) == 60
    pages = Interaction.objects.values_list("identity__external_id", "text")
    assert {one: int(text.rpartition("(")[2][:-1]) for one, text in pages} == dict(sessions)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (Event("", START.isoformat(), "view", "/", "b"), "no id"),
        (Event("1", "gestern", "view", "/", "b"), "is no moment"),
        (Event("1", "2026-11-20T12:00:00", "view", "/", "b"), "is no moment"),
        (Event("1", "2026-11-20T23:00:00+09:00", "view", "/", "b"), "not before it happens"),
        (Event("1", START.isoformat(), "dance", "/", "b"), "Choose one of these"),
        (Event("1", START.isoformat(), "view", "milk", "b"), "begins with"),
        (Event("1", START.isoformat(), "view", "/"), "neither whose browser"),
    ],
)
def test_an_event_that_is_wrong_is_told_with_its_reason(wrong: Event, why: str) -> None:
    with translation.override("en"):
        ((_number, sentence),) = take_events([wrong], at=AT).refused
    assert why in sentence


def by_hand(moments: Iterable[int]) -> list[int]:
    """How many events each visit of one person holds."""
    visits: list[int] = []
    last = None
    for moment in sorted(moments):
        if last is None or moment - last > 30:
            visits.append(0)
        visits[-1] += 1
        last = moment
    return visits


@settings(max_examples=50)
@given(st.lists(st.integers(0, 300), max_size=20))
def test_half_an_hour_without_a_page_ends_a_visit(minutes: list[int]) -> None:
    person = _Person(1, 1)
    read = [_Read(event(number, one), START + timedelta(minutes=one), "/") for number, one in enumerate(minutes)]
    found = _visits([(person, one) for one in read])
    assert [len(one) for _person, one in found] == by_hand(minutes)
