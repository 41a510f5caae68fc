"""Feedback: taken down once, answered in rows of its own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from dangol.lib.bulk import UTC_TIME, Counted
from dangol.records.changes.models import Change
from dangol.records.customers.models import Customer, Identity
from dangol.records.voices.feedback import append_feedback
from dangol.records.voices.models import Feedback, FeedbackStep

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.store]


def told(*of: dict[str, Any], identity: Identity | None = None, at: datetime = AT) -> Counted:
    blank = {"ref": "V1", "kind": "complaint", "at": AT, "touchpoint": "phone", "subject": "배송", "text": "늦어요",
             "state": "", "state_at": None, "answer": ""}  # fmt: skip
    full = [blank | row for row in of]
    types = {"at": UTC_TIME, "state_at": UTC_TIME}
    count = len(full)
    return append_feedback(
        pa.table({
            **{name: pa.array([row[name] for row in full], types.get(name, pa.string())) for name in blank},
            "identity_id": pa.array([identity and identity.pk] * count, pa.int64()),
            "unit_id": pa.nulls(count, pa.int64()), "product_id": pa.nulls(count, pa.int64()),
        }),
        source="own", at=at,
    )  # fmt: skip


class TestAppend:
    def test_keeps_what_nobody_is_known_to_have_said(self) -> None:
        assert told({}) == Counted(created=1)
        assert Feedback.objects.get().identity is None

    def test_adds_the_answer_that_a_later_file_tells(self) -> None:
        who = Identity.objects.create(
            customer=Customer.objects.create(registered_at=AT), source="own", external_id="c1"
        )  # fmt: skip
        told({"state": "open"}, identity=who)
        assert FeedbackStep.objects.count() == 0  # what has no step is open
        later = {"state": "answered", "state_at": AT + timedelta(hours=2), "answer": "다시 보내 드렸어요."}
        assert told(later, identity=who) == Counted(updated=1)
        assert FeedbackStep.objects.values_list("state", "text").get() == ("answered", "다시 보내 드렸어요.")

    def test_takes_the_same_file_again_without_a_change(self) -> None:
        of = ({}, {"ref": "V2", "state": "settled"}, {"ref": "V3", "answer": "네"}, {"ref": "V2", "state": "taken_up"})
        assert told(*of) == Counted(created=3, updated=1)
        changes = Change.objects.count()
        assert told(*of, at=AT + timedelta(days=3)) == Counted(unchanged=4)
        assert Change.objects.count() == changes
