"""The report as Markdown: when, on which machine, and every figure, met or missed."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.bench.figures import Figure

ENGINES = ("duckdb", "ibis-framework", "pyarrow", "numpy", "scipy", "django", "granian")
HEAD = "| Figure | Found | Wanted | | Remark |\n|---|---:|---:|---|---|"


@dataclass(frozen=True)
class Proved:
    """One proof: what it says of itself, its figures, the minutes it took."""

    name: str
    about: str
    figures: Sequence[Figure]
    minutes: float

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


def page(proofs: Sequence[Proved], *, began: str, minutes: float, load_before: str) -> str:
    """The whole report."""
    lines = [
        "# What was measured",
        "",
        "Written by `make bench`; every figure comes from one run, misses included.",
        "",
    ]
    lines += [f"- {began}, {minutes:.0f} minutes"]
    lines += [f"- {line}" for line in machine()]
    lines += [
        f"- Load of the machine before the run (1, 5, 15 minutes): {load_before}",
        "- The same again: `make bench`; one part: `make bench ARGS=NAME`, NAME as written at each part",
        f"- {summary(proofs)}",
        "",
        "Seconds and memory of a command are those of its whole process, from outside. Seconds at work are processor"
        " time over all cores: far fewer than the clock's mean that the machine was busy with other work. Memory is the"
        " most that the largest process held resident. Homes stand on this machine's disk, with SQLite and DuckDB.",
    ]
    return "\n".join(lines) + "\n" + "\n".join(section(proof) for proof in proofs)


def section(proof: Proved) -> str:
    """One proof: how it was found, and its table."""
    head = ["", f"## {proof.title}", "", f"`{proof.name}`, {proof.minutes:.1f} minutes", ""]
    rows = [
        f"| {row.name} | {row.found_told} | {row.bound} | {row.verdict} | {row.remark} |"
        for row in proof.figures
    ]  # fmt: skip
    return "\n".join([*head, *([proof.method, ""] if proof.method else []), HEAD, *rows, ""])


def summary(proofs: Sequence[Proved]) -> str:
    """How many figures met their bound, and which did not."""
    judged = [figure for proof in proofs for figure in proof.figures if figure.met is not None]
    missed = [figure.name for figure in judged if not figure.met]
    told = f"{len(judged) - len(missed)} of {len(judged)} bounds met"
    return told + (f"; missed: {'; '.join(missed)}" if missed else "")


def _memory() -> float:
    return int(_first("/proc/meminfo", "MemTotal").split()[0]) / 2**20


def _first(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"
