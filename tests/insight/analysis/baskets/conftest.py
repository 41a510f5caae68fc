"""Refusals are told in English, whoever runs the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Let messages be told in English."""
    with translation.override("en"):
        yield
