"""docs/security.md claims nothing that no test shows: the tests it names are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)*)`", TEXT)))


@cache
def names_in(file: str) -> frozenset[str]:
    """Classes, functions, and functions of classes: "TestLock::test_goes_with_time"."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    inner = {
        f"{node.name}::{part.name}"
        for node in top
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.FunctionDef)
    }
    return frozenset(inner | {node.name for node in top})


@pytest.mark.parametrize("node", NAMED)
def test_names_tests_that_are_there(node: str) -> None:
    file, _, name = node.partition("::")
    assert (ROOT / file).is_file()
    assert not name or name in names_in(file)


def test_names_them_all_in_a_way_that_is_looked_up() -> None:
    assert len(re.findall(r"tests/[\w/]+\.py", TEXT)) == len(re.findall(r"`tests/[\w/]+\.py(?:::\w+)*`", TEXT))
    assert len(NAMED) > 60


@pytest.mark.parametrize(
    "what",
    [
        "guessed ids", "tampered links", "replayed forms", "expired keys", "forged", "consent for an unknown",
        "contradictory answers", "without evidence", "two restores at once", "key file lost",
    ],
)  # fmt: skip
def test_tells_of_every_kind_of_bad_input_with_a_test(what: str) -> None:
    section = TEXT.split("\n## Bad input\n")[1].split("\n## ")[0]
    rows = [row for row in section.splitlines() if row.startswith("|") and what in row.split("|")[1]]
    assert rows
    assert all("`tests/" in row for row in rows)
