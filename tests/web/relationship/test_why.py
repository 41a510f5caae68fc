"""The page Where the values come from: each step with its numbers; of shops that tell little; the same by the API."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.actions import value_customers
from dangol.insight.relationship.models import Followed, Takeover
from dangol.records.customers.models import Customer
from dangol.records.staff.roles import Role
from tests.insight.relationship.world import SETTINGS, TODAY, Shop, full_shop, open_shop
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def customer(name: str = "손님0") -> Customer:
    return Customer.objects.get(full_name=name)


def page(client: Client, of: Customer, *, rows: str = "") -> str:
    text = client.get(f"/customers/{of.pk}/value/{rows}", headers={"accept-language": "en"}).content.decode()
    return re.sub(r"\s+", " ", text)


class TestPage:
    def test_goes_down_from_the_rank_to_the_rows(self, client: Client) -> None:
        full_shop().valued()
        takeover = Takeover.objects.create(
            source_ref="campaign:1", portfolio=None, yardstick="x", at=TODAY,
            programmes={"gift": {"names": {"ko": "선물", "en": "Gift"}, "money_a_point": None}},
        )  # fmt: skip
        Followed.objects.create(
            takeover=takeover, customer=customer(), treated=True, programme="gift", move="C_D", customer_value=25,
            customer_equity=80, target_value=65, target_equity=80,
        )  # fmt: skip
        told = page(signed_in(client), customer())
        assert "What was recommended, and where it led" in told
        assert "they 65, we 80" in told and "No month has ended since" in told
        order = [
            "points. Within ±15.0 both sides are in balance", "customers in the reference,",
            "weighted mean of three parts",
            "rows of the last 365 days", "Discounts on a purchase", "of 1: the mean over what was asked about",
            "purchases of somebody who stays", "bought again on",
        ]  # fmt: skip
        places = [told.index(words) for words in order]
        assert places == sorted(places)
        assert "every number comes to the one that is shown" in told
        assert "the last figure of a sum or a difference may be off by one" in told

    def test_says_when_rows_came_in_since(self, client: Client) -> None:
        shop = full_shop()
        shop.valued()
        shop.sell([("c0", datetime(2025, 12, 20), 10_000, 777)])
        told = page(signed_in(client), customer())
        assert "not every number comes to the one that is shown" in told
        assert "By the rows of today it would be" in told

    def test_says_of_an_estimate_how_far_it_can_be_trusted(self, client: Client) -> None:
        full_shop().valued()
        told = page(signed_in(client), customer("손님1"))
        assert "is an estimate: this customer did not answer" in told
        assert "its rank correlation is" in told

    def test_leads_from_the_profile_and_back(self, client: Client) -> None:
        full_shop().valued()
        one = customer()
        profile = signed_in(client).get(f"/customers/{one.pk}/").content.decode()
        assert f'href="/customers/{one.pk}/value/#economic_value"' in profile

    def test_opens_for_a_valuation_of_before_models_were_named(self, client: Client) -> None:
        run = full_shop().valued()
        for fit in run.summary["fits"]:
            del fit["model"]
            fit["bg_nbd"] = fit.pop("rhythm")
        run.save()
        assert "customers in the reference" in page(signed_in(client), customer())

    def test_teaches_before_anybody_is_valued(self, client: Client) -> None:
        Shop(customers=2).opens()
        assert "Nobody has been valued yet" in page(signed_in(client), customer())

    def test_tells_programs_the_same(self) -> None:
        full_shop().valued()
        one = customer()
        answer = send("GET", f"/customers/{one.pk}/values/steps", key(staff(Role.OWNER))).json()
        assert answer["agrees"]
        part = answer["parts"][0]
        assert part["again"] == pytest.approx(part["shown"])
        assert sum(row["money"] for row in part["rows"]) == pytest.approx(part["shown"])
        assert answer["mean"] == pytest.approx(sum(each["adds"] for each in answer["parts"]))
        assert answer["company"]["equity_again"] == pytest.approx(answer["company"]["equity"])


class TestLittleKnown:
    def test_without_survey_and_costs_says_which_parts_are_unknown(self, client: Client) -> None:
        open_shop().valued()
        told = page(signed_in(client), customer())
        assert "This part is not known: the customer did not answer" in told
        assert "nobody in the business has rows of the kind" in told
        assert told.count("unknown: enters as the middle") == 2
        assert "is an estimate" not in told
        assert "2 of 3" not in self._map(client)
        assert "1 of 3 parts of the value to the customer are known" in self._map(client)

    def test_of_one_customer_ranks_nobody(self, client: Client) -> None:
        shop = Shop(customers=1)
        shop.opens()
        shop.sell([("c0", datetime(2025, 9, 1), 10_000, 1_000)])
        shop.valued()
        told = page(signed_in(client), customer())
        assert "so the customer stands in no region" in told
        assert told.count("Active customers so far: 1. From 50 on they are ranked") == 2
        assert "no purchase in the last year" not in told
        theirs = told.split("Value to the customer</h2>")[1].split("Value to the company</h2>")[0]
        assert "₩1,000" in theirs and "Unknown" not in theirs.split("Economic value</h2>")[1].split("Social")[0]
        profile = signed_in(client).get(f"/customers/{customer().pk}/", headers={"accept-language": "en"})
        assert "Active customers so far: 1." in profile.content.decode()

    def test_of_one_customer_who_bought_nothing_foretells_nothing(self, client: Client) -> None:
        shop = Shop(customers=1)
        shop.opens()
        shop.valued()
        told = page(signed_in(client), customer())
        assert "No purchases, or too few in this line of business to foretell any" in told
        assert "Measured</" not in told.split("Value to the company")[1].split("From valuation")[0]

    def test_of_everybody_equal_stands_in_the_middle_and_in_balance(self, client: Client) -> None:
        shop = Shop(customers=80)
        shop.take(
            "customers", external_id=shop.names, full_name=[f"손님{n}" for n in range(80)], line=["club"] * 80,
            registered_at=[datetime(2025, 1, 1)] * 80,
        )  # fmt: skip
        days = [datetime(2025, 3, 1), datetime(2025, 6, 1), datetime(2025, 9, 1)]
        shop.sell([(name, day, 10_000, 1_000) for name in shop.names for day in days])
        run = shop.valued()
        told = page(signed_in(client), customer())
        assert "every number comes to the one that is shown" in told
        if run.summary["equity_total"]["value"]:
            assert "(0 + 80 ÷ 2) ÷ 80 × 100 = 50.0" in told

    def test_of_one_who_only_brings_things_back_has_no_equity(self, client: Client) -> None:
        shop = full_shop()
        shop.take(
            "customers", external_id=["back"], full_name=["반품"], line=["club"], registered_at=[datetime(2025, 1, 1)]
        )
        shop.take("transactions", receipt=["x1"], customer=["back"], time=[datetime(2025, 5, 1)], amount=[-9_000])
        shop.valued()
        told = page(signed_in(client), customer("반품"))
        assert "1 day is no purchase: as much or more came back as was sold" in told
        assert "No purchases, or too few in this line of business" in told
        assert "so the customer stands in no region" in told

    def _map(self, client: Client) -> str:
        return re.sub(r"\s+", " ", client.get("/map/", headers={"accept-language": "en"}).content.decode())


def test_a_valuation_made_before_days_were_written_down_says_so(client: Client) -> None:
    full_shop().valued()
    run = value_customers(settings=SETTINGS, as_of=TODAY, at=TODAY, by=None)
    summary = {name: told for name, told in run.summary.items() if name != "days"}
    Run.objects.filter(pk=run.pk).update(summary=summary)
    assert "did not write down yet how long the business had been on record" in page(signed_in(client), customer())
