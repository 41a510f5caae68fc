"""Expectations are looked at with every valuation: gaps, shortfalls, open complaints, and those excluded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.expectation.queries import best_below, last_expectation
from dangol.lib.bulk import UTC_TIME
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Assignment, Interaction, Withholding
from dangol.records.permission.actions import withdraw_consent
from dangol.records.voices.feedback import append_feedback
from dangol.records.voices.models import Feedback, FeedbackStep
from tests.insight.relationship.world import TODAY, Shop, open_shop

pytestmark = [pytest.mark.usefixtures("lake_folder"), pytest.mark.django_db(transaction=True)]
LATELY = datetime(2025, 12, 1)


def answers(shop: Shop, at: datetime, dimension: str, score: float, *who: int) -> None:
    """They answer on one dimension, 1 to 7."""
    n = len(who)
    shop.take(
        "answers", ref=[shop._ref() for _ in who], customer=[f"c{one}" for one in who], time=[at] * n,
        dimension=[dimension] * n, score=[score] * n, scale_min=[1.0] * n, scale_max=[7.0] * n,
    )  # fmt: skip


def contacts(shop: Shop, at: datetime, kind: str, *who: int) -> None:
    """They complain, or their delivery is late."""
    n = len(who)
    shop.take(
        "interactions", ref=[shop._ref() for _ in who], customer=[f"c{one}" for one in who], time=[at] * n,
        direction=["in"] * n, kind=[kind] * n, minutes=[5.0] * n,
    )  # fmt: skip


def customer(number: int) -> Customer:
    return Customer.objects.get(full_name=f"손님{number}")


def told(run: Run, number: int) -> dict[str, Any]:
    """The scores of one customer, value and word."""
    names = ("expectation", "expectation_gap", "lately_complaints", "lately_returns", "lately_open_complaints")
    rows = Score.objects.filter(run=run, customer=customer(number), name__in=names)
    return {one.name: (one.value, one.text) for one in rows}


def test_of_each_customer_only_what_is_on_record_is_told() -> None:
    shop = open_shop(customers=80)
    answers(shop, LATELY, "trust", 3.0, 0)
    answers(shop, LATELY, "expected_trust", 6.0, 0)
    answers(shop, datetime(2025, 3, 1), "care", 7.0, 1)
    answers(shop, LATELY, "care", 4.0, 1)
    answers(shop, LATELY, "care", 4.0, 2)  # nothing to compare it with
    contacts(shop, LATELY, "complaint", 3, 3, 4)
    contacts(shop, datetime(2025, 6, 1), "complaint", 5, 5, 5)  # long ago
    shop.sell([("c6", LATELY, -500, 0), ("c6", LATELY, -700, 0)])
    run = shop.valued()
    assert told(run, 0)["expectation_gap"] == (pytest.approx(-0.5), "asked")
    assert told(run, 1)["expectation_gap"] == (pytest.approx(-0.5), "former")
    assert told(run, 0)["expectation"][1] in {"below", "best_below"}
    assert told(run, 2) == {}
    assert told(run, 3)["lately_complaints"] == (2, "")
    assert told(run, 3)["expectation"][0] == 2
    assert told(run, 4) == {"lately_complaints": (1, "")}
    assert told(run, 5) == {}
    assert told(run, 6)["lately_returns"] == (2, "")
    found = last_expectation()
    assert found is not None
    assert (found.below, found.counts["unknown"]) == (4, 76)


def test_the_best_below_come_first_by_worth_with_reasons_and_who_objects_never() -> None:
    shop = open_shop(customers=80)
    contacts(shop, LATELY, "late_delivery", *range(80))
    contacts(shop, LATELY, "late_delivery", *range(80))
    run = shop.valued()
    listed = best_below(run)
    assert listed
    assert [one.equity for one in listed] == sorted((one.equity for one in listed), reverse=True)
    assert listed[0].counted == {"late_deliveries": 2}
    assert listed[0].gap is None
    withdraw_consent(listed[0].customer, purpose="automated", by=None, at=TODAY)
    again = best_below(shop.valued())
    assert listed[0].customer.pk not in {one.customer.pk for one in again}


def test_a_complaint_stands_open_until_it_is_answered_or_settled() -> None:
    shop = open_shop(customers=80)
    mine = Identity.objects.get(customer=customer(7), external_id="c7")
    said = Feedback.objects.create(
        identity=mine, source="shop", ref="f1", kind="complaint", at=TODAY - timedelta(days=9), text="차가웠어요"
    )
    old = Feedback.objects.create(
        identity=Identity.objects.get(external_id="c9"), source="shop", ref="f2", kind="complaint", text="아직이에요",
        at=TODAY - timedelta(days=200),
    )  # fmt: skip
    run = shop.valued()
    assert told(run, 7)["lately_open_complaints"] == (1, "")
    assert told(run, 9) == {}  # nobody ever told what became of it
    FeedbackStep.objects.create(feedback=old, state="taken_up", at=TODAY - timedelta(days=190))
    run = shop.valued()
    assert told(run, 9)["lately_open_complaints"] == (1, "")  # however old
    assert "lately_complaints" not in told(run, 9)
    assert told(run, 9)["expectation"][1] in {"below", "best_below"}
    FeedbackStep.objects.create(feedback=said, state="answered", at=TODAY - timedelta(days=5))
    FeedbackStep.objects.create(feedback=old, state="settled", at=TODAY - timedelta(days=1))
    run = shop.valued()
    assert (told(run, 7), told(run, 9)) == ({"lately_complaints": (1, "")}, {})
    FeedbackStep.objects.create(feedback=said, state="open", at=TODAY - timedelta(days=2))
    assert told(shop.valued(), 7)["lately_open_complaints"] == (1, "")


def test_what_a_file_settles_without_a_day_is_settled_and_with_a_later_day_is_not_yet() -> None:
    shop = open_shop(customers=80)
    who = Identity.objects.get(customer=customer(7), external_id="c7")
    said, later = TODAY - timedelta(days=200), TODAY + timedelta(days=300)
    words = {
        "identity_id": who.pk, "kind": "complaint", "at": said, "touchpoint": "", "unit_id": None, "product_id": None,
        "subject": "", "text": "차가웠어요", "answer": "",
    }  # fmt: skip

    def takes(ref: str, state: str, state_at: datetime | None) -> None:
        times = {"at": UTC_TIME, "state_at": UTC_TIME, "unit_id": pa.int64(), "product_id": pa.int64()}
        row = words | {"ref": ref, "state": state, "state_at": state_at}
        rows = pa.table({name: pa.array([value], times.get(name)) for name, value in row.items()})
        append_feedback(rows, source="own", at=later)  # imported long after the last day of the records

    takes("f1", "taken_up", said)
    takes("f1", "settled", None)
    takes("f2", "taken_up", said)
    takes("f2", "answered", None)
    takes("f3", "open", said)
    takes("f3", "settled", TODAY + timedelta(days=1))
    assert told(shop.valued(), 7)["lately_open_complaints"] == (1, "")  # f3 is settled tomorrow


def test_those_excluded_who_complain_are_counted_against_those_treated() -> None:
    shop = open_shop(customers=200)
    sent = datetime(2025, 11, 1, tzinfo=UTC)
    for number in range(160):
        mine = Identity.objects.get(external_id=f"c{number}")
        if number < 80:
            Assignment.objects.create(identity=mine, source_ref="campaign:1", arm="treated", salt="x", at=sent)
        elif number < 100:
            Assignment.objects.create(identity=mine, source_ref="campaign:1", arm="held_out", salt="x", at=sent)
        else:
            Withholding.objects.create(identity=mine, source_ref="campaign:1", reason="capped", at=sent)
    contacts(shop, LATELY, "complaint", 0, *range(100, 130))
    contacts(shop, datetime(2025, 10, 1), "complaint", *range(80, 100))  # before it was sent
    shop.valued()
    found = last_expectation()
    assert found is not None
    groups = {one.group: (one.times, one.complained) for one in found.excluded}
    assert groups == {"treated": (80, 1), "held_out": (20, 0), "capped": (60, 30), "not_chosen": (40, 0)}
    assert [one.group for one in found.upset] == ["capped"]
    assert found.left_out == 30
    marked = Score.objects.filter(run=found.run, name="left_out", text="complained", value=1)
    assert set(marked.values_list("customer", flat=True)) == {customer(number).pk for number in range(100, 130)}
    assert Score.objects.filter(run=found.run, name="left_out").count() == 30


def test_before_anything_was_sent_nobody_is_compared(tmp_path: Path) -> None:
    open_shop(customers=60).valued()
    found = last_expectation()
    assert found is not None
    assert (found.excluded, found.left_out) == ((), 0)
    assert Interaction.objects.count() == 0
