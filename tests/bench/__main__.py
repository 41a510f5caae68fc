"""`python -m tests.bench [--keep] [NAME…]`: run the proofs, print the report.

A full run writes it to docs/bench.md; with --keep some proofs are put there in the place of their former ones.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import report
from tests.bench.figures import Figure
from tests.bench.homes import FOLDER
from tests.bench.processes import environment
from tests.bench.proofs import NAMES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bench.md"


def main() -> int:
    """Exit code 1 when a proof could not be run; a bound that was missed is a finding, not a failure."""
    words = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    words.add_argument("names", nargs="*", metavar="NAME", help=f"which to run (all): {', '.join(NAMES)}")
    words.add_argument("--keep", action="store_true", help="put what was measured into docs/bench.md")
    told = words.parse_args()
    names = told.names
    if unknown := set(names) - set(NAMES):
        words.error(f"there is no proof {', '.join(sorted(unknown))}; choose from {', '.join(NAMES)}")
    if not names:
        shutil.rmtree(FOLDER, ignore_errors=True)
    load = report.load()
    proofs = [run(name) for name in names or NAMES]
    text = report.page(proofs, load_before=load)
    print(text)
    if told.keep and names:
        text = report.replaced(PAGE.read_text(encoding="utf-8"), proofs)
    if told.keep or not names:
        PAGE.write_text(text, encoding="utf-8")
        print(f"Written to {PAGE}", file=sys.stderr)
    return int(any(figure.name == BROKEN for proof in proofs for figure in proof.figures))


def _commit() -> str:
    """Which commit is measured, as far as there is one, and whether it was changed since."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=PAGE.parent, capture_output=True, text=True, check=False
    )
    return f", {told.stdout.strip()}" if told.returncode == 0 else ""


BROKEN = "could not be run"


def run(name: str) -> report.Proved:
    """One proof in a process of its own, so that none meets the memory or the settings of another."""
    print(f"{name} …", file=sys.stderr, flush=True)
    began, measured = time.perf_counter(), f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC{_commit()}"
    command = [sys.executable, "-m", "tests.bench.one", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment())
    minutes = (time.perf_counter() - began) / 60
    if done.returncode:
        return report.Proved(name, name, [Figure(BROKEN, "", met=False)], minutes, measured)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    proof = report.Proved(name, told["about"], [Figure(**row) for row in told["figures"]], minutes, measured)
    print(report.section(proof), file=sys.stderr, flush=True)
    return proof


if __name__ == "__main__":
    sys.exit(main())
