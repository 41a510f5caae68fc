"""One person becomes one person, at a million customers

`dangol duplicates` on homes of their own, the whole command with opening, reading, writing and answer. The towns are
made up, Korean, and known: every tenth person stands in them twice, families share homes and phones, some are twins
(tests/insight/analysis/duplicates/korean_town.py). febrl's lists and Splink's thousand are people made by others, each
a home of its own; febrl without the social security number. F1 is over pairs of customers.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import DANGOL, Measured, environment, measured

SIZES = {50_000: 60.0, 1_000_000: 180.0}
LISTS = {"febrl 4": ("4a", "4b"), "febrl 1": ("1",), "febrl 2": ("2",), "febrl 3": ("3",), "fake_1000": ()}
CHUNK = 20_000
AT = "2026-11-22T03:00:00+00:00"


def figures() -> list[Figure]:
    """Seconds and memory of two towns; precision, recall and F1 of every list."""
    found = []
    for people, bound in SIZES.items():
        found += _of_town(people, bound)
    for name in LISTS:
        found += _of_list(name)
    return found


def _of_town(people: int, bound: float) -> list[Figure]:
    home = _home(f"town-{people}", "town", str(people))
    answer, run = _answered(home)
    precision, recall, f1 = _scored(answer, home)
    remark = (
        f"{answer['compared']:,} pairs compared, {answer['people']:,} people, {len(answer['bridges']):,} taken apart"
    )
    return [
        Figure.at_most(f"{answer['customers']:,} customers", run.seconds, bound, "s", remark),
        Figure("… peak memory", run.gigabytes, "GiB"),
        Figure("… precision", precision, remark=f"recall {recall:.3f}, F1 {f1:.3f}"),
    ]


def _of_list(name: str) -> list[Figure]:
    home = _home(f"people-{name.replace(' ', '-')}", "list", name)
    answer, _run = _answered(home)
    precision, recall, f1 = _scored(answer, home)
    remark = f"precision {precision:.4f}, recall {recall:.4f}, {answer['seconds']} s"
    if name == "febrl 4":
        return [Figure.at_least(f"F1 {name}", f1, 0.97, "", remark)]
    return [Figure(f"F1 {name}", f1, remark=remark)]


def _answered(home: Path) -> tuple[dict[str, Any], Measured]:
    run = measured([DANGOL, "duplicates", "--home", str(home), "--json"])
    return run.answer, run


def _scored(answer: dict[str, Any], home: Path) -> tuple[float, float, float]:
    truth = json.loads((home / "truth.json").read_text())
    right = sum(truth[left] == truth[other] for left, other, _probability in answer["pairs"])
    every = sum(count * (count - 1) // 2 for count in Counter(truth.values()).values())
    told = len(answer["pairs"])
    return right / max(1, told), right / every, 2 * right / (told + every)


def _home(name: str, kind: str, what: str) -> Path:
    """A home with these people, filled by a process of its own."""
    home = homes.fresh(name)
    home.mkdir()
    subprocess.run(
        [sys.executable, "-m", "tests.bench.proofs.duplicates_are_found", str(home), kind, what],
        check=True,
        env=environment(),
    )
    return home


def _fill(home: Path, kind: str, what: str) -> None:
    from django.core.management import call_command
    from django.db.transaction import atomic

    from tests.insight.analysis.duplicates import korean_town, real_people

    call_command("migrate", verbosity=0, interactive=False)
    at = datetime.fromisoformat(AT)
    with atomic():
        if kind == "town":
            rows = korean_town.town(int(what))
            truth: list[Any] = [row.person for row in rows]
            _take_in(korean_town.told(rows))
        else:
            people, emails, truth = real_people.fake_1000() if what == "fake_1000" else _febrl(what)
            real_people.stored(people, emails=emails, at=at)
    (home / "truth.json").write_text(json.dumps({f"N{number}": one for number, one in enumerate(truth)}))


def _take_in(told: pa.Table) -> None:
    """Take the people of a town in as those of a file are, the first of them as N0."""
    from dangol.contact.intake.feeds import made
    from dangol.contact.intake.load import take_chunk

    for first in range(0, told.num_rows, CHUNK):
        part = told.slice(first, CHUNK)
        kept = {name: part[name] for name in ("gender", "place", "postcode", "address", "occupation")}
        people = kept | {
            "external_id": [f"N{first + number}" for number in range(part.num_rows)],
            "full_name": part["name"],
            "birth_date": pc.if_else(pc.equal(part["birth"], ""), None, part["birth"]).cast(pa.date32()),
            **{name: pc.if_else(pc.equal(part[name], ""), None, part[name]) for name in ("phone", "email")},
        }
        take_chunk(made("customers", people), source="list", at=datetime.fromisoformat(AT))


def _febrl(name: str) -> tuple[list[Any], list[str], list[str]]:
    from tests.insight.analysis.duplicates import real_people

    people, truth = real_people.febrl(*LISTS[name])
    return people, [], truth


if __name__ == "__main__":
    homes.opened(Path(sys.argv[1]))
    _fill(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
