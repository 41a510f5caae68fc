"""`python -m tests.bench.one NAME`: one proof in this process, its figures as JSON on the last line."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from importlib import import_module

proof = import_module(f"tests.bench.proofs.{sys.argv[1]}")
rows = [asdict(figure) for figure in proof.figures()]
print(json.dumps({"about": proof.__doc__, "figures": rows}, ensure_ascii=False))
