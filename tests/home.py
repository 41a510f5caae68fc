"""Give the test run a home folder of its own, before Django reads its settings.

Loaded by `-p tests.home`: pytest-django reads the settings earlier than any conftest.
"""

from __future__ import annotations

import os
import shutil
import tempfile

FOLDER = tempfile.mkdtemp(prefix="dangol-tests-")
os.environ["DANGOL_HOME"] = FOLDER


def pytest_unconfigure() -> None:
    """Throw the home folder away."""
    shutil.rmtree(FOLDER, ignore_errors=True)
