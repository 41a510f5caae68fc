"""Each test of the relationship pages has a home of its own, whose work is done at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
