"""The report that closes a run of the lanes."""

from __future__ import annotations

import json
from pathlib import Path

from tools.results import Result, report, total_line


class TestRead:
    def test_sorts_tests_by_how_they_ended(self, tmp_path: Path) -> None:
        file = tmp_path / "outcomes.json"
        file.write_text(json.dumps({"a": ["passed", ""], "b": ["failed", "it broke"], "c": ["skipped", "why"]}))
        result = Result.read("sqlite", file, 1)
        assert (result.passed, result.failed, result.skipped) == (["a"], {"b": "it broke"}, {"c": "why"})

    def test_fails_a_lane_in_which_no_test_ran(self, tmp_path: Path) -> None:
        file = tmp_path / "outcomes.json"
        file.write_text("{}")
        assert Result.read("sqlite", file, 5).failed == {"the sqlite lane: no test ran (exit code 5)": ""}

    def test_fails_a_lane_that_left_nothing_behind(self, tmp_path: Path) -> None:
        assert Result.read("sqlite", tmp_path / "absent.json", 0).failed

    def test_fails_a_lane_that_ended_badly_after_good_tests(self, tmp_path: Path) -> None:
        file = tmp_path / "outcomes.json"
        file.write_text(json.dumps({"a": ["passed", ""]}))
        assert Result.read("sqlite", file, 3).failed


class TestReport:
    results = (
        Result("sqlite", passed=["a", "b"], skipped={"c": "real data absent"}, minutes=1.5),
        Result("lint", passed=["ruff"], failed={"mypy": "exit code 1\nsee above"}, minutes=0.5),
    )

    def test_lists_skipped_tests_under_their_reason(self) -> None:
        assert "Skipped, 1: real data absent\n  sqlite      c" in report(self.results, minutes=1.6)

    def test_names_what_failed_and_what_it_died_of(self) -> None:
        told = "Failed:\n  lint        mypy\n    exit code 1\n    see above\n"
        assert told in report(self.results, minutes=1.6)

    def test_gives_the_minutes_of_each_lane(self) -> None:
        lines = report(self.results, minutes=1.6).splitlines()
        assert lines[-5:-2] == [
            "sqlite          1.5       2       0        1",
            "lint            0.5       1       1        0",
            "together        1.6",
        ]

    def test_names_what_failed_once_more_where_only_the_end_is_kept(self) -> None:
        assert report(self.results, minutes=1.6).splitlines()[-1] == "failed: lint mypy exit code 1 see above"

    def test_names_no_more_at_the_end_than_can_be_read(self) -> None:
        many = Result("sqlite", failed={f"test_{n}": "a long cause " * 99 for n in range(50)})
        lines = report([many], minutes=1.0).splitlines()[-21:]
        assert [lines[0][:21], lines[-1]] == ["failed: sqlite test_0", "failed: 30 more"]
        assert max(map(len, lines)) <= 300

    def test_ends_with_the_table_where_nothing_failed(self) -> None:
        assert report([Result("lint", passed=["ruff"])], minutes=1.0).splitlines()[-1].startswith("together")

    def test_closes_with_the_total(self) -> None:
        assert total_line(self.results) == "3 passed, 1 failed, 1 skipped"
