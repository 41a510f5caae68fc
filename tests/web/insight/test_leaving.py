"""The page Who will come back: it teaches, works beside the pages, and says how good it was, why, and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from dangol.insight.analysis.leaving.names import CHANCE
from dangol.insight.analysis.leaving.queries import foretold
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import scores
from dangol.records.customers.models import Customer
from dangol.records.staff.roles import Role
from tests.insight.analysis.leaving.shop import AS_OF, foretold_at, people, shop
from tests.records.staff.office import office, staff
from tests.web.business import NOW, signed_in
from tests.web.insight.runs import leaving_check, leaving_run

pytestmark = pytest.mark.django_db


def page(client: Client, query: str = "", language: str = "en") -> str:
    return client.get(f"/insight/leaving/{query}", headers={"accept-language": language}).content.decode()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the lake of the shop once."""
    folder = tmp_path_factory.mktemp("shop") / "lake"
    shop(folder)
    return folder


@pytest.fixture(scope="module")
def summary(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, lake: Path
) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[tuple[Any, ...]]]]:
    """Foretell once and take along what the run said and scored."""
    home = replace(django_settings.DANGOL, time_zone="Asia/Seoul", currency="KRW")
    with django_db_blocker.unblock(), override_settings(DANGOL_LAKE=lake, DANGOL=home):
        people()
        run = foretold_at()
        kept = list(scores(run).values_list("customer__lake_key", "name", "value", "text", "provenance"))
        told = dict(run.parameters), dict(run.summary), kept
        call_command("flush", verbosity=0, interactive=False)
    yield told


@pytest.fixture
def found(summary: Any, settings: Any) -> Run:
    """Put the forecast of the module on record for this test."""
    from dangol.insight.analysis.models import Score

    settings.DANGOL = replace(settings.DANGOL, time_zone="Asia/Seoul", currency="KRW")
    people()
    parameters, told, kept = summary
    run = Run.objects.create(
        kind="leaving", as_of=AS_OF, started_at=AS_OF, finished_at=AS_OF, lake_version="v000001",
        parameters=parameters, summary=told,
    )  # fmt: skip
    ids = dict(Customer.objects.values_list("lake_key", "pk"))
    Score.objects.bulk_create(
        Score(run=run, customer_id=ids[key], name=name, value=value, text=text, provenance=provenance)
        for key, name, value, text, provenance in kept
    )
    return run


class TestEmpty:
    def test_teaches_what_it_needs_and_what_it_never_looks_at(self, client: Client) -> None:
        told = page(signed_in(client))
        assert "Nobody has asked yet" in told
        assert "at least 100 customers" in told
        assert "not at age, sex or district" in told

    def test_refuses_in_the_page_where_there_is_too_little(self, client: Client, settings: Any, tmp_path: Path) -> None:
        settings.DANGOL_HOME = tmp_path
        settings.DANGOL_LAKE = tmp_path / "lake"
        settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
        owner = signed_in(client)
        owner.post("/insight/leaving/look/", {"days": "30"}, headers={"accept-language": "en"})
        assert "No sale names a customer yet" in page(owner)


class TestPage:
    def test_says_who_comes_back_and_how_good_that_was(self, client: Client, found: Run) -> None:
        told = page(signed_in(client))
        assert re.search(r"Of \d+ customers, about \d+ are expected to buy again within 30 days", told)
        assert "it put the right one first in" in told
        assert "tossing a coin: 50" in told
        assert "As of Sept. 27, 2026 · Asked by a program<" in told
        assert "No forecast is old enough yet. From Oct. 27, 2026" in told

    def test_draws_the_tree_as_lists_within_lists(self, client: Client, found: Run) -> None:
        tree = re.search(r'<ul class="tree">.*?</section>', page(signed_in(client)), re.S)
        assert tree is not None
        text = tree[0]
        assert text.count("<ul") == text.count("</ul>")
        assert text.count("<li") == text.count("</li>") == len(found.summary["tree"])
        assert "Days since the last purchase: " in text or "Purchases lately: " in text

    def test_names_whom_to_think_of_first_with_reasons_and_logs_whom_was_seen(self, client: Client, found: Run) -> None:
        told = page(signed_in(client))
        shown = [int(pk) for pk in re.findall(r'href="/customers/(\d+)/"', told)]
        assert len(shown) == 12
        stakes = dict(scores(found, names=["at_stake"]).values_list("customer_id", "value"))
        assert shown == sorted(stakes, key=lambda pk: (-stakes[pk], pk))[:12]
        assert "손님" in told
        assert 'class="why"' in told

    def test_orders_by_chance_where_asked(self, client: Client, found: Run) -> None:
        shown = [int(pk) for pk in re.findall(r'href="/customers/(\d+)/"', page(signed_in(client), "?by=chance"))]
        chances = dict(scores(found, names=[CHANCE]).values_list("customer_id", "value"))
        assert shown == sorted(chances, key=lambda pk: (chances[pk], pk))[:12]

    def test_masks_names_for_those_who_do_not_work_with_people(self, client: Client, found: Run) -> None:
        Customer.objects.update(full_name="황보라연")
        office()
        client.force_login(staff(Role.MARKETER))
        assert "황보라연" not in page(client)

    def test_speaks_korean(self, client: Client, found: Run) -> None:
        told = page(signed_in(client), language="ko")
        assert "30일 안에 다시 살 것으로 보여요" in told
        assert "무엇이 둘을 가르나" in told


class TestProfit:
    def test_reckons_with_the_owners_numbers(self, client: Client, found: Run) -> None:
        owner = signed_in(client)
        rich = page(owner, "?value=100000&kept=50&cost=1")
        assert "It pays best to contact the riskiest" in rich
        assert "beyond the best cut-off" in rich
        assert "With these numbers, contacting nobody pays best." in page(owner, "?value=10&kept=1&cost=5000")

    @pytest.mark.parametrize("query", ["?value=abc", "?kept=120", "?cost=-1", "?value=nan", "?value=inf"])
    def test_keeps_what_was_written_and_says_what_is_wrong(self, client: Client, found: Run, query: str) -> None:
        told = page(signed_in(client), query)
        assert "is not a number" in told or "cannot be right" in told
        assert f'value="{query.partition("=")[2]}"' in told


class TestWarning:
    def test_says_when_the_last_forecast_was_off(self, client: Client, found: Run) -> None:
        review = {
            "run": 1, "day": "2026-08-28", "days": 30, "customers": 300, "said": 0.6, "share": 0.3, "low": 0.25,
            "high": 0.35, "skill": -0.2, "auc": 0.5, "promised": 0.3, "off": True, "worthless": False,
        }  # fmt: skip
        Run.objects.filter(pk=found.pk).update(summary={**found.summary, "reviews": [review]})
        told = page(signed_in(client))
        assert "The last forecast whose days are over said 60%, but 30% came." in told

    def test_forbids_to_act_on_what_is_no_better_than_chance(self, client: Client, found: Run) -> None:
        chosen = foretold()
        assert chosen is not None
        quality = found.summary["quality"]
        poor = {**quality[chosen.chosen], "skill": {"value": 0.01, "low": -0.02, "high": 0.04}}
        Run.objects.filter(pk=found.pk).update(summary={**found.summary, "quality": {**quality, chosen.chosen: poor}})
        assert "It tells no more than giving everybody the same chance. Do not act on it." in page(signed_in(client))


class TestSinceThen:
    def test_says_on_the_page_and_on_today_that_fewer_came_back(self, client: Client) -> None:
        leaving_check(leaving_run(NOW, []))
        told = page(signed_in(client))
        assert "The last forecast whose days are over said 50%, but 30% came." in told
        assert "30.0%" in told
        today = self.today(client)
        assert "Fewer customers came back than was foretold" in today
        assert "for 30 days: 50% were said to come back, and 30% came." in today
        assert 'href="/insight/leaving/"' in today

    @pytest.mark.parametrize(
        ("told", "title"),
        [
            ({"share": 0.7, "low": 0.63, "high": 0.76}, "More customers came back than was foretold"),
            ({"share": 0.5, "off": False, "worthless": True}, "Who comes back is not who was foretold"),
        ],
    )
    def test_says_on_today_in_which_way_it_was_wrong(self, client: Client, told: dict[str, Any], title: str) -> None:
        leaving_check(leaving_run(NOW, []), **told)
        assert title in self.today(signed_in(client))

    def test_leaves_today_alone_where_it_came_true(self, client: Client) -> None:
        leaving_check(leaving_run(NOW, []), share=0.49, off=False)
        assert "49.0%" in page(signed_in(client))
        assert "came back" not in self.today(client)

    def test_leaves_today_alone_once_somebody_asked_again(self, client: Client) -> None:
        leaving_check(leaving_run(NOW, []))
        leaving_run(NOW, [])
        assert "came back" not in self.today(signed_in(client))

    def test_is_not_for_those_who_see_their_own_customers_alone(self, client: Client) -> None:
        leaving_check(leaving_run(NOW, []))
        office()
        client.force_login(staff(Role.DEALER))
        assert "came back" not in self.today(client)

    def test_stands_once_where_the_next_forecast_looked_back_on_the_same(self, client: Client) -> None:
        check = leaving_check(leaving_run(NOW, []))
        again = leaving_run(NOW, [])
        Run.objects.filter(pk=again.pk).update(summary={**again.summary, "reviews": [check.summary]})
        assert page(signed_in(client)).count(check.summary["day"]) == 1

    def today(self, client: Client) -> str:
        return client.get("/", headers={"accept-language": "en"}).content.decode()


class TestIndex:
    def test_says_what_was_found_last(self, client: Client, found: Run) -> None:
        told = signed_in(client).get("/insight/", headers={"accept-language": "en"}).content.decode()
        assert "Who will come back?" in told
        assert "are expected to buy again within 30 days" in told


class TestTreatment:
    def test_leads_from_the_best_cut_off_to_a_campaign_for_those_beyond_it(self, client: Client, found: Run) -> None:
        owner = signed_in(client)
        told = page(owner, "?value=10000&kept=20&cost=900")
        link = re.search(r'href="(/campaigns/plan/\?back_high=([\d.]+))"', told)
        assert link is not None
        beyond = scores(found, names=[CHANCE]).filter(value__lte=float(link[2]) / 100).count()
        people_beyond = re.search(r"Now (\d+) lie beyond", told)
        assert people_beyond is not None
        assert int(people_beyond[1]) == beyond > 0
        plan = owner.get(link[1], headers={"accept-language": "en"}).content.decode()
        assert "Customers by their chance to buy again" in plan
        assert f"{beyond}" in plan
        assert re.search(r'name="back_high" value="[\d.]+"', plan) is not None

    def test_offers_no_campaign_to_those_who_may_not_run_one(self, client: Client, found: Run) -> None:
        office()
        client.force_login(staff(Role.ANALYST))
        assert "back_high" not in page(client, "?value=10000&kept=20&cost=900")
