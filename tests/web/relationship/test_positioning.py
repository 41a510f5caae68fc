"""The page What to do: before, after, the catalogue, and on to campaigns; the same by the API."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.past_effects import past_effects
from dangol.insight.analysis.models import Effect, Run, Score
from dangol.insight.relationship.positioning.catalogue import ensure_programmes, history, programme, programmes
from dangol.insight.relationship.positioning.names import ASK, KIND, PROGRAMME
from dangol.insight.relationship.positioning.queries import Sum, last_positioned
from dangol.insight.relationship.queries import current_run
from dangol.records.catalog.offers import ensure_offers
from dangol.records.staff.roles import Role
from dangol.web.relationship.positioning import words
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import NOW, business, campaign, signed_in
from tests.web.relationship.recommended import recommended

pytestmark = pytest.mark.django_db
ADDRESS = "/map/positioning/"


def page(client: Client, address: str = ADDRESS, language: str = "en") -> str:
    text = client.get(address, headers={"accept-language": language}).content.decode()
    return re.sub(r"\s+", " ", text)


def post(client: Client, address: str, **told: Any) -> Any:
    return client.post(f"{ADDRESS}{address}", told, headers={"accept-language": "en"})


TERMS = {
    "name_ko": "감사 편지", "name_en": "Thank-you letter", "bond": "care", "cost": "900", "company": "500",
    "company_low": "-100", "company_high": "1100", "customer": "400", "customer_low": "0", "customer_high": "800",
    "assumption": "last year's letters",
}  # fmt: skip


class TestPage:
    def test_teaches_before_anybody_has_asked(self, client: Client) -> None:
        told = page(signed_in(client))
        assert "Nobody has asked yet" in told
        assert "Eight programmes are written once somebody asks" in told

    def test_says_why_nothing_can_be_asked_without_values(self, client: Client) -> None:
        client = signed_in(client)
        post(client, "ask/", budget="1000")
        assert "No customer is valued yet" in page(client)

    def test_says_what_to_do_in_one_sentence_and_for_whom(self, client: Client) -> None:
        recommended(at=NOW)
        told = page(signed_in(client))
        found = last_positioned()
        assert found is not None and found.chosen
        assert "Do something for" in told
        for row in found.chosen:
            assert row.name in told
            assert f"?programme={row.code}" in told

    @pytest.mark.parametrize(
        ("after", "said"), [(26.51, "Unfairness stays at 26.5 points."), (25.4, "from 26.5 to 25.4 points")]
    )
    def test_says_of_unfairness_that_it_stays_where_no_change_could_be_read(self, after: float, said: str) -> None:
        recommended(at=NOW)
        found = last_positioned()
        assert found is not None
        with override("en"):
            assert said in words.headline(replace(found, before=26.53, after=after))

    def test_says_that_nobody_can_be_chosen_for_where_no_place_is_known(self, client: Client) -> None:
        business()
        Score.objects.filter(name="region").update(text="unknown")
        recommended(at=NOW)
        told = page(signed_in(client))
        assert "place on the map is known yet, so there is nobody to choose for" in told
        assert "brings both sides more than it costs" not in told
        assert "95% interval: you" not in told

    def test_asks_only_those_of_whom_an_answer_would_tell_the_place(self, client: Client) -> None:
        people = business()
        Score.objects.filter(name="customer_equity", customer=people[7]).delete()  # bought too little
        run = recommended(at=NOW)
        asked = Score.objects.filter(run=run, name=PROGRAMME, text=ASK)
        assert list(asked.values_list("customer_id", flat=True)) == [people[3].pk]
        told = page(signed_in(client))
        assert "Nobody knows where 1 stand. Ask them" in told
        assert "1 have bought too little to be placed" in told

    @pytest.mark.parametrize(
        ("company", "doubt"),
        [
            (Sum(900.0, 100.0, 1_700.0), "You are expected to spend more than comes back to you"),
            (Sum(1_200.0, 100.0, 2_300.0), "begins below the cost"),
            (Sum(1_200.0, 1_000.0, 1_400.0), None),
        ],
    )
    def test_doubts_a_gain_of_ones_own_that_may_not_pay_its_cost(self, company: Sum, doubt: str | None) -> None:
        recommended(at=NOW)
        found = replace(last_positioned(), cost=1_000, company=company)  # type: ignore[type-var]
        with override("en"):
            told = " ".join(words.doubts(found))
        assert doubt in told if doubt else "comes back" not in told and "below the cost" not in told

    def test_asks_anew_with_a_budget(self, client: Client) -> None:
        recommended(at=NOW)
        client = signed_in(client)
        before = Run.objects.filter(kind=KIND).count()
        assert post(client, "ask/", budget="123456").status_code == 302
        assert Run.objects.filter(kind=KIND).count() == before + 1
        assert last_positioned().budget == 123_456  # type: ignore[union-attr]

    @pytest.mark.parametrize("budget", ["", "-1", "much"])
    def test_refuses_what_is_no_budget(self, client: Client, budget: str) -> None:
        answer = post(signed_in(client), "ask/", budget=budget)
        assert answer.status_code == 422
        assert "budget-problem" in answer.content.decode()

    def test_leads_to_the_customers_and_to_a_plan_for_exactly_them(self, client: Client) -> None:
        recommended(at=NOW)
        client = signed_in(client)
        row = next(row for row in last_positioned().chosen if row.channel)  # type: ignore[union-attr]
        some = Score.objects.filter(name=PROGRAMME, text=row.code).select_related("customer")
        assert len(some) == row.customers
        listed = page(client, f"/customers/?programme={row.code}")
        assert all(one.customer.full_name in listed for one in some)
        plan = page(client, f"{reverse('campaign_plan')}?programme={row.code}&channel={row.channel}")
        assert f'name="programme" value="{row.code}"' in plan
        assert row.name in plan


class TestCatalogue:
    def test_shows_who_changed_what_when_and_keeps_the_old(self, client: Client) -> None:
        recommended(at=NOW)
        client, code = signed_in(client), programmes()[0].code
        assert post(client, f"programme/{code}/", **TERMS, in_use="on").status_code == 302
        kept = programme(code)
        assert kept is not None and kept.by is not None
        assert (kept.name_en, kept.cost, len(history(code))) == ("Thank-you letter", 900, 2)
        assert "last year&#x27;s letters" in page(client)

    def test_takes_a_new_one(self, client: Client) -> None:
        recommended(at=NOW)
        post(signed_in(client), "programme/new/", **TERMS, in_use="on")
        assert [one.name_en for one in programmes()][-1] == "Thank-you letter"

    def test_keeps_what_was_written_when_it_contradicts_itself(self, client: Client) -> None:
        recommended(at=NOW)
        answer = post(signed_in(client), "programme/new/", **{**TERMS, "company_low": "9000"})
        assert answer.status_code == 422
        told = answer.content.decode()
        assert "must lie between the lowest and the highest" in told
        assert 'value="9000"' in told

    def test_is_closed_to_who_may_not_plan(self, client: Client) -> None:
        recommended(at=NOW)
        client.force_login(staff(Role.ANALYST))
        assert client.get(f"{ADDRESS}programme/gift/").status_code == 403
        assert "Catalogue of programmes" in page(client)

    def test_does_not_know_what_was_never_written(self, client: Client) -> None:
        assert signed_in(client).get(f"{ADDRESS}programme/nothing/").status_code == 404


class TestPastEffects:
    def test_are_the_declared_ones_of_the_last_measurement_by_offer(self) -> None:
        business()
        one = campaign()
        Campaign.objects.filter(pk=one.pk).update(launched_at=NOW, measured_at=NOW)
        for effect in (5.0, 7.0):
            run = Run.objects.create(kind="effect", as_of=NOW, started_at=NOW, finished_at=NOW)
            for declared in (True, False):
                Effect.objects.create(
                    run=run, source_ref=one.source_ref, outcome="net_revenue", declared=declared,
                    estimator="adjusted" if declared else "raw", effect=effect + (not declared), ci_low=0, ci_high=20,
                    treated=9, held_out=9, mean_treated=0, mean_held_out=0,
                )  # fmt: skip
        assert [(one.effect, one.low, one.high) for one in past_effects().company[one.offer.code]] == [(7.0, 0.0, 20.0)]


class TestApi:
    def test_asks_and_tells_the_same(self) -> None:
        recommended(at=NOW)
        token = key(staff(Role.OWNER))
        assert send("POST", "/positioning/ask", token, {"budget": 50_000}).status_code == 200
        told = json.loads(send("GET", "/positioning", token).content)
        assert told["budget"] == 50_000
        assert sum(one["customers"] for one in told["programmes"]) == told["customers"]

    def test_adds_and_changes_a_programme(self) -> None:
        recommended(at=NOW)
        token = key(staff(Role.OWNER))
        terms = {name: int(value) if value.lstrip("-").isdigit() else value for name, value in TERMS.items()}
        added = json.loads(send("POST", "/programmes", token, terms).content)
        changed = json.loads(send("POST", f"/programmes/{added['code']}", token, {**terms, "cost": 950}).content)
        assert (changed["code"], changed["cost"]) == (added["code"], 950)
        assert len(json.loads(send("GET", "/programmes", token).content)) == len(programmes(all_of_them=True))
        assert send("POST", "/programmes/nothing", token, terms).status_code == 404
        assert send("POST", "/programmes", token, {**terms, "channel": "pigeon"}).status_code == 422


def test_the_first_programmes_carry_the_first_offers() -> None:
    business()
    ensure_offers(currency="KRW", at=NOW)
    ensure_programmes(current_run(), channel="", at=NOW)  # type: ignore[arg-type]
    carried = {one.offer.code for one in programmes() if one.offer}
    assert carried == {"care", "coupon", "points"}
