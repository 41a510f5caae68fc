"""Care from What to do to Did they move?: planned, done by one of us, on Today, on the profile, in the history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from dangol.decisions.care.models import CarePlan, CareTask
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.who_counts import shops_day
from dangol.records.ledger.models import Interaction
from dangol.records.permission.models import Consent
from dangol.records.staff.roles import Role
from dangol.web import clock
from tests.decisions.care.tended import planned, recommended, somebody
from tests.people import AT, ON_PAPER, person
from tests.records.staff.office import office, staff
from tests.web.api.shop import key, send
from tests.web.business import signed_in, summary
from tests.web.relationship.care_tasks import care_of

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "as_of", lambda: AT)


def page(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", client.get(address, headers=ENGLISH).content.decode())


def test_a_programme_without_a_channel_is_planned_done_followed_and_told_by_name(client: Client) -> None:
    recommended()
    valued = Run.objects.get(kind="relationship")
    valued.summary = summary({})
    valued.save()
    client = signed_in(client)
    told = page(client, "/map/positioning/")
    assert 'href="/care/plan/?programme=personal_care"' in told
    assert 'href="/care/plan/?programme=coupon"' not in told
    assert "At most 30;" in page(client, "/care/plan/?programme=personal_care")
    sent = {
        "name": "가을 안부", "kind": "call", "count": "30", "holdout": "40", "owners": [str(somebody().pk)],
        "due_on": "2026-10-28",
    }  # fmt: skip
    answer = client.post("/care/plan/?programme=personal_care", sent, headers=ENGLISH)
    made = CarePlan.objects.get()
    assert answer.headers["Location"] == f"/care/?who=all&plan={made.pk}"
    tasks = CareTask.objects.count()
    assert 0 < tasks < 30
    assert f"0 of {tasks} tasks done" in page(client, answer.headers["Location"])
    assert f">{made.name}</a>" in page(client, "/map/positioning/followed/")
    assert made.name in page(client, "/map/loop/")


def test_a_task_is_written_on_the_profile_stands_on_today_and_becomes_part_of_the_history(client: Client) -> None:
    one = person()
    client = signed_in(client)
    day = (shops_day(AT) + timedelta(days=2)).isoformat()
    sent = {"kind": "visit", "owner": somebody().pk, "due_on": day, "text": "우유 상자를 바꿔 드리기"}
    assert client.post(f"/care/new/{one.pk}/", sent, headers=ENGLISH).status_code == 302
    profile = page(client, f"/customers/{one.pk}/")
    assert "A visit by one of us" in profile and "우유 상자를 바꿔 드리기" in profile
    assert "1 care task is yours" in page(client, "/")
    task = CareTask.objects.get()
    answer = client.post(f"/care/{task.pk}/settle/", {"outcome": "done", "note": "반가워하심"}, headers=ENGLISH)
    assert answer.status_code == 302
    told = page(client, f"/customers/{one.pk}/")
    assert "One of us came to see them" in told and "반가워하심" in told
    assert "care task is yours" not in page(client, "/")
    client.post(f"/care/{task.pk}/back/", headers=ENGLISH)
    assert not Interaction.objects.exists()
    assert "1 care task is yours" in page(client, "/")


def test_warns_where_nothing_may_be_sold_by_phone_and_marks_what_is_overdue(client: Client) -> None:
    asked, silent = person(), person()
    Consent.objects.create(
        customer=asked,
        purpose="marketing",
        channel="call",
        granted=True,
        answered_at=AT - timedelta(days=9),
        **ON_PAPER,
    )
    owner = somebody()
    care_of(asked, owner, at=AT - timedelta(days=20))
    assert "No sales call" not in page(signed_in(client), "/care/")
    care_of(silent, owner, at=AT)
    shown = page(client, "/care/")
    assert shown.count("No sales call") == 1 and shown.count("Overdue") == 1
    assert shown.index(asked.full_name) < shown.index(silent.full_name)


def test_a_dealer_sees_the_tasks_of_their_own_customers_and_settles_them_alone(client: Client) -> None:
    units = office()
    mine, other = person(unit=units["D1"]), person(unit=units["D2"])
    tasks = [care_of(one, somebody(), at=AT) for one in (mine, other)]
    client.force_login(staff(Role.DEALER, "D1"))
    told = page(client, "/care/?who=all")
    assert mine.full_name in told and other.full_name not in told
    assert client.post(f"/care/{tasks[1].pk}/settle/", {"outcome": "done"}).status_code == 404
    assert client.post(f"/care/{tasks[0].pk}/settle/", {"outcome": "declined"}).status_code == 302
    assert list(CareTask.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "open"]


def test_how_a_plan_stands_is_told_to_those_alone_who_see_the_whole_business(client: Client) -> None:
    recommended()
    made = planned(somebody())
    assert " held out · until " in page(signed_in(client), f"/care/?who=all&plan={made.pk}")
    office()
    client.force_login(staff(Role.DEALER, "D1"))
    assert " held out · until " not in page(client, f"/care/?who=all&plan={made.pk}")


def test_who_sees_people_masked_reads_no_notes(client: Client) -> None:
    task = care_of(person(), somebody(), at=AT)
    signed_in(client).post(f"/care/{task.pk}/settle/", {"outcome": "not_reached", "note": "병원에 계심"})
    assert "병원에 계심" in page(client, "/care/?who=all")
    client.force_login(staff(Role.MARKETER))
    told = page(client, "/care/?who=all")
    assert "병원에 계심" not in told and "좋아하는 요거트" not in told and "A gift" in told


def test_programs_are_told_what_cannot_be_asked_for() -> None:
    care_of(person(), somebody(), at=AT)
    token = key(somebody())
    assert len(send("GET", "/care/tasks?owner=owner", token).json()) == 1
    assert send("GET", "/care/tasks?state=done", token).json() == []
    for asked in (f"plan={10**30}", "owner=%00", "state=gone"):
        assert send("GET", f"/care/tasks?{asked}", token).status_code == 422


def test_says_what_is_wrong_and_keeps_the_task(client: Client) -> None:
    task = care_of(person(), somebody(), at=AT)
    answer = signed_in(client).post(f"/care/{task.pk}/settle/", {"outcome": "done", "heard": "praise"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Write down what was said" in answer.content.decode()
    task.refresh_from_db()
    assert task.state == "open"
