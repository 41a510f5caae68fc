"""The page Does value come true?: what it says before, after, and of shops that tell little; the same by the API."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client

from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import asker
from dangol.insight.relationship.back_test.queries import last_back_test
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.roles import Role
from dangol.web import clock
from tests.insight.analysis.rhythm.shoppers import leaving
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import NOW, signed_in
from tests.web.relationship.value_runs import outcome, value_run

pytestmark = pytest.mark.django_db
ADDRESS = "/map/came-true/"


def page(client: Client, address: str = ADDRESS, language: str = "en") -> str:
    text = client.get(address, headers={"accept-language": language}).content.decode()
    return re.sub(r"\s+", " ", text)


def post(client: Client, **told: str) -> Any:
    return client.post(f"{ADDRESS}test/", told, headers={"accept-language": "en"})


def sells(until: datetime) -> None:
    """A year of 300 who buy at a rate of their own until they leave."""
    begin = (until - timedelta(days=364)).replace(tzinfo=None)
    rows = [
        (f"c{who}", begin + timedelta(days=int(day), hours=3)) for who, days in enumerate(leaving(300)) for day in days
    ]
    names, times = zip(*rows, strict=True)
    load.take(
        made("transactions", {
            "receipt": [f"r{n}" for n in range(len(rows))], "customer": names, "time": times,
            "amount": [3000 + 100 * (n % 17) for n in range(len(rows))],
        }),
        source="shop", by=None, at=until,
    )  # fmt: skip
    refresh(at=until)


class TestPage:
    def test_teaches_before_anybody_has_asked(self, client: Client) -> None:
        told = page(signed_in(client))
        assert "Nobody has tested yet" in told
        assert "goes back a quarter of your history" in told

    def test_begins_with_the_verdict_and_tells_all_three_apart(self, client: Client) -> None:
        value_run(NOW)
        told = page(signed_in(client))
        headline = told.index("Value comes true, as far as chance lets one see")
        commitment = told.index("Commitment was right: of 100 purchases expected")
        assert headline < commitment < told.index("customers bought at least once") < told.index("of margin came")
        assert "lie as far apart as what they did (slope" in told
        assert "than giving everybody the share of the weeks before, 40.0%" in told

    @pytest.mark.parametrize(("times", "verdict"), [(1.4, "Values were too hopeful"), (0.6, "Values were too gloomy")])
    def test_says_so_where_values_promised_otherwise(self, client: Client, times: float, verdict: str) -> None:
        value_run(NOW, outcome(times=times))
        assert verdict in page(signed_in(client))

    def test_shows_one_line_or_everybody(self, client: Client) -> None:
        value_run(NOW, outcome(size=500), outcome("club", size=300), outcome("delivery", size=200, times=1.4))
        told = page(signed_in(client))
        assert told.count('aria-current="true"') >= 1
        assert "<dd>500" in told
        assert "Values were too hopeful" not in told
        told = page(client, f"{ADDRESS}?line=delivery")
        assert "<dd>200" in told
        assert "Values were too hopeful" in told

    def test_says_why_nothing_was_promised(self, client: Client) -> None:
        nothing = replace(outcome(size=20), foretold=0, chance=None, commitment=None, money=None)
        value_run(NOW, nothing, notes=({"code": "too_few", "line": "", "customers": 20, "needed": 50},))
        told = page(signed_in(client))
        assert "Too little is known to tell whether value comes true" in told
        assert "No fit could be made of these customers" in told
        assert "too few customers with sales (20)" in told
        assert not re.search(r"\bnan\b", told, re.IGNORECASE)

    def test_asks_whether_the_shop_was_closed_where_nobody_bought(self, client: Client) -> None:
        value_run(NOW, replace(outcome(), bought=0))
        assert "Were you closed, or are sales missing?" in page(signed_in(client))

    @pytest.mark.parametrize("chart", ["commitment", "chance", "money"])
    def test_gives_its_pictures_and_their_numbers_as_files(self, client: Client, chart: str) -> None:
        run = value_run(NOW)
        file = signed_in(client).get(f"{ADDRESS}{run.pk}/{chart}.svg")
        assert file.headers["Content-Type"] == "image/svg+xml"
        assert b"<svg" in file.content
        numbers = client.get(f"{ADDRESS}{run.pk}/{chart}.csv", headers={"accept-language": "en"}).content.decode()
        assert len(numbers.splitlines()) == 11
        assert numbers.startswith("\ufeff")
        assert client.get(f"{ADDRESS}{run.pk}/nothing.svg").status_code == 404
        assert client.get(f"{ADDRESS}{run.pk}/{chart}.exe").status_code == 404
        assert client.get(f"{ADDRESS}{run.pk + 9}/{chart}.svg").status_code == 404

    def test_refuses_weeks_beyond_reason_and_keeps_the_page(self, client: Client) -> None:
        answer = post(signed_in(client), weeks="99")
        assert answer.status_code == 422
        assert "26" in answer.content.decode()

    def test_speaks_korean(self, client: Client) -> None:
        value_run(NOW)
        told = page(signed_in(client), language="ko")
        assert "우연을 빼고 보면 가치가 예측대로 실현돼요" in told
        assert "결속이 맞았어요" in told

    def test_is_a_question_of_insight(self, client: Client) -> None:
        value_run(NOW)
        told = page(signed_in(client), "/insight/")
        assert "Does value come true?" in told
        assert "Value comes true, as far as chance lets one see." in told


class TestAsking:
    def test_tests_what_the_shop_sold(self, client: Client) -> None:
        sells(clock.as_of())
        post(signed_in(client))
        found = last_back_test()
        assert found is not None
        assert (found.weeks, found.all.customers, str(asker(found.run))) == (13, 300, "owner")
        told = page(client)
        assert "Known until" in told
        assert found.all.foretold == 300
        assert "were made" in told

    def test_holds_back_as_many_weeks_as_asked(self, client: Client) -> None:
        sells(clock.as_of())
        post(signed_in(client), weeks="6")
        found = last_back_test()
        assert found is not None
        assert found.weeks == 6

    def test_says_what_is_missing_where_nobody_has_bought(self, client: Client) -> None:
        refresh(at=clock.as_of())
        post(signed_in(client))
        assert "Nobody has bought anything yet. Import sales first." in page(client)
        assert not Run.objects.filter(kind="back_test").exists()

    def test_says_what_is_missing_where_the_history_is_short(self, client: Client) -> None:
        at = clock.as_of()
        load.take(
            made("transactions", {
                "receipt": ["r1"], "customer": ["c1"], "time": [at.replace(tzinfo=None)], "amount": [3000],
            }),
            source="shop", by=None, at=at,
        )  # fmt: skip
        refresh(at=at)
        post(signed_in(client))
        assert "weeks of purchases" in page(client)


class TestApi:
    def test_tells_the_same_in_numbers(self) -> None:
        run, one = value_run(NOW, outcome()), outcome()
        told = send("GET", "/values/test", key(staff(Role.OWNER))).json()
        assert told["run"] == run.pk
        everybody = told["everybody"]
        assert one.commitment is not None
        assert one.chance is not None
        assert everybody["verdict"] == "right"
        assert everybody["commitment"]["said"] == pytest.approx(one.commitment.said)
        assert len(everybody["commitment"]["groups"]) == 10
        assert everybody["chance"]["brier"] == pytest.approx(one.chance.brier)
        assert np.isfinite(everybody["chance"]["slope_error"])
        json.dumps(told, allow_nan=False)

    def test_names_models_that_were_picked_by_weeks_tested_here(self) -> None:
        run = value_run(NOW)
        run.summary["picked"] = ["Pareto/NBD"]
        run.save()
        assert send("GET", "/values/test", key(staff(Role.OWNER))).json()["picked"] == ["Pareto/NBD"]

    def test_says_that_nobody_has_asked(self) -> None:
        assert send("GET", "/values/test", key(staff(Role.OWNER))).status_code == 404
