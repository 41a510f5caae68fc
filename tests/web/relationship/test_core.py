"""The page Core customers: criteria with rules and lists, curves, tenths, parts, kinds described; and the API."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from dangol.decisions.segments.actions import save
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import latest_run
from dangol.records.staff.roles import Role
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import NOW, business, signed_in
from tests.web.relationship.core_runs import core_run

pytestmark = pytest.mark.django_db
ADDRESS = "/map/core/"


def page(client: Client, address: str = ADDRESS, language: str = "en") -> str:
    text = client.get(address, headers={"accept-language": language}).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


class TestPage:
    def test_teaches_before_anybody_has_asked(self, client: Client) -> None:
        told = page(signed_in(client))
        assert "Nobody has looked for core customers yet" in told
        assert "Find core customers" in told

    def test_tells_each_criterion_with_its_rule_and_what_is_unknown(self, client: Client) -> None:
        core_run(NOW)
        told = page(signed_in(client))
        assert "the 20% with the most contribution in the last 365 days of those who contribute anything" in told
        assert "a purchase in at least 9 of the last twelve months" in told
        assert "Not known: no reviews, suggestions, praise, opinions, monitor reports" in told
        assert "The margin of 30% is assumed" in told
        assert "5 cost more than they bring in" in told

    def test_leads_from_every_number_to_its_list(self, client: Client) -> None:
        people, run = business(), core_run(NOW)
        for name, text in (("core_profit", "yes"), ("core_set", "profit-exchange"), ("contribution_tenth", "1")):
            Score.objects.create(run=run, customer=people[2], name=name, text=text, provenance="measured")
        whole = signed_in(client).get(ADDRESS, headers={"accept-language": "en"}).content.decode()
        for query in ("core=core_profit", "core_set=profit-exchange", "contribution_tenth=1"):
            assert f"/customers/?{query}" in whole
            listed = client.get(f"/customers/?{query}").content.decode()
            assert people[2].full_name in listed
            assert people[0].full_name not in listed
        assert "core_set=profit-exchange&amp;core_set=profit-opinion&amp;core_set=exchange-opinion" in whole

    def test_folds_long_tables_so_that_the_criteria_and_the_curve_stand_first(self, client: Client) -> None:
        core_run(NOW)
        whole = signed_in(client).get(ADDRESS, headers={"accept-language": "en"}).content.decode()
        folded = re.findall(r"<details[^>]*><summary[^>]*>([^<]+)</summary>", whole)
        assert "How many criteria are met · Which are met together" in folded
        assert "Tenths by contribution" in folded
        assert whole.index("By three criteria") < whole.index("<details")

    def test_draws_what_is_asked_for_and_says_where_there_is_nothing(self, client: Client) -> None:
        core_run(NOW)
        signed_in(client)
        assert "Contribution of the last 365 days, customers from the least to the most" in page(client)
        assert "Net revenue of the last 365 days" in page(client, f"{ADDRESS}?by=revenue")
        assert "Nobody has any of it" in page(client, f"{ADDRESS}?by=equity")
        assert "Contribution of the last 365 days" in page(client, f"{ADDRESS}?by=nonsense")

    def test_splits_by_line_category_and_segment(self, client: Client) -> None:
        people, run = business(), core_run(NOW)
        signed_in(client)
        assert "식품 › 우유" in page(client, f"{ADDRESS}?of=category")
        assert "No segment is saved yet" in page(client, f"{ADDRESS}?of=segment")
        save({"core": ["core_profit"]}, by=None, at=NOW, name="Core")
        save({"group": ["often"]}, by=None, at=NOW, name="Found")
        for name, value in (("net_revenue_year", 90_000.0), ("contribution", 20_000.0)):
            Score.objects.create(run=run, customer=people[2], name=name, value=value, provenance="estimated")
        Score.objects.create(run=run, customer=people[2], name="core_profit", text="yes", provenance="measured")
        told = page(client, f"{ADDRESS}?of=segment")
        assert re.search(r"Core +1 +₩90,000 +₩70,000 +₩20,000", told), told
        assert "Nobody has looked for groups yet" in told

    def test_describes_a_kind_beside_everybody(self, client: Client) -> None:
        core_run(NOW)
        signed_in(client)
        told = page(client, f"{ADDRESS}contribution_tenth_1/")
        assert "The best tenth" in told
        assert "식품 › 우유, at least 2.1 times as often" in told
        assert "Their list" in told
        assert client.get(f"{ADDRESS}everybody/").status_code == 404
        assert client.get(f"{ADDRESS}core_opinion/").status_code == 404

    def test_says_so_where_nobody_brings_in_anything(self, client: Client) -> None:
        nothing = {"contribution": None, "revenue": None, "equity": None}
        core_run(NOW, spread=nothing, core=dict.fromkeys(("core_profit", "core_exchange", "core_opinion")), lines=[])
        told = page(signed_in(client))
        assert "Nobody has brought in anything in the last year" in told
        assert "Nothing was sold in the last 365 days" in told

    @pytest.mark.parametrize("kind", ["png", "svg", "pdf", "csv"])
    def test_every_picture_can_be_taken_away(self, client: Client, kind: str) -> None:
        run = core_run(NOW)
        signed_in(client)
        for chart in ("lorenz", "curve"):
            answer = client.get(f"{ADDRESS}{run.pk}/{chart}.{kind}?by=contribution")
            assert answer.status_code == 200
            assert len(answer.content) > 100
        assert client.get(f"{ADDRESS}{run.pk}/lorenz.{kind}?by=equity").status_code == 404


class TestFinding:
    def test_finds_beside_the_page_by_what_was_asked(self, client: Client) -> None:
        business()
        signed_in(client)
        asked = {"profit_by": "contribution", "profit_percent": "10", "months": "6", "words": "2"}
        client.post(f"{ADDRESS}find/", asked, headers={"accept-language": "en"})
        run = latest_run("core")
        assert isinstance(run, Run)
        assert {name: run.parameters[name] for name in ("profit_share", "months", "words")} == {
            "profit_share": 0.1, "months": 6, "words": 2,
        }  # fmt: skip
        assert 'value="6"' in client.get(ADDRESS).content.decode()

    def test_refuses_what_means_nothing_beside_its_field(self, client: Client) -> None:
        signed_in(client)
        answer = client.post(f"{ADDRESS}find/", {"profit_by": "x", "profit_percent": "0", "months": "13", "words": ""})
        assert answer.status_code == 422
        assert answer.content.decode().count('class="err"') == 4
        assert latest_run("core") is None


class TestApi:
    def test_tells_what_the_page_tells(self) -> None:
        core_run(NOW)
        headers = key(staff(Role.OWNER))
        told = json.loads(send("GET", "/core-customers", headers).content)
        assert told["rules"] == {
            "profit_by": "contribution", "profit_share": 0.2, "months": 9, "words": 1, "use_days": 12,
        }  # fmt: skip
        assert (told["counted_in"], told["frequent"]) == ("money", None)
        assert [one["customers"] for one in told["criteria"]] == [20, 35, None]
        assert told["spread"]["equity"] is None
        assert len(told["spread"]["contribution"]["gini"]) == 3
        assert sum(one["customers"] for one in told["tenths"]) == 100
        assert json.loads(send("GET", "/core-customers/contribution", headers, of="category").content)[0]["name"]
        assert "core_profit" in json.loads(send("GET", "/core-customers/described", headers).content)
