"""Tables are brought up to date; what comes after all changes is done though none waits."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import ForeignKey

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

    def test_have_the_columns_indexes_and_constraints_that_the_code_names(self) -> None:
        # On SQLite, the store of the tests came by the house's own way, `apply`.
        with connection.cursor() as cursor:
            for model in apps.get_models(include_auto_created=True):
                table, about = model._meta.db_table, model._meta
                there = {
                    column.name: column.null_ok
                    for column in connection.introspection.get_table_description(cursor, table)
                }
                assert there == {field.column: field.null for field in about.local_concrete_fields}, table
                held = connection.introspection.get_constraints(cursor, table)
                assert held.keys() >= {one.name for one in (*about.indexes, *about.constraints)}, table
                led = {tuple(one["columns"]): one["foreign_key"] for one in held.values() if one["foreign_key"]}
                keys = [one for one in about.local_concrete_fields if isinstance(one, ForeignKey)]
                assert led == {
                    (key.column,): (key.target_field.model._meta.db_table, key.target_field.column) for key in keys
                }, table

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
