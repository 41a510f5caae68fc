"""Whoever takes lines into the store is really killed between any two steps: none is lost, none doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.records.staff.access.killed_sealing import NUMBER, POINTS
from tests.stores import said_by


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_loses_none_and_doubles_none(point: str, tmp_path: Path) -> None:
    told = said_by("tests.records.staff.access.killed_sealing", str(tmp_path), point, environ={})
    written = 17 if point == "appended" else NUMBER  # killed after its seventh, the child showed nobody the others
    assert told["after"] == list(range(1, written + 1))
    assert 10 <= told["killed"] <= written
    assert told["left"] == 0
