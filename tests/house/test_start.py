"""Every command starts the whole house: what only some of them reckon with is not loaded before they do."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = {"duckdb", "ibis", "kiwipiepy", "lifelines", "pandas", "pyspark", "scipy", "sklearn", "splink", "statsmodels"}
LOADED = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "dangol.config.settings"
import django
django.setup()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_loads_no_library_of_numbers() -> None:
    """It doubled the time of each command once, by way of an explanation that only reads a row."""
    said = subprocess.run([sys.executable, "-c", LOADED], stdout=subprocess.PIPE, text=True, check=True).stdout
    loaded = set(json.loads(said))
    assert "dangol" in loaded
    assert loaded & HEAVY == set()
