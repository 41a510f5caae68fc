"""Other libraries, each in an environment of its own, so that what they need never meets what we need."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from pathlib import Path
from typing import Any

from tests.bench.homes import FOLDER

# in the versions that docs/bench.md speaks of
PEERS = {"lifetimes": "lifetimes==0.11.3", "pymc_marketing": "pymc-marketing==1.3.0"}
SCRIPT = Path(__file__).with_name("peer_fit.py")


class NotHere(Exception):
    """The peer cannot be installed on this machine; the message is the reason."""


def fitted_by(peer: str, model: str, rows: Path) -> dict[str, Any]:
    """What the peer found: seconds of fit and prediction, parameters, peak memory; in a process of its own.

    Raises NotHere.
    """
    command = [str(_python_of(peer)), str(SCRIPT), peer, model, str(rows)]
    alone = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=alone)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _python_of(peer: str) -> Path:
    """The peer's environment, made now where there is none."""
    folder = FOLDER.with_name("peers") / peer
    python, ready = folder / "bin" / "python", folder / "ready"
    if not ready.exists():
        venv.create(folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", PEERS[peer]]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
            raise NotHere(f"{PEERS[peer]} cannot be installed here: {reason}")
        ready.touch()
    return python
