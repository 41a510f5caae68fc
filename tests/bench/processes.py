"""Processes measured whole, from outside: seconds by the clock, and the most memory they held.

This process must stay small: a child starts as a copy of its parent, so a parent's memory would count as its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DANGOL = str(Path(sys.executable).with_name("dangol"))


class Failed(Exception):
    """The measured command did not do its work."""


@dataclass(frozen=True)
class Measured:
    """seconds: by the clock; working: of processors' time, its children's too; gigabytes: peak resident memory of its
    largest process; output: standard output."""

    seconds: float
    working: float
    gigabytes: float
    output: str

    @property
    def answer(self) -> dict[str, Any]:
        """The JSON object on the last line."""
        found: dict[str, Any] = json.loads(self.output.strip().splitlines()[-1])
        return found


def measured(command: Sequence[str]) -> Measured:
    """Run a command to its end. Raises Failed with the end of what it complained."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as complaints:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=complaints, env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        complaints.seek(0)
        if process.returncode:
            raise Failed(f"{' '.join(command)} ended with {process.returncode}: {complaints.read()[-600:]}")
        return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20, out.read())


def processors_time() -> float:
    """Seconds that processors worked for this process and for those it started that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


# no setting of Dangol's: where the proofs find real data
REAL_DATA = "DANGOL_TEST_DATA"


def environment() -> dict[str, str]:
    """Ours without settings of Dangol's: each command is measured as a newcomer runs it, on SQLite and DuckDB."""
    return {
        key: value
        for key, value in os.environ.items()
        if key == REAL_DATA or not (key.startswith("DANGOL_") or key == "DATABASE_URL")
    }
