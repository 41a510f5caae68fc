"""A portfolio that is carried out is kept with places and targets, and those in it are followed month by month."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from dangol.decisions.campaigns.past_effects import past_effects
from dangol.insight.relationship.following.following_up import follow_up
from dangol.insight.relationship.following.gained import customers_gained
from dangol.insight.relationship.following.outcome import AS_MEANT, STAYED
from dangol.insight.relationship.following.queries import followed_of, taken_over
from dangol.insight.relationship.models import Followed, FollowUp, Position, Snapshot, Takeover
from dangol.insight.relationship.positioning.catalogue import programme
from dangol.insight.relationship.positioning.learning import LEARNED, NOTHING, STATED, expected
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Assignment
from tests.insight.relationship.following.carried_out import A, carried_out, crowd, month, portfolio

pytestmark = pytest.mark.django_db
OCTOBER, JANUARY = date(2026, 10, 1), date(2027, 1, 1)


@pytest.mark.store
class TestTakeOver:
    def test_keeps_place_target_action_and_arm_of_everybody_drawn(self) -> None:
        portfolio(crowd())
        sent = carried_out("coupon", "gift")
        arms = dict(Assignment.objects.filter(source_ref=sent.source_ref).values_list("identity__customer", "arm"))
        kept = list(Followed.objects.all())
        assert len(kept) == len(arms) == 60
        for one in kept:
            assert one.treated == (arms[one.customer_id] == Assignment.Arm.TREATED)
            of_a = (one.customer_value, one.customer_equity) == A
            assert (one.programme, one.move) == (("coupon", "A_B") if of_a else ("gift", "C_D"))
            assert (one.target_value, one.target_equity) == ((85.0, 70.0) if of_a else (65.0, 80.0))

    def test_follows_only_the_programmes_that_were_carried_out(self) -> None:
        run = portfolio(crowd())
        carried_out("gift")
        assert set(Followed.objects.values_list("programme", flat=True)) == {"gift"}
        kept = Takeover.objects.get()
        assert kept.portfolio == run
        assert list(kept.programmes) == ["gift"]
        assert kept.programmes["gift"]["names"]["en"] == "Gift"

    def test_follows_nobody_of_a_campaign_that_chose_otherwise(self) -> None:
        portfolio(crowd())
        carried_out()
        assert not Takeover.objects.exists()


def test_those_followed_are_counted_out_of_an_index_alone() -> None:
    assert connection.vendor == "sqlite", "marked for both stores: PostgreSQL decides by how many rows there are"
    with CaptureQueriesContext(connection) as seen:
        taken_over()
    (counting,) = (one["sql"] for one in seen.captured_queries if "COUNT(" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {counting}")
        plan = [row[-1] for row in cursor.fetchall()]
    assert len(plan) == 1 and "COVERING INDEX followed_counted" in plan[0]


class TestFollowUp:
    def test_says_that_more_of_the_treated_moved_as_meant(self) -> None:
        valued = crowd()
        portfolio(valued)
        carried_out("gift")
        month(valued, JANUARY, treated={"value": 12}, held_out={})
        assert follow_up() == 1
        ((line,),) = (list(each.lines) for each in taken_over())
        assert line.last is not None
        assert line.last.treated[AS_MEANT] == line.treated
        assert line.last.held_out[STAYED] == line.held_out
        assert line.treated + line.held_out == 30
        assert (line.last.finding, line.last.early) == ("more", False)
        assert line.last.more is not None and line.last.more.low > 0

    def test_says_of_what_came_soon_that_it_is_too_early(self) -> None:
        valued = crowd()
        portfolio(valued)
        carried_out("gift")
        month(valued, OCTOBER, treated={"value": 12}, held_out={})
        follow_up()
        seen = taken_over()[0].lines[0].last
        assert seen is not None and seen.finding == "early"

    def test_says_unclear_where_both_arms_moved_alike(self) -> None:
        valued = crowd()
        portfolio(valued)
        carried_out("gift")
        month(valued, JANUARY, treated={"value": 12}, held_out={"value": 12})
        follow_up()
        seen = taken_over()[0].lines[0].last
        assert seen is not None and seen.finding == "unclear"

    def test_counts_no_month_twice_none_before_and_none_on_other_scales(self) -> None:
        valued = crowd()
        portfolio(valued)
        carried_out("gift")
        month(valued, date(2026, 8, 1), treated={}, held_out={})
        assert follow_up() == 0
        month(valued, OCTOBER, treated={}, held_out={})
        assert (follow_up(), follow_up()) == (1, 0)
        valued.parameters["tolerance"] = 25.0
        valued.save()
        month(valued, date(2026, 11, 1), treated={}, held_out={})
        assert follow_up() == 0
        assert FollowUp.objects.count() == 1

    def test_counts_no_month_that_ended_before_although_its_places_were_taken_after(self) -> None:
        valued = crowd()
        portfolio(valued)
        carried_out("gift")
        for day in (date(2026, 8, 1), date(2026, 9, 1)):
            month(valued, day, treated={"value": 12}, held_out={})
        Snapshot.objects.update(day=date(2026, 10, 3))  # the first valuation after either
        assert follow_up() == 1
        ((line,),) = (list(each.lines) for each in taken_over())
        assert [seen.month for seen in line.months] == [date(2026, 9, 1)]
        (own,) = followed_of(Followed.objects.earliest("pk").customer_id)
        assert [place.snapshot.month for place in own.later] == [date(2026, 9, 1)]

    def test_tells_one_customer_from_where_to_where_and_where_they_went(self) -> None:
        valued = crowd()
        portfolio(valued)
        carried_out("coupon")
        for day, points in ((date(2026, 8, 1), 1.0), (OCTOBER, 3.0), (JANUARY, 9.0)):
            month(valued, day, treated={"equity": points}, held_out={})
        one = Followed.objects.filter(treated=True).earliest("pk")
        (own,) = followed_of(one.customer_id)
        assert own.name == "Coupon"
        assert [(place.snapshot.month, place.customer_equity) for place in own.later] == [
            (OCTOBER, 33.0), (JANUARY, 39.0),
        ]  # fmt: skip
        assert followed_of(Customer.objects.exclude(pk__in=Followed.objects.values("customer")).earliest("pk").pk) == []


class TestGained:
    def test_is_what_the_treated_gained_more_in_money_and_draws_the_prior(self) -> None:
        valued = crowd()
        portfolio(valued)
        carried_out("gift")
        month(valued, JANUARY, treated={"value": 12}, held_out={"value": 2})
        Position.objects.filter(pk__in=list(Position.objects.values_list("pk", flat=True)[::2])).update(
            customer_value=F("customer_value") + 1
        )
        follow_up()
        (one,) = customers_gained()["gift"]
        a_point = Takeover.objects.get().programmes["gift"]["money_a_point"]
        # Ten of economic value lift its rank by a point, and the mean of three ranks by a third of one.
        assert a_point == pytest.approx(30, rel=0.4)
        assert one.low < 10 * a_point < one.high
        assert one.effect == pytest.approx(10 * a_point, abs=a_point / 2)
        gift = programme("gift")
        assert gift is not None
        stated, found = (expected(gift, past, margin_rate=0.3).customer for past in (NOTHING, past_effects()))
        assert (stated.source, found.source, found.campaigns) == (STATED, LEARNED, 1)
        assert stated.value < found.value < one.effect
        assert found.high - found.low < stated.high - stated.low

    def test_is_not_known_of_what_is_too_early_or_too_long_ago_and_stays_assumed(self) -> None:
        valued = crowd()
        portfolio(valued)
        carried_out("gift")
        for day in (OCTOBER, date(2027, 10, 1)):
            month(valued, day, treated={"value": 12}, held_out={})
        assert follow_up() == 2
        assert customers_gained() == {}
        gift = programme("gift")
        assert gift is not None and expected(gift, past_effects(), margin_rate=0.3).customer.source == STATED
