"""What every test of the API may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import once
from tests.web.api.shop import Shop, shop


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[once.Made[Shop]]:
    yield from once.made(django_db_blocker, tmp_path_factory.mktemp("made"), shop)


@pytest.fixture
def here(made: once.Made[Shop], settings: Any, tmp_path: Any, db: None) -> Shop:
    """A business in a home of its own; long work is asked for and done by nobody."""
    return once.found(made, settings, tmp_path)
