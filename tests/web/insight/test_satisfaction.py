"""The page Customer satisfaction: what it says, what it teaches, and that nothing is made up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.insight.analysis.surveys.queries import last_look, last_roles, last_weights
from tests.insight.analysis.surveys.sheets import DAY, QUESTIONS, a_wave
from tests.insight.analysis.surveys.test_actions import as_kept
from tests.insight.warehouse.small_lake import customers, small_lake
from tests.web.business import business, signed_in
from tests.web.insight.looked import looked

pytestmark = pytest.mark.django_db

OVERALL, EXPECTED, IDEAL, RECOMMEND = list(QUESTIONS)[:4]
SHARES = {"elements": "40", "overall": "40", "repurchase": "20"}
SIDES_ALONE = {RECOMMEND: "element"}


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return a home of the test's own."""
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    return tmp_path


def page(client: Client, language: str = "en", address: str = "/insight/satisfaction/") -> str:
    return client.get(address, headers={"accept-language": language}).content.decode()


class TestPage:
    def test_teaches_which_survey_to_import_before_anybody_has_asked(self, client: Client) -> None:
        shown = page(signed_in(client))
        assert "Nobody has asked yet" in shown
        assert "Questions that make every measure possible" in shown
        assert 'href="/import/"' in shown

    def test_teaches_where_there_are_no_answers(self, client: Client) -> None:
        looked([])
        assert "There are no answers to surveys yet" in page(signed_in(client))

    def test_tells_measures_with_intervals_respondents_and_response_rate(self, client: Client) -> None:
        run = looked(a_wave(200), asked=500)
        shown = page(signed_in(client))
        acsi = run.summary["waves"][0]["measures"]["acsi"]
        assert f"{acsi['value']:.1f}" in shown
        assert f"{acsi['low']:.1f} ~ {acsi['high']:.1f}" in shown
        assert "40.0% of 500 who were asked" in shown
        assert "Promoters" in shown

    def test_says_what_to_mend_first_and_what_moves_what(self, client: Client) -> None:
        looked(a_wave(400))
        shown = page(signed_in(client))
        assert "Mend “Convenience” first" in shown
        assert "What moves what" in shown
        assert "only a trial shows" in shown

    def test_of_sides_alone_makes_up_no_index(self, client: Client) -> None:
        looked(a_wave(300, leave_out=[OVERALL, EXPECTED, IDEAL]), roles=SIDES_ALONE)
        shown = page(signed_in(client))
        assert "asked for sides of the service, not for satisfaction itself" in shown
        assert (
            "Not asked: How satisfied, all in all, Compared with what was expected, Compared with the ideal." in shown
        )
        assert "How many were asked is not known." in shown

    def test_of_few_people_tells_no_figure(self, client: Client) -> None:
        looked(a_wave(9))
        shown = page(signed_in(client))
        assert "Fewer than 10 people answered what it needs" in shown
        assert "9 people answered every question" in shown

    def test_says_whether_a_wave_differs_by_more_than_chance(self, client: Client) -> None:
        before = [{**row, "score": min(row["score"], 4)} for row in a_wave(300, survey="Spring")]
        for row in before:
            row["day"] = DAY - timedelta(days=180)
        looked(before + a_wave(300))
        shown = page(signed_in(client))
        assert "Up by" in shown
        looked([{**row, "day": DAY - timedelta(days=180)} for row in a_wave(300, seed=5)] + a_wave(300))
        assert "No more than chance" in page(signed_in(client))

    def test_tells_shops_apart_from_the_worst_on(self, client: Client) -> None:
        rows = [row | {"unit_code": "D1"} for row in a_wave(60, seed=3)]
        rows += [
            {**row, "customer_key": row["customer_key"] + 100, "score": min(row["score"], 2), "unit_code": "D2"}
            for row in a_wave(60, seed=4)
        ]
        looked(rows)
        shown = page(signed_in(client))
        assert "The latest wave by shop or dealer" in shown
        assert 0 < shown.index("<td>D2</td>") < shown.index("<td>D1</td>")

    def test_speaks_korean(self, client: Client) -> None:
        looked(a_wave(400))
        shown = page(signed_in(client), "ko")
        assert "‘편리함’부터 고치세요" in shown
        assert "재지 못한 지표와 그 까닭" in shown

    def test_is_answered_on_the_index(self, client: Client) -> None:
        assert "Not asked yet" in page(signed_in(client), address="/insight/")
        looked(a_wave(200))
        shown = page(signed_in(client), address="/insight/")
        assert "ACSI-type index" in shown and "As of" in shown


class TestLook:
    def test_reads_the_warehouse_and_keeps_who_asked(self, client: Client, home: Path) -> None:
        business()
        owner = signed_in(client)
        small_lake(home / "lake", **customers(200), answers=as_kept(a_wave(150)))
        owner.post("/insight/satisfaction/look/")
        run = last_look()
        assert run is not None
        assert run.summary["waves"][0]["respondents"] == 150
        assert run.parameters["by"] and run.lake_version == "v000001"
        assert "Mend “Convenience” first" in page(owner)

    def test_takes_what_the_business_says_of_its_questions(self, client: Client, home: Path) -> None:
        looked()
        owner = signed_in(client)
        small_lake(home / "lake", **customers(200), answers=as_kept(a_wave(60)))
        sent = {"item": ["They know me", "unknown", OVERALL], "role": ["other", "overall", "overall"],
                "since": "2026-01-01", "elements": "40", "overall": "40", "repurchase": "20"}  # fmt: skip
        owner.post("/insight/satisfaction/look/", sent)
        assert last_roles() == {"They know me": "other"}
        assert [(one.elements, one.since.year) for one in last_weights()] == [(0.4, 2026)]
        owner.post("/insight/satisfaction/look/", {"item": ["They know me"], "role": ["element"]})
        assert (last_roles(), len(last_weights())) == ({}, 1)

    @pytest.mark.parametrize(
        ("weights", "words"),
        [
            ({"since": "2026-01-01", "elements": "40", "overall": "40", "repurchase": "30"}, "must add up to 100"),
            ({"elements": "40", "overall": "40", "repurchase": "20"}, "Fill in the day and all three weights"),
            ({"since": "0001-01-01"} | SHARES, "must begin on a day from Jan. 1, 1990 to"),
            ({"since": "2999-01-01"} | SHARES, "must begin on a day from Jan. 1, 1990 to"),
        ],
    )
    def test_refuses_weights_that_are_none(self, client: Client, weights: dict[str, str], words: str) -> None:
        looked()
        answer = signed_in(client).post("/insight/satisfaction/look/", weights, headers={"accept-language": "en"})
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_keeps_what_was_said_of_questions_where_the_weights_are_none(self, client: Client) -> None:
        looked()
        sent = {"item": ["They know me", OVERALL], "role": ["other", "expected"], "since": "2026-01-01"}
        shown = signed_in(client).post("/insight/satisfaction/look/", sent).content.decode()
        for item, role in (("They know me", "other"), (OVERALL, "expected")):
            own = shown[shown.index(f'name="item" value="{item}"') :].split("</li>")[0]
            assert f'<option value="{role}" selected>' in own

    def test_can_be_asked_without_the_weights_of_a_day(self, client: Client, home: Path) -> None:
        looked()
        owner = signed_in(client)
        small_lake(home / "lake", **customers(200), answers=as_kept(a_wave(60)))
        for since in ("2026-01-01", "2026-02-01"):
            owner.post("/insight/satisfaction/look/", {"since": since} | SHARES)
        assert 'name="without" value="2026-01-01"' in page(owner)
        owner.post("/insight/satisfaction/look/", {"without": "2026-01-01"})
        assert [one.since.month for one in last_weights()] == [2]
        owner.post("/insight/satisfaction/look/", {"without": "no day"})
        assert len(last_weights()) == 1

    def test_is_asked_once_by_each_form(self, client: Client) -> None:
        looked()
        shown = page(signed_in(client))
        forms = [form.split("</form>")[0] for form in shown.split("<form ")[1:] if "satisfaction/look/" in form]
        assert len(forms) == 2 and all('name="once"' in form for form in forms)

    def test_says_that_the_warehouse_has_to_be_built_first(self, client: Client) -> None:
        owner = signed_in(client)
        owner.post("/insight/satisfaction/look/", headers={"accept-language": "en"})
        assert "There is no warehouse yet" in page(owner)
