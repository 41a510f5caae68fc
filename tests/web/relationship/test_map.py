"""The relationship map: what it draws, what is picked on it, and what can be taken along."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from dangol.decisions.segments.models import Segment
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Run
from dangol.insight.relationship import queries as relationship
from dangol.records.customers.models import Customer, Identity
from dangol.records.staff.roles import Role
from dangol.web.campaigns.choice import NOWHERE, Choice, of_rule
from dangol.web.relationship import chart, findings, pictures
from dangol.web.relationship.chart import Picture
from dangol.web.shell import charts
from dangol.web.start.answers import relationship_answer
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import business, signed_in

EN = {"Accept-Language": "en"}
PART = {**EN, "HX-Request": "true"}
points = st.integers(0, 100).map(float)


def page(client: Client, query: str = "", **headers: str) -> str:
    answer = signed_in(client).get(f"/map/{query}", headers={**EN, **headers})
    assert answer.status_code == 200
    return answer.content.decode()


class TestChoice:
    @given(st.sets(st.sampled_from(("I", "II", "III", "unknown"))), points, points, points, points)
    def test_comes_back_from_its_address_and_from_its_rule(
        self, regions: set[str], a: float, b: float, c: float, d: float
    ) -> None:
        made = Choice(tuple(r for r in ("I", "III", "II", "unknown") if r in regions), ("x",), (min(a, b), max(a, b)),
                      (min(c, d), max(c, d)))  # fmt: skip
        assert Choice.read(QueryDict(made.address())) == made
        assert of_rule(made.rule) == made

    @pytest.mark.parametrize("query", ["ce_low=nan", "ce_low=&ce_high=x", "region=IV", "cv_low=1e999", "ce_low=-5"])
    def test_leaves_out_what_it_does_not_know(self, query: str) -> None:
        assert not Choice.read(QueryDict(query)).made

    def test_carries_a_drawn_shape_to_its_rule_and_back(self) -> None:
        made = Choice.read(QueryDict("lasso=50~0_100~0_100~50.5&line=x"))
        assert made.rule["lasso"] == [[50.0, 0.0], [100.0, 0.0], [100.0, 50.5]]
        assert Choice.read(QueryDict(made.address())) == made == of_rule(made.rule)

    @pytest.mark.parametrize("text", ["1~2", "x", "1~2_3~4_5~999", "1~2_3~4_5~6_"])
    def test_takes_a_shape_it_cannot_read_for_nobody_rather_than_for_everybody(self, text: str) -> None:
        assert Choice.read(QueryDict(f"lasso={text}")).lasso == NOWHERE

    def test_puts_the_ends_in_order(self) -> None:
        assert Choice.read(QueryDict("ce_low=80&ce_high=20")).ce == (20.0, 80.0)


@pytest.fixture
def english() -> Iterator[None]:
    """Speak English outside a request too."""
    with translation.override("en"):
        yield


@pytest.mark.usefixtures("english")
class TestFinding:
    def test_names_the_group_that_gives_more_than_it_gets(self) -> None:
        groups = {"home_delivery": {"region": "II", "customers": 5}, "mothers_club": {"region": "I", "customers": 9}}
        assert "Home delivery" in findings.finding(groups, {"I": 9, "II": 5})

    def test_tells_the_larger_share_where_there_are_no_groups(self) -> None:
        assert findings.finding({}, {"I": 1, "II": 3, "III": 6, "unknown": 90}) == (
            "30% of the customers give more than they get"
        )

    def test_says_so_when_both_sides_are_even(self) -> None:
        assert findings.finding({}, {"III": 100, "II": 1}) == "Most customers get about as much as they give"


class TestPicture:
    def test_keeps_the_hue_of_most_people_and_tells_more_by_strength(self) -> None:
        spec = chart.map_spec(Picture(15.0, bins=[[0, 5, 1, 8, 0], [5, 5, 1, 0, 0]]))
        few, many = sorted(spec["datasets"]["people"], key=lambda square: square["strength"])
        assert (many["region"], many["strength"], few["region"]) == ("II", 1.0, "I")
        assert (many["ce"], many["cv"]) == (2.5, 7.5)

    def test_draws_the_band_inside_the_square(self) -> None:
        band = chart.map_spec(Picture(15.0))["datasets"]["band"]
        assert all(0 <= corner["low"] <= corner["high"] <= 100 for corner in band)
        assert [corner["ce"] for corner in band] == [0, 15, 85, 100]

    def test_cuts_ellipses_at_the_edge(self) -> None:
        group = {
            "valued": 3,
            "customer_equity": 95.0,
            "customer_value": 5.0,
            "major": 30.0,
            "minor": 9.0,
            "angle": 40.0,
        }
        ring = chart.map_spec(Picture(15.0, groups={"x": group}))["datasets"]["ellipses"]
        assert all(0 <= at["ce"] <= 100 and 0 <= at["cv"] <= 100 for at in ring)

    def test_holds_no_colour_but_tokens(self) -> None:
        spec = charts.themed(
            chart.map_spec(Picture(15.0, points=[{"ce": 1, "cv": 2, "region": "I"}], rug=[3])), "light"
        )
        assert "var(" not in str({key: value for key, value in spec.items() if key != "$schema"})

    @pytest.mark.parametrize("kind", charts.FORMATS)
    def test_becomes_a_file(self, kind: str) -> None:
        picture = Picture(15.0, bins=[[0, 5, 1, 8, 0]], rug=[2, 0, 1])
        content, _ = charts.file_of(chart.map_spec(picture, side=300), kind)
        assert len(content) > 1000


@pytest.mark.django_db
@pytest.mark.store
class TestMap:
    def test_teaches_while_nobody_is_valued(self, client: Client) -> None:
        told = page(client)
        assert "No customer is valued yet" in told
        assert 'href="/import/"' in told
        assert "The map appears from 50 customers" in told

    def test_says_why_there_is_none_where_enough_bought(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        business()
        monkeypatch.setattr(pictures, "FEWEST", 8)
        run = Run.objects.get()
        unplaced = {"I": 0, "II": 0, "III": 0, "unknown": 8}
        nothing = {"value": 0.0, "low": 0.0, "high": 0.0}
        run.summary |= {"regions": unplaced, "equity_total": nothing, "notes": [{"code": "no_fit"}]}
        run.save()
        told = page(client)
        assert "No customer is valued yet" not in told and "The map appears" not in told
        assert "8 bought something, and yet nobody can be placed" in told
        assert "All customers: the rhythm of purchases could not be fitted." in told
        assert relationship_answer()["equity_total"] is None

    def test_tells_its_finding_and_offers_the_regions(self, client: Client) -> None:
        business()
        told = page(client)
        assert "Home delivery customers give more than they get" in told
        assert "Pick all to care for more" in told
        assert "3 of 3 parts" in told
        assert "mostly spending again" not in told

    def test_says_where_value_to_the_customer_is_spending_again(self, client: Client) -> None:
        business()
        run = Run.objects.get()
        run.summary |= {"notes": [{"code": "spending", "correlation": 0.94}], "spending_correlation": 0.94}
        run.summary["parts"]["social_value"] = {"measured": 0, "estimated": 0, "unknown": 8}
        run.save()
        told = page(client)
        assert "mostly spending again" in told
        assert "0.94" in told
        assert "2 of 3 parts" in told

    def test_says_which_model_the_values_come_from_since_when_and_why(self, client: Client) -> None:
        business()
        run = Run.objects.get()
        told = {
            "line": "home_delivery", "customers": 8, "model": "ParetoNBD", "title": "Pareto/NBD", "since": "2026-11-01",
            "reason": "least_error", "judged": "2026-10-31", "error": 0.4, "plain_error": 0.5, "instead_of": "",
        }  # fmt: skip
        run.summary |= {"fits": [told, {"line": "mothers_club", "customers": 2, "beta_geo": {}}]}
        run.save()
        told = " ".join(page(client).split())
        assert "<b>Home delivery</b> · Pareto/NBD, since Nov. 1, 2026" in told
        assert "judged on Oct. 31, 2026 (root mean square; BG/NBD 0.50)" in told
        assert "Mothers&#x27; club</b> · BG/NBD</li>" in told or "club</b> · BG/NBD</li>" in told

    def test_counts_the_picked_and_whom_a_message_may_reach(self, client: Client) -> None:
        business()
        told = page(client, "?region=II")
        assert "2 picked" in told
        assert "1 can be sent to now" in told  # the other did not agree
        assert "Does not agree to advertising 1" in told
        assert "Care comes before discounts" in told

    def test_counts_those_in_a_drawn_shape_and_hands_them_on(self, client: Client) -> None:
        business()
        told = page(client, "?lasso=80~0_100~0_100~30_80~30")  # two stand at 91, 12
        assert "2 picked" in told
        assert "inside the drawn shape" in told
        assert "/campaigns/plan/?lasso=80~0_100~0_100~30_80~30&amp;channel" in told
        plan = client.get("/campaigns/plan/?lasso=80~0_100~0_100~30_80~30", headers=EN).content.decode()
        assert 'name="lasso" value="80~0_100~0_100~30_80~30"' in plan
        assert "inside a shape drawn on the map" in plan
        client.post("/segments/keep/?lasso=80~0_100~0_100~30_80~30", {"name": "corner"}, headers=EN)
        assert select(Segment.objects.get(name="corner").rule, run=Run.objects.get()).count() == 2

    def test_tells_programs_the_same_of_a_drawn_shape(self) -> None:
        business()
        mine = key(staff(Role.OWNER))
        asked = {"channel": "shown_sms", "lasso": "80~0_100~0_100~30_80~30"}
        told = json.loads(send("GET", "/map/picked", mine, **asked).content)
        assert (told["customers"], told["regions"]["II"]) == (2, 2)
        refused = send("GET", "/map/picked", mine, **{**asked, "lasso": "80~0_100~0"})
        assert refused.status_code == 422
        assert "64" in json.loads(refused.content)["fields"]["lasso"]

    def test_says_what_is_wrong_with_a_shape_and_picks_nobody(self, client: Client) -> None:
        business()
        told = page(client, "?lasso=80~0_100~0")
        assert "A drawn shape has 3 to 64 corners" in told
        assert "0 picked" in told

    def test_asks_no_consent_for_a_coupon_at_the_till(self, client: Client) -> None:
        business()
        assert "2 can be sent to now" in page(client, "?region=II&channel=till_coupon")

    def test_answers_htmx_with_the_picked_part_and_the_address_to_keep(self, client: Client) -> None:
        business()
        answer = signed_in(client).get(
            "/map/?ce_low=50&ce_high=100&cv_low=0&cv_high=40&channel=shown_sms", headers=PART
        )
        told = answer.content.decode()
        assert "<html" not in told
        assert 'hx-swap-oob="true"' in told
        assert answer["HX-Replace-Url"] == "/map/?ce_low=50&ce_high=100&cv_low=0&cv_high=40"
        assert "/campaigns/plan/?ce_low=50&amp;ce_high=100" in told

    def test_takes_as_many_queries_for_many_as_for_few(self, client: Client) -> None:
        business(8)
        few = queries(client)
        more(24)
        assert queries(client) == few

    def test_knows_the_customers_of_one_line(self, client: Client) -> None:
        business()
        spec = signed_in(client).get(f"/map/{Run.objects.get().pk}/spec.json?line=home_delivery", headers=EN).json()
        assert {row["group"] for row in spec["datasets"]["ellipses"]} == {"home_delivery"}

    def test_gives_the_picked_as_a_list_that_spreadsheets_read(self, client: Client) -> None:
        business()
        Customer.objects.filter(full_name="정다은").update(full_name="=HYPERLINK()")
        address = f"/map/{Run.objects.get().pk}/list/?region=II"
        told = {"reason": "a walk round the quarter", "kind": "csv", "password": ""}
        answer: Any = signed_in(client).post(address, told, headers=EN)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert rows.pop()["Number in Dangol"].endswith(": a walk round the quarter")
        assert [row["Region"] for row in rows] == ["II", "II"]
        assert rows[0]["Name"] == "'=HYPERLINK()"
        assert rows[0]["Customer equity"] == "1292200"
        known = Identity.objects.get(customer=rows[0]["Number in Dangol"], scheme="customer")
        assert rows[0]["Customer number"] == known.external_id  # by which their till finds them

    def test_gives_its_numbers_as_a_file_without_names(self, client: Client) -> None:
        business()
        answer = signed_in(client).get(f"/map/{Run.objects.get().pk}/map.csv", headers=EN)
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0][2:] == ["Customers", "Value to the customer", "Value to the company"]
        assert rows[1] == ["Region", "I Offer more", "2", "74", "31"]
        assert "정다은" not in str(rows)

    def test_gives_every_point_of_few_in_its_file(self, client: Client) -> None:
        run = _drawn_as(bins={"": [[30, 70, 2, 0, 0], [90, 10, 0, 2, 0], [60, 55, 0, 0, 2]]}, rug={40: 2})
        rows = _file(client, run)
        assert [row[1:] for row in rows if row[0] == "Customer"] == [
            ["II Care more", "1", "12", "91"], ["I Offer more", "1", "74", "31"], ["III In balance", "1", "58", "63"],
        ] * 2  # fmt: skip
        assert [row[1:] for row in rows if row[0] == "Row below the map"] == [["Not known yet", "2", "", "40"]]

    def test_gives_the_squares_of_many_in_its_file(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(relationship, "MOST_POINTS", 5)
        rows = _file(client, _drawn_as(bins={"": [[30, 70, 2, 1, 0], [90, 10, 0, 3, 0]]}))
        assert [row for row in rows if row[0].startswith("Square")] == [
            ["Square of 5 × 5 points, its middle", "I Offer more", "2", "72.5", "32.5"],
            ["Square of 5 × 5 points, its middle", "II Care more", "1", "72.5", "32.5"],
            ["Square of 5 × 5 points, its middle", "II Care more", "3", "12.5", "92.5"],
        ]
        assert "Customer" not in {row[0] for row in rows}

    def test_knows_no_other_file_and_no_other_run(self, client: Client) -> None:
        business()
        run = Run.objects.get().pk
        assert signed_in(client).get(f"/map/{run}/map.exe").status_code == 404
        assert signed_in(client).get(f"/map/{run + 1}/spec.json").status_code == 404


def _drawn_as(*, bins: dict[str, Any], rug: dict[int, int] | None = None) -> Run:
    business()
    run = Run.objects.get()
    run.summary |= {"bins": bins, "rug": [(rug or {}).get(place, 0) for place in range(100)]}
    run.save()
    return run


def _file(client: Client, run: Run) -> list[list[str]]:
    answer = signed_in(client).get(f"/map/{run.pk}/map.csv", headers=EN)
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def queries(client: Client) -> int:
    signed_in(client)
    client.get("/map/?region=II", headers=EN)
    with CaptureQueriesContext(connection) as seen:
        client.get("/map/?region=II", headers=EN)
    return len(seen)


def more(people: int) -> None:
    """Value everybody anew, some more among them."""
    from dangol.records.catalog.models import Product
    from dangol.records.customers.models import Household
    from tests.web import business as made

    regions = dict.fromkeys(("I", "II", "III", "unknown"), 0)
    run = Run.objects.create(
        kind="relationship", as_of=made.NOW, started_at=made.NOW, finished_at=made.NOW, parameters={"tolerance": 15.0}
    )
    milk, home = Product.objects.get(), Household.objects.get()
    made.customers(range(8, 8 + people), run, milk, regions, home)
    run.summary = made.summary(regions)
    run.save()
