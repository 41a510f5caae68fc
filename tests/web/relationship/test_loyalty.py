"""The page of loyalty: its calendar, what was measured, whom to ask; the same by the API; and what Today says of it."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dangol.insight.relationship.loyalty.actions import set_plan
from dangol.insight.relationship.loyalty.queries import last_measured, plan
from dangol.records.customers.models import Identity
from dangol.records.staff.access import store
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.records.voices.models import SurveyAnswer
from dangol.web import clock
from dangol.web.relationship.loyalty.asking import drawn, last_wave
from tests.insight.analysis.surveys.sheets import answer
from tests.people import people, valued
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import NOW, signed_in
from tests.web.relationship.loyalty_runs import loyalty_run

pytestmark = pytest.mark.django_db


def page(client: Client, path: str = "/map/loyalty/") -> str:
    told = client.get(path, headers={"accept-language": "en"}).content.decode()
    return re.sub(r"\s+", " ", told)


def planned(day: date) -> User:
    owner = staff(Role.ANALYST)
    set_plan(every="year", first=day, owner=owner, on=day, by=owner, at=NOW)
    return owner


class TestPage:
    def test_teaches_before_anything_was_measured_or_asked(self, client: Client) -> None:
        client = signed_in(client)
        told = page(client)
        assert "Nobody has measured yet" in told and "Whether they would buy again" in told
        assert "No wave is planned." in told
        loyalty_run(NOW, rows=[])
        told = page(client)
        assert "There are no answers to surveys yet." in told and "Import survey answers" in told
        assert "Contact in numbers" in told  # which needs no survey

    def test_tells_measured_and_estimated_apart_with_intervals_and_changes(self, client: Client) -> None:
        loyalty_run(NOW)
        told = page(signed_in(client))
        figures = re.findall(r"<dt>([^<]+?) <span[^>]*>.*?(Measured|Estimated)", told)
        assert figures == [
            ("Loyalty, as said", "Measured"), ("Net promoter score (NPS)", "Measured"), ("Bought again", "Measured"),
            ("Commitment, expected", "Estimated"), ("In balance, expected", "Estimated"),
        ]  # fmt: skip
        assert "70.0%" in told and "60.4 ~ 78.1" in told  # Wilson of 70 of 100
        assert "of 100 who were asked" in told and "No more than chance" in told

    def test_says_not_known_and_never_0_where_nothing_is_on_record(self, client: Client) -> None:
        loyalty_run(NOW)
        told = page(signed_in(client))
        rows = dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', told))
        assert "nothing of the sort is on record" in rows["Answered what was sent"]
        assert "nothing of the sort is on record" in rows["Came back undelivered"]
        assert "not known" in rows["Deliveries that came late"] and "30 late" in rows["Deliveries that came late"]
        assert "1.50" in rows["Contacts from us, a customer"] and "30.0" in rows["Complaints of 1,000 customers"]
        assert "75.0%" in rows["Complaints answered"] and "15 / 20" in rows["Complaints answered"]

    def test_says_used_where_nothing_is_sold(self, client: Client) -> None:
        loyalty_run(NOW, by_use=True)
        told = page(signed_in(client))
        assert "Used again" in told and "Bought again" not in told

    def test_says_why_a_survey_cannot_tell(self, client: Client) -> None:
        loyalty_run(NOW, rows=[answer(one, "Parking is easy", 4, dimension="convenience") for one in range(1, 30)])
        told = page(signed_in(client))
        assert "cannot say how loyal customers are: Nobody was asked" in told

    def test_gives_the_picture_with_its_numbers_as_files(self, client: Client) -> None:
        run = loyalty_run(NOW)
        client = signed_in(client)
        told = client.get(f"/map/loyalty/{run.pk}/index.csv", headers={"accept-language": "en"}).content.decode()
        assert "Spring" in told and "estimated" in told and "measured" in told
        assert client.get(f"/map/loyalty/{run.pk}/index.exe").status_code == 404


class TestPlan:
    def test_is_set_changed_and_told_with_who_and_when(self, client: Client) -> None:
        client = signed_in(client)
        owner = User.objects.get()
        first = clock.day() + timedelta(days=40)
        wanted = {"every": "quarter", "first": first.isoformat(), "owner": owner.pk, "survey": "Loyalty", "days": ""}
        assert client.post("/map/loyalty/plan/", wanted).status_code == 302
        assert client.post("/map/loyalty/plan/", {**wanted, "every": "year"}).status_code == 302
        told = page(client)
        assert "Coming" in told and "Every quarter" in told and "Changes of the plan" in told
        standing = plan()
        assert standing is not None and (standing.every, standing.owner, standing.by) == ("year", owner, owner)

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            ({"days": "soon"}, "is no day"), ({"days": ""}, "at least one day"),
            ({"owner": ""}, "somebody who works here"),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_beside_what_was_written(self, client: Client, wrong: dict[str, Any], why: str) -> None:
        client = signed_in(client)
        wanted = {"every": "days", "days": "2027-01-04", "owner": User.objects.get().pk, **wrong}
        answered = client.post("/map/loyalty/plan/", wanted, headers={"accept-language": "en"})
        assert answered.status_code == 422 and why in answered.content.decode()


class TestToday:
    def test_says_who_is_late_and_is_silent_where_the_clock_stands_still(self, client: Client, settings: Any) -> None:
        owner = planned(clock.day() - timedelta(days=40))
        client = signed_in(client)
        told = page(client, "/")
        late = "Loyalty should have been measured on"
        if not clock.runs():
            assert late not in told
            from dataclasses import replace

            settings.DANGOL = replace(settings.DANGOL, as_of=None)
            told = page(client, "/")
        assert late in told and f"In charge: {owner}" in told


class TestWhomToAsk:
    def test_is_a_list_that_comes_out_again_by_its_number(self, client: Client) -> None:
        valued(people(20), regions=("I", "II"))
        client = signed_in(client)
        asked = client.get("/map/loyalty/ask/?people=6&seed=3", headers={"accept-language": "en"})
        assert "draw 3" in asked.content.decode() and "6" in asked.content.decode()
        reason = {"reason": "the survey of autumn", "kind": "csv"}

        def taken() -> list[str]:
            answered = client.post("/map/loyalty/ask/?people=6&seed=3", reason)
            return b"".join(answered).decode().splitlines()[1:7]

        first = taken()
        assert len(first) == 6 and first == taken()
        assert client.get("/map/loyalty/ask/?people=0&seed=x").status_code == 422
        store.seal()
        with store.reading() as log:
            taken_away = store.entries_of(log, "page = ?", ("loyalty_ask",)).values()
        assert {len(one.subjects) for one in taken_away} == {6}

    def test_leaves_out_the_last_wave_although_it_was_not_measured_yet(self) -> None:
        first, *_rest = people(4)
        assert last_wave() is None
        at = clock.as_of() - timedelta(days=20)
        SurveyAnswer.objects.create(
            identity=Identity.objects.get(customer=first), source="file", ref="1", survey="s", item="q", dimension="",
            score=5, scale_min=1, scale_max=7, at=at,
        )  # fmt: skip
        assert last_wave() == timezone.localdate(at) - timedelta(days=60)
        found, _valued = drawn(people=10, seed=1)
        assert len(found.ids) == 3 and first.pk not in found.ids


class TestApi:
    def test_tells_what_the_page_tells_and_plans(self) -> None:
        loyalty_run(NOW)
        owner = staff(Role.OWNER)
        wanted = {"every": "days", "days": ["2027-03-01"], "owner": owner.username}
        told = json.loads(send("POST", "/map/loyalty", key(owner), wanted).content)
        assert [one["every"] for one in told["plans"]] == ["days"] and told["calendar"][-1]["day"] == "2027-03-01"
        wave = told["measured"]["waves"][-1]
        figures = {one["name"]: one for one in wave["figures"]}
        assert (figures["again"]["value"], figures["again"]["provenance"]) == (70.0, "measured")
        assert figures["commitment"]["provenance"] == "estimated"
        assert {one["name"] for one in wave["changes"]} == {"said", "nps", "again", "commitment", "balance"}
        assert told["measured"]["quarters"][0]["answers"] is None
        refused = send("POST", "/map/loyalty", key(owner), {"every": "year", "owner": owner.username})
        assert refused.status_code == 400 and "begins" in refused.content.decode()


def test_measuring_is_work_beside_the_pages(client: Client) -> None:
    people(3)
    client = signed_in(client)
    assert client.post("/map/loyalty/measure/").status_code == 302
    run = last_measured()
    assert run is not None and run.summary["waves"] == []
    assert run.summary["reach"]["customers"] == 3
