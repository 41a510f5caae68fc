"""What every test of the door starts from: an access log of its own, and nobody counted yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from dangol.config.settings import PASSWORD_HASHERS as HASHERS


@pytest.fixture(autouse=True)
def own_log(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Begin an empty access log; wrong tries are forgotten, those of other tests and, for others, ours."""
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL_KEYS = tmp_path / "keys.json"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def slow_hashes(own_log: None, settings: Any) -> None:
    """Hash as it is done in earnest."""
    settings.PASSWORD_HASHERS = HASHERS
