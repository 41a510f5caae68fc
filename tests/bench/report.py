"""The report as Markdown: when, on which machine, and every figure, met or missed."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.bench.figures import Figure

ENGINES = ("duckdb", "ibis-framework", "pyarrow", "numpy", "scipy", "django", "granian")
SUMMARY = re.compile(r"- \d+ of \d+ bounds met")
HEAD = "| Figure | Found | Wanted | | Remark |\n|---|---:|---:|---|---|"


@dataclass(frozen=True)
class Proved:
    """One proof: what it says of itself, its figures, the minutes it took."""

    name: str
    about: str
    figures: Sequence[Figure]
    minutes: float
    measured: str = ""  # when, and of which commit

    @property
    def title(self) -> str:
        return self.about.strip().splitlines()[0]

    @property
    def method(self) -> str:
        return "\n".join(self.about.strip().splitlines()[1:]).strip()


def machine() -> list[str]:
    """What the figures were found on."""
    engines = ", ".join(f"{name} {version(name)}" for name in ENGINES)
    return [
        f"{len(os.sched_getaffinity(0))} cores ({_first('/proc/cpuinfo', 'model name')}),"
        f" {_memory():.0f} GiB of memory, Linux {platform.release()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {engines}",
        "Compiled modules are kept: only a first run compiles"
        if not sys.dont_write_bytecode
        else "Python keeps no compiled modules here (PYTHONDONTWRITEBYTECODE): each command compiles its own anew",
    ]


def load() -> str:
    """How busy the machine was with other work: the mean number of running processes."""
    return " ".join(f"{mean:.1f}" for mean in os.getloadavg())


def page(proofs: Sequence[Proved], *, load_before: str) -> str:
    """The whole report."""
    lines = [
        "# What was measured",
        "",
        "Written by `make bench`, misses included. Each part tells when it was measured, and of which commit.",
        "",
    ]
    lines += [f"- {line}" for line in machine()]
    lines += [
        f"- Load of the machine before the run (1, 5, 15 minutes): {load_before}",
        "- The same again: `make bench`; one part: `make bench ARGS=NAME`, NAME as written at each part;"
        ' put into this page in the place of the former: `make bench ARGS="--keep NAME"`',
        "",
        "Seconds and memory of a command are those of its whole process, from outside. Seconds at work are processor"
        " time over all cores: far fewer than the clock's mean that the machine was busy with other work. Memory is the"
        " most that the largest process held resident. Homes stand on this machine's disk, with SQLite and DuckDB.",
    ]
    return summed("\n".join(lines) + "\n" + "".join(section(proof) for proof in proofs))


def replaced(report: str, proofs: Sequence[Proved]) -> str:
    """The report with these parts in the place of the former ones; what it did not have is put at its end."""
    head, *parts = report.split("\n## ")
    for proof in proofs:
        new = section(proof).removeprefix("\n## ")
        places = [place for place, part in enumerate(parts) if f"\n`{proof.name}`, " in part]
        if places:
            parts[places[0]] = new
        else:
            parts.append(new)
    return summed("\n## ".join([head, *(part.rstrip("\n") + "\n" for part in parts)]))


def section(proof: Proved) -> str:
    """One proof: how it was found, and its table."""
    told = ", ".join(filter(None, [f"`{proof.name}`", f"{proof.minutes:.1f} minutes", proof.measured]))
    head = ["", f"## {proof.title}", "", told, ""]
    rows = [
        f"| {row.name} | {row.found_told} | {row.bound} | {row.verdict} | {row.remark} |"
        for row in proof.figures
    ]  # fmt: skip
    return "\n".join([*head, *([proof.method, ""] if proof.method else []), HEAD, *rows, ""])


def summed(report: str) -> str:
    """The report, telling how many of its figures met their bound and which did not."""
    rows = [line.split(" | ") for line in report.splitlines() if line.startswith("| ")]
    missed = [row[0].removeprefix("| ") for row in rows if row[3:4] == ["MISSED"]]
    met = sum(row[3:4] == ["met"] for row in rows)
    told = f"- {met} of {met + len(missed)} bounds met" + (f"; missed: {'; '.join(missed)}" if missed else "")
    lines = [line for line in report.splitlines() if not SUMMARY.match(line)]
    return "\n".join([*lines[:4], told, *lines[4:]]) + "\n"


def _memory() -> float:
    return int(_first("/proc/meminfo", "MemTotal").split()[0]) / 2**20


def _first(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"
