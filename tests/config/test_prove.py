"""`dangol prove`: a simulated business valued by the usual road, its files, and its figures."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dangol.config.commands.prove import _tell
from tests.conftest import Dangol

# What values rest on comes after the sales, too: scales that were frozen then are frozen anew.
KINDS = ("customers", "products", "points", "interactions", "transactions", "surveys")

# What a home says of everybody, by their own numbers.
SAID = """
import json
from dangol.config.commands.opening import open_home
from pathlib import Path
import sys
open_home(Path(sys.argv[1]))
from dangol.insight.analysis.models import Score
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.actions import KIND
from dangol.records.customers.models import Identity
told = {name: {} for name in ("region", "customer_value", "customer_equity")}
for name, customer, value, text in Score.objects.filter(run=latest_run(KIND), name__in=told).values_list(
    "name", "customer_id", "value", "text"
):
    told[name][customer] = text if name == "region" else value
people = Identity.objects.filter(source="own").values_list("external_id", "customer_id")
print(json.dumps({number: [told[name].get(who) for name in told] for number, who in people}))
"""
FIGURES = {
    "seed", "recovered", "oracle", "naive", "skill", "brier_skill", "calibration_slope", "portfolio_share", "loop_gain",
}  # fmt: skip


def said(home: Path) -> dict[str, list[object]]:
    command = [sys.executable, "-c", SAID, str(home)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, list[object]] = json.loads(told)
    return found


class TestProve:
    def test_tells_its_figures_and_writes_files_that_make_a_home_which_says_the_same_of_everybody(
        self, dangol: Dangol, home: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "proof"
        done = dangol(
            "prove", "--scenario", "dairy", "--seed", "2", "--customers", "300", "--write", str(folder), "--json"
        )
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert set(answer) == FIGURES
        assert answer["seed"] == 2
        for name in ("recovered", "oracle", "naive", "skill"):
            assert set(answer[name]) == {"surveyed", "unsurveyed"}, name
        assert answer["recovered"]["surveyed"] > 0.5
        assert answer["brier_skill"] > 0
        assert set(answer["loop_gain"]) == {"dangol", "nothing", "discounts_for_all"}
        assert not home.exists()  # the proof has a home of its own and leaves none behind

        true, result = pq.read_table(folder / "truth.parquet"), pq.read_table(folder / "result.parquet")
        assert true.column_names == [
            "external_id", "group", "surveyed", "true_customer_value", "true_customer_equity", "true_region",
        ]  # fmt: skip
        assert result.column_names == ["external_id", "customer_value", "customer_equity", "region", "parts_known"]
        assert str(true.schema.field("surveyed").type) == "bool"
        regions = dict(zip(result["external_id"].to_pylist(), result["region"].to_pylist(), strict=True))
        for group in ("surveyed", "unsurveyed"):
            rows = [row for row in true.to_pylist() if row["surveyed"] == (group == "surveyed")]
            right = [regions[row["external_id"]] == row["true_region"] for row in rows]
            assert round(sum(right) / len(right), 4) == answer["recovered"][group]

        for kind in KINDS:
            taken = dangol("import", kind, str(folder / "observed" / f"{kind}.csv"), "--currency", "KRW", "--json")
            assert taken.returncode == 0, taken.stderr
            counts = json.loads(taken.stdout)
            assert counts["rejected"] == 0, (kind, counts)
            assert counts["accepted"] == counts["rows"] > 0, (kind, counts)
        assert said(home) == {
            row["external_id"]: [row["region"], row["customer_value"], row["customer_equity"]]
            for row in result.to_pylist()
        }  # fmt: skip

    def test_refuses_what_cannot_be(self, dangol: Dangol) -> None:
        for words in (("--seed", "-1"), ("--customers", "5")):
            done = dangol("prove", *words)
            assert done.returncode == 2
            assert words[0] in done.stderr


def test_figures_that_cannot_be_told_are_shown_as_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    both = {"surveyed": None, "unsurveyed": 0.5}
    answer = dict.fromkeys(("recovered", "oracle", "naive", "skill"), both) | {
        "seed": 7, "brier_skill": 0.4, "calibration_slope": None, "portfolio_share": None, "loop_gain": {"nothing": 1},
    }  # fmt: skip
    _tell(answer, 1.0)
    told = capsys.readouterr().out
    assert "skill              surveyed unknown  unsurveyed 0.500" in told
    assert "portfolio_share    unknown" in told
