"""A lake of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings as DjangoSettings


@pytest.fixture
def lake_folder(tmp_path: Path, settings: DjangoSettings) -> Path:
    """Return the empty folder that the warehouse of this test writes to; the shop is in Seoul."""
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.DANGOL = replace(settings.DANGOL, time_zone="Asia/Seoul")
    return tmp_path / "lake"


@pytest.fixture
def in_english() -> Iterator[None]:
    """Let messages be told in English."""
    with translation.override("en"):
        yield
