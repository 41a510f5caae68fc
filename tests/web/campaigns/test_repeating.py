"""Campaigns that come again, in the words of the browser: planned, started, sent, paused, changed, measured."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dangol.decisions.campaigns.models import Campaign, FairnessSeen, Series
from dangol.decisions.campaigns.repeating.actions import plan_series, step
from dangol.insight.analysis.models import Effect, Run
from dangol.records.outbox.models import Message
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.campaigns.forms import _unused
from dangol.web.start.repeated import issue_if_due
from tests.people import AT, SMS, offer, people, valued
from tests.web.api.shop import key, send, text_of
from tests.web.business import NOW, signed_in
from tests.web.campaigns.test_campaigns import PLAN, get, post

pytestmark = pytest.mark.django_db
MONTHLY = PLAN | {"name": "Monthly statement", "when": "month:1", "body": "{{name}}, you spent {{spent}}."}


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    """Let long work happen at once, by a clock that stands still."""
    settings.DANGOL = replace(settings.DANGOL, as_of=NOW)
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def forty() -> Run:
    return valued(people(40), as_of=NOW)


@pytest.fixture
def two_towns() -> None:
    """Sixty from Jongno are picked by region, sixty from Mapo are not."""
    valued(people(60, place="Jongno") + people(60, place="Mapo"), regions=["II"] * 60 + ["III"] * 60, as_of=NOW)


def mark(page: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', page)[1]  # type: ignore[index]


def signed_user() -> User:
    signed_in(Client())
    return User.objects.get(role=Role.OWNER)


def page_of(client: Client) -> str:
    return get(client, reverse("repeating", args=[Series.objects.get().pk]))


class TestPage:
    @pytest.mark.usefixtures("forty")
    def test_plans_starts_sends_one_and_pauses(self, client: Client) -> None:
        looked = post(client, "/campaigns/plan/", **MONTHLY, step="look").content.decode()
        assert "On day 1 of every month" in looked
        assert "{{spent}}: of 40 people, 40 have nothing on record and read “₩0”." in looked
        post(client, "/campaigns/plan/", **MONTHLY, step="send")
        series = Series.objects.get()
        assert not Campaign.objects.exists()
        assert _unused("Monthly statement") == "Monthly statement (2)"
        assert "nothing falls due by itself" in page_of(client)
        post(client, reverse("repeating_issue", args=[series.pk]))
        made = Campaign.objects.get()
        assert (made.due_on, made.launched_at) == (clock.day(), NOW)
        assert "you spent ₩0" in Message.objects.earliest("pk").body
        told = page_of(client)
        assert "An issue of this day was sent." in told
        assert reverse("campaign", args=[made.pk]) in told
        assert "issue of Monthly statement" in get(client, reverse("campaign", args=[made.pk]))
        Effect.objects.create(
            run=Run.objects.get(), source_ref=series.source_ref, outcome="net_revenue", estimator="raw", declared=True,
            effect=4_200, ci_low=1_100, ci_high=7_300, treated=36, held_out=4, mean_treated=9_000, mean_held_out=4_800,
        )  # fmt: skip
        told = page_of(client)
        assert "₩1,100" in told and "Each customer we planned to reach bought ₩4,200 more." in told
        post(client, reverse("repeating_step", args=[series.pk]), step="pause")
        assert "Paused, nothing comes" in get(client, "/campaigns/")

    @pytest.mark.usefixtures("two_towns")
    def test_asks_again_who_comes_off_worse_where_the_text_changes(self, client: Client) -> None:
        assert post(client, "/campaigns/plan/", **MONTHLY, step="send").status_code == 422
        assert not Series.objects.exists()
        looked = post(client, "/campaigns/plan/", **MONTHLY, step="look").content.decode()
        post(client, "/campaigns/plan/", **MONTHLY, step="send", seen=mark(looked))
        series = Series.objects.get()
        assert FairnessSeen.objects.get().text == series.texts.get()
        change, text = reverse("repeating_change", args=[series.pk]), series.texts.get()
        told = {"segment": str(text.segment_id), "offer": "care", "body": "Something else"}
        refused = post(client, change, **told)
        assert refused.status_code == 422
        assert series.texts.count() == 1
        post(client, change, **told, seen=mark(refused.content.decode()))
        assert series.texts.latest("pk").body == "Something else"
        assert FairnessSeen.objects.count() == 2

    @pytest.mark.usefixtures("forty")
    def test_begins_with_a_statement_where_that_is_recommended(self, client: Client) -> None:
        from dangol.insight.relationship.positioning.catalogue import ensure_programmes

        offer("points")
        ensure_programmes(Run.objects.get(), channel="shown_sms", at=NOW)
        statement = get(client, "/campaigns/plan/?programme=points_statement&channel=shown_sms")
        assert '<option value="month:1" selected>' in statement
        assert "{{지난달구매}}" in statement
        assert "{{포인트}}" not in statement  # this shop keeps no points
        assert "{{추천상품}}" in get(client, "/campaigns/plan/?programme=cross_sell&channel=shown_sms")


class TestDaily:
    def test_sends_what_is_due_once_and_nothing_where_the_clock_stands_still(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        valued(people(40), as_of=AT)
        offer()
        told: dict[str, Any] = {
            "rule": {"region": ["II"]}, "offer_code": "gift", "channel": SMS, "body": "{{name}}", "holdout_share": 0.3,
            "weeks": 4, "estimator": "raw", "every": "week", "day": 1, "by": None, "at": AT,
        }  # fmt: skip
        series = plan_series(name="Weekly", **told)
        nobody = plan_series(name="For nobody", **told | {"rule": {"region": ["I"]}})
        for one in (nobody, series):
            step(one, "started", by=None, at=AT)
        assert issue_if_due(as_of=AT) == []
        settings.DANGOL = replace(settings.DANGOL, as_of=None)
        monkeypatch.setattr(clock, "now", lambda: AT)
        assert [one.series for one in issue_if_due(as_of=AT)] == [series]
        assert issue_if_due(as_of=AT) == []
        assert Campaign.objects.get().due_on == clock.day()  # a Monday
        assert nobody.steps.latest("pk").kind == "failed"


@pytest.mark.usefixtures("forty")
def test_programs_can_do_the_same() -> None:
    offer()
    token = key(signed_user())
    told = {**{name: MONTHLY[name] for name in ("name", "channel", "body")}, "region": ["II"], "offer": "gift"}
    made = send("POST", "/repeating-campaigns", token, {**told, "every": "month", "day": 31})
    number = made.json()["id"]
    for done in ("start", "pause", "go_on", "stop"):
        answer = send("POST", f"/repeating-campaigns/{number}/step", token, {"step": done})
        assert answer.status_code == 200, text_of(answer)
    assert answer.json()["state"] == "stopped"
    assert send("POST", f"/repeating-campaigns/{number}/step", token, {"step": "go_on"}).status_code == 409
