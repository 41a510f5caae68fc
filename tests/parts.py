"""Parts that some tests need and no Python package brings: where they are, or why their tests are skipped."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def chromium() -> str | None:
    """Return the path of the browser, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def browser_absent() -> str | None:
    """Say why browser tests cannot run here, or None."""
    if not chromium():
        return "Chromium absent: apt-get install chromium"
    from playwright._impl._driver import compute_driver_executable  # slow, and few runs ask

    driver, _ = compute_driver_executable()
    if subprocess.run([driver, "--version"], capture_output=True, check=False).returncode:
        return "The browser's driver does not run: apt-get install libatomic1"
    return None


def spark_absent() -> str | None:
    """Say why Spark tests cannot run here, or None."""
    if subprocess.run([ROOT / "tools/java.sh"], check=False).returncode:
        return "Java 17 absent: apt-get install openjdk-17-jre-headless"
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark absent: make test installs it (uv sync --extra demo --extra spark)"
    return None
