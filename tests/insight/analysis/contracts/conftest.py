"""A lake of its own for each test, and one answer for those that only read."""

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

from tests.insight.analysis.contracts.subscribers import learned_at, people, round_of


@pytest.fixture
def folder(tmp_path: Path, settings: DjangoSettings) -> Path:
    """Return the folder of the lake; the business is in Seoul."""
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.DANGOL = replace(settings.DANGOL, time_zone="Asia/Seoul", currency="KRW")
    settings.LANGUAGE_CODE = "en"
    return tmp_path / "lake"


@pytest.fixture(scope="module")
def told(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[tuple[int, int]]]:
    """Ask once for the whole module, committed; return the steps that were told. Afterwards the store is empty."""
    home = replace(django_settings.DANGOL, time_zone="Asia/Seoul", currency="KRW")
    lake, steps = tmp_path_factory.mktemp("contracts") / "lake", list[tuple[int, int]]()
    with django_db_blocker.unblock(), override_settings(DANGOL_LAKE=lake, DANGOL=home):
        people()
        round_of(lake)
        learned_at(progress=lambda _stage, done, total: steps.append((done, total)))
        yield steps
        call_command("flush", verbosity=0, interactive=False)
