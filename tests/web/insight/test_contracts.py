"""The page How long do contracts last: what it says before, after, and where something is missing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.insight.analysis.contracts.queries import last_found
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import asker
from dangol.records.customers.models import Customer, Identity
from dangol.web import clock
from tests.web.business import NOW, business, signed_in
from tests.web.insight.runs import contracts_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Give the test a home of its own, whose work is done at once."""
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


def page(client: Client, address: str = "/insight/contracts/", language: str = "en") -> str:
    return client.get(address, headers={"accept-language": language}).content.decode()


def ask(client: Client) -> Any:
    return client.post("/insight/contracts/ask/", headers={"accept-language": "en"})


def delivers(count: int = 300, *, seed: int = 0) -> None:
    """Take in a file of subscriptions: two plans, one left at 3 in 100 a month, the other at 10."""
    draw, now = np.random.default_rng(seed), clock.as_of().replace(tzinfo=None)
    began = draw.integers(5, 1000, count)
    lasts = np.where(np.arange(count) % 2, draw.exponential(1000, count), draw.exponential(300, count)).astype(int) + 1
    ends = [now - timedelta(days=int(b - n)) if n < b else None for b, n in zip(began, lasts, strict=True)]
    load.take(
        made("customers", {
            "external_id": [f"c{who}" for who in range(count)], "full_name": [f"손님{who}" for who in range(count)],
            "registered_at": [now - timedelta(days=1000)] * count,
        }),
        source="round", by=None, at=clock.as_of(),
    )  # fmt: skip
    load.take(
        made("subscriptions", {
            "ref": [f"s{who}" for who in range(count)], "customer": [f"c{who}" for who in range(count)],
            "time": [now - timedelta(days=int(b)) for b in began], "product": [f"p{who % 2}" for who in range(count)],
            "price": [32_000] * count, "period": ["month"] * count, "ends": ends,
        }),
        source="round", by=None, at=clock.as_of(),
    )  # fmt: skip


class TestPage:
    def test_teaches_how_to_bring_subscriptions_before_anybody_has_asked(self, client: Client) -> None:
        told = page(signed_in(client))
        assert "Nobody has asked yet" in told
        assert "<b>state_at</b>" in told
        assert client.get("/import/example/subscriptions.csv").status_code == 200
        assert "/import/example/subscriptions.csv" in told

    def test_says_how_long_contracts_last_first_and_then_why_one_may_believe_it(self, client: Client) -> None:
        contracts_run(NOW)
        told = page(signed_in(client))
        assert "Half of the contracts last longer than 17.8 months (15.1 to 20.9)." in told
        assert "After 12 months 61% still run (54% to 69%)." in told
        assert "On March 28, 2026 120 contracts ran. In the 6 months after it 42 of them ended" in told
        assert "Of two that are as good the plainer one is taken" in told
        assert "Its error is 20% smaller than that of the guess by age alone." in told
        assert "180 contracts run. Of these about 20 are expected to end within 3 months, and 70 within 12." in told
        assert "What was said of contracts came true" in told
        assert "30 contracts began before Nov. 2, 2024" in told
        assert "2 subscriptions end before they begin and were left out." in told
        assert "No plan named" in told
        assert "a term is renewed" not in told

    def test_leads_to_those_who_are_likely_to_end_soon(self, client: Client) -> None:
        people = business()
        contracts_run(NOW, Customer.objects.order_by("pk")[:3])
        address = "/customers/?sort=stays_3_months&amp;show=name,stays_1_month,stays_3_months,stays_12_months"
        assert address in page(signed_in(client))
        listed = page(client, address.replace("&amp;", "&"))
        assert "Contract goes on for 3 months" in listed
        assert listed.index("30%") < listed.index("45%") < listed.index("90%")
        assert len(people) > 3

    @pytest.mark.parametrize(("odd", "sentence"), [
        ({"half": None, "half_low": None, "half_high": None},
         "After 24 months 38% of the contracts still run (29% to 48%); further nobody can see yet."),
        ({"half_high": None}, "Half of the contracts last longer than 17.8 months (at least 15.1)."),
        ({"test": None, "ahead": None}, "Too little is on record to hold some months back"),
        ({"ahead": None}, "nobody&#x27;s end is foretold"),
        ({"points": [{"month": 0, "stay": 1.0, "low": 0.9, "high": 1.0, "seen": 30}], "half": None, "half_low": None,
          "half_high": None}, "too short to tell how long they last"),
        ({"told_from": {"day": "2024-11-02", "before": 30, "late": False}}, "so all count from their beginning"),
        ({"ahead": {"running": 180, "told": 170, "stay": {"1": 90.0, "3": 60.0, "12": 9.0}, "commitment": 0.1}},
         "If it is the day on which a term is renewed"),
        ({"contracts": 30, "ended": 12}, "There are few to learn from: 30 contracts, of which 12 ended."),
    ])  # fmt: skip
    def test_says_so_where_less_is_known(self, client: Client, odd: dict[str, Any], sentence: str) -> None:
        contracts_run(NOW, **odd)
        assert sentence in page(signed_in(client))

    def test_says_so_where_a_model_is_no_better_than_the_age(self, client: Client) -> None:
        test = dict(contracts_run(NOW).summary["test"])
        test["choice"] = {**test["choice"], "gain_low": -0.01}
        contracts_run(NOW, test=test)
        assert "cannot be told from the guess by age alone" in page(signed_in(client))
        test["choice"], test["tried"] = None, [{**one, "brier": None, "problem": "Too few."} for one in test["tried"]]
        contracts_run(NOW, test=test, ahead=None)
        told = page(client)
        assert "No model could be fitted to these contracts" in told
        assert "Too few." in told

    @pytest.mark.parametrize("chart", ["lasting", "calibration"])
    def test_gives_its_pictures_and_numbers_as_files(self, client: Client, chart: str) -> None:
        run = contracts_run(NOW)
        file = signed_in(client).get(f"/insight/contracts/{run.pk}/{chart}.svg")
        assert file.headers["Content-Type"] == "image/svg+xml"
        assert b"<svg" in file.content
        numbers = client.get(f"/insight/contracts/{run.pk}/{chart}.csv", headers={"accept-language": "en"})
        assert "95% interval" in numbers.content.decode("utf-8-sig").splitlines()[0]
        assert client.get(f"/insight/contracts/{run.pk}/{chart}.gif").status_code == 404
        assert client.get(f"/insight/contracts/{run.pk}/nothing.svg").status_code == 404
        assert client.get(f"/insight/contracts/{run.pk + 9}/{chart}.svg").status_code == 404

    def test_has_no_picture_of_a_test_that_was_not_made(self, client: Client) -> None:
        run = contracts_run(NOW, test=None, ahead=None)
        assert signed_in(client).get(f"/insight/contracts/{run.pk}/calibration.svg").status_code == 404

    def test_speaks_korean(self, client: Client) -> None:
        contracts_run(NOW)
        told = page(signed_in(client), language="ko")
        assert "계약은 얼마나 이어지나요?" in told
        assert "계약의 절반은 17.8개월보다 오래 이어져요" in told


class TestAsking:
    def test_learns_from_a_file_of_subscriptions_foretells_and_sees_an_end_that_a_later_file_tells(
        self, client: Client
    ) -> None:
        delivers()
        ask(signed_in(client))
        before = last_found()
        assert before is not None and before.ahead is not None and before.test is not None
        assert before.whole.contracts == 300
        assert str(asker(before.run)) == "owner"
        assert Score.objects.filter(run=before.run, name="stays_12_months").count() == before.ahead.running
        told = page(client)
        assert "By plan" in told
        assert "p0" in told and "p1" in told
        assert "Half of the contracts last longer than" in page(client, "/insight/")
        name = Identity.objects.filter(customer__scores__run=before.run).values_list("external_id", flat=True)[0]
        moment = clock.as_of().replace(tzinfo=None)
        load.take(
            made("subscriptions", {
                "ref": [f"s{name[1:]}"], "customer": [name], "time": [moment - timedelta(days=900)],
                "ends": [moment - timedelta(days=2)],
            }),
            source="round", by=None, at=clock.as_of(),
        )  # fmt: skip
        ask(client)
        after = last_found()
        assert after is not None and after.ahead is not None
        assert after.whole.ended == before.whole.ended + 1
        assert after.ahead.running == before.ahead.running - 1

    def test_says_what_is_missing(self, client: Client) -> None:
        ask(signed_in(client))
        assert "No subscription is on record yet. Import a file of subscriptions first." in page(client)
        assert not Run.objects.filter(kind="contracts", finished_at__isnull=False).exists()
