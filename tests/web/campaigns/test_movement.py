"""Whether the balance moved: measured on the people assigned, between two valuations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.models import Run, Score
from dangol.records.customers.models import Identity
from dangol.records.ledger.models import Assignment
from dangol.web.campaigns.movement import Movement, movement
from tests.people import people
from tests.web.business import NOW, campaign, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]
WEEKS = timedelta(weeks=8)


def valued(as_of: datetime, gap_of_treated: float, gap_of_held_out: float) -> Run:
    """A valuation in which each arm stands that far from the line, give or take a point."""
    run = Run.objects.create(kind="relationship", as_of=as_of, started_at=as_of, finished_at=as_of)
    arms = Assignment.objects.order_by("pk").values_list("identity__customer", "arm")
    Score.objects.bulk_create(
        Score(
            run=run, customer_id=customer, name="region", text="II", provenance="estimated",
            value=(gap_of_treated if arm == "treated" else gap_of_held_out) - number % 3,
        )
        for number, (customer, arm) in enumerate(arms)
    )  # fmt: skip
    return run


def assigned(treated: int = 30, held_out: int = 12) -> Campaign:
    """A measured campaign with as many people in each arm."""
    made = campaign()
    people(treated + held_out)
    Assignment.objects.bulk_create(
        Assignment(identity=one, source_ref=made.source_ref, arm="held_out" if place < held_out else "treated",
                   salt="x", at=NOW - WEEKS)
        for place, one in enumerate(Identity.objects.order_by("pk"))
    )  # fmt: skip
    return made


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English outside a request too."""
    with translation.override("en"):
        yield


class TestMovement:
    def test_is_the_change_of_the_distance_by_arm(self) -> None:
        made = assigned()
        valued(NOW - WEEKS, -50.0, -50.0)
        valued(NOW, -40.0, -49.0)
        found = movement(made, until=NOW)
        assert found is not None
        assert (found.treated, found.held_out) == pytest.approx((-10.0, -1.0))
        assert found.difference == pytest.approx(-9.0)
        assert found.finding == "Those who got it moved closer to the line than those held out."

    def test_says_nothing_before_a_second_valuation(self) -> None:
        made = assigned()
        valued(NOW - WEEKS, -50.0, -50.0)
        assert movement(made, until=NOW) is None

    def test_says_nothing_of_a_handful(self) -> None:
        made = assigned(30, 5)
        valued(NOW - WEEKS, -50.0, -50.0)
        valued(NOW, -40.0, -49.0)
        assert movement(made, until=NOW) is None

    def test_claims_nothing_its_interval_does_not_carry(self) -> None:
        assert "cannot be told" in Movement(-2.0, -1.0, -1.0, -3.0, 1.0).finding
        assert "farther" in Movement(2.0, 0.0, 2.0, 1.0, 3.0).finding
        assert Movement(-2.04, 0.0, -0.01, -3.0, 1.0).written["difference"] == "0.0 points"

    def test_comes_after_the_page(self, client: Client) -> None:
        made = assigned()
        valued(NOW - WEEKS, -50.0, -50.0)
        valued(NOW, -40.0, -49.0)
        Run.objects.filter(kind="campaign").update(summary={"until": NOW.isoformat()})
        answer = signed_in(client).get(f"/campaigns/{made.pk}/movement/", headers={"Accept-Language": "en"})
        assert "−9.0 points" in answer.content.decode()
