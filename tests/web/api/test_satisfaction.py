"""Customer satisfaction for programs: what the page says, in figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.insight.analysis.surveys.queries import last_roles, last_weights
from dangol.records.staff.roles import Role
from tests.insight.analysis.surveys.sheets import a_wave
from tests.insight.analysis.surveys.test_actions import as_kept
from tests.insight.warehouse.small_lake import customers, small_lake
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.insight.looked import looked

pytestmark = pytest.mark.django_db

PATH = "/insight/satisfaction"
WEIGHTS = {"since": "2026-01-01", "elements": 0.4, "overall": 0.4, "repurchase": 0.2}


@pytest.fixture
def token(settings: Any, tmp_path: Path) -> str:
    """Return a key of the owner's, in a home of the test's own."""
    settings.DANGOL_HOME, settings.DANGOL_LAKE = tmp_path, tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    return key(staff(Role.OWNER))


class TestGet:
    def test_tells_waves_with_figures_and_reasons_and_what_drives(self, token: str) -> None:
        looked(a_wave(300), asked=400)
        told = send("GET", PATH, token).json()
        (wave,) = told["waves"]
        measures = {one["name"]: one for one in wave["measures"]}
        assert (wave["respondents"], wave["invited"], wave["rate"]["value"]) == (300, 400, 75)
        assert 0 < measures["acsi"]["low"] < measures["acsi"]["value"] < measures["acsi"]["high"]
        assert (measures["kcsi"]["value"], measures["kcsi"]["low"]) == (None, None)
        assert "Whether they would buy again" in measures["kcsi"]["why"]
        assert told["drivers"]["sides"][0]["name"] == "convenience"
        assert told["drivers"]["sentence"].startswith("Mend “Convenience” first")
        assert told["by"] == "a program" and told["data"] == "v000001"

    def test_finds_nothing_before_anybody_has_asked(self, token: str) -> None:
        assert send("GET", PATH, token).status_code == 404

    def test_of_no_answers_tells_no_waves(self, token: str) -> None:
        looked([])
        told = send("GET", PATH, token).json()
        assert (told["waves"], told["drivers"], told["groups"]) == ([], None, [])


class TestLook:
    def test_asks_anew_with_weights_and_what_questions_ask(self, token: str, tmp_path: Path) -> None:
        looked()
        small_lake(tmp_path / "lake", **customers(200), answers=as_kept(a_wave(150)))
        wishes = {"weights": [WEIGHTS], "roles": {"They know me": "other", "nowhere": "other"}}
        assert send("POST", f"{PATH}/look", token, wishes).json()["state"] == "done"
        assert last_roles() == {"They know me": "other"}
        assert [one.overall for one in last_weights()] == [0.4]
        told = send("GET", PATH, token).json()
        assert (told["waves"][0]["respondents"], told["weights"]) == (150, [WEIGHTS])

    def test_takes_back_weights_that_are_not_sent_again(self, token: str, tmp_path: Path) -> None:
        looked()
        small_lake(tmp_path / "lake", **customers(200), answers=as_kept(a_wave(60)))
        later = WEIGHTS | {"since": "2026-02-01"}
        for weights, left in (([later, WEIGHTS], 2), (None, 2), ([later], 1), ([], 0)):
            send("POST", f"{PATH}/look", token, {} if weights is None else {"weights": weights})
            assert len(last_weights()) == left

    @pytest.mark.parametrize(
        ("wishes", "words"),
        [
            ({"weights": [WEIGHTS | {"repurchase": 0.3}]}, "add up to 100"),
            ({"weights": [WEIGHTS | {"since": "0001-01-01"}]}, "must begin on a day from"),
            ({"weights": [WEIGHTS | {"since": "2999-01-01"}]}, "must begin on a day from"),
            ({"weights": [WEIGHTS, WEIGHTS]}, "one set of weights only"),
            ({"weights": [WEIGHTS | {"until": "2026-02-01"}]}, "until"),
            ({"role": {"They know me": "other"}}, "role"),
            ({"roles": {"They know me": "nothing"}}, "roles"),
        ],
    )
    def test_refuses_what_is_none(self, token: str, wishes: dict[str, Any], words: str) -> None:
        looked()
        answer = send("POST", f"{PATH}/look", token, wishes)
        assert answer.status_code in {400, 422}
        assert words in answer.content.decode()
