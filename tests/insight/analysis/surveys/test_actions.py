"""Looking at all surveys: from the warehouse to a run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.satisfaction.indices import KcsiWeights
from dangol.insight.analysis.surveys.actions import KIND, look_at_surveys
from dangol.insight.analysis.surveys.queries import last_look, last_roles, last_weights
from dangol.insight.warehouse.versions import NoLake
from dangol.records.staff.roles import Role
from tests.insight.analysis.surveys.sheets import DAY, a_wave
from tests.insight.warehouse.small_lake import customers, noon, small_lake
from tests.records.staff.office import staff

pytestmark = pytest.mark.django_db

AS_OF = datetime(2026, 10, 1, tzinfo=UTC)
PEOPLE = 150


def as_kept(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the warehouse behind answers."""
    return [
        {name: value for name, value in row.items() if name not in {"customer_key", "day", "line", "unit_code"}}
        | {"identity_key": 1000 + row["customer_key"], "at": noon(row["day"])}
        for row in rows
    ]


@pytest.fixture
def asked(lake_folder: Path) -> Path:
    """Return the folder of a lake with two waves, of which the second asked 200 people."""
    before = a_wave(40, survey="Spring", day=date(2026, 3, 2))
    after = a_wave(PEOPLE, seed=2)
    late = a_wave(30, survey="Later", day=date(2026, 10, 5))
    invited = [
        {"identity_key": 1000 + n, "kind": "survey_invitation", "direction": "out", "at": noon(DAY)}
        for n in range(1, 201)
    ]
    rows = as_kept(before + after + late)
    people = customers(200, line=["club", "delivery"], unit_code=["D1", "D2", ""])
    small_lake(lake_folder, **people, answers=rows, interactions=invited)
    return lake_folder


@pytest.mark.usefixtures("asked")
class TestLook:
    @pytest.mark.store
    def test_keeps_a_row_with_data_cut_off_parameters_who_and_when(self) -> None:
        weights = [KcsiWeights(date(2026, 1, 1), 0.4, 0.4, 0.2)]
        user = staff(Role.OWNER)
        run = look_at_surveys(
            as_of=AS_OF, at=AS_OF, by=user, weights=weights, roles={"They know me": "other"}
        )  # fmt: skip
        kept = Run.objects.get(kind=KIND)
        assert (kept.pk, kept.as_of, kept.lake_version, kept.parameters["by"]) == (run.pk, AS_OF, "v000001", user.pk)
        assert kept.finished_at is not None and kept.finished_at - AS_OF < timedelta(minutes=1)
        assert last_weights() == tuple(weights)
        assert last_roles() == {"They know me": "other"}
        assert kept.summary["drivers"]["seed"] and kept.summary["drivers"]["scheme"] == "path"

    @pytest.mark.store
    def test_tells_every_wave_up_to_the_day_and_no_later_one(self) -> None:
        told = look_at_surveys(as_of=AS_OF, at=AS_OF, by=None).summary
        assert [(wave["survey"], wave["respondents"], wave["invited"]) for wave in told["waves"]] == [
            ("Spring", 40, None), ("Autumn", PEOPLE, 200),
        ]  # fmt: skip
        assert all("value" in wave["measures"]["acsi"] for wave in told["waves"])

    def test_fits_the_latest_wave_that_is_large_enough(self) -> None:
        told = look_at_surveys(as_of=AS_OF, at=AS_OF, by=None).summary["drivers"]
        assert (told["wave"], told["goal"], told["complete"]) == (1, "satisfaction", PEOPLE)
        spring = look_at_surveys(as_of=datetime(2026, 4, 1, tzinfo=UTC), at=AS_OF, by=None).summary["drivers"]
        assert (spring["wave"], spring["missing"]) == (0, "few")

    def test_says_what_every_item_was_taken_for(self) -> None:
        told = look_at_surveys(as_of=AS_OF, at=AS_OF, by=None).summary["items"]
        assert {one["item"]: one["role"] for one in told}["Parking is easy"] == "element"

    def test_tells_the_latest_wave_by_line_and_by_shop_of_ten_people_or_more(self) -> None:
        told = look_at_surveys(as_of=AS_OF, at=AS_OF, by=None).summary
        counts = {
            by: {name: one["respondents"] for name, one in groups.items()} for by, groups in told["groups"].items()
        }
        assert counts == {"line": {"club": 75, "delivery": 75}, "unit_code": {"D1": 50, "D2": 50}}
        whole, parts = told["waves"][-1], told["groups"]["line"].values()
        mean = sum(part["measures"]["acsi"]["value"] for part in parts) / 2
        assert mean == pytest.approx(whole["measures"]["acsi"]["value"])

    def test_names_nobody(self) -> None:
        told = look_at_surveys(as_of=AS_OF, at=AS_OF, by=None).summary
        assert "customer" not in str(told) and "people" not in str(told)


@pytest.mark.store
def test_of_no_answers_finds_no_waves(lake_folder: Path) -> None:
    small_lake(lake_folder, **customers(3))
    run = look_at_surveys(as_of=AS_OF, at=AS_OF, by=None)
    assert (run.summary["waves"], run.summary["drivers"]) == ([], None)
    assert last_look() == run


@pytest.mark.usefixtures("lake_folder")
def test_is_refused_before_the_warehouse_is_filled() -> None:
    with pytest.raises(NoLake):
        look_at_surveys(as_of=AS_OF, at=AS_OF, by=None)
