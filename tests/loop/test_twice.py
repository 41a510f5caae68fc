"""A demo that is loaded again goes on where it stands."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.loop.conftest import DANGOL, clean_environment

pytestmark = pytest.mark.browser  # shares the loaded business with the walks


def demo(home: Path) -> dict[str, object]:
    done = subprocess.run(
        [*DANGOL, "demo", "--no-serve", "--json", "--home", str(home)],
        env=clean_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return {key: value for key, value in told.items() if key != "seconds"}


def test_says_the_same_when_it_is_loaded_twice(demo_home: Path, loaded: subprocess.CompletedProcess[str]) -> None:
    first = json.loads(loaded.stdout.splitlines()[-1])
    assert demo(demo_home) == {key: value for key, value in first.items() if key != "seconds"}


def test_does_not_turn_back_the_clock_of_a_business_that_has_lived_on(demo_home: Path) -> None:
    file = demo_home / "dangol.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("2026-11-22T23:59:59", "2026-12-20T23:59:59"), "utf-8")
    assert str(demo(demo_home)["as_of"]).startswith("2026-12-20")
