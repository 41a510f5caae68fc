"""Sentences are read in the language of the source."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
