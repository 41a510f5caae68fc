"""Panels: who came and went with day and reason, and sessions in which taking part is a contact of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from dangol.decisions.care.actions import Outcome, settle, take_back, write_task
from dangol.decisions.care.models import Panel, PanelStep
from dangol.decisions.care.panels import (
    CannotSit,
    Session,
    hold_session,
    joined,
    open_panel,
    panels_of,
    roster,
    sessions_of,
    step,
    unsay_session,
)
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Interaction
from dangol.records.rights.erasure import erase
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import WHOLE, scope_of
from tests.decisions.care.tended import TODAY, somebody
from tests.people import AT, people, person
from tests.records.staff.office import office, staff

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"at": AT, "today": TODAY}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def panel(name: str = "맛 패널") -> Panel:
    return open_panel(name=name, aim="새 요거트", since=TODAY, by=somebody(), **WHO)


def came(one: Panel, customer: Customer, kind: str = "joined", **told: Any) -> PanelStep:
    return step(one, customer, kind=kind, on=TODAY, by=somebody(), **WHO, **told)


def sat(one: Panel, *who: Customer, **told: Any) -> Any:
    session = Session(**{"kind": "panel", "on": TODAY, "topic": "딸기 맛", "who": [each.pk for each in who]} | told)
    return hold_session(one, session, scope=WHOLE, by=somebody(), **WHO)


@pytest.mark.store
def test_tells_who_is_in_it_by_the_last_step_and_how_often_they_took_part() -> None:
    taste, (first, second, third) = panel(), people(3)
    came(taste, first), came(taste, second), came(taste, third, "invited")
    sat(taste, first, second), sat(taste, first)
    came(taste, second, "left", reason="이사")
    told = [(one.customer, one.last.kind, one.took_part) for one in roster(taste, WHOLE)]
    assert told == [(first, "joined", 2), (third, "invited", 0), (second, "left", 1)]
    assert joined([taste]) == {taste.pk: 1}
    assert [(one.panel, one.kind, one.reason) for one in panels_of(second.pk)] == [(taste, "left", "이사")]


@pytest.mark.store
def test_taking_part_is_a_contact_of_each_and_goes_where_the_session_was_a_slip() -> None:
    taste, (first, second) = panel(), people(2)
    came(taste, first), came(taste, second)
    session = sat(taste, first, second, kind="co_development")
    contacts = Interaction.objects.order_by("identity")
    assert [(one.kind, one.direction, one.source_ref) for one in contacts] == [
        ("co_development", "in", session.source_ref)
    ] * 2
    assert contacts[0].text == "맛 패널 — 딸기 맛"
    assert [sorted(who) for _one, who in sessions_of(taste)] == [[first.pk, second.pk]]
    unsay_session(session, by=somebody(), **WHO)
    assert not Interaction.objects.exists() and sessions_of(taste) == []


def test_an_accepted_invitation_joins_and_a_slip_takes_it_back() -> None:
    taste, customer = panel(), person()
    task = write_task(customer, kind="panel", owner=somebody(), due_on=TODAY, by=somebody(), **WHO)
    settle(task, Outcome("done", panel=taste), by=somebody(), **WHO)
    assert Interaction.objects.get().kind == "panel_invitation"
    assert [one.kind for one in panels_of(customer.pk)] == ["joined"]
    take_back(task, by=somebody(), **WHO)
    assert panels_of(customer.pk) == [] and not Interaction.objects.exists()


def test_whoever_took_part_since_stays_in_the_panel_though_the_invitation_is_taken_back() -> None:
    taste, who = panel(), person()
    task = write_task(who, kind="panel", owner=somebody(), due_on=TODAY, by=somebody(), **WHO)
    settle(task, Outcome("done", panel=taste), by=somebody(), **WHO)
    session = sat(taste, who)
    take_back(task, by=somebody(), **WHO)
    assert sessions_of(taste) == [(session, [who.pk])]
    unsay_session(session, by=somebody(), **WHO)
    assert not Interaction.objects.exists()


def test_refuses_what_cannot_be() -> None:
    taste, customer = panel(), person()
    with pytest.raises(CannotSit, match="already"):
        panel()
    with pytest.raises(CannotSit, match="stands so already"):
        came(taste, customer, "left")
    with pytest.raises(CannotSit, match="who took part"):
        sat(taste, customer)
    came(taste, customer)
    with pytest.raises(CannotSit, match="in the panel already"):
        came(taste, customer, "invited")
    with pytest.raises(CannotSit, match="day to come"):
        sat(taste, customer, on=TODAY + timedelta(days=1))
    with pytest.raises(CannotSit, match="what it was about"):
        sat(taste, customer, topic=" ")


def test_shows_a_dealer_their_own_customers_alone_and_forgets_with_the_person() -> None:
    units, taste = office(), panel()
    mine, other = person(unit=units["D1"]), person(unit=units["D2"])
    came(taste, mine), came(taste, other)
    sat(taste, mine, other)
    dealer = scope_of(staff(Role.DEALER, "D1"))
    assert [one.customer for one in roster(taste, dealer)] == [mine]
    with pytest.raises(CannotSit, match="who took part"):
        hold_session(taste, Session("panel", TODAY, "포장", who=[other.pk]), scope=dealer, by=somebody(), **WHO)
    erase(mine.pk, reason="test", by=None, at=AT)
    assert [one.customer for one in roster(taste, WHOLE)] == [other]
    assert not Interaction.objects.filter(identity__customer=mine).exclude(text="").exists()
