"""What becomes of a care task: done is a contact in the ledger, a slip leaves none, and notes go with the person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from dangol.decisions.care.actions import CannotTask, Outcome, hand_over, settle, take_back, write_task
from dangol.decisions.care.models import CareStep, CareTask
from dangol.decisions.care.queries import open_of, pressing, tasks_seen
from dangol.records.changes.models import Change
from dangol.records.customers import duties
from dangol.records.customers.merging import merge
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Interaction
from dangol.records.rights.erasure import erase
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import WHOLE, scope_of
from dangol.records.voices.models import Feedback
from tests.decisions.care.tended import TODAY, somebody
from tests.people import AT, people, person
from tests.records.staff.office import office, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


WHO: dict[str, Any] = {"at": AT, "today": TODAY}


def task(customer: Customer | None = None, *, kind: str = "gift", owner: User | None = None, **more: Any) -> CareTask:
    whom = customer or person()
    usual = {"due_on": TODAY + timedelta(days=3), "cost": 9_000, "text": "요거트"}
    return write_task(whom, kind=kind, owner=owner or somebody(), by=somebody(), **WHO, **usual | more)


def became(one: CareTask, kind: str = "done", **told: Any) -> CareStep:
    return settle(one, Outcome(kind, **told), by=somebody(), **WHO)


@pytest.mark.store
def test_done_becomes_a_contact_with_what_it_was_worth_and_took_and_what_was_said_feedback() -> None:
    one = task()
    became(one, note="아이가 좋아했대요", minutes=5, heard="praise")
    (contact,) = Interaction.objects.all()
    assert (contact.kind, contact.direction, contact.worth, contact.minutes) == ("gift", "out", 9_000, 5)
    assert contact.text == "아이가 좋아했대요" and contact.at == AT
    (said,) = Feedback.objects.all()
    assert (said.kind, said.text, said.identity) == ("praise", "아이가 좋아했대요", one.identity)
    one.refresh_from_db()
    assert one.state == "done" and open_of(one.identity.customer_id) == []
    with pytest.raises(CannotTask, match="already"):
        became(one)
    assert Interaction.objects.count() == 1


@pytest.mark.store
def test_a_slip_taken_back_leaves_no_contact_and_no_feedback_and_tells_the_warehouse() -> None:
    one = task()
    became(one, note="좋아했대요", heard="praise")
    key = Interaction.objects.get().pk
    told = Change.objects.filter(table="ledger_interaction", first_key=key)
    before = told.count()
    take_back(one, by=somebody(), **WHO)
    assert not Interaction.objects.exists() and not Feedback.objects.exists()
    assert told.count() == before + 1
    assert open_of(one.identity.customer_id) == [one]
    became(one, note="이번엔 정말로")
    assert Interaction.objects.get().text == "이번엔 정말로"
    assert list(one.steps.order_by("pk").values_list("kind", flat=True)) == ["given", "done", "taken_back", "done"]


@pytest.mark.parametrize(
    ("kind", "direction", "worth"),
    [("call", "out", 0), ("visit", "out", 0), ("interview", "in", 0), ("co_development", "in", 0)],
)
def test_only_a_gift_is_worth_money_and_who_talks_for_us_turns_to_us(kind: str, direction: str, worth: int) -> None:
    became(task(kind=kind), worth=5_000)
    contact = Interaction.objects.get()
    assert (contact.kind, contact.direction, contact.worth) == (kind, direction, worth)


def test_not_reached_stays_open_and_declined_or_not_needed_end_without_a_contact() -> None:
    one = task()
    became(one, "not_reached", note="부재중")
    became(one, "not_reached")
    one.refresh_from_db()
    assert (one.state, one.tries) == ("open", 2)
    became(one, "declined")
    became(task(one.identity.customer), "not_needed")
    assert sorted(CareTask.objects.values_list("state", flat=True)) == ["declined", "not_needed"]
    assert not Interaction.objects.exists()


def test_refuses_feedback_without_words_and_a_day_gone_by() -> None:
    one = task()
    with pytest.raises(CannotTask, match="what was said"):
        became(one, heard="praise")
    with pytest.raises(CannotTask, match="today or later"):
        task(due_on=TODAY - timedelta(days=1))
    assert CareTask.objects.get().state == "open"


def test_is_handed_over_only_to_who_sees_the_customer() -> None:
    units = office()
    one = task(person(unit=units["D1"]))
    stranger, dealer = staff(Role.DEALER, "D2"), staff(Role.DEALER, "D1")
    with pytest.raises(CannotTask, match="does not see"):
        hand_over(one, owner=stranger, due_on=None, by=somebody(), **WHO)
    hand_over(one, owner=dealer, due_on=TODAY + timedelta(days=9), by=somebody(), **WHO)
    one.refresh_from_db()
    assert (one.owner, one.due_on) == (dealer, TODAY + timedelta(days=9))
    assert list(tasks_seen(scope_of(stranger))) == [] and list(tasks_seen(scope_of(dealer))) == [one]


def test_counts_what_is_somebodys_and_how_much_is_overdue() -> None:
    task(due_on=TODAY), task(), task(owner=somebody("other", User.Role.AGENT))
    assert pressing(somebody(), WHOLE, today=TODAY + timedelta(days=1)) == (2, 1)


@pytest.mark.store
def test_is_told_to_the_person_goes_with_a_merge_and_is_forgotten_with_them() -> None:
    first, second = people(2)
    one = task(second)
    became(one, note="목소리가 밝았어요")
    merge(first, [second], by=somebody(), at=AT)
    assert [row["text"] for row in duties.TABLES["care.CareTask"].rows(first.pk)] == ["요거트"]
    assert {row["note"] for row in duties.TABLES["care.CareStep"].rows(first.pk)} == {"", "목소리가 밝았어요"}
    erase(first.pk, reason="test", by=None, at=AT)
    assert not CareTask.objects.exists() and not CareStep.objects.exists()
    assert Interaction.objects.get().text == ""
