"""The rule on skipped tests, seen from outside: a pytest of its own runs a few made-up tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import parts
from tests.outcomes import may_skip

MADE_UP = """
import pytest
from tests.outcomes import REAL_DATA_ABSENT

def test_passes(): pass

def test_lacks_data(): pytest.skip(REAL_DATA_ABSENT)

def test_lacks_mood(): pytest.skip("not today")

@pytest.mark.xfail(reason="known to break")
def test_is_broken(): assert False
"""


class Run:
    """Run made-up tests in a folder and keep what came of them."""

    def __init__(self, folder: Path, code: str, *arguments: str, **environment: str) -> None:
        file = folder / "test_made_up.py"
        file.write_text(code)
        outcomes = folder / "outcomes.json"
        ours = ["-p", "tests.outcomes", f"--outcomes={outcomes}", "-c", os.devnull, f"--rootdir={folder}"]
        alone = ["-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", "-q", *ours, *alone, *arguments, str(file)]
        # Without the plugins of others: they take longer to load than the tests to run.
        ours_alone = {"PYTHONPATH": str(parts.ROOT), "DANGOL_TEST_SKIPS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        surroundings = os.environ | ours_alone | environment
        done = subprocess.run(command, env=surroundings, cwd=folder, capture_output=True, text=True, check=False)
        self.code, self.text = done.returncode, done.stdout + done.stderr
        self.ends = {test.rpartition("::")[2]: tuple(end) for test, end in json.loads(outcomes.read_text()).items()}


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    return str(tmp_path / "no such folder")


class TestWhereSkipsAreAllowed:
    def test_writes_down_each_skip_with_its_reason(self, tmp_path: Path, nowhere: str) -> None:
        run = Run(tmp_path, MADE_UP, DANGOL_TEST_DATA=nowhere)
        assert run.code == 0
        assert run.ends["test_passes"] == ("passed", "")
        assert run.ends["test_lacks_mood"] == ("skipped", "not today")
        assert run.ends["test_is_broken"] == ("skipped", "expected to fail: known to break")

    def test_skips_all_for_an_absent_part(self, tmp_path: Path, nowhere: str) -> None:
        run = Run(tmp_path, MADE_UP, "--absent=no PostgreSQL", DANGOL_TEST_DATA=nowhere)
        assert set(run.ends.values()) == {("skipped", "no PostgreSQL")}
        assert len(run.ends) == 4


FAILING = """
import pytest

def test_is_wrong():
    assert 1 + 1 == 3, "as one can see"

@pytest.fixture
def torn():
    yield
    raise OSError("the disk is full")

def test_ends_badly(torn): pass
"""


class TestWhatATestDiedOf:
    def test_is_written_down_with_its_place(self, tmp_path: Path) -> None:
        outcome, reason = Run(tmp_path, FAILING).ends["test_is_wrong"]
        assert outcome == "failed"
        assert reason.startswith("call at test_made_up.py:5\nAssertionError: as one can see")

    def test_is_told_of_what_follows_a_test_as_well(self, tmp_path: Path) -> None:
        reason = Run(tmp_path, FAILING).ends["test_ends_badly"][1]
        assert reason == "teardown at test_made_up.py:10\nOSError: the disk is full"

    def test_is_told_of_a_module_that_cannot_be_read(self, tmp_path: Path) -> None:
        (reason,) = (reason for _, reason in Run(tmp_path, "import nowhere_at_all").ends.values())
        assert "No module named 'nowhere_at_all'" in reason


class TestWhereSkipsAreForbidden:
    def test_fails_a_skip_and_names_test_and_reason(self, tmp_path: Path, nowhere: str) -> None:
        run = Run(tmp_path, MADE_UP, DANGOL_TEST_SKIPS="forbidden", DANGOL_TEST_DATA=nowhere)
        assert run.code == 1
        assert run.ends["test_lacks_mood"][0] == "failed"
        assert "test_lacks_mood was skipped, which is forbidden here: not today" in run.text

    def test_fails_an_expected_failure(self, tmp_path: Path, nowhere: str) -> None:
        run = Run(tmp_path, MADE_UP, DANGOL_TEST_SKIPS="forbidden", DANGOL_TEST_DATA=nowhere)
        assert run.ends["test_is_broken"][0] == "failed"

    def test_lets_absent_real_data_pass_as_a_skip(self, tmp_path: Path, nowhere: str) -> None:
        run = Run(tmp_path, MADE_UP, DANGOL_TEST_SKIPS="forbidden", DANGOL_TEST_DATA=nowhere)
        assert run.ends["test_lacks_data"][0] == "skipped"

    def test_fails_the_same_skip_where_the_data_are_there(self, tmp_path: Path) -> None:
        run = Run(tmp_path, MADE_UP, DANGOL_TEST_SKIPS="forbidden", DANGOL_TEST_DATA=str(tmp_path))
        assert run.ends["test_lacks_data"][0] == "failed"

    def test_fails_a_module_that_skips_itself(self, tmp_path: Path) -> None:
        code = "import pytest\npytest.skip('not on this system', allow_module_level=True)"
        run = Run(tmp_path, code, DANGOL_TEST_SKIPS="forbidden")
        assert run.code != 0
        assert "not on this system" in run.text

    def test_fails_a_part_that_is_absent(self, tmp_path: Path) -> None:
        run = Run(tmp_path, MADE_UP, "--absent=no PostgreSQL", DANGOL_TEST_SKIPS="forbidden")
        assert {outcome for outcome, _ in run.ends.values()} == {"failed"}


def test_no_other_reason_is_excused() -> None:
    assert not may_skip("real data absent, or so I say")
