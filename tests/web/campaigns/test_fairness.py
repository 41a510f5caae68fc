"""Who comes off worse stands on the page before a campaign is sent, and has to be seen: by page and by program."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from dangol.decisions.campaigns.models import Campaign, FairnessSeen
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web.campaigns.fairness import told_of
from tests.people import people, valued
from tests.records.staff.office import staff
from tests.web.api.shop import key, send, text_of
from tests.web.business import NOW
from tests.web.campaigns.test_campaigns import PLAN, get, post

pytestmark = pytest.mark.django_db
UNSEEN = "Look at them, and say that you saw it"


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    """Let long work happen at once, by a clock that stands still."""
    settings.DANGOL = replace(settings.DANGOL, as_of=NOW)
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def two_towns() -> None:
    """Sixty from Jongno are picked by region, sixty from Mapo are not."""
    valued(people(60, place="Jongno") + people(60, place="Mapo"), regions=["II"] * 60 + ["III"] * 60, as_of=NOW)


def mark(page: str) -> str:
    """What the tick on the page stands for."""
    return re.search(r'name="seen" value="(\w+)"', page)[1]  # type: ignore[index]


def looked(client: Client, **data: Any) -> str:
    answer = post(client, "/campaigns/plan/", **PLAN, step="look", **data)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("two_towns")
class TestPage:
    def test_tells_who_comes_off_worse_with_share_and_interval(self, client: Client) -> None:
        told = looked(client)
        assert "District: Mapo comes off worse." in told
        assert "50.0%" in told  # everybody's share
        assert 'name="seen"' in told

    def test_sends_nothing_before_somebody_says_they_saw_it(self, client: Client) -> None:
        answer = post(client, "/campaigns/plan/", **PLAN, step="send")
        assert answer.status_code == 422
        assert UNSEEN in answer.content.decode()
        assert not Campaign.objects.exists()

    def test_keeps_who_saw_it_and_shows_it_with_the_campaign(self, client: Client) -> None:
        page = get(client, post(client, "/campaigns/plan/", **PLAN, step="send", seen=mark(looked(client)))["Location"])
        kept = FairnessSeen.objects.get()
        assert kept.by is not None
        assert Campaign.objects.get().launched_at is not None
        assert "who comes off worse:" in page
        assert "District: Mapo (0 of 60 chosen)" in page

    def test_a_plan_kept_for_later_is_saved_without_and_asks_when_it_is_sent(self, client: Client) -> None:
        address = post(client, "/campaigns/plan/", **PLAN, step="save")["Location"]
        page = get(client, address)
        assert "District: Mapo comes off worse." in page
        assert UNSEEN not in page
        page = get(client, post(client, f"{address}send/")["Location"])
        assert UNSEEN in page
        assert Campaign.objects.get().launched_at is None
        post(client, f"{address}send/", seen=mark(page))
        assert Campaign.objects.get().launched_at is not None

    def test_others_than_those_shown_have_to_be_looked_at_first(self, client: Client) -> None:
        address = post(client, "/campaigns/plan/", **PLAN, step="save")["Location"]
        shown = mark(get(client, address))
        people(30, place="Mapo")  # meanwhile
        page = get(client, post(client, f"{address}send/", seen=shown)["Location"])
        assert UNSEEN in page
        assert Campaign.objects.get().launched_at is None
        answer = post(client, "/campaigns/plan/", **PLAN, step="send", seen=shown)
        assert answer.status_code == 422
        post(client, f"{address}send/", seen=mark(page))
        assert Campaign.objects.get().launched_at is not None

    def test_a_small_district_is_never_told_singly(self, client: Client) -> None:
        people(4, place="Haebangchon")
        told = looked(client)
        assert "Haebangchon" not in told


def test_where_all_fare_alike_nothing_has_to_be_seen(client: Client) -> None:
    valued(people(40, place="Jongno") + people(40, place="Mapo"), as_of=NOW)
    told = looked(client)
    assert "No group comes off worse" in told
    assert 'name="seen"' not in told


@pytest.mark.usefixtures("two_towns")
def test_a_program_reads_it_and_is_refused_until_it_says_that_it_saw_it(client: Client) -> None:
    post(client, "/campaigns/plan/", **PLAN, step="save")
    path, token = f"/campaigns/{Campaign.objects.get().pk}", key(User.objects.get(role=Role.OWNER))
    told = send("GET", f"{path}/fairness", token).json()
    worse = [(one["by"], one["value"], one["people"], one["chosen"]) for one in told["groups"] if one["worse"]]
    assert (worse, told["to_be_seen"], told["seen"]) == ([("place", "Mapo", 60, 0)], True, [])
    refused = send("POST", f"{path}/send", token)
    assert (refused.status_code, UNSEEN in text_of(refused)) == (409, True)
    people(5, place="Mapo")
    stale = send("POST", f"{path}/fairness/seen", token, {"mark": told["mark"]})
    assert (stale.status_code, UNSEEN in text_of(stale)) == (409, True)
    told = send("GET", f"{path}/fairness", token).json()
    assert send("POST", f"{path}/fairness/seen", token, {"mark": told["mark"]}).json() == {"changed": True}
    assert send("POST", f"{path}/send", token).status_code == 200
    told = send("GET", f"{path}/fairness", token).json()
    assert (told["groups"], told["to_be_seen"]) == ([], False)
    assert told["seen"][0]["groups"] == ["District: Mapo (0 of 65 chosen)"]


@pytest.mark.parametrize("wrong", [{"offer": "gold"}, {"topic": "unheard of"}])
def test_a_preview_refuses_what_a_plan_would_refuse(wrong: dict[str, str]) -> None:
    valued(people(3), as_of=NOW)
    asked = {"region": ["II"], "channel": "shown_sms", "offer": "care", "body": "{{name}}, thank you.", **wrong}
    answer = send("POST", "/campaigns/preview", key(staff(Role.MARKETER)), asked)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == set(wrong)


def test_numbers_of_groups_are_written_as_everywhere() -> None:
    kept = {"by": "place", "value": "Mapo", "several": 0, "chosen": 1_013, "people": 12_042}
    row = FairnessSeen(found={"groups": [kept]})
    with override("en"):
        (told,) = told_of([row])
    assert told.groups == ["District: Mapo (1,013 of 12,042 chosen)"]
