"""The page Stages: what it says before, after, and of one customer; its lists, its files; the same by the API."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client

from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.insight.relationship.stages.models import Step
from dangol.insight.relationship.stages.queries import last_evaluation
from dangol.records.customers.models import Customer, FieldUse
from dangol.records.staff.roles import Role
from dangol.web.campaigns.choice import of_rule
from tests.people import people
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import NOW, business, signed_in
from tests.web.relationship.stage_runs import stages_run

pytestmark = pytest.mark.django_db
ADDRESS = "/map/stages/"


def page(client: Client, address: str = ADDRESS, language: str = "en") -> str:
    text = client.get(address, headers={"accept-language": language}).content.decode()
    return re.sub(r"\s+", " ", text)


def sells() -> None:
    """Two customers: one comes three times in October, one once in January."""
    rows = [
        ("often", datetime(2026, 10, 1)),
        ("often", datetime(2026, 10, 8)),
        ("often", datetime(2026, 10, 15)),
        ("once", datetime(2026, 1, 5)),
    ]
    feed = {
        "receipt": [f"r{n}" for n in range(len(rows))], "customer": [who for who, _ in rows],
        "time": [at for _, at in rows], "amount": [3_000] * len(rows),
    }  # fmt: skip
    load.take(made("transactions", feed), source="shop", by=None, at=NOW)


class TestPage:
    def test_teaches_before_anybody_has_asked(self, client: Client) -> None:
        told = page(signed_in(client))
        assert "Nobody has told the stages yet" in told
        assert "silence, too, moves people on" in told

    @pytest.mark.parametrize(("course", "other"), [("stage", "cycle"), ("cycle", "stage")])
    def test_tells_one_course_at_a_time_and_leads_to_the_other(self, client: Client, course: str, other: str) -> None:
        stages_run(NOW)
        told = page(signed_in(client), f"{ADDRESS}?course={course}")
        assert f'<a href="?course={course}" aria-current="true">' in told
        assert f'<a href="?course={other}">' in told
        assert f'id="{course}-states"' in told and f"/{course}-moves.png" in told
        assert f'id="{other}-states"' not in told and f"/{other}-moves.png" not in told

    @pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}?course=unheard_of"])
    def test_tells_the_course_of_the_literature_first(self, client: Client, address: str) -> None:
        stages_run(NOW)
        assert 'id="stage-states"' in page(signed_in(client), address)

    def test_tells_the_courses_when_asked(self, client: Client) -> None:
        sells()
        signed_in(client).post(f"{ADDRESS}tell/", headers={"accept-language": "en"})
        run = last_evaluation()
        assert run is not None and run.summary["stage"]["counts"] == {"expansion": 1, "ended": 1}
        told = page(client)
        assert "goes by the number of purchases alone" in told
        assert 'href="/customers/?stage=expansion"' in told

    def test_leads_from_each_number_to_the_list_of_just_them(self, client: Client) -> None:
        sells()
        signed_in(client).post(f"{ADDRESS}tell/", headers={"accept-language": "en"})
        lost = Customer.objects.get(identities__external_id="once")
        assert f'href="/customers/{lost.pk}/"' in page(client, "/customers/?stage=ended")
        assert f'href="/customers/{lost.pk}/"' not in page(client, "/customers/?stage=expansion")
        step = Step.objects.get(customer=lost, track="stage", until=None)
        assert step.since.isoformat() == "2026-11-02"

    def test_leads_from_a_state_to_a_campaign_for_just_them(self, client: Client) -> None:
        stages_run(NOW, people(1)[0])
        page = signed_in(client).get(f"{ADDRESS}?course=cycle", headers={"accept-language": "en"}).content.decode()
        assert "/campaigns/plan/?cycle=won_back" in page
        plan = client.get("/campaigns/plan/?cycle=won_back&cycle=unheard_of", headers={"accept-language": "en"})
        assert "Customers who stand here in their relationship: Won back" in plan.content.decode()
        assert '<input type="hidden" name="cycle" value="won_back">' in plan.content.decode()
        assert of_rule({"cycle": ["won_back"]}).address() == "cycle=won_back"

    def test_tells_who_moved_with_the_interval(self, client: Client) -> None:
        stages_run(NOW)
        told = page(signed_in(client))
        assert "Awareness → Exploration" in told
        assert "20.0%" in told and "11.2% ~ 33.0%" in told
        assert "stage_then=awareness&amp;stage=exploration" in told
        told = page(client, f"{ADDRESS}?course=cycle")
        assert "cycle_then=~&amp;cycle=new" in told or "cycle_then=%7E&amp;cycle=new" in told

    def test_says_when_the_rules_are_others_by_now(self, client: Client) -> None:
        run = stages_run(NOW)
        assert "are others by now" not in page(signed_in(client))
        run.parameters["lost_days"] = 200
        run.save()
        assert "are others by now" in page(client)

    @pytest.mark.parametrize("chart", ["stage", "stage-moves", "cycle", "cycle-moves"])
    def test_gives_each_picture_as_numbers(self, client: Client, chart: str) -> None:
        run = stages_run(NOW)
        answer = signed_in(client).get(f"{ADDRESS}{run.pk}/{chart}.csv?lang=en", headers={"accept-language": "en"})
        text = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200 and text.decode().count("\n") > 2

    def test_knows_no_other_picture(self, client: Client) -> None:
        run = stages_run(NOW)
        assert signed_in(client).get(f"{ADDRESS}{run.pk}/who-moves.csv").status_code == 404


class TestProfile:
    def test_says_where_the_customer_stands_since_when_and_why(self, client: Client) -> None:
        person = business()[0]
        stages_run(NOW, person)
        told = page(signed_in(client), f"/customers/{person.pk}/")
        assert "How the relationship went" in told
        assert "Bought again after 210 days." in told
        assert "1 time<" in told
        assert told.index("Won back") < told.index("The whole course") < told.index("silent for 147 days")
        assert FieldUse.objects.filter(name="stage", use="meeting").exists()


class TestApi:
    def test_tells_the_same(self) -> None:
        person = business()[0]
        stages_run(NOW, person)
        owner = key(staff(Role.OWNER))
        told = send("GET", "/stages", owner).json()
        stage = told["tracks"][0]
        assert stage["states"][0]["customers"] == 40
        assert {"was": "awareness", "now": "exploration", "customers": 10, "among": 50}.items() <= next(
            one for one in stage["moves"] if one["was"] == "awareness"
        ).items()
        course = send("GET", f"/customers/{person.pk}/stages", owner).json()
        assert [one["state"] for one in course if one["until"] is None] == ["won_back", "exploration"]
