"""A small business for the tests of backups, made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.web.start.backup.places import Other, Place, places


@pytest.fixture(scope="package")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Other]:
    """Start the other process for these tests."""
    process = Other(tmp_path_factory.mktemp("other"))
    yield process
    process.end()


@pytest.fixture(scope="package")
def made(other: Other, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Return a business that nobody may change."""
    with places(tmp_path_factory.mktemp("made")) as place:
        business = place("shop")
        other.ask(business, "fill")
        yield business


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Return what makes places for one test."""
    with places(tmp_path) as making:
        yield making


@pytest.fixture
def shop(place: Callable[..., Place], made: Place) -> Place:
    """Return a copy of the business."""
    return place("shop", like=made)
