"""What a measured command is told of the machine it runs on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import processes
from tests.bench.proofs import voices_are_understood


def test_a_command_meets_no_setting_of_ours_but_where_real_data_are(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"DANGOL_HOME": "/somewhere", "DATABASE_URL": "postgres://", "DANGOL_TEST_DATA": "/data", "PATH": "/bin"}
    monkeypatch.setattr("os.environ", given)
    assert processes.environment() == {"DANGOL_TEST_DATA": "/data", "PATH": "/bin"}


def test_a_proof_without_its_real_data_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(voices_are_understood, "REAL_DATA", tmp_path)
    (figure,) = voices_are_understood.figures()
    assert figure.name.startswith("SKIPPED")
    assert "ko_nsmc" in str(figure.found)
