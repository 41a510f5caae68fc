"""The pages Access log: filters, paging, one entry, files with a reason; reading is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.records.customers.models import Customer
from dangol.records.customers.search_index import index
from dangol.records.staff.access import queries, spool, store
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.access.queries import Wanted
from dangol.records.staff.roles import Role
from tests.records.staff.office import staff
from tests.web.business import business, signed_in

pytestmark = pytest.mark.django_db

AT = datetime(2026, 10, 5, 3, tzinfo=UTC)  # noon in Seoul
LOG = "/privacy/access/"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Keep the log of each test to itself."""
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"


def written(*entries: Entry) -> None:
    for one in entries:
        spool.append(one)
    store.seal()


def entry(number: int, *whose: Customer, **told: Any) -> Entry:
    values = {"verb": "saw", "page": "customer", "user_id": 900, "user": "윤지", "role": "agent", "place": "10.0.0.7"}
    return Entry(at=AT + timedelta(minutes=number), subjects=tuple(one.pk for one in whose), **(values | told))


def page(client: Client, path: str = LOG, **asked: str) -> str:
    answer = client.get(path, asked, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


class TestLog:
    def test_tells_who_did_what_to_whom_when_and_from_where(self, client: Client) -> None:
        person = business()[0]
        written(entry(1, person), entry(2, person, verb="took", page="map_list", reason="가을 배송", query="region=II"))
        told = page(signed_in(client))
        for words in ("윤지", "Agent", "Saw", "Profile", "Took away", "List of the map", "정다은", "10.0.0.7",
                      "가을 배송", "region=II", "12:01:00"):  # fmt: skip
            assert words in told
        assert told.index("12:02:00") < told.index("12:01:00")

    def test_names_three_of_many(self, client: Client) -> None:
        people = business(8)
        written(entry(1, *people))
        told = page(signed_in(client))
        assert "and 5 more" in told
        assert sum(one.full_name in told for one in people) == 3

    def test_is_masked_for_an_auditor(self, client: Client) -> None:
        written(entry(1, business()[0]))
        client.force_login(staff(Role.AUDITOR))
        told = page(client)
        assert "정*은" in told and "정다은" not in told

    def test_lets_no_auditor_guess_what_they_see_masked(self, client: Client) -> None:
        person = business()[0]
        index([person.pk])
        written(entry(1, person))
        for role, found in ((Role.OWNER, True), (Role.AUDITOR, False)):
            client.force_login(staff(role))
            assert ("10.0.0.7" in page(client, whose="01055500")) == found
            assert "10.0.0.7" in page(client, whose="010-5550-0000")

    def test_names_somebody_who_was_forgotten_by_number_alone(self, client: Client) -> None:
        person = business()[0]
        written(entry(1, person))
        Customer.objects.filter(pk=person.pk).update(full_name="", erased_at=AT)
        assert f"Customer {person.pk}" in page(signed_in(client))

    def test_of_nothing_says_so(self, client: Client) -> None:
        assert "Nobody has looked at anybody yet" in page(signed_in(client))

    def test_asks_the_records_as_often_however_many_lines_there_are(self, client: Client) -> None:
        people = business(8)
        written(entry(1, people[0]))
        signed_in(client)
        page(client)
        with CaptureQueriesContext(connection) as few:
            page(client)
        written(*(entry(number, *people[: number % 8]) for number in range(2, 45)))
        with CaptureQueriesContext(connection) as many:
            page(client)
        assert len(many) == len(few)


class TestFilter:
    @pytest.fixture
    def people(self) -> list[Customer]:
        people = business(4)
        written(
            entry(1, people[0]), entry(2, people[1], user_id=901, user="하린", role="marketer"),
            entry(60 * 24, people[0], people[2], verb="took", page="map_list"),
            entry(3, user_id=0, user="terminal:shop", role="owner", page="dangol find"),
        )  # fmt: skip
        return people

    @pytest.mark.parametrize(
        ("asked", "shown"),
        [
            ({"who": "901"}, {"하린"}),
            ({"who": "0"}, {"terminal:shop"}),
            ({"whose": "오세훈"}, {"하린"}),
            ({"whose": "T00000"}, {"윤지"}),
            ({"whose": "0001"}, {"하린"}),
            ({"verb": "took"}, {"윤지"}),
            ({"since": "2026-10-06"}, {"윤지"}),
            ({"until": "2026-10-05"}, {"윤지", "하린", "terminal:shop"}),
            ({"since": "2026-10-06", "until": "2026-10-06", "who": "901"}, set()),
            ({"whose": "nobody at all"}, set()),
        ],
    )
    def test_leaves_what_fits(
        self, client: Client, people: list[Customer], asked: dict[str, str], shown: set[str]
    ) -> None:
        rows = page(signed_in(client), **asked).partition("<tbody>")[2]
        assert {name for name in ("윤지", "하린", "terminal:shop") if name in rows} == shown

    def test_of_one_customer_answers_who_has_seen_this_person(self, client: Client, people: list[Customer]) -> None:
        told = page(signed_in(client), customer=str(people[2].pk))
        assert "Who has seen, changed or taken the data of 남궁민서" in told
        assert told.partition("<tbody>")[2].count("<tr") == 1

    def test_is_led_to_from_the_customers_page(self, client: Client, people: list[Customer]) -> None:
        address = f"{LOG}?customer={people[0].pk}"
        assert address in page(signed_in(client), f"/customers/{people[0].pk}/")
        client.force_login(staff(Role.AGENT))
        assert address not in page(client, f"/customers/{people[0].pk}/")

    @pytest.mark.parametrize(
        "asked",
        [{"who": "x"}, {"customer": "9" * 40}, {"verb": "'"}, {"since": "tomorrow"}, {"until": "0001-01-01"},
         {"before": "1-x"}, {"before": "-"}, {"since": "9999-12-31"}, {"before": "9" * 30 + "-1"}],
    )  # fmt: skip
    def test_takes_nonsense_for_nothing(self, client: Client, people: list[Customer], asked: dict[str, str]) -> None:
        assert "윤지" in page(signed_in(client), **asked)

    def test_goes_back_page_by_page(self, client: Client) -> None:
        person = business(1)[0]
        written(*(entry(number, person) for number in range(queries.SHOWN + 20)))
        signed_in(client)
        first = page(client)
        assert first.partition("<tbody>")[2].count("<tr") == queries.SHOWN
        further = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        second = page(client, LOG + further)
        assert second.partition("<tbody>")[2].count("<tr") == 20
        assert "Further back" not in second and "Back to the latest" in second


class TestEntry:
    def test_names_everybody(self, client: Client) -> None:
        people = business(8)
        written(entry(1, *people, reason="가을 배송"))
        told = page(signed_in(client), f"{LOG}1/")
        assert all(one.full_name in told for one in people)
        assert "가을 배송" in told

    def test_that_is_none_is_not_there(self, client: Client) -> None:
        assert signed_in(client).get(f"{LOG}77/").status_code == 404


class TestFile:
    def test_leaves_with_a_reason_alone(self, client: Client) -> None:
        people = business(3)
        written(entry(1, *people), entry(2, people[0], reason="=1+1"))
        signed_in(client)
        asking = client.post(f"{LOG}file/", {"kind": "csv"}, headers={"Accept-Language": "en"})
        assert asking.status_code == 422
        sent = {"kind": "csv", "reason": "the yearly inspection"}
        answer = client.post(f"{LOG}file/?who=900", sent, headers={"Accept-Language": "en"})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
        assert lines[0] == (
            "When,Who,Role,What,Page of the program,People,Customer numbers,On behalf of,From where,Asked for,Reason"
        )
        numbers = f"{people[0].pk}-{people[2].pk}"
        assert f"2026-10-05 12:01:00,윤지,Agent,Saw,Profile,3,{numbers},,10.0.0.7,," in lines
        assert lines[1].endswith(",'=1+1")
        assert "the yearly inspection" in lines[-1]
        store.seal()
        (line,) = queries.lines(Wanted(verbs=("took",)))
        assert (line.entry.page, line.entry.reason, line.people) == ("access_file", "the yearly inspection", 3)


class TestReadingTheLog:
    def test_stands_in_the_log(self, client: Client) -> None:
        people = business(5)
        written(entry(1, *people), entry(2, user_id=0, user="x", page="sign_in", verb="failed"))
        signed_in(client)
        page(client, whose="정다은")
        store.seal()
        newest = queries.lines(Wanted(pages=("access_log",)))[0]
        assert newest.people == 3  # those whose names were shown
        assert newest.entry.query == "whose=정다은"

    def test_stands_in_it_also_where_nobody_was_on_the_page(self, client: Client) -> None:
        page(signed_in(client))
        store.seal()
        assert [line.people for line in queries.lines(Wanted(pages=("access_log",)))] == [0]
