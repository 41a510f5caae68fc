"""`dangol cube`: the answer as a table, JSON and CSV; what cannot be asked in one sentence."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.utils import translation
from pytest_django import Settings as DjangoSettings

from dangol.config import cli
from dangol.config.commands import cube
from dangol.insight.analysis.models import SavedQuestion
from dangol.insight.warehouse.versions import TableVersion, sealed, write_manifest
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import Scope
from dangol.web.shell.viewer import Viewer, of_user
from tests.insight.warehouse.small_lake import customers, line, small_lake

SOLD = [
    line(1, date(2026, 1, 5), 1_050, receipt_id=1, channel="app"),
    line(2, date(2026, 1, 9), 2_000, receipt_id=2, channel="=store"),
    line(1, date(2026, 2, 3), 4_000, receipt_id=3, channel="app"),
]
PEOPLE = customers(2, unit_code=["D1", "D2"], place=["강남구", "마포구"])
SEEN = {
    "owner": Scope(),
    "one": Scope(frozenset({1}), frozenset({"D1"})),
    "two": Scope(frozenset({2}), frozenset({"D2"})),
}

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the lake of the shop once."""
    made = tmp_path_factory.mktemp("cube") / "lake"
    small_lake(made, "duckdb", **PEOPLE, lines=SOLD)
    return made


@pytest.fixture
def run(
    folder: Path, settings: DjangoSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the command in this process: exit code, what it said, what it found wrong."""
    settings.DANGOL_LAKE, settings.DANGOL_HOME = folder, folder.parent
    settings.DANGOL = replace(settings.DANGOL, currency="USD")
    monkeypatch.setenv("DANGOL_HOME", str(folder.parent))
    monkeypatch.setattr(cube, "open_home", lambda _home: None)
    monkeypatch.setattr(cube, "acting", _as)

    def asked(*words: str) -> tuple[int, str, str]:
        with translation.override("en"):
            code = cli.main(["cube", *words])
        return code, *capsys.readouterr()

    return asked


def _as(options: argparse.Namespace, needs: str) -> Viewer:
    assert needs == "ask_numbers"
    mine = of_user(User(username="somebody", role=Role.OWNER))
    mine.__dict__["scope"] = SEEN[options.acting or "owner"]
    return mine


def test_tells_json_with_numbers_in_whole_units_and_months(run: Run) -> None:
    code, said, _ = run("net_revenue,orders,average_order_value", "--by", "month", "--format", "json")
    told: dict[str, Any] = json.loads(said)
    assert code == 0
    assert told.keys() == {"columns", "rows", "as_of", "sql"}
    assert told["columns"] == ["month", "net_revenue", "orders", "average_order_value"]
    assert told["rows"] == [["2026-01", 30.5, 2, 15.25], ["2026-02", 40.0, 1, 40.0]]
    assert "SELECT" in told["sql"]


def test_tells_totals_where_they_are_asked_for_alone(run: Run) -> None:
    words = ("net_revenue", "--by", "month,channel", "--where", "channel = app", "--json")
    assert json.loads(run(*words)[1])["rows"] == [["2026-01", "app", 10.5], ["2026-02", "app", 40.0]]
    assert json.loads(run(*words, "--totals")[1])["rows"] == [
        ["2026-01", "app", 10.5], ["2026-01", None, 10.5], ["2026-02", "app", 40.0], ["2026-02", None, 40.0],
        [None, "app", 50.5], [None, None, 50.5],
    ]  # fmt: skip


def test_takes_both_days_in(run: Run) -> None:
    words = ("orders", "--from", "2026-01-09", "--to", "2026-02-03", "--json")
    assert json.loads(run(*words)[1])["rows"] == [[2]]


def test_tells_csv_in_which_nothing_is_a_formula(run: Run) -> None:
    _, said, _ = run("net_revenue", "--by", "channel", "--format", "csv", "--totals")
    assert list(csv.reader(io.StringIO(said))) == [
        ["channel", "net_revenue"], ["'=store", "20.0"], ["app", "50.5"], ["", "70.5"],
    ]  # fmt: skip


def test_draws_a_table_that_names_totals_and_aligns_hangul(run: Run) -> None:
    _, said, _ = run("net_revenue", "--by", "place", "--totals", "--compare", "share")
    assert said.splitlines() == [
        "place   net_revenue  net_revenue_share",
        "강남구        50.50              71.6%",
        "마포구        20.00              28.4%",
        "Total         70.50             100.0%",
    ]


@pytest.mark.parametrize(("acting", "rows"), [("one", [["강남구", 50.5]]), ("two", [["마포구", 20.0]])])
def test_gives_each_of_two_dealers_their_own_numbers(run: Run, acting: str, rows: list[Any]) -> None:
    assert json.loads(run("net_revenue", "--by", "place", "--json", "--as", acting)[1])["rows"] == rows


def test_says_so_where_nothing_happened(run: Run) -> None:
    code, said, wrong = run("net_revenue", "--from", "2030-01-01", "--json")
    assert (code, json.loads(said)["rows"]) == (0, [])
    assert wrong == "dangol: Nothing of this happened there in that time.\n"


@pytest.mark.parametrize("where", ["place in (강남, 강남구)", "place = 강남", "place = 강남 and channel = app"])
def test_tells_a_value_that_nothing_has_with_those_near_it(run: Run, where: str) -> None:
    code, said, wrong = run("net_revenue", "--by", "place", "--where", where, "--from", "2026-01-01", "--json")
    assert code == 0 and json.loads(said)["columns"] == ["place", "net_revenue"]
    assert wrong.splitlines()[-1] == "dangol: Nothing on record has '강남' as 'place'. Near it: 강남구, 마포구."


def test_tells_nobody_a_value_that_others_customers_have(run: Run) -> None:
    _, _, wrong = run("net_revenue", "--where", "place = 강남", "--as", "two")
    assert "강남구" not in wrong and "Near it: 마포구." in wrong


def test_is_silent_about_values_that_only_this_time_lacks(run: Run) -> None:
    assert run("net_revenue", "--where", "channel = '=store'", "--from", "2026-02-01")[2].splitlines() == [
        "dangol: Nothing of this happened there in that time."
    ]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((), "at least one metric"),
        (("net_revenu",), "net_revenue"),
        (("net_revenue", "--by", "moth"), "month"),
        (("complaints,net_revenue", "--by", "category"), "complaints"),
        (("net_revenue", "--where", "place like 강"), "is written as"),
        (("net_revenue", "--from", "2026-02-02", "--to", "2026-01-01"), "ends before"),
    ],
)
def test_refuses_in_one_sentence_what_cannot_be_asked(run: Run, words: tuple[str, ...], named: str) -> None:
    code, said, wrong = run(*words)
    assert (code, said) == (2, "")
    assert named in wrong
    assert wrong.startswith("dangol: ") and len(wrong.splitlines()) == 1


def test_says_what_is_wrong_with_the_warehouse(run: Run, settings: DjangoSettings, tmp_path: Path) -> None:
    settings.DANGOL_LAKE = tmp_path / "none"
    assert "no warehouse yet" in run("orders")[2]
    settings.DANGOL_LAKE = tmp_path / "damaged"
    small_lake(tmp_path / "damaged", "duckdb", **PEOPLE, lines=SOLD)
    path = tmp_path / "damaged" / "lines" / "v000001.parquet"
    path.write_bytes(b"x" * path.stat().st_size)
    code, said, wrong = run("orders")
    assert (code, said) == (1, "")
    assert "The warehouse is damaged" in wrong and len(wrong.splitlines()) == 1


@pytest.mark.parametrize(
    ("metric", "gone"),
    [
        ("spent", "costs"), ("outlay_per_won", "costs"), ("net_revenue,spent", "costs"), ("complaint_rate", "lines"),
        ("feedback_answered_share", "feedback_steps"), ("given_to_keep", "points"), ("loans", "loans"),
    ],
)  # fmt: skip
def test_says_that_an_older_warehouse_has_to_be_brought_up_to_date(
    run: Run, settings: DjangoSettings, tmp_path: Path, metric: str, gone: str
) -> None:
    settings.DANGOL_LAKE = tmp_path / "older"
    made = small_lake(tmp_path / "older", "duckdb", **PEOPLE, lines=SOLD).manifest
    write_manifest(tmp_path / "older", replace(made, tables={k: v for k, v in made.tables.items() if k != gone}))
    code, said, wrong = run(metric)
    assert (code, said) == (1, "")
    assert metric.split(",")[-1] in wrong and wrong.endswith("dangol refresh\n") and len(wrong.splitlines()) == 1


def test_says_so_too_where_a_table_of_it_has_not_all_its_columns_yet(
    run: Run, settings: DjangoSettings, tmp_path: Path
) -> None:
    settings.DANGOL_LAKE = tmp_path / "older"
    made = small_lake(tmp_path / "older", "duckdb", **PEOPLE, lines=SOLD).manifest
    path = tmp_path / "older" / "lines" / "v000001.parquet"
    pq.write_table(pq.read_table(path).drop(["mistaken"]), path)
    sound = TableVersion("", "", (sealed(tmp_path / "older", path, month="", rows=len(SOLD)),))
    write_manifest(tmp_path / "older", replace(made, tables=made.tables | {"lines": sound}))
    code, said, wrong = run("net_revenue")
    assert (code, said) == (1, "")
    assert "net_revenue" in wrong and wrong.endswith("dangol refresh\n")


def test_says_that_the_cluster_is_gone(run: Run, settings: DjangoSettings) -> None:
    pytest.importorskip("pyspark")
    settings.DANGOL_ENGINE = "spark://127.0.0.1:9"
    code, said, wrong = run("orders")
    assert (code, said) == (1, "")
    assert "The Spark cluster at spark://127.0.0.1:9 does not answer" in wrong


def test_lists_what_can_be_asked(run: Run) -> None:
    rows = [row.split("\t") for row in run("--list")[1].splitlines()]
    (revenue,) = [row for row in rows if row[0] == "net_revenue"]
    assert revenue[1] == "Net revenue" and {"month", "category", "place"} <= set(revenue[3].split(","))


@pytest.fixture
def owner(db: None) -> User:
    """Whoever this machine belongs to."""
    return User.objects.create(username="owner", role=Role.OWNER)


@pytest.mark.usefixtures("owner")
class TestSaved:
    def test_asks_what_was_kept_with_the_same_numbers(self, run: Run) -> None:
        asked = (
            "net_revenue,orders",
            "--by",
            "channel,month,place",
            "--where",
            "place in (강남구)",
            "--sort",
            "orders",
        )
        first = json.loads(run(*asked, "--save", "지역별", "--falling", "--json")[1])
        again = json.loads(run("--saved", " 지역별", "--json")[1])
        assert (again["columns"], again["rows"]) == (first["columns"], first["rows"])

    def test_keeps_a_period_as_its_word(self, run: Run) -> None:
        assert run("orders", "--period", "last_year", "--save", "작년", "--shared")[0] == 0
        kept = SavedQuestion.objects.get()
        assert (kept.query, kept.shared) == ("metric=orders&period=last_year", True)

    def test_tells_the_nearest_names(self, run: Run) -> None:
        run("orders", "--save", "주문")
        code, _said, wrong = run("--saved", "주먼")
        assert (code, "Near it: 주문" in wrong) == (2, True)

    @pytest.mark.parametrize(
        ("words", "named"),
        [
            (("--saved", "x", "--by", "month"), "nothing else"),
            (("orders", "--shared"), "--save NAME"),
            (("orders", "--period", "someday"), "last_month"),
            (("orders", "--period", "last_month", "--from", "2026-01-01"), "not of both"),
            (("orders", "--by", "month,channel,place,age_band", "--save", "x"), "at most 6 figures by 3 dimensions"),
            (("orders", "--by", "place", "--top", "3", "--save", "x"), "5, 10, 20, 50"),
        ],
    )
    def test_refuses_in_one_sentence_what_cannot_be_kept(self, run: Run, words: tuple[str, ...], named: str) -> None:
        code, _said, wrong = run(*words)
        assert (code in (1, 2), named in wrong) == (True, True), wrong
        assert not SavedQuestion.objects.exists()
