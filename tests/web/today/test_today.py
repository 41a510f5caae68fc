"""The page Today: where the loop stands, and what to do first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.contact.intake.models import Batch
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.models import Parts
from dangol.records.customers.models import Customer
from dangol.records.outbox.models import Message
from dangol.web.today.standing import standing
from dangol.web.today.tasks import Task
from tests.web.business import NOW, business, campaign, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def today(client: Client) -> str:
    answer = signed_in(client).get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


class TestStage:
    def test_begins_with_knowing(self, client: Client) -> None:
        assert standing().stage == "know"
        page = today(client)
        assert "No customers yet" in page
        assert 'href="/start/"' in page

    def test_then_with_valuing(self, client: Client) -> None:
        Customer.objects.create(full_name="김단골", registered_at=NOW)
        assert standing().stage == "value"
        assert "No customer is valued yet" in today(client)

    def test_then_with_deciding_for_those_who_get_too_little(self, client: Client) -> None:
        business()
        assert standing().stage == "decide"
        assert "2 customers give us more than they get" in today(client)

    def test_calls_nobody_fair_where_nobody_has_a_place(self, client: Client) -> None:
        people = business()
        Run.objects.update(
            summary=Run.objects.get().summary
            | {"regions": dict.fromkeys(("I", "II", "III"), 0) | {"unknown": len(people)}}
        )
        page = today(client)
        assert "nobody’s place on the map is known yet" in page
        assert "Nobody gives more than they get" not in page

    def test_then_with_meeting_while_messages_wait(self) -> None:
        business()
        campaign(measured=False)
        Message.objects.update(handed_over_at=None)
        assert standing().stage == "meet"

    def test_then_with_learning_until_it_is_measured(self) -> None:
        business()
        made = campaign(measured=False)
        assert standing().stage == "learn"
        made.measured_at = NOW
        made.save()
        assert standing().stage == "decide"


class TestStrip:
    def test_shows_one_number_of_each_stage(self, client: Client) -> None:
        business()
        campaign()
        page = today(client)
        strip = page.partition('class="card loop"')[2].partition("</nav>")[0]
        for words in (">8<", "16 transactions", ">6<", "2 not known yet", "0 planned", "10% held out", "6 sent",
                      "none waiting", "+₩4,200", "+₩1,100 to +₩7,300"):  # fmt: skip
            assert words in strip
        assert strip.count("Start here") == 1


class TestBothSides:
    def test_show_no_zero_for_what_is_not_known(self, client: Client) -> None:
        business()
        Parts.objects.update(economic_value=None)
        Run.objects.update(summary={**Run.objects.get().summary, "equity_total": {"value": 0, "low": 0, "high": 0}})
        told = today(client).partition('id="both"')[2].partition("</section>")[0]
        assert told.count("Not known yet") == 2
        assert "No discounts, points or gifts are on record" in told
        assert "₩0" not in told


class TestTasks:
    def test_tell_of_results_plans_and_refused_rows(self, client: Client) -> None:
        business()
        campaign("감사 편지")
        campaign("겨울 안부", launched=False)
        campaign("봄맞이", measured=False)
        Batch.objects.create(kind="transactions", source="own", file_name="11월.xlsx", rejected=41, started_at=NOW)
        titles = [task.title for task in _tasks(client)]
        assert titles[0].startswith("2 customers give us more")
        assert len(titles) <= 6
        assert {
            "The result of “감사 편지” is here",
            "“겨울 안부” is planned but not sent",
            "“봄맞이” is running",
        } < set(titles)

    def test_ask_to_measure_once_the_weeks_are_over(self, client: Client) -> None:
        business()
        made = campaign(measured=False)
        assert "Responses are counted until" not in today(client)
        made.launched_at = NOW + timedelta(weeks=500)
        made.save()
        assert "Responses are counted until" in today(client)

    def test_lead_only_to_pages_that_exist(self, client: Client) -> None:
        business()
        campaign()
        signed_in(client)
        assert all(client.get(task.url).status_code == 200 for task in _tasks(client))


class TestSums:
    def test_show_both_sides_with_their_interval(self, client: Client) -> None:
        business()
        page = today(client)
        assert "₩114,000 a year" in page  # 8 × 14,200, three digits
        assert "95% interval ₩390M to ₩430M" in page
        assert "31% answered themselves" in page or "answered themselves" not in page

    def test_show_groups_and_regions(self, client: Client) -> None:
        business()
        page = today(client)
        assert "Mothers&#x27; club" in page
        assert "Home delivery" in page
        assert 'href="/customers/?region=II"' in page


def test_asks_the_store_the_same_number_of_times(client: Client) -> None:
    business(4)
    campaign("하나")
    signed_in(client).get("/")  # the first page of a session writes down when it began
    few = _queries(client)
    for number in range(3):
        campaign(f"또 하나 {number}")
    assert _queries(client) == few <= 20


def _tasks(client: Client) -> list[Task]:
    return list(signed_in(client).get("/", headers={"Accept-Language": "en"}).context["tasks"])


def _queries(client: Client) -> int:
    signed_in(client)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/").status_code == 200
    return len(asked)
