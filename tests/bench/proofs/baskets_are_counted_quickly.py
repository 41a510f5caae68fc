"""Baskets are counted as quickly as anywhere, with the same rules

The 9,835 baskets of a German grocer (R's Groceries, 169 products), once and a hundred times over, from a file to rules
with support, confidence and lift: ours from the warehouse's file with intervals, exact tests and the control of many
rules besides; mlxtend (its quicker way, FP-growth) and efficient-apriori, each installed here into a folder of its own,
from a text of one basket a line. All rules of sets of at most eight products, with any right side, of at least the
support and a confidence of 0.2007, on which no rule lies (the others round its bound differently). Each in a process of
its own, turn by turn, median of three; "grown" is how far the first rose above what the process held after it had
counted a hundred baskets, so that each has loaded what it works with. All must come to the same rules, or the proof
breaks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import basket_peers, homes
from tests.bench.figures import Figure
from tests.bench.processes import Failed, environment, measured
from tests.outcomes import REAL_DATA

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

PEERS = {"efficient-apriori": "efficient-apriori==2.0.6", "mlxtend": "mlxtend==0.25.0"}
OURS = "Dangol"
CONFIDENCE = 0.2007
LONGEST = 8
CASES = ((1, 0.01), (1, 0.005), (1, 0.002), (1, 0.001), (100, 0.01))
PARTS_OF_A_BILLION = 1e-9


@dataclass(frozen=True)
class Run:
    """seconds, median; grown, megabytes in the first; whole: the process's most, gigabytes; rules: where they are."""

    seconds: float
    grown: float
    whole: float
    rules: Path


def figures() -> list[Figure]:
    """Of every case: seconds of all, how many times quicker and how much leaner than the better of the others."""
    home = homes.fresh("baskets")
    home.mkdir()
    coded = _coded(home / "baskets.csv")
    python = _installed()
    script = str(Path(basket_peers.__file__))
    found: list[Figure] = []
    subprocess.run(_alone("lake", home, coded, 0), check=True, env=environment())
    for times, support in CASES:
        if not (home / f"lake-{times}").exists():
            subprocess.run(_alone("lake", home, coded, times), check=True, env=environment())
        runs = {}
        for name in PEERS:
            answer = home / f"{name}.json"
            command = [python, script, name, str(coded), str(times), str(support), str(CONFIDENCE), str(answer)]
            runs[name] = _run(command, answer)
        answer = home / f"{OURS}.json"
        runs[OURS] = _run(_alone("count", home, times, support, answer), answer)
        found += _told(times, support, runs)
    return found


def _told(times: int, support: float, runs: dict[str, Run]) -> list[Figure]:
    rules = _must_agree(runs)
    ours = runs[OURS]
    quicker = min((runs[name].seconds, name) for name in PEERS)
    leaner = min((runs[name].grown, name) for name in PEERS)
    case = f"{9_835 * times:,} baskets, support {support}"
    seconds = ", ".join(f"{name} {run.seconds:.2f} s" for name, run in runs.items())
    memory = ", ".join(f"{name} {run.grown:,.0f} of {run.whole * 1024:,.0f} MB" for name, run in runs.items())
    return [
        Figure(case, ours.seconds, "s", remark=f"{rules:,} rules, the same by all: {seconds}"),
        Figure.at_least(f"… quicker than {quicker[1]}", quicker[0] / ours.seconds, 1.0, "×"),
        Figure.at_most(f"… grown, against {leaner[1]}", ours.grown / leaner[0], 1.0, "×", memory),
    ]


def _must_agree(runs: dict[str, Run]) -> int:
    """Raises Failed unless all found the same rules with the same measures; how many there are."""
    told = {}
    for name, run in runs.items():
        told[name] = {(tuple(left), tuple(right)): rest for left, right, *rest in json.loads(run.rules.read_text())}
    ours = told.pop(OURS)
    for name, theirs in told.items():
        if ours.keys() != theirs.keys():
            raise Failed(
                f"{name} has {len(theirs)} rules, we have {len(ours)}; {len(ours.keys() ^ theirs.keys())} differ."
            )
        for sides, measures in ours.items():
            if any(abs(a / b - 1) > PARTS_OF_A_BILLION for a, b in zip(measures, theirs[sides], strict=True)):
                raise Failed(f"{name} measures {sides} as {theirs[sides]}, we as {measures}.")
    return len(ours)


def _run(command: list[str], answer: Path) -> Run:
    done = measured(command)
    return Run(done.answer["seconds"], done.answer["grown"], done.gigabytes, answer)


def _coded(path: Path) -> Path:
    """The baskets with products as numbers, 1 to 169, a line each."""
    text = (REAL_DATA / "groceries_arules" / "groceries_baskets.csv").read_text(encoding="utf-8")
    baskets = [line.split(",") for line in text.splitlines()]
    number = {name: str(place) for place, name in enumerate(sorted({name for row in baskets for name in row}), start=1)}
    path.write_text("".join(",".join(number[name] for name in row) + "\n" for row in baskets), encoding="utf-8")
    return path


def _installed() -> str:
    """The Python of the others' folder; made where it is not there yet."""
    folder = homes.FOLDER / "basket-peers"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, env=environment())
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PEERS.values()], check=True, env=environment())
    return str(python)


def _alone(*words: object) -> list[str]:
    """The command that does a part of this proof in a process of its own."""
    return [sys.executable, "-m", "tests.bench.proofs.baskets_are_counted_quickly", *map(str, words)]


def _lake(home: Path, coded: Path, times: int) -> None:
    """A lake of nothing but these baskets, so many times over; 0: of a few of them, to warm up on."""
    homes.opened(home)
    import numpy as np

    from dangol.insight.warehouse.months import writer
    from dangol.insight.warehouse.versions import TableVersion, move_pointer, sealed, write_manifest
    from tests.insight.warehouse.small_lake import small_lake

    lines = coded.read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in (lines if times else lines[: basket_peers.WARM])]
    receipts = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    receipts = (np.arange(max(times, 1))[:, None] * len(rows) + receipts).ravel()
    products = np.tile(np.array([int(product) for row in rows for product in row], np.int64), max(times, 1))
    folder = home / f"lake-{times}"
    manifest = small_lake(folder).manifest
    path = folder / "lines" / "v000002.parquet"
    table = _lines(receipt_id=receipts, product_id=products, amount=np.full(len(products), 100))
    with writer(path, table.schema) as out:
        out.write_table(table, row_group_size=131_072)
    version = TableVersion("", "", (sealed(folder, path, month="", rows=table.num_rows),))
    manifest = replace(manifest, version="v000002", tables=manifest.tables | {"lines": version})
    write_manifest(folder, manifest)
    move_pointer(folder, manifest.version)


def _lines(**known: npt.NDArray[np.int64]) -> pa.Table:
    """Lines of the lake with these columns, and nothing in the others."""
    import numpy as np
    import pyarrow as pa

    from dangol.insight.warehouse.facts import FACTS, MISTAKEN
    from dangol.insight.warehouse.reading import schema_of

    schema, size = schema_of(FACTS["lines"]), len(known["amount"])
    known = {MISTAKEN: np.zeros(size, np.int64), "line_id": np.arange(size), **known}
    columns = [
        pa.array(known[name]) if name in known else pa.nulls(size, schema.field(name).type) for name in schema.names
    ]
    return pa.table(columns, schema=schema)


def _count(home: Path, times: int, support: float, answer: Path) -> None:
    homes.opened(home)
    import pandas  # noqa: F401 -- the engine's own door to our tables loads it
    import scipy.special  # noqa: F401

    from dangol.insight.analysis.baskets.rules import rules
    from dangol.insight.warehouse.itemsets import itemsets
    from dangol.insight.warehouse.queries import Lake
    from dangol.insight.warehouse.versions import current

    def work(folder: Path, least: float) -> pa.Table:
        manifest = current(folder)
        assert manifest is not None
        sets = itemsets(Lake(folder, manifest, "duckdb"), support=least, longest=LONGEST)
        return rules(sets, confidence=CONFIDENCE, consequents=LONGEST, redundant=True).table

    work(home / "lake-0", basket_peers.WARM_SUPPORT)
    seconds, grown, table = basket_peers.measured(lambda: work(home / f"lake-{times}", support))
    told = [table[name].to_pylist() for name in ("antecedent", "consequent", "support", "confidence", "lift")]
    answer.write_text(json.dumps(list(zip(*told, strict=True))), encoding="utf-8")
    print(json.dumps({"seconds": seconds, "grown": grown}))


if __name__ == "__main__":
    if sys.argv[1] == "lake":
        _lake(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        _count(Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), Path(sys.argv[5]))
