"""docs/dependencies.md has a row for everything we ask for, with the version that is locked."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TEXT = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")


def names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w.-]+", one)[0].lower() for one in requirements}  # type: ignore[index]


ASKED_FOR = names(
    PROJECT["project"]["dependencies"]
    + [one for extra in PROJECT["project"]["optional-dependencies"].values() for one in extra]
)


def table(heading: str) -> dict[str, list[str]]:
    """The rows of the table below a heading, by the package in their first cell."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return {row[0].split()[0]: row[1:] for row in rows[2:]}


def locked() -> dict[str, dict[str, Any]]:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {package["name"]: package for package in packages}


@pytest.mark.parametrize("heading", ["What each does for us", "What each lets in"])
def test_each_has_its_row_and_each_row_its_dependency(heading: str) -> None:
    rows = table(heading)
    assert set(rows) == ASKED_FOR
    assert not [name for name, cells in rows.items() if not all(cells)]


def test_each_row_tells_the_version_that_is_locked_and_its_day() -> None:
    packages = locked()
    for name, cells in table("What each lets in").items():
        package = packages[name]
        files = [package["sdist"]] if "sdist" in package else package["wheels"]
        assert cells[0] == package["version"], name
        assert cells[1] == min(file["upload-time"] for file in files)[:10], name


def test_those_for_development_are_named() -> None:
    told = TEXT.split("## For development\n")[1]
    lacking = [name for name in names(PROJECT["dependency-groups"]["dev"]) if name not in told]
    assert lacking == []
