"""What every test of the API may ask for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.shop import Shop, shop


@pytest.fixture
def here(settings: Any, tmp_path: Any) -> Shop:
    """A business in a home of its own; long work is asked for and done by nobody."""
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    return shop()
