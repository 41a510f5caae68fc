"""The page Groups: the grid that leads to lists, groups in words, what is not known, the work beside the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.insight.analysis.models import Score
from dangol.records.customers.models import Customer
from tests.web.business import NOW, business, signed_in
from tests.web.insight.found_groups import groups_run, rfm_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return a home of the test's own."""
    settings.DANGOL_HOME, settings.DANGOL_LAKE = tmp_path, tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    return tmp_path


def page(client: Client, address: str = "/insight/groups/", language: str = "en") -> str:
    return client.get(address, headers={"accept-language": language}).content.decode()


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


class TestPage:
    def test_teaches_before_anybody_has_looked(self, client: Client) -> None:
        told = page(signed_in(client))
        assert "Nobody has looked for groups yet" in told
        assert "Look for groups" in told

    def test_leads_from_a_field_of_the_grid_to_its_customers(self, client: Client) -> None:
        people, run = business(), rfm_run(NOW)
        for name in ("recency", "frequency"):
            Score.objects.create(run=run, customer=people[0], name=name, value=3 if name == "recency" else 2,
                                 provenance="measured")  # fmt: skip
        told = page(signed_in(client))
        (address,) = set(re.findall(r'href="(/customers/\?recency=3\.\.3[^"]*)"', told))
        assert "6" in told
        listed = page(client, address.replace("&amp;", "&"))
        assert people[0].full_name in listed
        assert people[1].full_name not in listed

    def test_tells_what_each_step_means(self, client: Client) -> None:
        rfm_run(NOW)
        told = plain(page(signed_in(client)))
        assert "90–300 days ago" in told
        assert "1 day ago" in told
        assert "2–9 purchases" in told
        assert "2 never bought" in told

    def test_names_groups_with_size_revenue_and_stability(self, client: Client) -> None:
        groups_run(NOW)
        told = plain(page(signed_in(client)))
        assert "2 groups stand out" in told
        assert "often and lately, small baskets" in told
        assert "250, 50% of all customers, 30% of the last year’s revenue" in told
        assert "found again almost whole (0.97) · buys more than others: 식품 › 우유" in told
        assert "최근까지 자주, 한 번에 조금" in plain(page(client, language="ko"))

    def test_leads_from_a_group_to_its_list(self, client: Client) -> None:
        people, run = business(), groups_run(NOW)
        Score.objects.create(
            run=run, customer=people[2], name="group", text="often-lately-small", provenance="measured"
        )
        listed = page(signed_in(client), "/customers/?group=often-lately-small")
        assert people[2].full_name in listed
        assert people[0].full_name not in listed
        assert "often and lately, small baskets" in listed

    def test_says_plainly_that_no_groups_stand_out(self, client: Client) -> None:
        none = {"customers": 400, "fewest": 200, "features": [], "groups": [], "tried": []}
        groups_run(NOW, groups={}, found=none)
        told = plain(page(signed_in(client)))
        assert "No groups stand out" in told
        assert "What sets the groups apart" not in told

    def test_says_how_many_customers_a_search_needs(self, client: Client) -> None:
        few = {"customers": 30, "fewest": 200, "features": [], "groups": [], "tried": []}
        groups_run(NOW, groups={}, found=few)
        assert "from 200 customers with a purchase in the last year; there are 30" in plain(page(signed_in(client)))

    def test_leaves_unknown_what_is_unknown(self, client: Client) -> None:
        groups_run(NOW, sensitive={}, sensitive_told=False, off_share=0.0, on_record=90)
        told = plain(page(signed_in(client)))
        assert "0% had a discount: nothing to tell customers apart by" in told
        assert "on record for 90 days only" in told

    def test_sets_best_stopped_and_long_standing_side_by_side(self, client: Client) -> None:
        groups_run(NOW)
        told = plain(page(signed_in(client)))
        assert "Best customers Stopped Long-standing Everybody" in told
        assert "10% (4%–23%)" in told
        assert "식품 › 우유, at least 2.1 times as often" in told

    def test_is_listed_with_what_was_found_last(self, client: Client) -> None:
        groups_run(NOW)
        assert "2 groups stand out" in page(signed_in(client), "/insight/")


class TestWork:
    def test_looks_beside_the_page_and_shows_what_it_found(self, client: Client) -> None:
        business()
        signed_in(client)
        client.post("/insight/groups/look/", {"bins": "4"}, headers={"accept-language": "en"})
        told = plain(page(client))
        assert "in 4 steps of like size" in told
        assert "How they stand with us" in told
        assert Score.objects.filter(name="standing").count() == Customer.objects.known().count()

    @pytest.mark.parametrize(("told", "steps"), [("99", 10), ("1", 3), ("many", 5), ("", 5)])
    def test_scores_in_steps_that_can_be(self, client: Client, told: str, steps: int) -> None:
        from dangol.web.insight.groups.views import steps_of

        assert steps_of(told) == steps
