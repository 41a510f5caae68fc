"""Those served below what they expect stand on the page before a campaign is sent: by page and by program."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from dangol.decisions.campaigns.models import Campaign, Series
from dangol.insight.analysis.models import Run, Score
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from tests.people import people, valued
from tests.web.api.shop import key, send
from tests.web.business import NOW
from tests.web.campaigns.test_campaigns import EN, PLAN, get, post
from tests.web.relationship.value_runs import expectation_told

pytestmark = pytest.mark.django_db
TITLE = "Who expects more, and who was left out"


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    """Let long work happen at once, by a clock that stands still."""
    settings.DANGOL = replace(settings.DANGOL, as_of=NOW)
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def two_halves() -> Run:
    """Forty of region II and forty of region III, all among the best, below expectation, and upset."""
    valued(people(80), regions=["II"] * 40 + ["III"] * 40, as_of=NOW)
    return expectation_told()


def looked(client: Client) -> str:
    answer = post(client, "/campaigns/plan/", **PLAN, step="look")
    assert answer.status_code == 200
    told: str = answer.content.decode()
    return told


@pytest.mark.usefixtures("two_halves")
class TestPage:
    def test_tells_whom_of_them_it_leaves_out_and_where_they_are_listed(self, client: Client) -> None:
        told = looked(client)
        assert TITLE in told
        assert "40 of the 80 best customers below expectation do not get it." in told
        assert "40 of the 80 who complained after being left out are left out again." in told
        for address in ("/customers/?expectation=best_below", "/customers/?left_out=complained", "/map/expectation/"):
            assert f'href="{address}"' in told
        listed = get(client, "/customers/?left_out=complained")
        assert "Complained after being left out" in listed

    def test_a_kept_plan_tells_it_until_it_is_sent(self, client: Client) -> None:
        address = post(client, "/campaigns/plan/", **PLAN, step="save")["Location"]
        assert TITLE in get(client, address)
        post(client, f"{address}send/")
        assert TITLE not in get(client, address)

    def test_what_comes_again_tells_it_until_it_is_started(self, client: Client) -> None:
        address = post(client, "/campaigns/plan/", **{**PLAN, "when": "month:1"}, step="save")["Location"]
        assert Series.objects.exists()
        assert TITLE in get(client, address)
        post(client, f"{address}step/", step="start")
        assert TITLE not in get(client, address)

    def test_who_may_not_see_values_is_told_nothing_of_it(self, client: Client) -> None:
        address = post(client, "/campaigns/plan/", **PLAN, step="save")["Location"]
        client.force_login(User.objects.create_user("auditor", role=Role.AUDITOR))
        answer = client.get(address, headers=EN)
        assert answer.status_code == 200
        assert TITLE not in answer.content.decode()


def test_a_valuation_of_before_says_what_it_did_not_count(client: Client) -> None:
    valued(people(40), as_of=NOW)
    run = expectation_told()
    del run.summary["expectation"]["left_out"]
    run.summary["expectation"]["counts"]["best_known"] = 30
    run.save()
    told = looked(client)
    assert "Who complained after being left out is not counted yet." in told
    assert "Of 10 of the 40 best customers it is not known whether they get what they expect." in told
    assert "left_out=complained" not in told


def test_where_nobody_is_concerned_nobody_is_missed(client: Client, two_halves: Run) -> None:
    Score.objects.filter(run=two_halves, name__in=["expectation", "left_out"]).delete()
    told = looked(client)
    assert "None of the best customers is known to be below expectation." in told
    assert "Nobody complained after being left out." in told


@pytest.mark.usefixtures("two_halves")
def test_a_program_reads_it_before_it_sends(client: Client) -> None:
    post(client, "/campaigns/plan/", **PLAN, step="save")
    path, token = f"/campaigns/{Campaign.objects.get().pk}", key(User.objects.get(role=Role.OWNER))
    told = send("GET", f"{path}/expectation", token).json()
    group = {"people": 80, "reached": 40, "withheld": 0, "not_picked": 40}
    assert told["groups"] == [{"group": "best_below", **group}, {"group": "left_out", **group}]
    assert told["finding"].startswith("40 of the 80 best customers below expectation")
    asked = {name: PLAN[name] for name in ("offer", "channel", "body")}
    previewed = send("POST", "/campaigns/preview", token, {**asked, "region": ["II"]}).json()
    assert previewed["expectation"] == told
    post(client, f"/campaigns/{Campaign.objects.get().pk}/send/")
    assert send("GET", f"{path}/expectation", token).json()["groups"] == []
