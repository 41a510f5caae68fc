"""After somebody was forgotten, no byte of any file of the home tells of them."""

from __future__ import annotations

from pathlib import Path

from tests.stores import said_by


def test_no_file_of_the_home_tells_of_who_was_forgotten(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    told = said_by("tests.records.rights.forgetting_home", environ={"DANGOL_HOME": str(home)})
    # What was there before: the records, the refused rows, the upload, a refused file, what was last said of work.
    kinds = {name.split("/")[0].split(".")[0] for name in told["before"]}
    assert {"records", "imports", "uploads", "incoming", "work"} <= kinds
    assert told["after"] == {}
    assert told["ledger"] == 1 and (home / "destructions.jsonl").exists()
