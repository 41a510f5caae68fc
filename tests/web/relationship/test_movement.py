"""The page Movement: what it says before, after, and of months that do not compare; who is left short; the same by
the API."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.models import Imbalance, Snapshot
from dangol.records.customers.models import Customer
from dangol.records.staff.access import queries as access
from dangol.records.staff.access import store
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.relationship.movement import flow
from dangol.web.relationship.movement.asked import month
from dangol.web.start import daily
from tests.insight.relationship.movement.made import Place, made
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import NOW, business, signed_in
from tests.web.relationship.months import OCTOBER, SEPTEMBER, two_months

pytestmark = pytest.mark.django_db
ADDRESS = "/map/movement/"
JULY = date(2026, 7, 1)


@pytest.fixture
def people() -> list[Customer]:
    return business()


@pytest.fixture
def slipped(people: list[Customer]) -> list[Snapshot]:
    """Everybody slipped from balance below the line."""
    return two_months(people, NOW)


def page(client: Client, query: str = "", *, language: str = "en") -> str:
    answer = signed_in(client).get(f"{ADDRESS}{query}", headers={"accept-language": language})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def months(people: Sequence[Customer], places: Mapping[date, tuple[float, float]]) -> list[Snapshot]:
    """Everybody at one place a month."""
    told: dict[date, list[Place]] = {at: [(one.pk, *place) for one in people] for at, place in places.items()}
    return made(Run.objects.get(kind="relationship"), told, at=NOW)


class TestPage:
    def test_teaches_before_any_month_is_known_and_offers_to_work_out_past_ones(
        self, client: Client, people: list[Customer]
    ) -> None:
        told = page(client)
        assert "No month is known yet" in told
        assert "from nothing but what was known then" in told
        assert 'action="/map/movement/work-out/"' in told

    def test_sends_to_the_map_while_nobody_is_valued(self, client: Client) -> None:
        told = page(client)
        assert "somebody has to be valued first" in told
        assert "work-out" not in told

    def test_begins_with_whether_it_is_getting_fairer(self, client: Client, slipped: list[Snapshot]) -> None:
        told = page(client)
        headline = told.index("It is getting less fair: customers stand farther from the line than in September 2026")
        assert headline < told.index("changed by +60.0 points") < told.index("8 from III In balance to II Care more")

    def test_leads_from_a_cell_to_its_customers(self, client: Client, slipped: list[Snapshot]) -> None:
        told = page(client)
        address = "/map/movement/who/?earlier=2026-09&amp;later=2026-10&amp;was=III&amp;became=II"
        assert f'href="{address}"' in told
        whom = page(client, "who/?earlier=2026-09&later=2026-10&was=III&became=II")
        assert all(one.full_name in whom for one in Customer.objects.all())
        assert "Nobody went this way" in page(client, "who/?was=I&became=II")

    def test_writes_down_whom_a_cell_showed(self, client: Client, slipped: list[Snapshot]) -> None:
        page(client, "who/?was=III&became=II")
        store.seal()
        seen = [line.entry for line in access.every_line(access.Wanted()) if line.entry.page == "movement_who"]
        assert len(seen[0].subjects) == 8

    def test_compares_the_two_months_that_are_asked_for(self, client: Client, people: list[Customer]) -> None:
        months(people, {JULY: (10.0, 90.0), SEPTEMBER: (80.0, 85.0), OCTOBER: (20.0, 85.0)})
        told = page(client, "?earlier=2026-07&later=2026-09")
        assert "It is getting fairer: customers stand closer to the line than in July 2026" in told
        assert "less fair" in page(client)

    def test_says_nothing_below_against_its_own_headline(self, client: Client, people: list[Customer]) -> None:
        run, gaps = Run.objects.get(kind="relationship"), [80 * at / len(people) for at in range(len(people))]
        made(run, {month: [(one.pk, 10.0, 10.0 + gap + more) for one, gap in zip(people, gaps, strict=True)]
                   for month, more in ((SEPTEMBER, 0.0), (OCTOBER, 2.0))}, at=NOW)  # fmt: skip
        told = page(client)
        assert "It is getting less fair" in told
        assert "about the same" not in told
        was = sum(gaps) / len(gaps)
        assert f"Mean distance from the line: {was:.1f} points in September 2026, {was + 2:.1f} in October 2026" in told

    def test_says_which_months_are_missing_and_invents_none(self, client: Client, people: list[Customer]) -> None:
        taken = months(people, {JULY: (10.0, 90.0), SEPTEMBER: (80.0, 85.0)})
        assert "Missing between them</dt><dd>August 2026" in page(client)
        with translation.override("en"):
            drawn = flow.spec(taken, [])
        assert drawn["layer"][0]["data"]["values"] == []
        assert {row["x"] + flow.HALF for row in drawn["layer"][1]["data"]["values"]} == {0, 2}

    def test_says_where_a_part_became_known_in_between(self, client: Client, slipped: list[Snapshot]) -> None:
        Snapshot.objects.filter(month=SEPTEMBER).update(summary={**slipped[0].summary, "parts": ["economic_value"]})
        assert "Social value was known in one of the two months alone" in page(client)

    def test_keeps_months_of_other_scales_apart(self, client: Client, slipped: list[Snapshot]) -> None:
        run = Run.objects.get(kind="relationship")
        run.parameters |= {"tolerance": 30.0}
        run.save()
        told = page(client)
        assert "No month is known on today’s scales" in told
        assert "2 months were measured by other scales or settings" in told

    def test_refuses_a_number_of_months_that_cannot_be(self, client: Client, people: list[Customer]) -> None:
        answer = signed_in(client).post(f"{ADDRESS}work-out/", {"months": "99"}, headers={"accept-language": "en"})
        assert answer.status_code == 422

    def test_tells_why_past_months_could_not_be_worked_out(self, client: Client, people: list[Customer]) -> None:
        signed_in(client).post(f"{ADDRESS}work-out/", {}, headers={"accept-language": "en"})
        assert "No month that has ended has 90 days of purchases before its end" in page(client)

    @pytest.mark.parametrize("chart", ["flow", "distance"])
    @pytest.mark.parametrize("kind", ["png", "svg", "pdf", "csv"])
    def test_gives_each_picture_as_a_file(self, client: Client, slipped: list[Snapshot], chart: str, kind: str) -> None:
        answer = signed_in(client).get(f"{ADDRESS}{chart}.{kind}?lang=en")
        assert answer.status_code == 200
        assert len(answer.content) > 100

    @pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "0000-01", "２０２６-01", "2026-1", "x-01"])
    def test_reads_no_month_from_what_is_none(self, text: str) -> None:
        assert month(text) is None

    def test_opens_with_an_old_bookmark(self, client: Client, slipped: list[Snapshot]) -> None:
        assert "less fair" in page(client, "?earlier=1999-01&later=2026-99")


class TestFlow:
    def test_ends_each_ribbon_where_the_bars_of_its_regions_are(self, people: list[Customer]) -> None:
        taken = months(people, {SEPTEMBER: (80.0, 85.0), OCTOBER: (20.0, 85.0)})
        with translation.override("en"):
            drawn = flow.spec(taken, [Imbalance.objects.get().movement])
        ribbon = drawn["layer"][0]["data"]["values"]
        assert {row["ribbon"] for row in ribbon} == {"0:III:II"}
        assert (ribbon[0]["low"], ribbon[0]["high"], ribbon[-1]["low"], ribbon[-1]["high"]) == (0, 8, 0, 8)
        assert ribbon[0]["x"] == flow.HALF and ribbon[-1]["x"] == pytest.approx(1 - flow.HALF)


class TestLeftShort:
    def test_stands_on_today_with_whoever_has_it_and_by_when(self, client: Client, slipped: list[Snapshot]) -> None:
        seen = signed_in(client)
        today = seen.get("/", headers={"accept-language": "en"}).content.decode()
        assert "8 of high equity newly get too little" in today
        assert "Nobody has it yet" in today
        owner, number = User.objects.get(role="owner"), Imbalance.objects.get().pk
        seen.post(f"{ADDRESS}short/{number}/give/", {"owner": str(owner.pk), "due_on": "2099-01-31"})
        assert (
            f"Until Jan. 31, 2099. In charge: {owner}"
            in seen.get("/", headers={"accept-language": "en"}).content.decode()
        )
        assert f"{owner} has it, until Jan. 31, 2099." in page(client)
        seen.post(f"{ADDRESS}short/{number}/close/", {"note": "called them all"})
        assert "newly get too little" not in seen.get("/", headers={"accept-language": "en"}).content.decode()
        told = page(client)
        assert f"Closed by {owner} on" in told
        assert f"{owner} gave it to {owner}, until" in told  # who had it until when stays to be read
        assert "called them all" in told

    def test_refuses_a_day_that_is_over_and_what_is_closed(self, client: Client, slipped: list[Snapshot]) -> None:
        seen, en = signed_in(client), {"accept-language": "en"}
        owner, number = User.objects.get(role="owner"), Imbalance.objects.get().pk
        late = seen.post(f"{ADDRESS}short/{number}/give/", {"owner": str(owner.pk), "due_on": "2020-01-01"}, headers=en)
        assert late.status_code == 422
        assert "today or later" in late.content.decode()
        seen.post(f"{ADDRESS}short/{number}/close/", {})
        assert seen.post(f"{ADDRESS}short/{number}/close/", {}, headers=en).status_code == 422

    def test_leads_to_them(self, client: Client, slipped: list[Snapshot]) -> None:
        whom = page(client, f"who/?short={Imbalance.objects.get().pk}")
        assert all(one.full_name in whom for one in Customer.objects.all())


class TestApi:
    def test_tells_what_the_page_tells(self, client: Client, slipped: list[Snapshot]) -> None:
        told = json.loads(send("GET", "/map/movement", key(staff(Role.OWNER))).content)
        assert told["headline"].startswith("It is getting less fair")
        assert told["cells"] == [
            {
                "was": "III",
                "became": "II",
                "customers": 8,
                "share": 1.0,
                "low": pytest.approx(0.6756, abs=1e-3),
                "high": 1.0,
            }
        ]
        assert told["closer"]["value"] == 60.0
        assert (told["earlier"], told["later"], told["missing"]) == ("2026-09-01", "2026-10-01", [])
        assert (told["left_short"]["customers"], told["left_short"]["state"]) == (8, "open")


class TestThen:
    def test_draws_the_month_that_is_asked_for_with_arrows_since_another(
        self, client: Client, people: list[Customer]
    ) -> None:
        months(people, {JULY: (10.0, 90.0), SEPTEMBER: (80.0, 85.0), OCTOBER: (20.0, 85.0)})
        told = then_page(client, "?later=2026-09&earlier=2026-07")
        assert "September 2026: It is getting fairer" in told
        spec = drawn(told)
        arrows = [layer for layer in spec["layer"] if layer["mark"] == {**layer["mark"], "shape": "triangle-up"}]
        assert {row["who"] for row in arrows[0]["data"]["values"]} == {"Home delivery · 4", "Mothers' club · 4"}
        assert {row["turn"] for row in arrows[0]["data"]["values"]} == {-4.1}
        kinds = [layer["mark"]["type"] for layer in spec["layer"]]
        assert "text" not in kinds[: spec["layer"].index(arrows[0])]  # no arrow crosses a name out
        assert "90.0 → 85.0 (−5.0)" in told

    def test_opens_with_today_and_offers_every_month(self, client: Client, slipped: list[Snapshot]) -> None:
        told = then_page(client)
        assert '<option value="2026-10">October 2026</option><option value="" selected>Today' in told
        assert 'type="range" min="0" max="2"' in told

    def test_says_that_a_month_is_the_past_and_lets_nobody_be_picked_there(
        self, client: Client, slipped: list[Snapshot]
    ) -> None:
        told = then_page(client, "?later=2026-09")
        assert "This is the past: the map as of September 2026." in told
        assert "Pick by numbers" not in told
        assert "brush" not in str(drawn(told))
        assert 'href="/map/"' in told
        slid = signed_in(client).get("/map/?later=2026-10", headers={"HX-Request": "true", "HX-Target": "frame"})
        assert slid["HX-Replace-Url"] == "/map/?later=2026-10&earlier=2026-09"
        assert 'id="frame"' in slid.content.decode()

    def test_shows_a_month_by_itself_and_a_line_of_it(self, client: Client, slipped: list[Snapshot]) -> None:
        told = then_page(client, "?later=2026-10&earlier=none&line=mothers_club")
        spec = drawn(told)
        assert not [layer for layer in spec["layer"] if "turn" in str(layer)]
        assert {row["group"] for row in spec["datasets"]["ellipses"]} <= {"mothers_club"}
        assert "Customers on the map: Mothers&#x27; club, 4" in told
        assert "<td>Home delivery</td>" not in told

    def test_has_no_slider_while_no_month_is_known(self, client: Client, people: list[Customer]) -> None:
        assert 'id="months"' not in then_page(client)

    def test_reads_no_single_customer(self, client: Client, slipped: list[Snapshot]) -> None:
        seen = signed_in(client)
        with CaptureQueriesContext(connection) as asked:
            seen.get("/map/?later=2026-10")
        assert not [one for one in asked.captured_queries if "relationship_position" in one["sql"]]

    @pytest.mark.parametrize("kind", ["png", "svg", "pdf", "csv"])
    def test_can_be_taken_along(self, client: Client, slipped: list[Snapshot], kind: str) -> None:
        answer = signed_in(client).get(f"/map/then/map.{kind}?lang=en")
        assert answer.status_code == 200
        assert len(answer.content) > 100

    def test_its_numbers_hold_all_that_is_drawn(self, client: Client, slipped: list[Snapshot]) -> None:
        columns, *rows = numbers(client, "later=2026-10&earlier=2026-09")
        assert columns[0] == "What is drawn"
        assert columns[-2:] == ["Value to the customer before", "Value to the company before"]
        below = next(row[1] for row in rows if row[0] == "Region" and row[2] == "8")
        assert below.startswith("II ")
        assert ["Line of business", "Home delivery", "4", "20", "85", "", ""] in rows
        assert ["Square of 5 × 5 points, its middle", below, "8", "22.5", "87.5", "", ""] in rows
        assert ["Arrow", "Home delivery", "4", "20.0", "85.0", "80.0", "85.0"] in rows
        assert not [row for row in numbers(client, "later=2026-10&earlier=none")[1:] if row[0] == "Arrow"]
        of_a_line = numbers(client, "later=2026-10&earlier=2026-09&line=mothers_club")[1:]
        assert ["Square of 5 × 5 points, its middle", below, "4", "22.5", "87.5", "", ""] in of_a_line
        assert not [row for row in of_a_line if row[1] == "Home delivery"]

    def test_its_numbers_hold_the_row_below_the_map(self, client: Client, slipped: list[Snapshot]) -> None:
        month = slipped[-1]
        month.summary["rug"][30] = 3
        month.save()
        rows = numbers(client, "later=2026-10&earlier=2026-09")
        assert [row for row in rows if row[0] == "Row below the map"] == [
            ["Row below the map", rows[4][1], "3", "", "30", "", ""]
        ]

    def test_is_told_by_the_api(self, slipped: list[Snapshot]) -> None:
        told = json.loads(send("GET", "/map/then", key(staff(Role.OWNER))).content)
        assert (told["month"]["month"], told["since"]) == ("2026-10-01", "2026-09-01")
        assert told["squares"] == [
            {"customer_equity": 85, "customer_value": 20, "regions": {"I": 0, "II": 8, "III": 0}}
        ]
        assert {one["line"] for one in told["arrows"]} == {"home_delivery", "mothers_club"}


def then_page(client: Client, query: str = "") -> str:
    answer = signed_in(client).get(f"/map/{query}", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def numbers(client: Client, query: str) -> list[list[str]]:
    """The rows of the file of a month."""
    answer = signed_in(client).get(f"/map/then/map.csv?{query}&lang=en", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def drawn(told: str) -> Any:
    """The spec that a page carries."""
    found = re.search(r'<script id="spec-then" type="application/json">(.*?)</script>', told)
    assert found is not None
    return json.loads(found.group(1))


def test_the_daily_work_keeps_the_month_that_has_ended(people: list[Customer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "as_of", lambda: NOW)
    Run.objects.filter(kind="relationship").update(as_of=NOW - timedelta(days=19))
    daily.DUTIES["movement"](NOW)
    daily.DUTIES["movement"](NOW)
    taken = Snapshot.objects.get()
    assert (taken.month, taken.worked_out, taken.positions.count()) == (OCTOBER, False, len(people))
