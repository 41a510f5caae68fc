"""Tables are brought up to date; what comes after all changes is done though none waits."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from dangol.lib.schema import HalfOfItsChanges, brought_up_to_date, changes_waiting, with_replaced

ROOM, TABLES = "ledger", "0001_tables"


def as_before() -> list[str]:
    """Write down that the ledger's tables came by the changes that one stands for today; their names."""
    recorder, replaced = MigrationRecorder(connection), MigrationLoader(None).replacements[ROOM, TABLES].replaces
    recorder.record_unapplied(ROOM, TABLES)
    for _room, name in replaced:
        recorder.record_applied(ROOM, name)
    return [name for _room, name in replaced]


def written_down() -> set[str]:
    """Return the names of the ledger's changes that are written down as done."""
    return {name for room, name in MigrationRecorder(connection).applied_migrations() if room == ROOM}


@pytest.mark.django_db
class TestTables:
    def test_of_a_home_have_their_kinds_of_rows_written_down_though_no_change_waits(self) -> None:
        ContentType.objects.all().delete()
        ContentType.objects.clear_cache()
        assert not brought_up_to_date()
        assert ContentType.objects.filter(app_label="customers", model="customer").exists()

    def test_of_an_early_home_are_up_to_date_and_written_down_as_such(self) -> None:
        as_before()
        assert changes_waiting() == []
        assert not brought_up_to_date()
        assert TABLES in written_down()

    def test_that_went_half_the_way_are_refused_before_anything_is_changed(self) -> None:
        *_first, last = as_before()
        MigrationRecorder(connection).record_unapplied(ROOM, last)
        before = written_down()
        with pytest.raises(HalfOfItsChanges):
            brought_up_to_date()
        assert written_down() == before


def test_changes_that_one_stands_for_today_are_told_as_one_where_all_are_there() -> None:
    replaced = [(room, name) for room, name in MigrationLoader(None).replacements[ROOM, TABLES].replaces]
    assert (ROOM, TABLES) in with_replaced(replaced)
    assert (ROOM, TABLES) not in with_replaced(replaced[1:])
