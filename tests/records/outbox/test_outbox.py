from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from dangol.records.customers.models import Identity
from dangol.records.outbox.actions import NewMessage, enqueue
from dangol.records.outbox.models import Message
from dangol.records.outbox.queries import handed_over, sent_to, waiting
from tests.people import AT, people

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def messages(count: int) -> list[NewMessage]:
    people(count)
    return [
        NewMessage(
            f"campaign:1:{one.pk}", one.pk, "campaign:1", "shown_sms", "advertising", "+8210", "", "안녕", "gift"
        )
        for one in Identity.objects.order_by("id")
    ]


class TestEnqueue:
    def test_puts_each_key_in_once(self) -> None:
        new = messages(3)
        assert enqueue(new[:2], at=AT) == 2
        assert enqueue(new, at=AT) == 1
        assert waiting().count() == 3

    def test_forgets_no_key_when_the_message_has_left(self) -> None:
        new = messages(1)
        enqueue(new, at=AT)
        Message.objects.update(handed_over_at=AT)
        assert enqueue(new, at=AT) == 0
        assert not waiting().exists()


class TestMessage:
    def test_cannot_be_handed_over_and_withheld(self) -> None:
        enqueue(messages(1), at=AT)
        with pytest.raises(IntegrityError), atomic():
            Message.objects.update(handed_over_at=AT, withheld="no_consent")


class TestSentTo:
    def test_tells_what_left_for_the_ids_of_a_source(self) -> None:
        enqueue(messages(2), at=AT)
        Message.objects.filter(identity__external_id="c000001").update(handed_over_at=AT)
        assert sent_to("till") == [("c000001", "campaign:1", "gift", AT)]
        assert sent_to("web") == []
        assert handed_over().count() == 1
