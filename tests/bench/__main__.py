"""`python -m tests.bench [NAME…]`: run the proofs, print the report; a full run writes it to docs/bench.md."""

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
    names = words.parse_args().names
    if unknown := set(names) - set(NAMES):
        words.error(f"there is no proof {', '.join(sorted(unknown))}; choose from {', '.join(NAMES)}")
    if not names:
        shutil.rmtree(FOLDER, ignore_errors=True)
    began, load, started = datetime.now(UTC), report.load(), time.perf_counter()
    proofs = [run(name) for name in names or NAMES]
    minutes = (time.perf_counter() - started) / 60
    text = report.page(proofs, began=f"{began:%Y-%m-%d %H:%M} UTC", minutes=minutes, load_before=load)
    print(text)
    if not names:
        PAGE.write_text(text, encoding="utf-8")
        print(f"Written to {PAGE}", file=sys.stderr)
    return int(any(figure.name == BROKEN for proof in proofs for figure in proof.figures))


BROKEN = "could not be run"


def run(name: str) -> report.Proved:
    """One proof in a process of its own, so that none meets the memory or the settings of another."""
    print(f"{name} …", file=sys.stderr, flush=True)
    began = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.one", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment())
    minutes = (time.perf_counter() - began) / 60
    if done.returncode:
        return report.Proved(name, name, [Figure(BROKEN, "", met=False)], minutes)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    proof = report.Proved(name, told["about"], [Figure(**row) for row in told["figures"]], minutes)
    print(report.section(proof), file=sys.stderr, flush=True)
    return proof


if __name__ == "__main__":
    sys.exit(main())
