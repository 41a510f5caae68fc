"""What the test lanes came to, and the report that closes a run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


@dataclass
class Result:
    """The tests of one lane by how they ended; a failed or skipped one with its reason."""

    lane: str
    passed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    minutes: float = 0.0

    @classmethod
    def read(cls, lane: str, outcomes: Path, code: int) -> Self:
        """Read what `pytest --outcomes` wrote and judge it together with pytest's exit code."""
        result = cls(lane)
        ends = json.loads(outcomes.read_text(encoding="utf-8")) if outcomes.exists() else {}
        for test, (outcome, reason) in ends.items():
            if outcome == "passed":
                result.passed.append(test)
            else:
                (result.skipped if outcome == "skipped" else result.failed)[test] = reason
        if not ends:
            result.failed[f"the {lane} lane: no test ran (exit code {code})"] = ""
        elif code and not result.failed:
            result.failed[f"the {lane} lane: ended with exit code {code}, though no test failed"] = ""
        return result


NAMED_AGAIN = 20  # failed tests, after everything else
WIDEST = 300  # characters of such a line


def report(results: Sequence[Result], *, minutes: float) -> str:
    """Return the skipped tests by reason, the failed ones with their causes, the table of lanes, what failed."""
    told = [*skipped_lines(results), *failed_lines(results), *table(results, minutes), *named_again(results)]
    return "\n".join(["", *told])


def skipped_lines(results: Sequence[Result]) -> list[str]:
    """Return every skipped test under its reason."""
    rows = [(reason, result.lane, test) for result in results for test, reason in result.skipped.items()]
    lines = []
    for reason, count in Counter(reason for reason, _, _ in rows).items():
        lines += [f"Skipped, {count}: {reason}"]
        lines += [f"  {lane:10}  {test}" for why, lane, test in rows if why == reason]
    return [*lines, ""] if lines else []


def failed_lines(results: Sequence[Result]) -> list[str]:
    """Return every failed test under a heading, what it died of below it."""
    lines = []
    for result in results:
        for test, reason in result.failed.items():
            lines += [f"  {result.lane:10}  {test}", *(f"    {line}" for line in reason.splitlines())]
    return ["Failed:", *lines, ""] if lines else []


def named_again(results: Sequence[Result]) -> list[str]:
    """Return a line for each failed test with the beginning of its cause: where only the end is kept, it is here."""
    failed = [(result.lane, test, reason) for result in results for test, reason in result.failed.items()]
    lines = [f"failed: {lane} {test} {' '.join(reason.split())}".rstrip()[:WIDEST] for lane, test, reason in failed]
    more = [f"failed: {len(lines) - NAMED_AGAIN} more"] if len(lines) > NAMED_AGAIN else []
    return ["", *lines[:NAMED_AGAIN], *more] if lines else []


def table(results: Sequence[Result], minutes: float) -> list[str]:
    """Return one row for each lane; `minutes` is the time of all, shorter than the sum as two run at a time."""
    heading = f"{'lane':10} {'minutes':>8} {'passed':>7} {'failed':>7} {'skipped':>8}"
    rows = [f"{r.lane:10} {r.minutes:8.1f} {len(r.passed):7} {len(r.failed):7} {len(r.skipped):8}" for r in results]
    return [heading, *rows, f"{'together':10} {minutes:8.1f}"]


def total_line(results: Sequence[Result]) -> str:
    """Return the line that closes the output."""
    passed, failed, skipped = (
        sum(len(part) for part in parts)
        for parts in zip(*((r.passed, r.failed, r.skipped) for r in results), strict=True)
    )
    return f"{passed} passed, {failed} failed, {skipped} skipped"
