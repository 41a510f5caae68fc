"""The cube for programs: numbers of the customers a key sees, and who is behind them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangol.records.customers.models import Customer
from dangol.records.staff.models import Unit
from dangol.records.staff.roles import Role
from tests.insight.warehouse.records import AT
from tests.insight.warehouse.small_lake import customers, line, small_lake
from tests.records.staff.office import staff
from tests.web.api.shop import key, send

pytestmark = pytest.mark.django_db

PATH = "/insight/cube"
SOLD = [line(1, date(2026, 1, 5), 1_000), line(2, date(2026, 1, 9), 2_000), line(None, date(2026, 2, 3), 4_000)]


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> dict[str, str]:
    """Return keys of an owner and of an agent at each of two dealers, with a customer of each."""
    settings.DANGOL_HOME, settings.DANGOL_LAKE = tmp_path, tmp_path / "lake"
    small_lake(tmp_path / "lake", "duckdb", **customers(2, unit_code=["D1", "D2"]), lines=SOLD)
    for code in ("D1", "D2"):
        Unit.objects.create(code=code, name=code, kind=Unit.Kind.DEALER)
    made = {"": key(staff(Role.OWNER))} | {code: key(staff(Role.AGENT, code)) for code in ("D1", "D2")}
    for number, code in ((1, "D1"), (2, "D2")):
        Customer.objects.create(
            lake_key=number, unit=Unit.objects.get(code=code), registered_at=AT, full_name=f"손님{code}"
        )
    return made


def test_answers_for_the_customers_of_the_key_alone(keys: dict[str, str]) -> None:
    told = {whose: send("GET", PATH, token, metrics="net_revenue", by="month").json() for whose, token in keys.items()}
    assert {whose: one["rows"] for whose, one in told.items()} == {
        "": [["2026-01", 3_000], ["2026-02", 4_000]], "D1": [["2026-01", 1_000]], "D2": [["2026-01", 2_000]],
    }  # fmt: skip
    assert told["D1"]["columns"] == ["month", "net_revenue"]


def test_names_the_customers_behind_a_cell_within_the_scope(keys: dict[str, str]) -> None:
    for whose, names in (("", ["손님D1", "손님D2"]), ("D1", ["손님D1"]), ("D2", ["손님D2"])):
        told = send("GET", f"{PATH}/whom", keys[whose], metrics="net_revenue", cell="month = 2026-01").json()
        assert (told["number"], [one["name"] for one in told["customers"]]) == (len(names), names)
    assert send("GET", f"{PATH}/whom", keys[""], metrics="net_revenue", cell="month = 2026-02").json()["number"] == 0


def test_refuses_what_cannot_be_asked_and_says_what_could(keys: dict[str, str]) -> None:
    answer = send("GET", PATH, keys[""], metrics="net_revenu")
    assert answer.status_code == 400
    assert "net_revenue" in answer.json()["sentence"]
    assert send("GET", PATH, keys[""], metrics="orders", top=0).status_code == 422


def test_says_which_values_nothing_on_record_has(keys: dict[str, str]) -> None:
    told = send("GET", PATH, keys[""], metrics="net_revenue", where="own_unit in (D1, D9)").json()
    assert told["rows"] == [[1_000]]
    assert [note[:44] for note in told["notes"]] == ["Nothing on record has 'D9' as 'own_unit'. Ne"]


def test_leaves_no_word_aside_that_it_does_not_know(keys: dict[str, str]) -> None:
    """`from` is the word of the page and of the command: left aside, all time would be answered."""
    answer = send("GET", PATH, keys[""], metrics="net_revenue", **{"from": "2026-02-01"})
    assert answer.status_code == 422
    assert "since" in answer.json()["fields"]["from"]
    assert send("GET", PATH, keys[""], metrics="net_revenue", since="2026-02-01").json()["rows"] == [[4_000]]
    assert send("GET", f"{PATH}/metrics", keys[""], q="net").status_code == 422
    assert send("GET", PATH, keys[""], metrics="net_revenue", **{"\0": "1"}).status_code == 422


def test_says_that_the_cluster_is_gone(keys: dict[str, str], settings: Any) -> None:
    pytest.importorskip("pyspark")
    settings.DANGOL_ENGINE = "spark://127.0.0.1:9"
    answer = send("GET", PATH, keys[""], metrics="net_revenue")
    assert (answer.status_code, answer.json()["error"]) == (409, "LostCluster")
    assert "spark://127.0.0.1:9" in answer.json()["sentence"]


def test_tells_everything_that_can_be_asked(keys: dict[str, str]) -> None:
    told = send("GET", f"{PATH}/metrics", keys["D1"]).json()
    names = {one["name"] for one in told["dimensions"]}
    assert all(set(one["by"]) <= names for one in told["metrics"])
    assert next(one for one in told["metrics"] if one["name"] == "buyers")["additivity"] == "semi-additive"


def test_keeps_those_behind_a_cell_as_a_segment_and_asks_it_again(keys: dict[str, str]) -> None:
    cell = {"metrics": "orders,net_revenue", "metric": "net_revenue", "cell": "month = 2026-01", "name": "New year"}
    kept = send("POST", f"{PATH}/segment", keys[""], cell | {"since": "2026-01-01", "until": "2026-01-07"}).json()
    assert kept["name"] == "New year"
    (again,) = send("POST", f"/segments/{kept['id']}/again", keys[""]).json()
    assert (again["people"], again["since"], again["until"]) == (1, "2026-01-01", "2026-01-07")
    refused = send("POST", f"{PATH}/segment", keys[""], cell | {"metric": "buyers"})
    assert refused.status_code == 422
    assert send("POST", f"{PATH}/segment", keys["D1"], cell).status_code == 403
