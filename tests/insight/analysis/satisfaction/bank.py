"""Customers of a bank and of mobile phones, on what they think of them: models published with their figures."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.satisfaction.plan import Block, Mode

type Array = npt.NDArray[np.float64]

BANK = ("imag", "expe", "qual", "val", "sat", "loy")
BANK_PATHS = (
    ("IMAG", "EXPE"), ("IMAG", "SAT"), ("IMAG", "LOY"), ("EXPE", "QUAL"), ("EXPE", "VAL"), ("EXPE", "SAT"),
    ("QUAL", "VAL"), ("QUAL", "SAT"), ("VAL", "SAT"), ("SAT", "LOY"),
)  # fmt: skip
PHONES = {
    "image": "IMAG", "expectation": "CUEX", "quality": "PERQ", "value": "PERV", "satisfaction": "CUSA",
    "complaints": "CUSCO", "loyalty": "CUSL",
}  # fmt: skip
PHONE_PATHS = (
    ("image", "expectation"), ("image", "satisfaction"), ("image", "loyalty"), ("expectation", "quality"),
    ("expectation", "value"), ("expectation", "satisfaction"), ("quality", "value"), ("quality", "satisfaction"),
    ("value", "satisfaction"), ("satisfaction", "complaints"), ("satisfaction", "loyalty"), ("complaints", "loyalty"),
)  # fmt: skip


@cache
def answers(file: Path) -> tuple[Array, tuple[str, ...]]:
    """The answers in figures, and the names of the items."""
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    names = tuple(name for name in rows[0] if name and name != "gender")
    return np.array([[float(row[name]) for name in names] for row in rows]), names


def bank(folder: Path) -> tuple[Array, tuple[str, ...]]:
    return answers(folder / "bank_satisfaction_plspm" / "satisfaction.csv")


def phones(folder: Path) -> tuple[Array, tuple[str, ...]]:
    return answers(folder / "ecsi_mobi" / "mobi.csv")


def bank_blocks(items: tuple[str, ...], mode: Mode = Mode.REFLECTIVE) -> list[Block]:
    return [Block(name.upper(), tuple(item for item in items if item.startswith(name)), mode) for name in BANK]


def phone_blocks(items: tuple[str, ...]) -> list[Block]:
    return [
        Block(name, tuple(item for item in items if item.rstrip("1234567") == begin)) for name, begin in PHONES.items()
    ]


def expected(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """The rows of a published table, by what their first column says."""
    text = (folder / "plspm_expected_outputs" / f"satisfaction{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    return {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}
