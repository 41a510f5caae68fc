"""The page How it is counted: what stands, what would change, saving with a reason, taking back; by the API, too."""

from __future__ import annotations

import re
from math import inf
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.queries import current_run
from dangol.records.customers.models import Customer
from dangol.records.rights.erasure import erase
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web.relationship.assumed import views
from dangol.web.start.rounds import value_settings
from tests.insight.relationship.world import TODAY, full_shop
from tests.records.staff.office import staff
from tests.web.api.shop import key, send, text_of
from tests.web.business import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/map/settings/"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try settings beside the pages where a test says so alone, however long this machine took to value everybody."""
    monkeypatch.setattr(views, "AT_ONCE", inf)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def page(client: Client, **numbers: str) -> str:
    return words(client.get(ADDRESS, numbers, headers={"accept-language": "en"}))


def post(client: Client, step: str, **told: str) -> Any:
    return client.post(f"{ADDRESS}{step}/", told, headers={"accept-language": "en"})


class TestPage:
    def test_shows_what_would_change_before_anything_does(self, client: Client) -> None:
        full_shop().valued(settings=value_settings())
        told = page(signed_in(client), weight_cost="0", tolerance="40")
        assert re.search(r"\d+ of 240 customers would change region", told)
        assert "Who would move most" in told
        assert "Now on the map" in told
        assert "nothing is saved yet" in told
        assert value_settings().tolerance == 15.0

    def test_saves_with_a_reason_and_takes_back(self, client: Client) -> None:
        full_shop().valued()
        signed_in(client)
        assert post(client, "save", tolerance="22", reason="wider band").status_code == 302
        told = page(client)
        assert "Band around the fair-value line 15 → 22" in told
        assert "wider band" in told
        assert "The map still shows values of other settings" in told
        assert value_settings().tolerance == 22.0
        assert post(client, "undo").status_code == 302
        assert value_settings().tolerance == 15.0
        assert page(client).count("Band around the fair-value line 15 → 22") == 1

    def test_values_everybody_anew_for_what_goes_into_the_models_beside_the_page_where_that_takes_long(
        self, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
        run = full_shop(customers=100).valued(settings=value_settings())
        at_once = page(signed_in(client), horizon_months="6", margin_rate="0.3")
        assert "Everybody was valued twice" in at_once
        assert "With the settings of the map" in at_once
        assert "Now on the map" not in at_once
        assert "Best customers below expectation" in at_once
        monkeypatch.setattr(views, "AT_ONCE", -1.0)
        assert "press “Show what would change”" in page(client, horizon_months="6", margin_rate="0.3")
        asked = post(client, "try", horizon_months="6", margin_rate="0.3")
        assert asked["Location"] == f"{ADDRESS}?margin_rate=0.3&horizon_months=6"
        told = words(client.get(asked["Location"], headers={"accept-language": "en"}))
        assert "Everybody was valued twice" in told
        assert "Everybody was valued twice" not in page(client, horizon_months="7")
        token = key(User.objects.get(role=Role.OWNER))
        answer = send("GET", "/map/settings/try", token).json()
        assert (answer["run"], answer["then"]["horizon_months"], answer["work"]["state"]) == (run.pk, 6, "done")
        assert answer["preview"]["equity_after"] < answer["preview"]["equity_before"]
        refused = send("POST", "/map/settings/preview", token, {"horizon_months": 6})
        assert (refused.status_code, "/map/settings/try" in text_of(refused)) == (409, True)
        assert send("POST", "/map/settings/try", token, {"horizon_months": 9}).json()["then"]["horizon_months"] == 9

    def test_are_used_at_once_where_somebody_values_everybody_now(
        self, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
        monkeypatch.setattr("dangol.web.clock.as_of", lambda: TODAY)
        before = full_shop(customers=100).valued(settings=value_settings())
        assert "Value everybody now" not in page(signed_in(client))
        post(client, "save", tolerance="22", reason="wider band")
        assert "Value everybody now" in page(client)
        assert post(client, "now")["Location"] == ADDRESS
        assert "other settings" not in page(client)
        run = current_run()
        assert run is not None and run.pk != before.pk and run.parameters["tolerance"] == 22.0
        assert run.parameters["by"] == User.objects.get(role=Role.OWNER).pk
        token = key(User.objects.get(role=Role.OWNER))
        assert send("POST", "/map/settings/now", token).json()["state"] == "done"
        assert current_run() == run  # nothing changed since, so it is not done twice

    def test_names_nobody_who_was_forgotten_and_nothing_of_a_valuation_that_is_over(
        self, settings: Any, tmp_path: Path
    ) -> None:
        settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
        settings.DANGOL_KEYS = tmp_path / "keys.json"
        run, token = full_shop(customers=60).valued(), key(staff(Role.OWNER))

        def asked(method: str) -> Any:
            told = {"weight_cost": 0} if method == "POST" else None
            return send(method, "/map/settings/try", token, told).json()

        first, second = [one["customer"] for one in asked("POST")["preview"]["moved"]][:2]
        Customer.objects.filter(pk=first).update(erased_at=TODAY)
        assert first not in {one["customer"] for one in asked("GET")["preview"]["moved"]}
        assert erase(second, reason="asked", by=None, at=TODAY).places["relationship.tried"] == 1
        assert asked("GET")["preview"] is None
        assert asked("POST")["run"] == run.pk
        Run.objects.create(
            kind=run.kind, as_of=TODAY, started_at=TODAY, finished_at=TODAY, lake_version="v2", summary=run.summary,
            parameters=run.parameters,
        )  # fmt: skip
        assert (asked("GET")["run"], asked("GET")["preview"]) == (None, None)

    def test_refuses_weights_that_sum_to_nothing(self, client: Client) -> None:
        full_shop().valued()
        signed_in(client)
        nothing = {"weight_economic": "0", "weight_social": "0", "weight_cost": "0"}
        response = client.get(ADDRESS, nothing, headers={"accept-language": "en"})
        assert response.status_code == 422
        assert "one weight must be above 0" in words(response)
        assert "would change region" not in words(response)
        assert post(client, "save", **nothing, reason="nothing").status_code == 422
        assert value_settings().weights == (1.0, 1.0, 1.0)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"margin_rate": "-0.3"},
            {"horizon_months": "0"},
            {"active_days": "30.5"},
            {"margin_rate": "a lot"},
            {"tolerance": "nan"},
            {"weight_cost": "-1"},
        ],
    )
    def test_says_what_is_wrong_beside_the_number(self, client: Client, wrong: dict[str, str]) -> None:
        response = signed_in(client).get(ADDRESS, wrong, headers={"accept-language": "en"})
        assert response.status_code == 422
        assert 'aria-invalid="true"' in words(response)

    def test_wants_a_reason(self, client: Client) -> None:
        full_shop().valued()
        response = post(signed_in(client), "save", tolerance="22", reason=" ")
        assert response.status_code == 422
        assert "Say why the settings are to be changed." in words(response)

    def test_can_be_read_before_anybody_is_valued(self, client: Client) -> None:
        assert "Nobody has been valued yet" in page(signed_in(client), tolerance="20")


def test_programs_try_set_read_and_take_back() -> None:
    full_shop().valued()
    token = key(staff(Role.OWNER))
    told = send("POST", "/map/settings/preview", token, {"tolerance": 40}).json()
    assert sum(told["after"].values()) == sum(told["before"].values()) == told["customers"]
    assert told["changed"] > 0
    assert send("POST", "/map/settings", token, {"tolerance": 40, "reason": "wider"}).status_code == 200
    assert send("GET", "/map/settings", token).json()["standing"]["tolerance"] == 40
    assert send("POST", "/map/settings/undo", token, {}).json()["changed"] == {"tolerance": [40, 15]}
    weights = {"weight_economic": 0, "weight_social": 0, "weight_cost": 0}
    assert send("POST", "/map/settings/preview", token, weights).status_code == 400
