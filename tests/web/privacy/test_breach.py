"""The breach workspace: opened, people found by log and list, letters sent once each, decisions kept, Today's alarm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dangol.contact.delivery.models import Displayed
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.outbox.models import Message
from dangol.records.permission.models import Suppression
from dangol.records.staff.access import spool, store
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.breach import actions
from dangol.records.staff.breach.models import Affected, Incident
from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.privacy import breach_letters
from dangol.web.shell.viewer import of_user
from dangol.web.today.watching import watching
from tests.records.staff.breach.incident import AWARE, KNOWN, by, incident, standing
from tests.records.staff.office import staff
from tests.web.business import business, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]

ALL = "/privacy/breaches/"
SENT = {"channel": "shown_sms", "language": "ko"}


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Keep the log of each test to itself, and let the worker work at once."""
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def owner(client: Client) -> Client:
    return signed_in(client)


def page(client: Client, path: str) -> str:
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def sent(client: Client, made: Incident, step: str, told: dict[str, Any], *, status: int = 302) -> str:
    """Post one step of the workspace; the page it answers with."""
    answer = client.post(f"{ALL}{made.pk}/{step}/", told, headers={"Accept-Language": "en"})
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer.content.decode()


def about(people: list[Customer], name: str = "certain", **more: object) -> Incident:
    made = incident(name, **more)  # type: ignore[arg-type]
    actions.add_people(made, [one.pk for one in people], how="list", by=by(), at=AWARE + timedelta(hours=1))
    return made


class TestOpening:
    def told(self, **more: str) -> dict[str, str]:
        aware = clock.now() - timedelta(hours=5)
        local = aware.astimezone().strftime("%Y-%m-%dT%H:%M")
        return {"name": "잃어버린 노트북", "aware_at": local, "standing": "possible", **more}

    def test_begins_the_clock(self, owner: Client) -> None:
        answer = owner.post(f"{ALL}open/", {**self.told(intrusion="on"), "aware_at": "2026-11-20T10:00"})
        made = Incident.objects.get()
        assert answer["Location"] == f"{ALL}{made.pk}/"
        assert made.aware_at == datetime(2026, 11, 20, 1, tzinfo=UTC)
        assert standing(made).finding.intrusion
        assert "잃어버린 노트북" in page(owner, ALL)

    @pytest.mark.parametrize("gap", ["name", "aware_at", "standing"])
    def test_asks_for_what_is_missing_and_keeps_the_rest(self, owner: Client, gap: str) -> None:
        told = {**self.told(items="이름, 전화번호"), gap: ""}
        answer = owner.post(f"{ALL}open/", told)
        assert answer.status_code == 422 and "이름, 전화번호" in answer.content.decode()
        assert not Incident.objects.exists()

    def test_refuses_a_time_to_come(self, owner: Client) -> None:
        answer = owner.post(
            f"{ALL}open/", self.told() | {"aware_at": "2999-01-01T00:00"}, headers={"Accept-Language": "en"}
        )
        assert answer.status_code == 422 and "later than now" in answer.content.decode()

    def test_offers_it_where_there_is_none(self, owner: Client) -> None:
        assert "No incident" in page(owner, ALL)
        assert "datetime-local" in page(owner, f"{ALL}open/")


class TestPage:
    def test_tells_what_to_do_by_when_and_why(self, owner: Client) -> None:
        made = incident(people=1_000, intrusion=True)
        told = page(owner, f"{ALL}{made.pk}/")
        for words in ("At least 1,000 people are affected.", "Somebody from outside got in without right.",
                      "to be told", "kr-2026-09", "개인정보 유출 안내", "Your personal data have leaked"):  # fmt: skip
            assert words in told

    def test_says_what_a_letter_lacks(self, owner: Client) -> None:
        made = incident(advice="")
        assert "Before letters leave, write: what people can do." in page(owner, f"{ALL}{made.pk}/")

    def test_shows_nobody(self, owner: Client) -> None:
        people = business(3)
        told = page(owner, f"{ALL}{about(people).pk}/")
        assert not any(one.full_name in told for one in people)


class TestPeopleByLog:
    @pytest.fixture
    def people(self) -> list[Customer]:
        people = business(6)
        at = datetime(2026, 11, 10, 3, tzinfo=UTC)
        for number, (user, page_name, verb) in enumerate(
            [(900, "customer", "saw"), (900, "map_list", "took"), (901, "customer", "saw"), (900, "customer", "saw")]
        ):
            spool.append(Entry(at=at + timedelta(days=number), verb=verb, page=page_name, user_id=user, user=f"u{user}",
                               subjects=(people[number].pk,)))  # fmt: skip
        store.seal()
        return people

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, [0, 1, 2, 3]),
            ({"users": "900"}, [0, 1, 3]),
            ({"verbs": "took"}, [1]),
            ({"pages": "customer"}, [0, 2, 3]),
            ({"users": "900", "until": "2026-11-12T00:00"}, [0, 1]),
        ],
    )
    def test_are_counted_first_and_added_then(
        self, owner: Client, people: list[Customer], asked: dict[str, str], found: list[int]
    ) -> None:
        made = incident()
        told = {"since": "2026-11-01T00:00", "until": "2026-11-30T00:00", **asked}
        counted = sent(owner, made, "log", {**told, "step": "look"}, status=200)
        assert f"It was the data of {len(found)}." in counted
        assert not Affected.objects.exists()
        sent(owner, made, "log", {**told, "step": "add"})
        assert sorted(Affected.objects.values_list("customer", flat=True)) == [people[one].pk for one in found]

    def test_say_in_the_log_of_decisions_how_they_were_found(self, owner: Client, people: list[Customer]) -> None:
        made = incident()
        told = {
            "since": "2026-11-01T00:00",
            "until": "2026-11-30T00:00",
            "users": "900",
            "verbs": "took",
            "step": "add",
        }
        sent(owner, made, "log", told)
        assert "u900 · 2026-11-01 00:00 – 2026-11-30 00:00 · Took away" in page(owner, f"{ALL}{made.pk}/")

    def test_need_a_time_that_ends_after_it_begins(self, owner: Client, people: list[Customer]) -> None:
        told = {"since": "2026-11-10T00:00", "until": "2026-11-10T00:00"}
        assert "The end lies before the beginning." in sent(owner, incident(), "log", told, status=422)


class TestPeopleByList:
    def test_are_taken_from_text_and_file(self, owner: Client) -> None:
        people = business(5)
        made = incident()
        file = SimpleUploadedFile("들어 있던 명단.csv", "\ufeffT00002,남궁민서\r\nT00003,황보라\r\n".encode())
        sent(owner, made, "list", {"numbers": "T00000, T00001", "file": file})
        assert sorted(Affected.objects.values_list("customer", flat=True)) == [one.pk for one in people[:4]]
        assert "들어 있던 명단.csv" in page(owner, f"{ALL}{made.pk}/")

    def test_that_nobody_has_are_told(self, owner: Client) -> None:
        business(2)
        told = sent(owner, incident(), "list", {"numbers": "T00000 T00099 T00098"}, status=200)
        assert "2 numbers belong to nobody: T00099, T00098" in told
        assert "1 person was added." in told or "1 was added" in told

    def test_that_are_all_unknown_add_nobody(self, owner: Client) -> None:
        told = sent(owner, incident(), "list", {"numbers": "x"}, status=422)
        assert "1 number belongs to nobody: x" in told
        assert not Affected.objects.exists()

    def test_of_nothing_are_asked_for(self, owner: Client) -> None:
        assert "at least one customer number" in sent(owner, incident(), "list", {"numbers": " "}, status=422)


class TestLetters:
    def test_reach_everybody_once_also_those_who_want_no_advertising(self, owner: Client) -> None:
        people = business(4)
        Suppression.objects.create(customer=people[1], reason="asked us", since=AWARE)
        made = about(people)
        sent(owner, made, "send", SENT)
        shown = Displayed.objects.filter(message__source_ref=f"breach:{made.pk}:{standing(made).finding.pk}")
        assert {one.message.identity.customer_id for one in shown} == {one.pk for one in people}
        assert all("1833-6972" in one.text for one in shown)
        assert {one.kind for one in Message.objects.filter(source_ref__startswith="breach:")} == {"service"}
        told = standing(made)
        assert told.told_of is not None and told.told_of.people == 4 and not told.to_tell
        sent(owner, made, "send", SENT)
        assert shown.count() == 4
        assert [one.kind for one in standing(made).decisions].count("letters") == 1

    def test_go_later_to_those_who_were_added(self, owner: Client) -> None:
        people = business(4)
        made = about(people[:2])
        sent(owner, made, "send", SENT)
        actions.add_people(made, [people[2].pk], how="list", by=by(), at=clock.now())
        sent(owner, made, "send", SENT)
        assert Message.objects.filter(source_ref__startswith="breach:").count() == 3

    def test_leave_out_whom_they_cannot_reach_and_name_them(self, owner: Client) -> None:
        people = business(4)
        ContactPoint.objects.filter(customer=people[0]).delete()
        Customer.objects.filter(pk=people[1].pk).update(erased_at=AWARE, full_name="")
        made = about(people)
        sent(owner, made, "send", SENT)
        told = breach_letters.way(standing(made))
        assert (told.people, told.told, told.waiting, told.unreachable) == (4, 2, 0, 2)
        assert list(breach_letters.unreached(standing(made))) == [people[0].pk, people[1].pk]
        answer = owner.post(f"{ALL}{made.pk}/file/", {"reason": "to telephone", "kind": "csv"})
        file = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        assert people[0].full_name in file and people[2].full_name not in file

    def test_say_more_when_more_is_known(self, owner: Client) -> None:
        people = business(2)
        made = about(people, "certain", course="")
        sent(owner, made, "send", SENT)
        sent(owner, made, "finding", {"standing": "certain", **KNOWN})
        assert standing(made).to_tell
        sent(owner, made, "send", {**SENT, "language": "en"})
        newest = Message.objects.latest("pk")
        assert newest.subject.endswith("More about the leak of your personal data")
        assert Message.objects.filter(source_ref__startswith="breach:").count() == 4

    def test_lift_the_worry_of_those_who_were_told_alone(self, owner: Client) -> None:
        people = business(3)
        made = about(people[:2], "possible")
        sent(owner, made, "send", SENT)
        actions.add_people(made, [people[2].pk], how="list", by=by(), at=clock.now())
        sent(owner, made, "finding", {"standing": "not_leaked", **KNOWN})
        sent(owner, made, "send", SENT)
        last = Message.objects.filter(source_ref=breach_letters.source(standing(made).finding))
        assert {one.identity.customer_id for one in last} == {one.pk for one in people[:2]}

    def test_do_not_leave_with_a_gap(self, owner: Client) -> None:
        made = about(business(2), "certain", contact="")
        assert "Before letters leave" in sent(owner, made, "send", SENT, status=422)
        assert not Message.objects.filter(source_ref__startswith="breach:").exists()

    def test_tell_how_far_they_are(self, owner: Client) -> None:
        made = about(business(2))
        assert owner.get(f"{ALL}{made.pk}/work/")["HX-Refresh"] == "true"


class TestDecisions:
    def test_are_kept_with_who_and_when(self, owner: Client) -> None:
        made = incident(people=1_000)
        sent(owner, made, "decide", {"kind": "reported", "text": "접수 2026-123"})
        told = page(owner, f"{ALL}{made.pk}/")
        assert "접수 2026-123" in told and "Reported to the authority" in told
        assert standing(made).decisions[0].law == "kr-2026-09"

    def test_say_why(self, owner: Client) -> None:
        assert "Write why." in sent(owner, incident(), "decide", {"kind": "spared", "text": ""}, status=422)

    def test_end_with_closing(self, owner: Client) -> None:
        made = incident()
        sent(owner, made, "decide", {"kind": "closed", "text": "모두 알림"})
        assert "The incident is closed." in page(owner, f"{ALL}{made.pk}/")
        sent(owner, made, "decide", {"kind": "note", "text": "x"}, status=422)


class TestToday:
    def told(self, role: Role, hours: int) -> list[tuple[str, str]]:
        user = by() if role == Role.OWNER else staff(role)
        tasks = watching(of_user(user), at=AWARE + timedelta(hours=hours))
        return [(task.url, task.icon) for task in tasks]

    def test_counts_down_and_rings_at_forty_eight_hours(self) -> None:
        address = f"{ALL}{incident().pk}/"
        assert self.told(Role.OWNER, 47) == [(address, "clock")]
        assert self.told(Role.OWNER, 48) == [(address, "warn")]
        assert self.told(Role.OWNER, 100) == [(address, "warn")]

    def test_concerns_those_who_handle_leaks(self) -> None:
        incident()
        assert self.told(Role.AGENT, 50) == self.told(Role.AUDITOR, 50) == []

    def test_is_quiet_once_everybody_is_told(self, owner: Client) -> None:
        made = about(business(2))
        sent(owner, made, "send", SENT)
        assert self.told(Role.OWNER, 60) == []
        assert "Everybody who must be told is told." in page(owner, f"{ALL}{made.pk}/")

    def test_stands_on_the_page(self, owner: Client) -> None:
        business(2)
        made = incident()
        assert f"{ALL}{made.pk}/" in page(owner, "/")
