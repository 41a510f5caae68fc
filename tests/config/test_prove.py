"""`dangol prove`: a simulated business valued by the usual road, its files, and its figures."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dangol.config.commands.prove import _tell
from tests.conftest import Dangol

KINDS = ("customers", "products", "transactions", "points", "interactions", "surveys")

FIGURES = {
    "seed", "recovered", "oracle", "naive", "skill", "brier_skill", "calibration_slope", "portfolio_share", "loop_gain",
}  # fmt: skip


class TestProve:
    def test_tells_its_figures_and_writes_files_that_are_taken_in_without_a_reject(
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
