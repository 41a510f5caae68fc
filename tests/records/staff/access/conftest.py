"""An access log of each test's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Return the folder of this test's log; its key is there, so that no records need to be asked for one."""
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    settings.DANGOL_KEYS.write_text(json.dumps({"fields": [Fernet.generate_key().decode()], "marks": "of this test"}))
    return tmp_path / "access"
