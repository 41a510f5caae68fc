"""The page How often will customers buy: what it says before, after, and when what was foreseen does not come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db.transaction import atomic, set_rollback
from django.test import Client

from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.rhythm.monitoring import check_foreseen
from dangol.insight.analysis.rhythm.queries import last_rhythm
from dangol.insight.warehouse.refresh import refresh
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.insight.asked import asked_by
from tests.web.business import NOW, signed_in
from tests.web.insight.runs import rhythm_check, rhythm_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Give the test a home of its own, whose work is done at once."""
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


def page(client: Client, address: str = "/insight/rhythm/", language: str = "en") -> str:
    return client.get(address, headers={"accept-language": language}).content.decode()


def post(client: Client, **told: str) -> Any:
    return client.post("/insight/rhythm/ask/", told, headers={"accept-language": "en"})


def sells(until: datetime, *, customers: int = 120, since: datetime | None = None, seed: int = 0) -> None:
    """Let everybody buy at a rate of their own for a year, or from `since` on."""
    draw, begin = np.random.default_rng(seed), since or until - timedelta(days=364)
    days = (until - begin).days
    rate = np.random.default_rng(1).gamma(1.5, 1 / 20, customers)
    rows = [
        (f"c{who}", (begin + timedelta(days=int(day), hours=3)).replace(tzinfo=None))
        for who in range(customers)
        for day in np.flatnonzero((draw.random(days) < rate[who]) | (np.arange(days) == who % 60) & (since is None))
    ]
    names, times = zip(*rows, strict=True)
    if since is None:
        load.take(
            made("customers", {
                "external_id": [f"c{who}" for who in range(customers)],
                "full_name": [f"손님{who}" for who in range(customers)], "registered_at": [times[0]] * customers,
            }),
            source="shop", by=None, at=until,
        )  # fmt: skip
    load.take(
        made("transactions", {
            "receipt": [f"r{seed}-{n}" for n in range(len(rows))], "customer": names, "time": times,
            "amount": [3000] * len(rows),
        }),
        source="shop", by=None, at=until,
    )  # fmt: skip
    refresh(at=until)


class TestPage:
    def test_teaches_before_anybody_has_asked(self, client: Client) -> None:
        assert "Nobody has asked yet" in page(signed_in(client))

    def test_says_how_well_the_model_foresaw_and_what_lies_ahead(self, client: Client) -> None:
        rhythm_run(NOW)
        told = page(signed_in(client))
        assert "396 purchases were foreseen for the 13 weeks held back; 400 came" in told
        assert "About 390 purchases are expected of 250 customers in the next 13 weeks." in told
        assert "Off by 1.20 purchases a customer on average; “the same as before” by 1.60." in told
        assert "less than a year" in told

    def test_says_so_where_it_is_no_better_than_the_same_as_before(self, client: Client) -> None:
        choice = {"name": "ParetoNBD", "reason": "clear", "tied": [], "gain_low": -0.4, "gain_high": 1.1}
        rhythm_run(NOW, choice=choice)
        assert "cannot be told from it: foresee with care" in page(signed_in(client))

    def test_says_why_nothing_could_be_learned(self, client: Client) -> None:
        rhythm_run(NOW, choice=None, tried=[
            {"name": "NBD", "title": "NBD", "penalty": 0.0, "params": {}, "loglik": None, "aic": None, "errors": None,
             "problem": "Only 3 customers"},
        ])  # fmt: skip
        told = page(signed_in(client))
        assert "Nothing could be learned" in told
        assert "Only 3 customers" in told

    def test_warns_where_what_was_foreseen_does_not_come(self, client: Client) -> None:
        rhythm_check(rhythm_run(NOW))
        sentence = "In the 4 weeks since an earlier answer 90 purchases came; 100 to 140 were expected."
        assert sentence in page(signed_in(client))
        assert sentence in page(client, "/")

    def test_leaves_today_alone_once_somebody_asked_again(self, client: Client) -> None:
        rhythm_check(rhythm_run(NOW))
        rhythm_run(NOW)
        assert "90 purchases came" not in page(signed_in(client), "/")

    def test_leaves_today_alone_where_it_comes(self, client: Client) -> None:
        rhythm_check(rhythm_run(NOW), actual=118, drifts=False)
        assert "118 purchases came" in page(signed_in(client))
        assert "118 purchases came" not in page(client, "/")

    @pytest.mark.parametrize("chart", ["tracking", "frequency"])
    def test_gives_its_pictures_as_files(self, client: Client, chart: str) -> None:
        run = rhythm_run(NOW)
        file = signed_in(client).get(f"/insight/rhythm/{run.pk}/{chart}.svg")
        assert file.headers["Content-Type"] == "image/svg+xml"
        assert b"<svg" in file.content
        assert client.get(f"/insight/rhythm/{run.pk}/nothing.svg").status_code == 404
        assert client.get(f"/insight/rhythm/{run.pk + 9}/{chart}.svg").status_code == 404

    def test_refuses_weeks_beyond_reason_and_keeps_the_page(self, client: Client) -> None:
        answer = post(signed_in(client), weeks="99")
        assert answer.status_code == 422
        assert "26" in answer.content.decode()

    def test_speaks_korean(self, client: Client) -> None:
        rhythm_run(NOW)
        assert "떼어 둔 13주에 396번 살 것으로 내다봤고, 실제로 400번 샀어요" in page(signed_in(client), language="ko")


class TestAsking:
    def test_learns_scores_everybody_and_holds_back_as_many_weeks_as_asked(self, client: Client) -> None:
        sells(clock.as_of())
        post(signed_in(client), weeks="6")
        found = last_rhythm()
        assert found is not None
        assert (found.weeks, found.lines[0].customers, len(found.lines[0].ahead)) == (6, 120, 6)
        assert Score.objects.filter(run=found.run, name="expected_purchases").count() == 120
        asker = User.objects.get(pk=found.run.parameters["by"])
        assert (asker.username, str(asker)) == ("owner", asked_by(found.run))
        assert "Off by" in page(client)
        listed = page(client, "/customers/?sort=expected_purchases&show=name,expected_purchases")
        assert "Expected purchases" in listed

    def test_says_what_is_missing_where_nobody_has_bought(self, client: Client) -> None:
        refresh(at=clock.as_of())
        post(signed_in(client))
        assert "Nobody has bought anything yet. Import sales first." in page(client)
        assert not Run.objects.filter(kind="rhythm").exists()


class TestMonitoring:
    def test_raises_a_drift_where_nobody_comes_any_more_and_holds_predictions_against_what_came(
        self, client: Client, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        """Both futures of one answer: it takes long to learn."""
        then = clock.as_of()
        sells(then)
        post(signed_in(client))
        found, later = last_rhythm(), then + timedelta(days=35)
        assert found is not None and found.weeks == 13
        assert check_foreseen(as_of=then + timedelta(days=27), at=then) is None
        with atomic():
            refresh(at=later)
            checked = check_foreseen(as_of=later, at=later)
            assert checked is not None
            assert (checked.summary["actual"], checked.summary["drifts"]) == (0, True)
            set_rollback(True)
        sells(later, since=then + timedelta(days=1), seed=7)
        with django_assert_max_num_queries(12):
            checked = check_foreseen(as_of=later, at=later)
        assert checked is not None
        told = checked.summary
        assert told["weeks"] == 5
        assert told["low"] < told["expected"] < told["high"]
        assert not told["drifts"]
        assert check_foreseen(as_of=later, at=later) == checked
