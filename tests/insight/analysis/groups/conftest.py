"""A lake of its own for each test; every sentence in the language of the source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings as DjangoSettings


@pytest.fixture(autouse=True)
def english(settings: DjangoSettings) -> None:
    """Read every sentence in the language of the source."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def lake_folder(tmp_path: Path, settings: DjangoSettings) -> Path:
    """Return the empty folder that the warehouse of this test writes to; the shop is in Seoul."""
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.DANGOL = replace(settings.DANGOL, time_zone="Asia/Seoul", currency="KRW")
    return tmp_path / "lake"
