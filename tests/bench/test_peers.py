"""A peer that cannot be installed is skipped aloud, and the others are still compared."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path
from typing import Any

import pytest

from tests.bench import peers
from tests.bench.proofs import fit_beats_peers

ROWS = Path("customers.npy")


def found(peer: str, model: str, rows: Path) -> dict[str, Any]:
    if peer == "lifetimes":
        raise peers.NotHere("lifetimes==0.11.3 cannot be installed here: no such version")
    return {"fit": 50.0, "predict": 1.0, "mebibytes": 100.0, "params": {"r": -1000.0}}


class TestSkipping:
    def test_tells_the_reason_and_compares_with_the_rest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fit_beats_peers, "fitted_by", found)
        rows = fit_beats_peers.compared("BG/NBD", 2.0, lambda params: params["r"], -1000.0, ROWS)
        told = {row.name: row for row in rows}
        assert told["BG/NBD fit by lifetimes"].found == "skipped"
        assert "no such version" in told["BG/NBD fit by lifetimes"].remark
        assert told["BG/NBD: times quicker"].found == 25.0
        assert told["BG/NBD: times quicker"].met
        assert "could be installed" in told["BG/NBD: times quicker"].remark

    def test_of_all_leaves_nothing_to_be_quicker_than(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fit_beats_peers, "PEERS", {"lifetimes": ""})
        monkeypatch.setattr(fit_beats_peers, "fitted_by", found)
        last = fit_beats_peers.compared("BG/NBD", 2.0, lambda params: 0.0, -1000.0, ROWS)[-1]
        assert (last.name, last.found, last.met) == ("BG/NBD: times quicker", "skipped", None)

    def test_is_where_pip_fails(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def refused(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
            return subprocess.CompletedProcess(command, 1, "", "Looking in indexes\nERROR: No matching distribution\n")

        monkeypatch.setattr(peers, "FOLDER", tmp_path / "bench")
        monkeypatch.setattr(venv, "create", lambda *told, **more: None)
        monkeypatch.setattr(peers.subprocess, "run", refused)
        with pytest.raises(peers.NotHere, match=r"lifetimes==0\.11\.3 cannot be installed here: ERROR: No matching"):
            peers.fitted_by("lifetimes", "BG/NBD", ROWS)


class TestLikelihood:
    def test_above_ours_is_a_bound_missed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fit_beats_peers, "fitted_by", lambda *told: found("pymc_marketing", *told[1:]))
        for top, met in ((-1000.0, True), (-999.0, True), (-1001.0, False)):
            rows = fit_beats_peers.compared("BG/NBD", 2.0, lambda params: params["r"], top, ROWS)
            judged = [row.met for row in rows if "above ours" in row.name]
            assert judged == [met, met]
