"""Before a campaign is sent: whom of those served below what they expect it reaches, and whom it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.decisions.campaigns.expectation_guard import Concerned, Guard, expectation_guard
from dangol.insight.analysis.models import Run, Score
from dangol.records.customers.models import Customer
from dangol.records.permission.actions import withdraw_consent
from tests.people import AT, SMS, people, valued

pytestmark = [pytest.mark.django_db, pytest.mark.store]
COUNTS = {"customers": 12, "best": 9, "best_known": 9, "best_below": 6, "below": 0, "met": 3, "unknown": 3}


def told(run: Run, *, best: Sequence[Customer] = (), complained: Sequence[Customer] = (), counted: bool = True) -> Run:
    """Let the valuation say who of the best is below expectation, and who complained after being left out."""
    said = [("expectation", "best_below", one) for one in best] + [
        ("left_out", "complained", one) for one in complained
    ]
    Score.objects.bulk_create(
        Score(run=run, customer=one, name=name, value=1.0, text=text, provenance="measured") for name, text, one in said
    )
    kept: dict[str, Any] = {"share": 0.2, "counts": COUNTS, "excluded": []}
    run.summary = {"expectation": {**kept, "left_out": len(complained)} if counted else kept}
    run.save()
    return run


def guard(run: Run, **about: Any) -> Guard:
    found = expectation_guard({"region": ["II"]}, run=run, channel=SMS, at=AT, **about)
    assert found is not None
    return found


def test_each_is_reached_or_withheld_or_not_picked() -> None:
    picked, others, silent = people(4), people(4), people(4, consent=None)
    run = valued(picked + others + silent, regions=["II"] * 4 + ["III"] * 4 + ["II"] * 4)
    found = guard(told(run, best=[*picked[:1], *others[:3], *silent[:2]], complained=[*picked[1:3], *others[2:]]))
    assert found.best_below == Concerned("best_below", people=6, reached=1, withheld=2)
    assert (found.best_below.not_picked, found.best_below.missed) == (3, 5)
    assert found.left_out == Concerned("left_out", people=4, reached=2, withheld=0)
    assert found.missed


def test_where_all_of_them_get_it_nobody_is_missed() -> None:
    picked = people(4)
    found = guard(told(valued(picked), best=picked, complained=picked[:1]))
    assert not found.missed


def test_who_objects_to_being_chosen_by_a_program_is_left_out_as_the_campaign_does() -> None:
    picked = people(4)
    run = told(valued(picked), best=picked)
    withdraw_consent(picked[0], purpose="automated", by=None, at=AT)
    assert guard(run).best_below == Concerned("best_below", people=4, reached=3, withheld=1)


def test_another_state_and_another_valuation_count_for_nothing() -> None:
    picked = people(4)
    told(valued(picked), best=picked, complained=picked)
    run = told(valued(picked))
    Score.objects.create(
        run=run, customer=picked[0], name="expectation", value=2.0, text="below", provenance="measured"
    )
    assert [one.people for one in guard(run).groups] == [0, 0]


def test_a_valuation_that_did_not_look_who_complained_says_nothing_of_them() -> None:
    picked = people(4)
    found = guard(told(valued(picked), best=picked, counted=False))
    assert found.left_out is None
    assert [one.group for one in found.groups] == ["best_below"]


def test_before_expectations_were_looked_at_nothing_is_said() -> None:
    run = valued(people(4))
    assert expectation_guard({"region": ["II"]}, run=run, channel=SMS, at=AT) is None
    assert expectation_guard({"region": ["II"]}, run=None, channel=SMS, at=AT) is None


def test_asks_two_questions_however_many_there_are() -> None:
    def questions(run: Run) -> int:
        with CaptureQueriesContext(connection) as asked:
            guard(run)
        return len(asked)

    few, many = people(3), people(60)
    assert questions(told(valued(few), best=few)) == questions(told(valued(many), best=many, complained=many)) == 2
