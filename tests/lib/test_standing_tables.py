"""Tables that stand are known by the names of changes alone, and nothing else passes for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from dangol.lib import schema
from dangol.lib.schema import brought_up_to_date
from dangol.lib.standing_tables import stand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def up_to_date() -> None:
    """Let the tables be brought up to date as they are in a home."""
    ContentType.objects.clear_cache()
    brought_up_to_date()


def test_are_known_without_reading_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stand()
    monkeypatch.setattr(schema, "_executor", lambda: pytest.fail("every change was read"))
    assert not brought_up_to_date()


@pytest.mark.parametrize(
    "lose",
    [
        lambda: MigrationRecorder(connection).record_unapplied("sessions", "0001_initial"),
        lambda: MigrationRecorder(connection).Migration.objects.filter(app="outbox").delete(),
        lambda: ContentType.objects.filter(app_label="customers", model="customer").delete(),
        lambda: Permission.objects.filter(codename="view_customer").delete(),
    ],
    ids=["of another's room", "of a room", "a kind of rows", "what may be done with one"],
)
def test_that_lack_something_are_looked_at_closer(lose: Callable[[], object]) -> None:
    lose()
    assert not stand()


def test_of_a_later_version_stand_too() -> None:
    MigrationRecorder(connection).record_applied("ledger", "9999_later")
    assert stand()
