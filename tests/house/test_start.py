"""Every command starts the whole house: what only some of them reckon with is not loaded before they do."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

HEAVY = {"duckdb", "ibis", "kiwipiepy", "lifelines", "pandas", "pyspark", "scipy", "sklearn", "splink", "statsmodels"}
LOADED = """
import gc, json, sys
from pathlib import Path
from dangol.config.commands.opening import load_home
load_home(Path(sys.argv[1]))
told = {"loaded": sorted({name.partition(".")[0] for name in sys.modules}), "frozen": gc.get_freeze_count()}
import dangol.config.urls, dangol.web.api.urls
print(json.dumps({**told, "serving": sorted(sys.modules)}))
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a command has loaded when it begins its work."""
    command = [sys.executable, "-c", LOADED, str(tmp_path_factory.mktemp("home"))]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    told: dict[str, Any] = json.loads(said)
    return told


def test_loads_no_library_of_numbers(started: dict[str, Any]) -> None:
    """It doubled the time of each command once, by way of an explanation that only reads a row."""
    loaded = set(started["loaded"])
    assert "dangol" in loaded
    assert loaded & HEAVY == set()


def test_serves_without_what_only_a_question_reckons_with(started: dict[str, Any]) -> None:
    """Scores are told with functions alone: distributions to be fitted made a third of every start of a server."""
    assert {"scipy.stats", "scipy.optimize", *HEAVY} & set(started["serving"]) == {"scipy"}


def test_looks_through_nothing_for_cycles_that_stays_to_the_end(started: dict[str, Any]) -> None:
    """It was a quarter of the time of each command."""
    assert started["frozen"] > 50_000
