"""Refusals are read in the language of the source."""

from __future__ import annotations

import pytest
from pytest_django import Settings as DjangoSettings


@pytest.fixture(autouse=True)
def english(settings: DjangoSettings) -> None:
    settings.LANGUAGE_CODE = "en"
