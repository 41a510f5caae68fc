"""How each test ended, and which tests may be skipped.

`--outcomes FILE` writes the end of every test as JSON, which the lanes add up;
`--absent REASON` skips every test, aloud, because a part that all of them need is not there.

With DANGOL_TEST_SKIPS=forbidden a skipped test fails, whatever skips it, but for tests of real data where the
folder of real data is absent. An expected failure counts as a skip: it hides one as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

REAL_DATA = Path(os.environ.get("DANGOL_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")
REAL_DATA_ABSENT = f"real data absent: no folder {REAL_DATA}; DANGOL_TEST_DATA may name another"

# The phases of a test are reported one by one; the worst tells how it ended.
_RANK = {"passed": 0, "skipped": 1, "failed": 2}
# Enough to know the cause where only the end of the output is kept.
DIED_OF_LINES = 24  # of a failure's message
SAID_LINES = 6  # of what servers and commands that the test started had said before


class Outcomes:
    """Collect how each test ended and, at the end of the run, write it down."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.ends: dict[str, tuple[str, str]] = {}

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Keep the worst outcome of this test so far, with its reason."""
        before, _ = self.ends.get(report.nodeid, ("passed", ""))
        if _RANK[report.outcome] >= _RANK[before]:
            self.ends[report.nodeid] = (report.outcome, reason_of(report))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.passed:
            self.note(report)

    def pytest_sessionfinish(self) -> None:
        if self.file:
            self.file.write_text(json.dumps(self.ends, ensure_ascii=False), encoding="utf-8")


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Say in one line why a report is a skip, in a few what a failure died of; empty where the test passed."""
    if report.failed:
        return died_of(report)
    if not report.skipped:
        return ""
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}"
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr).removeprefix("Skipped: ")


def died_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return where a test failed, the first lines of why, and the last that went to the error stream."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return "\n".join(str(report.longrepr).splitlines()[-DIED_OF_LINES:])
    place = f"{report.when} at {Path(crash.path).name}:{crash.lineno}"
    said = [f"said: {line}" for line in report.capstderr.splitlines()[-SAID_LINES:]]
    return "\n".join([place, *crash.message.splitlines()[:DIED_OF_LINES], *said])


def may_skip(reason: str) -> bool:
    """Tell whether a test may be skipped for this reason when skips are forbidden."""
    return reason == REAL_DATA_ABSENT and not REAL_DATA.is_dir()


def hold_to_the_rule(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a forbidden skip into a failure that names its reason."""
    if os.environ.get("DANGOL_TEST_SKIPS") != "forbidden" or not report.skipped:
        return
    reason = reason_of(report)
    if not may_skip(reason):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, which is forbidden here: {reason}"
        # Left in place, it would make pytest report an expected failure all the same.
        vars(report).pop("wasxfail", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("dangol")
    group.addoption("--outcomes", metavar="FILE", help="write how each test ended as JSON")
    group.addoption("--absent", metavar="REASON", help="skip every test for this reason")


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("--outcomes")
    config.pluginmanager.register(Outcomes(Path(file) if file else None), "dangol-outcomes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if reason := config.getoption("--absent"):
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    hold_to_the_rule(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    hold_to_the_rule(report)
    return report
