"""A lake of its own for each test, and one valued shop for those that only read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from pytest_django import Settings as DjangoSettings

from tests.insight.relationship.world import full_shop


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


@pytest.fixture(scope="module")
def full_run(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """Value one full shop for the whole module, committed, and return the run's id; afterwards the store is empty.

    On PostgreSQL a change is read only once its transaction has ended, so no test could share an open one.
    """
    home = replace(django_settings.DANGOL, time_zone="Asia/Seoul", currency="KRW")
    lake = tmp_path_factory.mktemp("full") / "lake"
    with django_db_blocker.unblock(), override_settings(DANGOL_LAKE=lake, DANGOL=home):
        yield full_shop().valued().pk
        call_command("flush", verbosity=0, interactive=False)
